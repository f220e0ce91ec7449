"""The facts behind a row: all of them, in order, each with what became of it and a sentence in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from tests.town import EVENING, clock_at, home, listed, open_journal, person, received, set_clock
from village_console.behind import Standing, behind, household_subjects, person_subjects, sentence, subjects_of
from village_console.journal.facts import Fact, PersonErased, PersonsMerged, Unread, merge_subject
from village_console.journal.journal import Journal
from village_console.journal.reading import recorded
from village_console.journal.undo import correct, take_back
from village_console.records import catalogue
from village_console.register.facts import CardBound
from village_console.stranded.facts import EvacuationOrdered, HouseholdCleared, Level, Reason, about
from village_console.viewing.facts import TelevisionPaired
from village_console.village.clock import Clock
from village_console.village.ids import OrderId, television_id
from village_console.words import Language, Words

HARU, KEN = person(1), person(2)


@pytest.fixture
def clock() -> Clock:
    return clock_at()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Iterator[Journal]:
    opened = open_journal(tmp_path, clock)
    opened.append(listed(1, 1, "佐藤 ハル", "サトウ ハル"))
    opened.append(received(HARU))
    yield opened
    opened.close()


def states(journal: Journal) -> list[tuple[str, Standing]]:
    return [(type(one.recorded.fact).__name__, one.standing) for one in behind(journal, [HARU])]


def some(kind: Any) -> Any:
    """Any value of a type."""
    options = get_args(kind)
    if get_origin(kind) in (Union, UnionType):
        return some(options[0])
    if get_origin(kind) is tuple:
        return (some(options[0]),)
    if get_origin(kind) is dict:
        return {"phone": "0158"}
    if kind in (datetime, date):
        return EVENING if kind is datetime else EVENING.date()
    named = getattr(kind, "__supertype__", None)
    if named is not None:
        return named("x/y")
    return next(iter(kind)) if hasattr(kind, "__members__") else kind() if kind is bool else kind(1)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", catalogue().kinds.values(), ids=lambda kind: kind.__name__)
def test_every_kind_of_fact_has_a_sentence(journal: Journal, kind: type[Fact], language: Language) -> None:
    hints = get_type_hints(kind)
    fact = kind(**{field.name: some(hints[field.name]) for field in fields(kind)})
    (envelope, _), *_ = journal.every_fact()
    said = sentence(recorded(envelope, fact, bytes(32), 0), Words(language))
    assert said
    assert "{" not in said


def test_what_was_taken_back_and_taken_back_again_stands(journal: Journal) -> None:
    stay = journal.facts_about(HARU)[-1]
    undo = take_back(journal, stay.hash, "slip")
    assert undo is not None
    assert states(journal)[1:] == [("EvacueeReceived", Standing.TAKEN_BACK), ("FactTakenBack", Standing.STANDS)]
    take_back(journal, undo.hash, "no slip")
    assert [state for _, state in states(journal)[1:]] == [Standing.STANDS, Standing.TAKEN_BACK, Standing.STANDS]


def test_a_corrected_fact_is_told_from_one_whose_correction_was_taken_back(journal: Journal) -> None:
    stay = journal.facts_about(HARU)[-1]
    mended = correct(journal, stay.hash, {"receipt": "S1-0009"}, "heard wrongly")
    assert mended is not None
    assert states(journal)[1:] == [("EvacueeReceived", Standing.CORRECTED), ("FactCorrected", Standing.STANDS)]
    take_back(journal, mended.hash, "was right")
    assert states(journal)[1] == ("EvacueeReceived", Standing.STANDS)


def test_an_erased_fact_is_there_and_says_no_name(journal: Journal) -> None:
    journal.append(PersonErased(subject=HARU, why="asked"))
    first, *_ = behind(journal, [HARU])
    assert (first.standing, first.recorded.fact.why) == (Standing.ERASED, Unread.ERASED)
    assert sentence(first.recorded, Words()) == "個人の項目は 消してある（ResidentListed）"


def test_as_of_a_moment_only_what_had_come_is_behind_the_row(journal: Journal, clock: Clock) -> None:
    set_clock(clock, EVENING.replace(hour=20))
    take_back(journal, journal.facts_about(HARU)[-1].hash, "slip")
    assert len(behind(journal, [HARU])) == 3
    past = behind(journal, [HARU], EVENING.replace(hour=19))
    assert [one.standing for one in past] == [Standing.STANDS, Standing.STANDS]


def test_behind_a_person_lie_the_cards_and_why_they_are_one(journal: Journal) -> None:
    journal.append(CardBound(subject="card:felica-a", resident=KEN, kind="felica"))
    merge = PersonsMerged(subject=merge_subject(HARU, KEN), one=HARU, other=KEN, why="same")
    journal.append(merge)
    assert person_subjects(journal.rows, KEN) == [min(HARU, KEN), "card:felica-a", merge.subject]
    assert {type(one.recorded.fact).__name__ for one in behind(journal, person_subjects(journal.rows, KEN))} == {
        "ResidentListed", "EvacueeReceived", "CardBound", "PersonsMerged",
    }  # fmt: skip


def test_behind_a_home_lie_orders_televisions_clearances_and_people(journal: Journal) -> None:
    order, television = OrderId("order:1-1"), television_id("015628", "stb-0001")
    journal.append(EvacuationOrdered(subject=order, level=Level.EVACUATION_ORDER, settlements=(), issued_at=EVENING))
    journal.append(TelevisionPaired(subject=television, household=home(1), device="stb-0001"))
    cleared = HouseholdCleared(subject=about(order, home(1)), order=order, household=home(1), reason=Reason.MET)
    journal.append(cleared)
    assert household_subjects(journal.rows, home(1)) == [order, cleared.subject, television, HARU]
    assert len(behind(journal, household_subjects(journal.rows, home(1)))) == 5


@pytest.mark.parametrize("said", ["S1-0001", "0000001", HARU])
def test_a_person_is_meant_by_receipt_number_or_id(journal: Journal, said: str) -> None:
    assert subjects_of(journal, journal.rows, said) == [HARU]


@pytest.mark.parametrize("said", ["H0001", home(1)])
def test_a_home_is_meant_by_its_number(journal: Journal, said: str) -> None:
    assert subjects_of(journal, journal.rows, said) == [HARU]


@pytest.mark.parametrize("said", ["", "S1-9", "resident:nobody", "佐藤"])
def test_nothing_is_meant_by_anything_else(journal: Journal, said: str) -> None:
    assert subjects_of(journal, journal.rows, said) == []
