"""A fact is on disk before `append` returns; a failed transaction leaves no trace."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.town import HARU, KEN, received, registered
from village_console.journal import hlc
from village_console.journal.facts import Fact, FactTakenBack, Recorded
from village_console.journal.journal import Journal
from village_console.register.facts import CardBound
from village_console.register.rows import CardBinding, Resident
from village_console.shelter.facts import EvacueeReceived
from village_console.shelter.rows import Stay
from village_console.village.ids import NOT_SIGNED_IN, FactHash, Operator

if TYPE_CHECKING:
    from tests.conftest import HandClock, JournalMaker


class SlipError(Exception):
    """What goes wrong in the middle of a transaction."""


def write_and_slip(journal: Journal, *facts: Fact) -> None:
    """Write facts in one transaction that fails at its end."""
    with journal.writing() as draft:
        for fact in facts:
            draft.append(fact)
        raise SlipError


def test_a_fact_is_on_disk_before_append_returns(make_journal: JournalMaker) -> None:
    journal = make_journal()
    written = journal.append(received(HARU))
    with make_journal.connect(read_only=True) as other:
        found = other.execute("SELECT kind, subject, hex(hash) FROM facts").fetchall()
    assert found == [("EvacueeReceived", HARU, written.hash.upper())]


def test_its_row_is_on_disk_with_it(make_journal: JournalMaker) -> None:
    make_journal().append(received(HARU))
    with make_journal.connect(read_only=True) as other:
        assert other.execute("SELECT row, subject FROM rows").fetchall() == [("Stay", HARU)]


def test_nothing_of_an_open_transaction_is_on_disk(make_journal: JournalMaker) -> None:
    with make_journal().writing() as draft:
        draft.append(received(HARU))
        with make_journal.connect(read_only=True) as other:
            assert other.execute("SELECT count(*) FROM facts").fetchone() == (0,)


@pytest.mark.parametrize("fact", [received(HARU), registered(HARU), registered(HARU, "葛\U000e0100西 𠮷子")])
def test_what_comes_back_is_what_was_written(make_journal: JournalMaker, fact: Fact) -> None:
    journal = make_journal()
    written = journal.append(fact, Operator("tanaka"), "reception/1")
    assert written.fact == fact
    assert journal.find(written.hash) == written
    assert journal.facts_about(HARU) == [written]
    journal.close()
    assert make_journal().find(written.hash) == written


def test_a_fact_carries_when_by_whom_and_through_what(journal: Journal, clock: HandClock) -> None:
    clock.advance(minutes=3, milliseconds=7)
    written = journal.append(received(HARU), Operator("tanaka"), "reception/1")
    envelope, _ = journal.every_fact()[0]
    assert (written.wall, written.arrived, written.by) == (clock.now(), clock.now(), "tanaka")
    assert (envelope.via, envelope.mode, envelope.world, envelope.incident) == (
        "reception/1", "drill", "simulated", "evening",
    )  # fmt: skip


def test_reception_does_not_wait_for_a_sign_in(journal: Journal) -> None:
    assert journal.append(received(HARU)).by == NOT_SIGNED_IN


@pytest.mark.parametrize("milliseconds", [0, 1, 57.4, 123.6, 249.5, 501.99, 777, 999.9])
def test_a_fact_bears_the_very_millisecond_that_the_clock_shows(
    journal: Journal, clock: HandClock, milliseconds: float
) -> None:
    clock.drive(clock.epoch() + milliseconds / 1000, clock.monotonic(), 0)
    assert journal.append(received(HARU)).wall == clock.now()


def test_facts_are_ordered_even_when_the_clock_stands_still_or_goes_back(journal: Journal, clock: HandClock) -> None:
    written = [journal.append(received(HARU))]
    written.append(journal.append(received(HARU)))
    clock.advance(days=-1)
    written.append(journal.append(received(HARU)))
    assert sorted(written, key=lambda r: r.order) == written
    assert written[2].wall == written[0].wall - timedelta(days=1)


def test_facts_stay_in_order_after_the_file_is_opened_again_with_an_earlier_clock(
    make_journal: JournalMaker, clock: HandClock
) -> None:
    journal = make_journal()
    before = journal.append(received(HARU))
    journal.close()
    clock.advance(days=-400)
    assert make_journal().append(received(HARU)).order > before.order


def test_a_stamp_from_too_far_ahead_does_not_move_our_clock() -> None:
    now = 1_793_696_531_000
    ahead = (now + 3600_000) << hlc.COUNTER_BITS
    absurd = (now + 30 * 365 * 24 * 3600_000) << hlc.COUNTER_BITS
    assert hlc.witness(5, ahead, now) == ahead
    assert hlc.witness(5, absurd, now) == 5
    assert hlc.witness(ahead, 5, now) == ahead


def test_sequence_begins_at_one_and_has_no_gaps(journal: Journal) -> None:
    assert [journal.append(received(HARU)).seq for _ in range(5)] == [1, 2, 3, 4, 5]


def test_a_failed_transaction_leaves_no_gap_and_no_row(make_journal: JournalMaker) -> None:
    journal = make_journal()
    journal.append(received(HARU))
    with pytest.raises(SlipError):
        write_and_slip(journal, received(KEN), registered(KEN))
    assert journal.rows.one(Stay, KEN) is None
    assert journal.facts_about(KEN) == []
    assert journal.append(received(KEN)).seq == 2
    assert journal.verify() == 2
    journal.close()
    assert set(make_journal().rows.all(Stay)) == {HARU, KEN}


def test_the_key_of_a_subject_from_a_failed_transaction_is_forgotten(journal: Journal) -> None:
    with pytest.raises(SlipError):
        write_and_slip(journal, registered(KEN))
    written = journal.append(registered(KEN))
    assert journal.find(written.hash) == written


def test_a_name_that_is_not_unicode_is_refused_whole(journal: Journal) -> None:
    with pytest.raises(UnicodeEncodeError):
        journal.append(registered(HARU, "佐\ud800藤"))
    assert journal.verify() == 0
    assert journal.append(registered(HARU)).seq == 1


def test_a_draft_reads_what_it_has_already_written(journal: Journal) -> None:
    with journal.writing() as draft:
        assert draft.row(Stay, HARU) is None
        assert draft.count_own(EvacueeReceived) == 0
        first = draft.append(received(HARU, "S1"))
        second = draft.append(received(HARU, "S2"))
        stay = draft.row(Stay, HARU)
        assert draft.count_own(EvacueeReceived) == 2
    assert second.prev == (first.hash,)
    assert stay == journal.rows.one(Stay, HARU)
    assert stay is not None
    assert (stay.shelter, stay.fact) == ("S2", second.hash)


def test_a_fact_is_built_upon_the_heads_of_its_own_row_only(journal: Journal) -> None:
    stay = journal.append(received(HARU))
    listing = journal.append(registered(HARU))
    assert listing.prev == ()
    assert journal.append(received(HARU, "S2")).prev == (stay.hash,)
    assert journal.append(registered(HARU)).prev == (listing.hash,)


def test_a_taking_back_is_built_upon_the_row_of_what_it_takes_back(journal: Journal) -> None:
    listing = journal.append(registered(HARU))
    stay = journal.append(received(HARU))
    taking = journal.append(FactTakenBack(subject=HARU, target=stay.hash, why="slip"))
    again = journal.append(FactTakenBack(subject=HARU, target=taking.hash, why="slip"))
    assert (taking.prev, again.prev) == ((stay.hash,), (taking.hash,))
    assert journal.rows.folded(Resident, HARU).heads == (listing.hash,)


def test_a_taking_back_of_nothing_known_is_built_upon_nothing(journal: Journal) -> None:
    written = journal.append(FactTakenBack(subject=HARU, target=FactHash("00" * 32), why="slip"))
    assert written.prev == ()


def test_the_newest_of_a_kind_come_first(journal: Journal) -> None:
    written: list[Recorded[EvacueeReceived]] = []
    for shelter in ("S1", "S2", "S3"):
        written.append(journal.append(received(HARU, shelter)))
        journal.append(registered(HARU))
    assert journal.last_of(EvacueeReceived, 2) == [written[2], written[1]]


def test_every_fact_comes_in_the_order_of_arrival(journal: Journal) -> None:
    written = [journal.append(f) for f in (registered(HARU), received(KEN), received(HARU))]
    assert [recorded for _, recorded in journal.every_fact()] == written


def test_there_is_nothing_to_find_under_an_unknown_hash(journal: Journal) -> None:
    assert journal.find(FactHash("00" * 32)) is None


def test_a_named_secret_is_made_once(make_journal: JournalMaker) -> None:
    journal = make_journal()
    secret = journal.secret("tokens:evening")
    assert (len(secret), journal.secret("tokens:evening")) == (32, secret)
    assert journal.secret("tokens:morning") != secret
    journal.close()
    assert make_journal().secret("tokens:evening") == secret


def test_listeners_hear_which_subjects_changed_after_it_is_on_disk(make_journal: JournalMaker) -> None:
    journal = make_journal()
    heard: list[tuple[frozenset[str], int, int]] = []

    def listen(subjects: frozenset[str]) -> None:
        with make_journal.connect(read_only=True) as other:
            on_disk = other.execute("SELECT count(*) FROM facts").fetchone()[0]
        heard.append((subjects, on_disk, len(journal.rows.all(Stay))))

    journal.listen(listen)
    with journal.writing() as draft:
        draft.append(received(HARU))
        draft.append(received(KEN))
        draft.append(received(KEN))
    journal.append(CardBound(subject="card:my_number-00", resident=HARU, kind="my_number"))
    assert heard == [(frozenset({HARU, KEN}), 3, 2), (frozenset({"card:my_number-00"}), 4, 2)]


def test_listeners_hear_nothing_of_what_failed_or_did_not_happen(journal: Journal) -> None:
    heard: list[frozenset[str]] = []
    journal.listen(heard.append)
    with journal.writing():
        pass
    with pytest.raises(SlipError):
        write_and_slip(journal, received(HARU))
    journal.note_look("opened", HARU)
    assert heard == []


def test_a_listener_may_write_in_turn(journal: Journal) -> None:
    def bind_a_card(subjects: frozenset[str]) -> None:
        if HARU in subjects:
            journal.append(CardBound(subject="card:paper-1", resident=HARU, kind="paper"))

    journal.listen(bind_a_card)
    journal.append(received(HARU))
    assert journal.rows.all(CardBinding) == {"card:paper-1": CardBinding(HARU, "paper")}
    assert journal.verify() == 2
