"""Rows are what the facts add up to: in memory, in the file, and in conflict where two consoles disagree."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.town import HARU, received, registered
from village_console.journal.facts import Fact, Recorded
from village_console.journal.journal import Journal
from village_console.journal.rows import Folded, Rows, fold_subject
from village_console.journal.standing import heads, standing, taken_back
from village_console.journal.undo import take_back
from village_console.register.facts import CardBound, ResidentListed, Sex
from village_console.register.rows import CardBinding, Resident
from village_console.shelter.facts import EvacueeReceived
from village_console.shelter.rows import Stay
from village_console.stranded.facts import EvacuationOrdered, HouseholdCleared, Level, Reason, TvEvidenceGiven
from village_console.stranded.rows import Clearance, Evidence, Order
from village_console.viewing.facts import Purpose, TelevisionPaired, TvState, ViewingConsentGiven
from village_console.viewing.rows import Consent, Pairing
from village_console.village.ids import FactHash, HouseholdId, OrderId, ShelterId, TelevisionId

if TYPE_CHECKING:
    from tests.conftest import HandClock, JournalMaker

HOME = HouseholdId("household:015636/H0001")
TV = TelevisionId("television:015636/stb-0001")
ORDER = OrderId("order:1")
ROWS: tuple[type[Any], ...] = (Stay, Resident, CardBinding, Order, Evidence, Clearance, Pairing, Consent)


def evidence(state: TvState, version: int) -> TvEvidenceGiven:
    heard = datetime(2026, 11, 3, 8, 59, 30, tzinfo=UTC) if state is not TvState.SILENT else None
    return TvEvidenceGiven(
        subject=f"{ORDER}/{HOME}",
        order=ORDER,
        household=HOME,
        television=TV,
        state=state,
        last_heard=heard,
        version=version,
    )


EVERYTHING: list[Fact] = [
    registered(),
    replace(registered(HARU, "葛\U000e0100西 𠮷子"), birth=date(1944, 9, 21), sex=Sex.FEMALE),
    CardBound(subject="card:my_number-00", resident=HARU, kind="my_number"),
    received(),
    EvacuationOrdered(
        subject=ORDER, level=Level.EVACUATION_ORDER, settlements=("上興部", "札滑"),
        issued_at=datetime(2026, 11, 3, 9, 0, tzinfo=UTC),
    ),
    evidence(TvState.SILENT, 1),
    evidence(TvState.ON, 2),
    HouseholdCleared(subject=f"{ORDER}/{HOME}", order=ORDER, household=HOME, reason=Reason.SPOKE_BY_PHONE),
    TelevisionPaired(subject=TV, household=HOME, device="stb-0001"),
    ViewingConsentGiven(subject=TV, purpose=Purpose.DISASTER, agreed=True, who=HARU),
    ViewingConsentGiven(subject=TV, purpose=Purpose.WATCH_OVER, agreed=False, who=None),
]  # fmt: skip


def forged(recorded: Recorded[Any], shelter: str) -> Recorded[Any]:
    """The same reception as another console wrote it without having seen ours."""
    fact = replace(recorded.fact, shelter=ShelterId(shelter))
    return replace(recorded, fact=fact, hash=FactHash("ff" * 32), dev="another console", hlc=recorded.hlc + 1)


def test_rows_in_memory_are_the_rows_in_the_file(make_journal: JournalMaker, clock: HandClock) -> None:
    journal = make_journal()
    for fact in EVERYTHING:
        clock.advance(seconds=1.5)
        journal.append(fact)
    take_back(journal, journal.append(received(shelter="S2")).hash, "slip")
    take_back(journal, journal.append(received("resident:ken")).hash, "slip")
    in_memory = {row: journal.rows.all(row) for row in ROWS}
    folded = [journal.rows.folded(Stay, subject) for subject in (HARU, "resident:ken", "resident:nobody")]
    journal.close()
    again = make_journal()
    assert {row: again.rows.all(row) for row in ROWS} == in_memory
    assert [again.rows.folded(Stay, f.subject) for f in folded] == folded
    assert [row for row in ROWS if not in_memory[row]] == []


def test_rows_folded_again_from_every_fact_are_the_rows_in_the_file(make_journal: JournalMaker) -> None:
    journal = make_journal()
    for fact in EVERYTHING:
        journal.append(fact)
    rows = Rows(make_journal.catalogue)
    for subject in {fact.subject for fact in EVERYTHING}:
        rows.take(fold_subject(make_journal.catalogue, subject, journal.facts_about(subject)))
    assert {row: rows.all(row) for row in ROWS} == {row: journal.rows.all(row) for row in ROWS}


def test_a_row_that_this_version_does_not_know_is_left_in_the_file(make_journal: JournalMaker) -> None:
    make_journal().close()
    with make_journal.connect() as connection:
        connection.execute("INSERT INTO rows VALUES ('Voucher', 'resident:haru', x'7b7d', '[]', 0)")
    journal = make_journal()
    journal.append(received())
    journal.close()
    with make_journal.connect() as connection:
        assert connection.execute("SELECT row FROM rows ORDER BY row").fetchall() == [("Stay",), ("Voucher",)]


def test_nothing_is_said_about_somebody_unknown(journal: Journal) -> None:
    assert journal.rows.one(Stay, HARU) is None
    assert journal.rows.all(Stay) == {}
    empty = journal.rows.folded(Stay, HARU)
    assert (empty.value, empty.heads, empty.in_conflict) == (None, (), False)


def test_what_is_wholly_taken_back_has_no_value_but_keeps_its_heads(journal: Journal) -> None:
    taken = take_back(journal, journal.append(received()).hash, "slip")
    assert taken is not None
    assert journal.rows.all(Stay) == {}
    assert journal.rows.folded(Stay, HARU) == Folded(HARU, None, (taken.hash,))


def test_the_version_of_a_row_rises_only_when_its_value_changes(journal: Journal) -> None:
    versions: list[tuple[int, int]] = []
    for fact in (registered(), registered(), received(), registered(HARU, "佐藤 春"), received(shelter="S2")):
        journal.append(fact)
        versions.append((journal.rows.version(Resident), journal.rows.version(Stay)))
    assert versions == [(1, 0), (1, 0), (1, 1), (2, 1), (2, 2)]


def test_the_version_of_a_row_rises_with_undo_and_with_its_undo(journal: Journal) -> None:
    taken = take_back(journal, journal.append(received()).hash, "slip")
    assert taken is not None
    assert journal.rows.version(Stay) == 2
    take_back(journal, taken.hash, "not a slip")
    assert journal.rows.version(Stay) == 3
    journal.note_look("opened", HARU)
    assert journal.rows.version(Stay) == 3


def test_two_heads_of_a_single_row_are_shown_as_a_conflict(make_journal: JournalMaker) -> None:
    journal = make_journal()
    ours = journal.append(received(shelter="S1"))
    theirs = forged(ours, "S2")
    rows = Rows(make_journal.catalogue)
    rows.take(fold_subject(make_journal.catalogue, HARU, [ours, theirs]))
    folded = rows.folded(Stay, HARU)
    assert folded.in_conflict
    assert folded.heads == tuple(sorted((ours.hash, theirs.hash)))
    assert rows.conflicts() == [folded]


def test_a_conflict_is_still_there_after_the_file_is_opened_again(make_journal: JournalMaker) -> None:
    journal = make_journal()
    ours = journal.append(received())
    journal.close()
    with make_journal.connect() as connection:
        connection.execute("UPDATE rows SET heads = ?, conflict = 1", (json.dumps([ours.hash, "ff" * 32]),))
    assert [folded.subject for folded in make_journal().rows.conflicts()] == [HARU]


def test_a_fact_built_upon_both_heads_ends_the_conflict(make_journal: JournalMaker) -> None:
    ours = make_journal().append(received(shelter="S1"))
    theirs = forged(ours, "S2")
    decided = replace(ours, hash=FactHash("ee" * 32), hlc=theirs.hlc + 1, prev=(ours.hash, theirs.hash))
    ((_, folded),) = fold_subject(make_journal.catalogue, HARU, [ours, theirs, decided])
    assert (folded.in_conflict, folded.heads) == (False, (decided.hash,))


def test_a_set_takes_whatever_comes_without_conflict(make_journal: JournalMaker) -> None:
    journal = make_journal()
    ours = journal.append(evidence(TvState.ON, 2))
    theirs = replace(ours, fact=evidence(TvState.OFF, 1), hash=FactHash("ff" * 32), dev="another", hlc=ours.hlc + 1)
    ((_, folded),) = fold_subject(make_journal.catalogue, ours.fact.subject, [ours, theirs])
    assert (len(folded.heads), folded.in_conflict) == (2, False)
    assert isinstance(folded.value, Evidence)
    assert folded.value.state is TvState.ON


def test_what_is_taken_back_is_known_through_every_depth(journal: Journal) -> None:
    stay = journal.append(received())
    hashes = [stay.hash]
    for depth in range(1, 5):
        taken = take_back(journal, hashes[-1], "slip")
        assert taken is not None
        hashes.append(taken.hash)
        facts = journal.facts_about(HARU)
        assert taken_back(facts) == set(hashes[depth - 1 :: -2])
        assert standing(facts) == ([] if depth % 2 else [stay])
        assert heads(facts) == (taken.hash,)


def test_every_kind_of_fact_of_every_room_has_a_row(make_journal: JournalMaker) -> None:
    kinds = set(make_journal.catalogue.kinds.values())
    assert {type(fact) for fact in EVERYTHING} <= kinds
    assert {kind.__name__ for kind in kinds - set(make_journal.catalogue.row_of)} == {
        "FactTakenBack", "FactCorrected", "PersonErased",
    }  # fmt: skip


@pytest.mark.parametrize("kind", [EvacueeReceived, ResidentListed, CardBound])
def test_a_kind_is_found_by_its_name(make_journal: JournalMaker, kind: type[Fact]) -> None:
    assert make_journal.catalogue.kinds[kind.__name__] is kind
