"""What goes into the archive's tables can be written there, whatever somebody put into a name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.town import EVENING, resident
from village_console.archive.history import NeedThen, Span, StayThen, Stretch, UnnamedThen
from village_console.archive.setup import VERSION, steps
from village_console.archive.tables import NEEDS, PERSONS, STAYS, UNNAMED, Table, _plain, person_row, span_rows

LATER = EVENING + timedelta(minutes=5)


@pytest.mark.parametrize(("said", "kept"), [("佐藤", "佐藤"), ("a\0b", "a�b"), ("佐\ud800\0", "佐?�"), ("", "")])
def test_text_that_no_database_takes_is_written_as_near_as_it_can_be(said: str, kept: str) -> None:
    assert _plain(said) == kept
    assert kept.encode("utf-8").decode() == kept


def test_what_is_no_text_stays_as_it_is() -> None:
    assert [_plain(value) for value in (None, 3, b"\0", EVENING, True)] == [None, 3, b"\0", EVENING, True]


@pytest.mark.parametrize(
    ("value", "table"),
    [
        (StayThen("shelter", "S1", EVENING, is_out=False, disputed=False), STAYS),
        (UnnamedThen("S1", 5), UNNAMED),
        (NeedThen("resident:1", "S1", "31", "now", None, None, None), NEEDS),
    ],
)
def test_a_span_is_a_row_of_its_table_with_both_its_times(
    value: StayThen | UnnamedThen | NeedThen, table: Table
) -> None:
    ((found, row),) = span_rows([Span(Stretch("it", value, EVENING, None), EVENING, LATER)])
    assert found is table
    assert len(row) == len(table.columns)
    assert (row[0], row[1].lower, row[1].upper, row[2].lower, row[2].upper) == ("it", EVENING, None, EVENING, LATER)


def test_a_persons_row_has_what_a_prefecture_needs_and_neither_telephone_nor_number() -> None:
    listed = resident(1, 1, phone="0158-00-1234", relation="世帯主")
    row = dict(zip(PERSONS.columns, person_row(listed.id, listed), strict=True))
    assert (row["name"], row["settlement"]) == ("佐藤 花", "上興部")
    assert not {"0158-00-1234", "0000001", "世帯主"} & set(map(str, row.values()))


def test_the_steps_of_the_schema_are_numbered_without_gaps_up_to_the_one_this_program_knows() -> None:
    assert [n for n, _ in steps()] == list(range(1, VERSION + 1))
