"""Birth dates as people say them, and dates as papers show them."""

from __future__ import annotations

from datetime import date

import pytest

from village_console.village.eras import ERAS, age_on, era_text, parse_birth

MAY = date(1942, 5, 3)


@pytest.mark.parametrize(
    "said",
    [
        "昭和17年5月3日",
        "昭和17年05月03日",
        "昭和17年5月3",
        "昭和 17年5月3日",
        "昭和１７年５月３日",
        "㍼17年5月3日",
        "S17.5.3",
        "s17.5.3",
        "S17-5-3",
        "S17/05/03",
        "Ｓ１７．５．３",
        "19420503",
        "１９４２０５０３",
        "1942-5-3",
        "1942-05-03",
        "1942/5/3",
        "1942.5.3",
        "1942年5月3日",
        "  1942-5-3\n",
    ],
)
def test_every_way_of_saying_a_birth_date_is_understood(said: str) -> None:
    assert parse_birth(said) == MAY


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("M45.7.29", date(1912, 7, 29)),
        ("明治元年1月25日", date(1868, 1, 25)),
        ("T15.12.24", date(1926, 12, 24)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("S64.1.7", date(1989, 1, 7)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("H1.1.8", date(1989, 1, 8)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("H31.4.30", date(2019, 4, 30)),
        ("R元.5.1", date(2019, 5, 1)),
        ("㋿8年11月3日", date(2026, 11, 3)),
    ],
)
def test_every_era_is_known_by_letter_and_by_name(said: str, meant: date) -> None:
    assert parse_birth(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "",
        " ",
        "佐藤",
        "17.5.3",
        "X17.5.3",
        "S17.5",
        "S17.13.1",
        "S17.2.30",
        "1943-2-29",
        "19430229",
        "1942053",
        "194205033",
        "00000503",
        "昭和17年5月3日生",
        "S17.5.3 19420503",
        "S-1.5.3",
        "S1７a.5.3",
    ],
)
def test_what_is_not_a_date_is_none(said: str) -> None:
    assert parse_birth(said) is None


@pytest.mark.parametrize("said", ["S0.5.3", "昭和00年5月3日", "R0.1.1"])
def test_no_era_has_a_year_nought(said: str) -> None:
    assert parse_birth(said) is None


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(1868, 1, 24), "1868年1月24日"),
        (date(1868, 1, 25), "明治元年1月25日"),
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1927, 1, 1), "昭和2年1月1日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2026, 11, 3), "令和8年11月3日"),
    ],
)
def test_an_era_begins_on_its_first_day_and_not_before(day: date, text: str) -> None:
    assert era_text(day) == text


def test_eras_stand_newest_first() -> None:
    firsts = [first for _, _, first in ERAS]
    assert firsts == sorted(firsts, reverse=True)


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (date(2026, 5, 2), 83),
        (date(2026, 5, 3), 84),
        (date(2026, 12, 31), 84),
        (date(2027, 1, 1), 84),
        (MAY, 0),
    ],
)
def test_a_year_is_full_on_the_birthday(day: date, age: int) -> None:
    assert age_on(MAY, day) == age


def test_who_was_born_on_29_february_is_a_year_older_on_1_march() -> None:
    leap = date(2004, 2, 29)
    assert (age_on(leap, date(2026, 2, 28)), age_on(leap, date(2026, 3, 1))) == (21, 22)
