"""After an erasure nothing of the person is left on any page, here or at any console that has heard of it."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import DRILL, KEY
from tests.pages import found_in, pages
from tests.town import listed, person
from village_console.journal.envelope import Link, unseal
from village_console.journal.facts import PersonErased, Unread
from village_console.journal.journal import Journal
from village_console.journal.salvage import salvage
from village_console.journal.subject_keys import SubjectKey
from village_console.journal.undo import correct
from village_console.register.facts import ResidentListed
from village_console.register.rows import Resident

if TYPE_CHECKING:
    from tests.conftest import JournalMaker

HARU = person(2)
PERSONAL: list[str | bytes] = [
    "葛\U000e0100西 ハル",
    "カサイ ハル",
    "1944-09-21",
    "上興部12番地",
    "0158-00-1811",
    "0000002",
]


def haru(**more: Any) -> ResidentListed:
    return listed(2, 1, "葛\U000e0100西 ハル", "カサイ ハル", address="上興部12番地", phone="0158-00-1811", **more)


def write_haru(journal: Journal) -> None:
    """Haru among others, listed, listed again, corrected."""
    for n in range(10, 60):
        journal.append(listed(n, n, f"人{n}", "ヒト"))
    journal.append(haru())
    again = journal.append(haru(birth=date(1944, 9, 21)))
    correct(journal, again.hash, {"phone": "0158-00-1811"}, "misheard")
    for n in range(60, 110):
        journal.append(listed(n, n, f"人{n}", "ヒト"))


def secrets_of(journal: Journal, subject: str) -> list[str | bytes]:
    """A subject's keys, and the beginnings of what they seal."""
    keys: list[str | bytes] = [held.key for held in journal._keys.of([subject])]
    return [*keys, *(link.sealed[:48] for link in journal.links() if link.sealed and subject.encode() in link.body)]


def test_the_pages_are_read_as_sqlcipher_wrote_them(journal: Journal) -> None:
    journal.append(listed(10, 10, "人", "ヒト"))
    assert any(b"CREATE TABLE facts" in page for page in pages(journal.path, KEY))
    assert found_in(journal.path, b"\0" * 32, ["CREATE TABLE facts", "人"]) == []


def test_nothing_of_a_person_is_left_on_any_page_or_in_the_log(journal: Journal) -> None:
    write_haru(journal)
    looked_for = [*PERSONAL, *secrets_of(journal, HARU)]
    assert len(looked_for) == 6 + 1 + 3
    assert found_in(journal.path, KEY, looked_for) == looked_for, "the control: before, all of it is there"
    journal.append(PersonErased(subject=HARU, why="asked"))
    assert found_in(journal.path, KEY, looked_for) == []
    assert found_in(journal.path, KEY, ["人10", "人109"]) == ["人10", "人109"]
    journal.close()
    assert found_in(journal.path, KEY, looked_for) == []


def test_free_pages_hold_nothing_either(journal: Journal, make_journal: JournalMaker) -> None:
    long = "上興部" * 4000 + "12番地"
    journal.append(listed(2, 1, "葛西 ハル", "カサイ ハル", address=long))
    assert found_in(journal.path, KEY, ["12番地", "葛西 ハル"]) == ["12番地", "葛西 ハル"]
    journal.append(PersonErased(subject=HARU, why="asked"))
    journal.close()
    with make_journal.connect(read_only=True) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone()[0] > 2
    assert found_in(journal.path, KEY, ["上興部上興部", "12番地", "葛西 ハル"]) == []


def test_an_open_reader_does_not_keep_the_log_for_good(journal: Journal, make_journal: JournalMaker) -> None:
    write_haru(journal)
    with make_journal.connect(read_only=True) as reader:
        assert reader.execute("SELECT count(*) FROM facts").fetchone() == (103,)
        journal.append(PersonErased(subject=HARU, why="asked"))
        assert found_in(journal.path, KEY, PERSONAL) == []


def test_the_chain_verifies_and_the_row_is_gone(make_journal: JournalMaker) -> None:
    journal = make_journal()
    write_haru(journal)
    journal.append(PersonErased(subject=HARU, why="asked"))
    for opened in (journal, None):
        if opened is None:
            journal.close()
        again = opened or make_journal()
        assert again.rows.one(Resident, HARU) is None
        assert again.verify() == 104
        assert again.not_understood() == {("ResidentListed", Unread.ERASED): 2, ("FactCorrected", Unread.ERASED): 1}


def test_who_is_listed_again_has_another_key_and_stays(journal: Journal) -> None:
    write_haru(journal)
    before = set(journal._keys.of([HARU]))
    journal.append(PersonErased(subject=HARU, why="asked"))
    assert journal._keys.of([HARU]) == []
    journal.append(haru())
    (after,) = journal._keys.of([HARU])
    assert after.key not in {held.key for held in before}
    assert journal.rows.one(Resident, HARU) is not None


