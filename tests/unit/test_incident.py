"""An incident's end: exported, closed, some days, anonymised; and whatever is written meanwhile opens it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import KEY
from tests.pages import found_in
from tests.town import EVENING, clock_at, listed, person, set_clock, write_all
from village_console.incident.anonymise import anonymise
from village_console.incident.close import close, reopen
from village_console.incident.facts import IncidentAnonymised, incident_subject
from village_console.incident.rows import Incident, State
from village_console.incident.rules import AnonymiseVerdict, CloseVerdict, days_left, may_anonymise, may_close
from village_console.incident.written import incident_of, last_exported, written_since
from village_console.journal.audit import Look
from village_console.journal.evidence import export_evidence
from village_console.journal.facts import PersonErased
from village_console.journal.journal import Journal
from village_console.journal.store import Purpose
from village_console.records import catalogue
from village_console.register.rows import Resident
from village_console.register.tokens import token_key_name
from village_console.shelter.facts import EvacueeReceived
from village_console.shelter.facts import Path as Way
from village_console.shelter.rows import Stay
from village_console.shelter.views import People, presence
from village_console.village.clock import Clock
from village_console.village.ids import NOT_SIGNED_IN, FactHash, ShelterId

SHELTER = ShelterId("S1")
DAY = timedelta(days=1)
CLOSED = Incident(State.CLOSED, EVENING, 30, FactHash("00"))


def received(number: int) -> EvacueeReceived:
    return EvacueeReceived(subject=person(number), shelter=SHELTER, receipt=f"S1-{number:04d}", path=Way.NAME)


@pytest.fixture
def clock() -> Clock:
    return clock_at()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Iterator[Journal]:
    """Five residents of two households, two of them here."""
    opened = Journal(tmp_path / "journal.db", KEY, Purpose("real", "physical", "flood"), catalogue(), clock)
    names = (("佐藤 ハル", "サトウ ハル"), ("佐藤 健", "サトウ ケン"), ("山﨑 トミ子", "ヤマザキ トミコ"))
    write_all(opened, [listed(n, n // 2, *name) for n, name in enumerate(names, start=1)])
    write_all(opened, [received(1), received(3)])
    yield opened
    opened.close()


def export(journal: Journal) -> int:
    return export_evidence(journal, journal.path.with_name("flood.jsonl"), lambda _subject: None)


def closed(journal: Journal, days: int = 30) -> None:
    export(journal)
    assert close(journal, days) is CloseVerdict.CLOSED


@pytest.mark.parametrize(
    ("incident", "exported", "facts", "verdict"),
    [
        (None, 5, 5, CloseVerdict.CLOSED),
        (None, None, 5, CloseVerdict.NOT_EXPORTED),
        (None, 4, 5, CloseVerdict.NOT_EXPORTED),
        (CLOSED, 5, 5, CloseVerdict.ALREADY_CLOSED),
        (Incident(State.OPEN, EVENING, 0, FactHash("00")), 5, 5, CloseVerdict.CLOSED),
        (Incident(State.ANONYMISED, EVENING, 0, FactHash("00")), 5, 5, CloseVerdict.ALREADY_CLOSED),
    ],
)
def test_only_what_is_wholly_exported_can_be_closed(
    incident: Incident | None, exported: int | None, facts: int, verdict: CloseVerdict
) -> None:
    assert may_close(incident, exported, facts) is verdict


@pytest.mark.parametrize(
    ("incident", "after", "since", "verdict"),
    [
        (None, 99 * DAY, 0, AnonymiseVerdict.NOT_CLOSED),
        (CLOSED, 30 * DAY, 0, AnonymiseVerdict.ANONYMISED),
        (CLOSED, 30 * DAY - timedelta(seconds=1), 0, AnonymiseVerdict.TOO_EARLY),
        (CLOSED, 30 * DAY, 1, AnonymiseVerdict.WRITTEN_SINCE),
        (Incident(State.OPEN, EVENING, 0, FactHash("00")), 99 * DAY, 0, AnonymiseVerdict.NOT_CLOSED),
        (Incident(State.ANONYMISED, EVENING, 0, FactHash("00")), 99 * DAY, 0, AnonymiseVerdict.NOT_CLOSED),
    ],
)
def test_anonymised_is_what_is_closed_when_its_days_are_over(
    incident: Incident | None, after: timedelta, since: int, verdict: AnonymiseVerdict
) -> None:
    assert may_anonymise(incident, EVENING + after, since) is verdict


@pytest.mark.parametrize(("hours", "left"), [(0, 30), (1, 30), (24, 29), (30 * 24 - 1, 1), (30 * 24, 0), (99 * 24, 0)])
def test_a_day_that_has_begun_is_still_left(hours: int, left: int) -> None:
    assert days_left(CLOSED, EVENING + timedelta(hours=hours)) == left


def test_an_export_counts_once_it_is_in_place_and_tells_how_much_it_holds() -> None:
    def look(act: str, about: str) -> Look:
        return Look(1, 0, NOT_SIGNED_IN, act, about)

    assert last_exported([]) is None
    assert last_exported([look("exported", "flood.jsonl 7")]) is None
    assert (
        last_exported([look("stored", "flood.jsonl 7"), look("exported", "b 9"), look("stored", "sealed.jsonl")]) == 7
    )


def test_what_was_never_exported_is_not_closed(journal: Journal) -> None:
    assert close(journal, 30) is CloseVerdict.NOT_EXPORTED
    assert incident_of(journal) is None


def test_a_fact_after_the_export_wants_another_export(journal: Journal) -> None:
    export(journal)
    journal.append(received(2))
    assert close(journal, 30) is CloseVerdict.NOT_EXPORTED
    closed(journal)


def test_closing_begins_the_days(journal: Journal, clock: Clock) -> None:
    closed(journal, days=3)
    incident = incident_of(journal)
    assert incident is not None
    assert (incident.state, incident.since, incident.days) == (State.CLOSED, EVENING, 3)
    set_clock(clock, EVENING + 2 * DAY)
    assert days_left(incident, clock.now()) == 1
    assert anonymise(journal).verdict is AnonymiseVerdict.TOO_EARLY
    assert len(journal.rows.all(Resident)) == 3


def test_opening_again_ends_the_days(journal: Journal, clock: Clock) -> None:
    closed(journal, days=3)
    assert reopen(journal, "the river rises again")
    assert not reopen(journal, "twice")
    set_clock(clock, EVENING + 9 * DAY)
    assert anonymise(journal).verdict is AnonymiseVerdict.NOT_CLOSED
    closed(journal, days=3)
    assert anonymise(journal).verdict is AnonymiseVerdict.TOO_EARLY


def test_a_reception_after_closing_opens_it_again_without_a_word(journal: Journal, clock: Clock) -> None:
    closed(journal, days=3)
    journal.append(received(2))
    incident = incident_of(journal)
    assert incident is not None
    assert written_since(journal, incident.fact) == 1
    set_clock(clock, EVENING + 9 * DAY)
    assert anonymise(journal).verdict is AnonymiseVerdict.WRITTEN_SINCE
    assert len(journal.rows.all(Resident)) == 3


def test_an_erasure_after_closing_opens_nothing(journal: Journal, clock: Clock) -> None:
    closed(journal, days=3)
    journal.append(PersonErased(subject=person(2), why="asked"))
    set_clock(clock, EVENING + 3 * DAY)
    assert anonymise(journal).verdict is AnonymiseVerdict.ANONYMISED


def test_nothing_personal_is_left_and_what_happened_still_adds_up(journal: Journal, clock: Clock) -> None:
    names: list[str | bytes] = ["佐藤 ハル", "佐藤 健", "山﨑 トミ子", "ヤマザキ トミコ"]
    token_key = journal.secret(token_key_name("flood"))
    closed(journal, days=3)
    assert found_in(journal.path, KEY, [*names, token_key]) == [*names, token_key]
    stays = dict(journal.rows.all(Stay))
    set_clock(clock, EVENING + 3 * DAY)
    done = anonymise(journal)
    assert (done.verdict, done.people) == (AnonymiseVerdict.ANONYMISED, 3)
    assert found_in(journal.path, KEY, [*names, token_key]) == []
    assert dict(journal.rows.all(Resident)) == {}
    assert dict(journal.rows.all(Stay)) == stays
    assert presence(People({}, journal.rows.all(Stay), {}), SHELTER).people == 2
    assert journal.verify() == 5 + 1 + 4 + 1
    (fact,) = journal.last_of(IncidentAnonymised, 9)
    assert (fact.fact.subject, fact.fact.people) == (incident_subject("flood"), 3)
    assert anonymise(journal).verdict is AnonymiseVerdict.NOT_CLOSED


def test_it_tells_how_far_it_has_come(journal: Journal) -> None:
    closed(journal, days=0)
    told: list[tuple[int, int]] = []
    anonymise(journal, progress=lambda done, of: told.append((done, of)))
    assert told == [(4, 4)]


def test_an_incident_that_was_anonymised_can_be_opened_again_and_the_names_stay_gone(journal: Journal) -> None:
    closed(journal, days=0)
    anonymise(journal)
    assert reopen(journal, "again")
    assert dict(journal.rows.all(Resident)) == {}
    journal.append(listed(1, 0, "佐藤 ハル", "サトウ ハル"))
    assert list(journal.rows.all(Resident)) == [person(1)]


def test_another_console_forgets_the_names_when_it_hears_of_it(journal: Journal, tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "other").mkdir()
    other = Journal(tmp_path / "other" / "journal.db", KEY, journal.purpose, catalogue(), clock)
    other.admit(journal.public_key)
    links = journal.owed(other.have())
    other.take_in(links, journal.keys_for(links))
    assert len(other.rows.all(Resident)) == 3
    closed(journal, days=0)
    anonymise(journal)
    other.take_in(journal.owed(other.have()))
    assert found_in(other.path, KEY, ["佐藤 ハル", "山﨑 トミ子"]) == []
    incident = incident_of(other)
    assert incident is not None
    assert incident.state is State.ANONYMISED
    other.close()
