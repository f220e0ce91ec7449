"""Birth dates as people say them: 昭和17年5月3日, S17.5.3, 19420503, 1942-5-3."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

ERAS: tuple[tuple[str, str, date], ...] = (
    ("R", "令和", date(2019, 5, 1)),
    ("H", "平成", date(1989, 1, 8)),
    ("S", "昭和", date(1926, 12, 25)),
    ("T", "大正", date(1912, 7, 30)),
    ("M", "明治", date(1868, 1, 25)),
)
"""Letter, name and first day of each era since the one-reign-one-era edict."""

_ERA = re.compile(
    r"(?P<era>[RHSTM]|令和|平成|昭和|大正|明治)\s*(?P<year>元|0?[1-9]|[1-9]\d)[年.\-/](?P<month>\d{1,2})[月.\-/](?P<day>\d{1,2})日?"
)
_WESTERN = re.compile(r"(?P<year>\d{4})[年.\-/](?P<month>\d{1,2})[月.\-/](?P<day>\d{1,2})日?|(?P<packed>\d{8})")


def era_text(day: date) -> str:
    """The date with its era, as on Japanese papers: 昭和17年5月3日."""
    if found := era_year(day):
        name, year = found
        return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return f"{day.year}年{day.month}月{day.day}日"


def era_year(day: date) -> tuple[str, int] | None:
    """The name of a day's era and the year in it, from 1; None before the first."""
    return next(((name, day.year - first.year + 1) for _, name, first in ERAS if day >= first), None)


def parse_birth(text: str) -> date | None:
    """Read a birth date in any of the forms above, or None when the text is not one."""
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    if found := _ERA.fullmatch(plain):
        first = next(start for letter, name, start in ERAS if found["era"] in (letter, name))
        year = first.year - 1 + (1 if found["year"] == "元" else int(found["year"]))
        return _date(year, int(found["month"]), int(found["day"]))
    if found := _WESTERN.fullmatch(plain):
        if packed := found["packed"]:
            return _date(int(packed[:4]), int(packed[4:6]), int(packed[6:]))
        return _date(int(found["year"]), int(found["month"]), int(found["day"]))
    return None


def age_on(birth: date, day: date) -> int:
    """Full years lived on that day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