def test_an_erasure_of_what_was_listed_again_ends_the_new_key_too(journal: Journal) -> None:
    for _ in range(3):
        journal.append(haru())
        journal.append(PersonErased(subject=HARU, why="asked"))
    assert journal._keys.of([HARU]) == []
    assert journal.rows.one(Resident, HARU) is None


def test_a_journal_that_was_salvaged_still_reads_who_was_listed_again(make_journal: JournalMaker) -> None:
    journal = make_journal()
    write_haru(journal)
    journal.append(PersonErased(subject=HARU, why="asked"))
    journal.append(listed(2, 1, "葛西 春", "カサイ ハル"))
    row = journal.rows.one(Resident, HARU)
    journal.close()
    salvage(journal.path, KEY, DRILL, make_journal.catalogue, make_journal.clock)
    again = make_journal()
    assert again.rows.one(Resident, HARU) == row is not None
    assert found_in(again.path, KEY, PERSONAL[:1]) == []


# Other consoles


def exchange(one: Journal, other: Journal) -> None:
    for giver, taker in ((one, other), (other, one)):
        links = giver.owed(taker.have())
        taker.take_in(links, giver.keys_for(links))


@pytest.fixture
def three(make_journal: JournalMaker) -> tuple[Journal, Journal, Journal]:
    """Three consoles that take each other's facts."""
    journals = (make_journal("a.db"), make_journal("b.db"), make_journal("c.db"))
    for one in journals:
        for other in journals:
            one.admit(other.public_key)
    return journals


def test_an_erasure_reaches_every_page_of_another_console(three: tuple[Journal, Journal, Journal]) -> None:
    one, other, _ = three
    write_haru(one)
    exchange(one, other)
    looked_for = [*PERSONAL, *secrets_of(one, HARU)]
    assert found_in(other.path, KEY, looked_for) == looked_for
    one.append(PersonErased(subject=HARU, why="asked"))
    exchange(one, other)
    assert found_in(other.path, KEY, looked_for) == []
    assert (one.verify(), other.verify()) == (104, 104)


def test_a_key_that_comes_long_before_its_facts_waits_for_them(three: tuple[Journal, Journal, Journal]) -> None:
    one, other, _ = three
    one.append(haru())
    one.append(PersonErased(subject=HARU, why="asked"))
    for n in range(10, 260):
        one.append(listed(n, n, f"人{n}", "ヒト"))
    one.append(haru())
    links = one.owed(other.have())
    assert len(links) > 250, "more than are taken in within one transaction"
    other.take_in(links, one.keys_for(links))
    assert other.rows.one(Resident, HARU) == one.rows.one(Resident, HARU) is not None


def test_a_key_that_knows_of_an_erasure_seals_nothing_before_the_erasure_comes(
    three: tuple[Journal, Journal, Journal],
) -> None:
    one, other, _ = three
    one.append(haru())
    one.append(PersonErased(subject=HARU, why="asked"))
    one.append(haru())
    links = one.owed(other.have())
    later = one.keys_for(links)
    other.take_in([], later)
    other.append(haru())
    (sealed,) = (link.sealed for link in other.links())
    other.take_in(links, later)
    assert [link.sealed for link in other.links() if unseal(later[0].key, link.sealed)] == [links[-1].sealed]
    assert unseal(later[0].key, sealed) is None, "a copy of what was erased stays closed to the key that lives on"


def test_a_key_of_before_is_refused_whenever_it_comes(three: tuple[Journal, Journal, Journal]) -> None:
    one, other, _ = three
    written = one.append(haru())
    old, sealed = one._keys.of([HARU]), list(one.links())
    one.append(PersonErased(subject=HARU, why="asked"))
    other.take_in(one.owed(other.have()), old)
    assert other._keys.of([HARU]) == []
    other.take_in(sealed, old)
    assert (other._keys.of([HARU]), other.find(written.hash)) == ([], None)
    assert [link.sealed for link in other.links()] == [b"", b""]


def test_in_whatever_order_facts_keys_and_erasure_come_all_end_with_the_same(
    three: tuple[Journal, Journal, Journal], make_journal: JournalMaker
) -> None:
    one = three[0]
    one.append(haru())
    before = (list(one.links()), one.keys_for(one.links()))
    one.append(PersonErased(subject=HARU, why="asked"))
    mark = ([list(one.links())[-1]], list[SubjectKey]())
    one.append(listed(2, 1, "葛西 春", "カサイ ハル"))
    after = ([list(one.links())[-1]], one.keys_for(one.links()))
    none: tuple[list[Link], list[SubjectKey]] = ([], [])
    pieces = [(before[0], none[1]), (none[0], before[1]), mark, (after[0], none[1]), (none[0], after[1])]
    for n, order in enumerate(permutations(pieces)):
        taker = make_journal(f"taker-{n}.db")
        taker.admit(one.public_key)
        for links, keys in order:
            taker.take_in(links, keys)
        assert taker.rows.everything() == one.rows.everything()
        assert taker._keys.of([HARU]) == one._keys.of([HARU])
        assert [link.sealed for link in taker.links()] == [link.sealed for link in one.links()]
        taker.close()
