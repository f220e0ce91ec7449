"""Whatever the day: what a paper shows, the desk can type back."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from village_console.village.eras import ERAS, era_text, parse_birth

DAYS = st.dates(date(1868, 1, 1), date(2100, 12, 31))


@given(DAYS)
def test_every_day_is_read_back_from_its_era(day: date) -> None:
    assert parse_birth(era_text(day)) == day


@given(DAYS)
def test_every_day_is_read_back_from_each_western_form(day: date) -> None:
    said = (
        f"{day:%Y%m%d}",
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
    )
    assert [parse_birth(text) for text in said] == [day] * 4


@given(DAYS.filter(lambda day: day >= ERAS[-1][2]))
def test_every_day_is_read_back_from_the_letter_of_its_era(day: date) -> None:
    letter, first = next((letter, first) for letter, _, first in ERAS if day >= first)
    assert parse_birth(f"{letter.lower()}{day.year - first.year + 1}.{day.month}.{day.day}") == day


@given(st.text())
def test_any_text_is_a_date_or_none_and_never_an_error(text: str) -> None:
    found = parse_birth(text)
    assert found is None or parse_birth(era_text(found)) == found
