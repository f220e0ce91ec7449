"""Two journals become one: what comes is checked, nothing that is here changes, and strangers wait."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from tests.town import HARU, KEN, received, registered
from village_console.announce.facts import AnnouncementShown
from village_console.journal import envelope as env
from village_console.journal.envelope import Envelope, Link
from village_console.journal.exchange import Refusal, TakenIn
from village_console.journal.facts import (
    MOST,
    Catalogue,
    Fact,
    Fold,
    PersonErased,
    PersonsMerged,
    PersonsToldApart,
    Recorded,
    Unread,
    merge_subject,
    personal,
)
from village_console.journal.identity import Identity
from village_console.journal.intake import MOST_QUARANTINED
from village_console.journal.journal import BATCH, Journal
from village_console.journal.store import Purpose
from village_console.journal.undo import correct, take_back
from village_console.register.facts import CodesTaken
from village_console.register.rows import Resident
from village_console.shelter.facts import EvacueeReceived, GroupCounted
from village_console.shelter.rows import Stay
from village_console.village.ids import FactHash, ShelterId

if TYPE_CHECKING:
    from tests.conftest import HandClock, JournalMaker


@dataclass(frozen=True)
class Two:
    """Two consoles that have admitted one another."""

    ours: Journal
    theirs: Journal

    def meet(self) -> tuple[TakenIn, TakenIn]:
        return self.send(self.ours, self.theirs), self.send(self.theirs, self.ours)

    @staticmethod
    def send(giver: Journal, taker: Journal) -> TakenIn:
        links = giver.owed(taker.have())
        return taker.take_in(links, giver.keys_for(links))


@pytest.fixture
def two(make_journal: JournalMaker) -> Two:
    ours, theirs = make_journal("ours/journal.db"), make_journal("theirs/journal.db")
    ours.admit(theirs.public_key)
    theirs.admit(ours.public_key)
    return Two(ours, theirs)


def rows(journal: Journal) -> object:
    return journal.rows.everything()


def test_two_consoles_that_meet_know_the_same(two: Two) -> None:
    two.ours.append(registered())
    two.ours.append(received())
    two.theirs.append(received(KEN, "S2"))
    given, taken = two.meet()
    assert (given.new, taken.new) == (2, 1)
    assert rows(two.ours) == rows(two.theirs)
    assert set(two.ours.rows.all(Stay)) == {HARU, KEN}
    assert (two.ours.verify(), two.theirs.verify()) == (3, 3)


def test_what_has_come_once_comes_in_vain_the_next_time(two: Two) -> None:
    two.ours.append(received())
    links = list(two.ours.links())
    assert two.theirs.take_in(links * 3).new == 1
    assert two.theirs.take_in(links).known == 1
    assert two.ours.owed(two.theirs.have()) == []
    assert two.theirs.verify() == 1


def test_facts_may_come_backwards_and_with_holes(two: Two) -> None:
    for shelter in ("S1", "S2", "S3", "S4"):
        two.ours.append(received(shelter=shelter))
    first, *rest = two.ours.links()
    assert two.theirs.take_in(reversed(rest)).new == 3
    stay = two.theirs.rows.one(Stay, HARU)
    assert stay is not None
    assert stay.shelter == "S4"
    assert two.theirs.have()[two.ours.device, two.ours.incarnations()[0][0]].seq == 0
    assert two.theirs.verify() == 3
    two.theirs.take_in([first])
    assert two.theirs.have() == two.ours.have()


def test_a_name_can_be_read_once_its_key_has_come(two: Two) -> None:
    two.ours.append(registered())
    links = list(two.ours.links())
    two.theirs.take_in(links)
    assert two.theirs.rows.one(Resident, HARU) is None
    assert two.theirs.not_understood() == {("ResidentListed", Unread.NO_KEY): 1}
    two.theirs.take_in([], two.ours.keys_for(links))
    assert rows(two.ours) == rows(two.theirs)
    assert two.theirs.not_understood() == {}


def test_many_facts_come_in_batches(two: Two) -> None:
    for n in range(BATCH + 20):
        two.ours.append(received(f"resident:{n}"))
    heard: list[int] = []
    two.theirs.listen(lambda subjects: heard.append(len(subjects)))
    assert two.meet()[0].new == BATCH + 20
    assert heard == [BATCH, 20]


# Two at once


def test_two_places_at_once_are_shown_and_not_settled_in_silence(two: Two) -> None:
    two.ours.append(received(shelter="S1"))
    two.theirs.append(received(shelter="S2"))
    two.meet()
    for journal in (two.ours, two.theirs):
        (conflict,) = journal.rows.conflicts()
        assert (conflict.subject, len(conflict.heads)) == (HARU, 2)
    assert two.ours.rows.one(Stay, HARU) == two.theirs.rows.one(Stay, HARU)


def test_the_same_place_said_twice_is_no_conflict(two: Two) -> None:
    two.ours.append(received(shelter="S1"))
    two.theirs.append(received(shelter="S1"))
    two.meet()
    assert two.ours.rows.conflicts() == []
    assert len(two.ours.rows.folded(Stay, HARU).heads) == 2


def test_whoever_decides_ends_the_conflict_everywhere(two: Two) -> None:
    two.ours.append(received(shelter="S1"))
    two.theirs.append(received(shelter="S2"))
    two.meet()
    decided = two.theirs.append(received(shelter="S2"))
    two.meet()
    for journal in (two.ours, two.theirs):
        assert journal.rows.conflicts() == []
        assert journal.rows.folded(Stay, HARU).heads == (decided.hash,)


def test_an_undo_here_and_a_move_there_are_a_conflict(two: Two) -> None:
    first = two.ours.append(received(shelter="S1"))
    two.meet()
    take_back(two.ours, first.hash, "slip")
    two.theirs.append(received(shelter="S2"))
    two.meet()
    assert [folded.subject for folded in two.ours.rows.conflicts()] == [HARU]


@pytest.mark.parametrize("years", [-56, 5])
def test_what_was_built_upon_a_fact_holds_whatever_the_clocks_say(two: Two, clock: HandClock, years: int) -> None:
    right = clock.now()
    clock.set(right + timedelta(days=365 * years))
    two.theirs.append(received(shelter="S2"))
    clock.set(right)
    two.meet()
    two.ours.append(received(shelter="S1"))
    two.meet()
    for journal in (two.ours, two.theirs):
        stay = journal.rows.one(Stay, HARU)
        assert stay is not None
        assert stay.shelter == "S1"


def test_a_laptop_whose_clock_is_years_ahead_does_not_move_ours(two: Two, clock: HandClock) -> None:
    right = clock.now()
    clock.set(right + timedelta(days=1800))
    ahead = two.theirs.append(received(KEN))
    clock.set(right)
    two.meet()
    assert two.ours.append(received()).hlc < ahead.hlc


@pytest.mark.parametrize("year", [1970, 3500, 6000, 9999])
def test_what_a_laptop_wrote_in_whatever_year_its_clock_stands_is_taken_in(
    two: Two, clock: HandClock, year: int
) -> None:
    right = clock.now()
    clock.set(right.replace(year=year))
    written = [two.theirs.append(received(person)).hash for person in (HARU, KEN)]
    clock.set(right)
    assert two.send(two.theirs, two.ours).new == 2
    assert {FactHash(link.hash.hex()) for link in two.ours.links()} >= set(written)
    assert two.theirs.append(received("resident:aoi")).order > two.theirs.facts_about(KEN)[-1].order


# Who may speak


def test_a_stranger_waits_until_admitted(make_journal: JournalMaker) -> None:
    ours, stranger = make_journal("ours.db"), make_journal("stranger.db")
    stranger.append(received())
    result = ours.take_in(stranger.links())
    assert (result.new, result.quarantined) == (0, 1)
    assert ours.rows.all(Stay) == {}
    assert ours.quarantined() == {stranger.device: 1}
    assert ours.admit(stranger.public_key).new == 1
    assert set(ours.rows.all(Stay)) == {HARU}
    assert (ours.quarantined(), ours.verify()) == ({}, 1)


def test_strangers_cannot_fill_the_disk(make_journal: JournalMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("village_console.journal.intake.MOST_QUARANTINED", 2)
    assert MOST_QUARANTINED > 2
    ours, stranger = make_journal("ours.db"), make_journal("stranger.db")
    for _ in range(5):
        stranger.append(received())
    result = ours.take_in(stranger.links())
    assert (result.quarantined, result.refused) == (2, {Refusal.QUARANTINE_FULL: 3})


def test_what_waits_already_is_known_when_it_comes_again_also_when_there_is_no_room(
    make_journal: JournalMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("village_console.journal.intake.MOST_QUARANTINED", 2)
    ours, stranger = make_journal("ours.db"), make_journal("stranger.db")
    stranger.append(received())
    stranger.append(received(KEN))
    ours.take_in(stranger.links())
    again = ours.take_in(stranger.links())
    assert (again.known, again.quarantined, again.refused) == (2, 0, {})
    assert ours.quarantined() == {stranger.device: 2}


def changed(link: Link, **fields: object) -> Link:
    body = json.loads(link.body) | fields
    return replace(link, body=json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode())


def signed_by(identity: Identity, link: Link) -> Link:
    return replace(link, sig=identity.key.sign(link.hash))


SPOILED: list[tuple[Callable[[Link], Link], Refusal]] = [
    (lambda link: replace(link, body=b"{"), Refusal.UNREADABLE),
    (lambda link: replace(link, body=b"\xff" * 40), Refusal.UNREADABLE),
    (lambda link: replace(link, body=b"[]"), Refusal.UNREADABLE),
    (lambda link: replace(link, body=b'{"dev":"\xff"}'), Refusal.UNREADABLE),
    (lambda link: replace(link, body=b'{"dev":' + b"[" * 90_000), Refusal.UNREADABLE),
    (lambda link: replace(link, body=b'{"more":' + b"[" * 90_000), Refusal.UNREADABLE),
    (lambda link: replace(link, previous=b""), Refusal.UNREADABLE),
    (lambda link: replace(link, sig=link.sig[:-1]), Refusal.UNREADABLE),
    (lambda link: changed(link, seq=0), Refusal.UNREADABLE),
    (lambda link: changed(link, seq=2**70), Refusal.UNREADABLE),
    (lambda link: changed(link, seq="1"), Refusal.UNREADABLE),
    (lambda link: changed(link, hlc=-1), Refusal.UNREADABLE),
    (lambda link: changed(link, wall=2**70), Refusal.UNREADABLE),
    (lambda link: changed(link, d=7), Refusal.UNREADABLE),
    (lambda link: changed(link, mode="real"), Refusal.OTHER_PURPOSE),
    (lambda link: changed(link, incident="another"), Refusal.OTHER_PURPOSE),
    (lambda link: replace(link, sealed=link.sealed + b"x"), Refusal.SEAL_BROKEN),
    (lambda link: replace(link, sealed=b"", sealed_sha=bytes(32)), Refusal.SIGNATURE_WRONG),
    (lambda link: replace(link, previous=b"\1" * 32), Refusal.SIGNATURE_WRONG),
    (lambda link: changed(link, subject="resident:nobody"), Refusal.SIGNATURE_WRONG),
    (lambda link: signed_by(Identity.new(), link), Refusal.SIGNATURE_WRONG),
]


@pytest.mark.parametrize(("spoil", "refusal"), SPOILED)
def test_what_was_tampered_with_is_refused_and_the_rest_is_taken(
    two: Two, spoil: Callable[[Link], Link], refusal: Refusal
) -> None:
    two.ours.append(registered())
    two.ours.append(registered(KEN, "中村 健"))
    good, bad = two.ours.links()
    result = two.theirs.take_in([spoil(bad), good], two.ours.keys_for([good]))
    assert (result.new, result.refused) == (1, {refusal: 1})
    assert set(two.theirs.rows.all(Resident)) == {HARU}
    assert two.theirs.verify() == 1


def test_another_run_mode_or_incident_shares_nothing(make_journal: JournalMaker) -> None:
    drill = make_journal("drill.db")
    other = make_journal("other.db", purpose=Purpose("drill", "simulated", "morning"))
    drill.admit(other.public_key)
    other.append(received())
    assert drill.take_in(other.links()).refused == {Refusal.OTHER_PURPOSE: 1}


def test_an_admitted_laptop_with_a_mad_clock_stops_nobody(two: Two) -> None:
    identity = Identity.new()
    two.ours.admit(identity.public)
    two.ours.append(received(KEN))
    plain = Envelope.from_body(next(two.ours.links()).body)
    for n, wall in enumerate((-(2**61), 2**61), start=1):
        body = replace(plain, dev=identity.dev, seq=n, wall=wall, subject=HARU).body()
        link = signed_by(identity, Link(bytes(32), body, b"", env.sha(b""), bytes(64)))
        assert two.ours.take_in([link]).new == 1
    assert two.ours.rows.one(Stay, HARU) is not None


# Who we are


def copied(make_journal: JournalMaker, journal: Journal, name: str) -> None:
    (make_journal.folder / name).parent.mkdir(exist_ok=True)
    shutil.copy(journal.path, make_journal.folder / name)


def test_a_copy_that_both_go_on_with_is_an_alarm_and_loses_nothing(make_journal: JournalMaker) -> None:
    original = make_journal("one/journal.db")
    original.append(received())
    original.close()
    copied(make_journal, original, "two/journal.db")
    one, two = make_journal("one/journal.db"), make_journal("two/journal.db")
    one.append(received(KEN, "S1"))
    two.append(received("resident:misaki", "S2"))
    result = two.take_in(one.owed(two.have()))
    one.take_in(two.owed(one.have()))
    assert result.forked == 1
    assert set(one.rows.all(Stay)) == {HARU, KEN, "resident:misaki"}
    assert rows(one) == rows(two)
    assert one.forks() == two.forks() == [(one.device, one.incarnations()[0][0], 2)]
    assert [why for _, why in two.incarnations()] == ["made", "met_itself"]
    assert (one.verify(), two.verify()) == (3, 3)


@pytest.fixture
def forked(make_journal: JournalMaker) -> tuple[Journal, Journal, Journal]:
    """A journal, a copy of it that went on with two facts of its own, and a console that has admitted their device."""
    original = make_journal("one/journal.db")
    original.append(received())
    original.close()
    copied(make_journal, original, "two/journal.db")
    one, two, three = (make_journal(f"{name}/journal.db") for name in ("one", "two", "three"))
    one.append(received(KEN, "S1"))
    two.append(received("resident:misaki", "S2"))
    two.append(received("resident:aoi", "S2"))
    three.admit(one.public_key)
    return one, two, three


@pytest.mark.parametrize("end_first", [True, False])
def test_the_end_of_a_fork_that_comes_before_its_beginning_is_no_damage(
    forked: tuple[Journal, Journal, Journal], make_journal: JournalMaker, *, end_first: bool
) -> None:
    one, two, three = forked
    keys = [*one.keys_for(one.links()), *two.keys_for(two.links())]
    end = list(two.links())[-1:]
    batches = [end, list(one.links())] if end_first else [list(one.links()), end]
    told = sum(three.take_in(batch, keys).forked for batch in batches)
    three.close()
    three = make_journal("three/journal.db")
    assert (told, three.verify(), three.forks()) == (1, 3, [(one.device, one.incarnations()[0][0], 2)])
    assert three.take_in(list(two.links()), keys).forked == 0
    assert three.verify() == 4
    assert set(three.rows.all(Stay)) == {HARU, KEN, "resident:misaki", "resident:aoi"}


def test_a_journal_put_back_from_a_copy_begins_anew(make_journal: JournalMaker) -> None:
    journal = make_journal()
    journal.append(received())
    journal.close()
    copied(make_journal, journal, "copy.db")
    make_journal().append(received(KEN))
    make_journal.close_all()
    for end in ("", "-wal", "-shm"):
        (make_journal.folder / f"journal.db{end}").unlink(missing_ok=True)
    shutil.copy(make_journal.folder / "copy.db", make_journal.folder / "journal.db")
    again = make_journal()
    assert [why for _, why in again.incarnations()] == ["made", "put_back"]
    assert again.append(received(KEN)).seq == 1
    again.close()
    assert len(make_journal().incarnations()) == 2


def test_a_folder_carried_to_another_machine_begins_anew(
    make_journal: JournalMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("village_console.journal.store.machine_id", lambda: "laptop-one")
    monkeypatch.setattr("village_console.journal.beginning.machine_id", lambda: "laptop-one")
    make_journal().close()
    make_journal().close()
    monkeypatch.setattr("village_console.journal.beginning.machine_id", lambda: "laptop-two")
    make_journal().close()
    assert [why for _, why in make_journal().incarnations()] == ["made", "copied"]


@pytest.mark.parametrize("torn", [b"", b"garbage\n", b"0011 7", b"0011 x " + b"a" * 64])
def test_a_torn_tip_file_is_written_anew(make_journal: JournalMaker, torn: bytes) -> None:
    journal = make_journal()
    journal.append(received())
    journal.close()
    (make_journal.folder / "journal.db.tip").write_bytes(torn)
    again = make_journal()
    again.append(received(KEN))
    assert [why for _, why in again.incarnations()] == ["made"]


# One person, two ids


def merged(one: str = HARU, other: str = KEN) -> PersonsMerged:
    return PersonsMerged(subject=merge_subject(one, other), one=one, other=other, why="the same birth date")


def test_two_ids_of_one_person_are_one_row(two: Two) -> None:
    two.ours.append(registered(KEN))
    two.ours.append(received(KEN))
    two.ours.append(merged())
    assert two.ours.rows.one(Stay, KEN) == two.ours.rows.one(Stay, HARU)
    assert set(two.ours.rows.all(Stay)) == {HARU}
    assert [r.fact.subject for r in two.ours.facts_about(HARU)] == [KEN, KEN]
    two.meet()
    assert rows(two.ours) == rows(two.theirs)


def test_one_person_at_two_shelters_under_two_ids_is_a_conflict(two: Two) -> None:
    two.ours.append(received(HARU, "S1"))
    two.ours.append(received(KEN, "S2"))
    assert two.ours.rows.conflicts() == []
    two.ours.append(merged())
    assert [folded.subject for folded in two.ours.rows.conflicts()] == [HARU]


def test_two_who_were_merged_by_mistake_are_two_again(two: Two) -> None:
    two.ours.append(received(HARU, "S1"))
    two.ours.append(received(KEN, "S2"))
    before = rows(two.ours)
    merge = two.ours.append(merged())
    assert take_back(two.ours, merge.hash, "brothers") is not None
    after = {key: folded for key, folded in two.ours.rows.everything().items() if key[0] != "Merge"}
    assert after == before


def test_merges_chain_and_the_smallest_id_speaks(two: Two) -> None:
    two.ours.append(received("resident:z", "S1"))
    two.ours.append(merged("resident:z", "resident:y"))
    two.theirs.append(merged("resident:y", HARU))
    two.meet()
    assert set(two.ours.rows.all(Stay)) == set(two.theirs.rows.all(Stay)) == {HARU}


# Right and gone


def test_a_correction_leaves_what_was_built_upon_it(two: Two) -> None:
    first = two.ours.append(received(shelter="S1"))
    two.ours.append(received(shelter="S2"))
    assert take_back(two.ours, first.hash, "slip") is None
    assert correct(two.ours, first.hash, {"receipt": "S1-0009"}, "misread") is not None
    two.meet()
    assert rows(two.ours) == rows(two.theirs)


def test_a_correction_shows_at_once_and_can_be_taken_back(two: Two) -> None:
    listing = two.ours.append(registered(name="佐藤 バル"))
    right = correct(two.ours, listing.hash, {"name": "佐藤 ハル", "birth": "1944-09-22"}, "misread")
    assert right is not None
    resident = two.ours.rows.one(Resident, HARU)
    assert resident is not None
    assert (resident.name, resident.birth) == ("佐藤 ハル", date(1944, 9, 22))
    take_back(two.ours, right.hash, "it was right")
    resident = two.ours.rows.one(Resident, HARU)
    assert resident is not None
    assert resident.name == "佐藤 バル"


@pytest.mark.parametrize("changes", [{"colour": "red"}, {"path": "by_boat"}, {"subject": KEN}, {"shelter": 7}])
def test_a_correction_that_makes_no_sense_is_refused(two: Two, changes: dict[str, Any]) -> None:
    fact = two.ours.append(received())
    with pytest.raises(ValueError, match=r"colour|by_boat|subject|shelter|str"):
        correct(two.ours, fact.hash, changes, "nonsense")
    assert len(two.ours.facts_about(HARU)) == 1


def test_an_erased_person_is_gone_from_every_console_and_the_chains_hold(two: Two) -> None:
    two.ours.append(registered())
    two.meet()
    two.theirs.append(registered(name="佐藤 春"))
    two.ours.append(PersonErased(subject=HARU, why="asked for it"))
    two.meet()
    for journal in (two.ours, two.theirs):
        assert journal.rows.one(Resident, HARU) is None
        assert journal.keys_for(journal.links()) == []
        assert journal.verify() == 3
        assert take_back(journal, journal.last_of(PersonErased, 1)[0].hash, "no") is None


# Programs of different age


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRecorded(Fact):
    """As an older program writes it."""

    what: str
    who: str = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterNeedRecorded(Fact):
    """The same kind, grown: `what` became a list."""

    VERSION: ClassVar[int] = 2

    whats: tuple[str, ...]
    who: str = personal()

    @classmethod
    def upcast(cls, version: int, plain: dict[str, Any]) -> dict[str, Any] | None:
        return {"whats": [plain["what"]], "who": plain["who"]} if version == 1 else None


LaterNeedRecorded.__name__ = "NeedRecorded"


@dataclass(frozen=True, slots=True)
class Need:
    whats: tuple[str, ...]


def fold_need(facts: Any) -> Need:
    last: Recorded[LaterNeedRecorded] = facts[-1]
    return Need(last.fact.whats)


def test_an_older_program_passes_on_what_it_does_not_know_and_a_newer_one_reads_the_old(
    make_journal: JournalMaker,
) -> None:
    known = tuple(kind for kind in make_journal.catalogue.kinds.values() if "journal" not in kind.__module__)
    folds = make_journal.catalogue.folds[1:]
    old = Catalogue((*known, NeedRecorded), folds)
    new = Catalogue((*known, LaterNeedRecorded), (*folds, Fold(Need, (LaterNeedRecorded,), fold_need)))
    make_journal.catalogue = old
    ours = make_journal("ours.db")
    ours.append(NeedRecorded(subject=HARU, what="oxygen", who="佐藤 ハル"))
    make_journal.catalogue = Catalogue(known, folds)
    between = make_journal("between.db")
    between.admit(ours.public_key)
    Two.send(ours, between)
    assert between.not_understood() == {("NeedRecorded", Unread.UNKNOWN_KIND): 1}
    make_journal.catalogue = new
    later = make_journal("later.db")
    later.admit(ours.public_key)
    Two.send(between, later)
    assert later.rows.all(Need) == {HARU: Need(("oxygen",))}
    later.append(LaterNeedRecorded(subject=KEN, whats=("water", "rice"), who="中村 健"))
    ours.admit(later.public_key)
    Two.send(later, ours)
    assert ours.not_understood() == {("NeedRecorded", Unread.NEWER): 1}
    make_journal.catalogue = old
    ours.close()
    make_journal.catalogue = new
    assert set(make_journal("ours.db").rows.all(Need)) == {HARU, KEN}


def test_a_fact_whose_fields_make_no_sense_stops_nobody(make_journal: JournalMaker) -> None:
    known = make_journal.catalogue
    strange = Catalogue((replace_kind(EvacueeReceived),), ())
    make_journal.catalogue = strange
    theirs = make_journal("theirs.db")
    theirs.append(strange.kinds["EvacueeReceived"](subject=HARU, shelter=secrets.randbits(8)))  # type: ignore[call-arg]
    make_journal.catalogue = known
    ours = make_journal("ours.db")
    ours.admit(theirs.public_key)
    assert ours.take_in(theirs.links()).new == 1
    assert ours.rows.one(Stay, HARU) is None
    assert ours.not_understood() == {("EvacueeReceived", Unread.MALFORMED): 1}
    assert ours.append(received()).prev != ()


S1 = ShelterId("S1")
UNSOUND: dict[str, Fact] = {
    "a moment without a zone": AnnouncementShown(subject="say:1", device="stb-1", at=datetime(2026, 11, 3)),  # noqa: DTZ001
    "a moment in no calendar": AnnouncementShown(subject="say:1", device="stb-1", at=datetime(2200, 1, 1, tzinfo=UTC)),
    "more people than there are": GroupCounted(
        subject="group:1", shelter=S1, receipt="S1-B1", counted={"female/elder": MOST}
    ),
    "less than nobody": GroupCounted(subject="group:1", shelter=S1, receipt="S1-B1", counted={"female/elder": -1}),
    "a code of no series": CodesTaken(subject="codes:1", first=-1, count=10),
    "a merge under a person's id": PersonsMerged(subject=HARU, one=HARU, other=KEN, why=""),
    "a person merged with herself": PersonsMerged(subject=merge_subject(HARU, HARU), one=HARU, other=HARU, why=""),
    "a merge of a merge": PersonsMerged(subject=merge_subject(HARU, "merge:x"), one=HARU, other="merge:x", why=""),
    "told apart under a person's id": PersonsToldApart(subject=HARU, one=HARU, other=KEN, why=""),
}


@pytest.mark.parametrize("fact", UNSOUND.values(), ids=UNSOUND)
def test_a_fact_that_cannot_be_meant_is_kept_passed_on_and_not_folded(make_journal: JournalMaker, fact: Fact) -> None:
    theirs, ours, later = (make_journal(f"{name}.db") for name in ("theirs", "ours", "later"))
    with pytest.raises(ValueError, match="nobody could read"):
        theirs.append(fact)
    with theirs.writing() as draft:
        draft._chain.write(fact, (), draft._by, draft._via)
    for taker, giver in ((ours, theirs), (later, ours)):
        taker.admit(theirs.public_key)
        assert taker.take_in(giver.links()).new == 1
        assert taker.not_understood() == {(type(fact).__name__, Unread.MALFORMED): 1}
        assert taker.rows.aliases.members(HARU) == {HARU}
    assert ours.append(received()).fact.subject == HARU


def replace_kind(kind: type[Fact]) -> type[Fact]:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Strange(Fact):
        shelter: int

    Strange.__name__ = kind.__name__
    return Strange


@pytest.mark.parametrize("page", [1, 2, 3])
def test_in_whatever_pages_it_is_read_all_of_a_forked_chain_is_there_once(
    forked: tuple[Journal, Journal, Journal], monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    one, two, _ = forked
    one.take_in(list(two.links()))
    at_once = list(one.links())
    monkeypatch.setattr("village_console.journal.exchange.PAGE", page)
    assert list(one.links()) == at_once
    assert len({link.hash for link in at_once}) == len(at_once) == sum(held.count for held in one.have().values())
