"""A damaged journal gives back every fact that still proves itself; what is missing comes from a peer, and all is whole."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from tests.conftest import DRILL, KEY, JournalMaker
from tests.town import received, write_people
from village_console.journal.exchange import Refusal
from village_console.journal.journal import Journal
from village_console.journal.salvage import Salvaged, salvage
from village_console.shelter.rows import Stay
from village_console.village.errors import JournalIsDamagedError, JournalIsInUseError, JournalKeyIsWrongError

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGE, RESERVED = 4096, 4016


def saved(make_journal: JournalMaker, path: Path) -> Salvaged:
    return salvage(path, KEY, DRILL, make_journal.catalogue, make_journal.clock)


def give(source: Journal, taker: Journal) -> int:
    """Everything that one console lacks of another, as at any meeting; returns how many facts were new."""
    taker.admit(source.public_key)
    links = source.owed(taker.have())
    return taker.take_in(links, source.keys_for(links)).new


def ruin(path: Path, pages: Iterable[int]) -> None:
    """Pages that a failing disk has lost."""
    with path.open("r+b") as file:
        for page in pages:
            file.seek(page * PAGE)
            file.write(bytes(PAGE))


def pages_of(make_journal: JournalMaker, name: str) -> list[int]:
    """Which pages hold the leaves of a table or an index: the engine does not tell, so the tree is walked here."""
    with make_journal.connect(read_only=True) as connection:
        query = "SELECT rootpage - 1 FROM sqlite_master WHERE name = ?"
        waiting, leaves = [int(connection.execute(query, (name,)).fetchone()[0])], list[int]()
    file = (make_journal.folder / "journal.db").read_bytes()
    while waiting:
        page = waiting.pop()
        children = children_of(file[page * PAGE : (page + 1) * PAGE])
        waiting += children
        leaves += [] if children else [page]
    return sorted(leaves)


def children_of(page: bytes) -> list[int]:
    """The pages below an encrypted page of a tree: AES-256-CBC, its vector before the checksum at the end."""
    cipher = Cipher(AES(KEY), CBC(page[RESERVED : RESERVED + 16])).decryptor()
    plain = cipher.update(page[:RESERVED]) + cipher.finalize()
    if plain[0] not in {0x02, 0x05}:
        return []
    cells = [int.from_bytes(plain[at : at + 2]) for at in range(12, 12 + 2 * int.from_bytes(plain[3:5]), 2)]
    return [int.from_bytes(plain[at : at + 4]) - 1 for at in (*cells, 8)]


def test_a_whole_journal_is_saved_whole(make_journal: JournalMaker) -> None:
    journal, peer = make_journal(), make_journal("peer.db")
    write_people(peer, 3, first=100)
    write_people(journal, 10)
    journal.note_look("opened", "resident:1")
    give(peer, journal)
    links, rows, device = [link.hash for link in journal.links()], journal.rows.everything(), journal.device
    journal.close()
    came = saved(make_journal, journal.path)
    assert (came.facts, came.of, came.refused, came.looks) == (26, 26, {}, 1)
    journal = make_journal()
    assert [link.hash for link in journal.links()] == links
    assert journal.rows.everything() == rows
    assert journal.device == device
    assert [why for _, why in journal.incarnations()] == ["made", "salvaged"]
    assert journal.append(received("resident:0")).seq == 1


@pytest.mark.parametrize("seed", range(4))
def test_what_a_failing_disk_has_left_and_a_peer_are_a_whole_again(make_journal: JournalMaker, seed: int) -> None:
    journal, peer = make_journal(), make_journal("peer.db")
    write_people(journal, 150)
    give(journal, peer)
    whole, rows = {link.hash for link in journal.links()}, journal.rows.everything()
    journal.close()
    leaves = pages_of(make_journal, "facts")
    lost = random.Random(seed).sample(leaves, 5)
    ruin(journal.path, lost)
    came = saved(make_journal, journal.path)
    assert came.of == 300
    assert 300 * (1 - 2 * 5 / len(leaves)) <= came.facts < 300, "what lies on the other pages is saved, and no less"
    journal = make_journal()
    assert journal.verify() == came.facts
    assert {link.hash for link in journal.links()} < whole
    assert give(peer, journal) == 300 - came.facts
    assert {link.hash for link in journal.links()} == whole
    assert journal.rows.everything() == rows
    assert (journal.verify(), journal.forks()) == (300, [])


@pytest.mark.parametrize("table", ["facts_place", "facts_subject", "facts_kind", "rows", "heads"])
def test_no_fact_is_lost_with_what_can_be_made_again(make_journal: JournalMaker, table: str) -> None:
    journal = make_journal()
    write_people(journal, 60)
    rows = journal.rows.everything()
    journal.close()
    ruin(journal.path, pages_of(make_journal, table)[-2:])
    came = saved(make_journal, journal.path)
    assert (came.facts, came.of) == (120, 120)
    assert make_journal().rows.everything() == rows


def test_lost_keys_of_persons_come_back_from_a_peer(make_journal: JournalMaker) -> None:
    journal, peer = make_journal(), make_journal("peer.db")
    write_people(journal, 150)
    give(journal, peer)
    rows = journal.rows.everything()
    journal.close()
    ruin(journal.path, pages_of(make_journal, "keys")[:1])
    assert saved(make_journal, journal.path).facts == 300
    journal = make_journal()
    assert journal.rows.everything() != rows
    journal.take_in((), peer.keys_for(peer.links()))
    assert journal.rows.everything() == rows


def test_a_forged_fact_is_not_saved(make_journal: JournalMaker) -> None:
    journal = make_journal()
    write_people(journal, 5)
    journal.close()
    with make_journal.connect() as connection:
        connection.execute("UPDATE facts SET body = replace(body, 'S1', 'S2') WHERE seq = 4")
    came = saved(make_journal, journal.path)
    assert (came.facts, came.of, came.refused) == (9, 10, {Refusal.SIGNATURE_WRONG: 1})
    assert len(make_journal().rows.all(Stay)) == 4


def test_facts_that_were_kept_apart_are_kept_apart_still(make_journal: JournalMaker) -> None:
    journal, stranger = make_journal(), make_journal("stranger.db")
    write_people(stranger, 2)
    journal.take_in(stranger.links())
    journal.close()
    saved(make_journal, journal.path)
    journal = make_journal()
    assert journal.quarantined() == {stranger.device: 4}
    assert give(stranger, journal) == 0
    assert len(journal.rows.all(Stay)) == 2


def test_the_damaged_file_is_kept_as_it_was(make_journal: JournalMaker) -> None:
    journal = make_journal()
    write_people(journal, 60)
    journal.close()
    ruin(journal.path, pages_of(make_journal, "facts")[3:5])
    before = journal.path.read_bytes()
    came = saved(make_journal, journal.path)
    assert came.aside is not None
    assert came.aside.read_bytes() == before
    left = {path.name for path in make_journal.folder.iterdir() if path.stat().st_size or path.suffix == ".lock"}
    assert left == {"journal.db", "journal.db.tip", "journal.db.lock", "journal.db.aside-1"}


def test_a_file_whose_first_page_is_gone_is_left_alone(make_journal: JournalMaker) -> None:
    journal = make_journal()
    write_people(journal, 5)
    journal.close()
    ruin(journal.path, [0])
    before = journal.path.read_bytes()
    with pytest.raises(JournalKeyIsWrongError):
        saved(make_journal, journal.path)
    assert journal.path.read_bytes() == before


def test_an_open_journal_is_not_salvaged(make_journal: JournalMaker) -> None:
    journal = make_journal()
    with pytest.raises(JournalIsInUseError):
        saved(make_journal, journal.path)
    assert journal.append(received("resident:0")).seq == 1


def test_a_damaged_journal_says_so_and_a_salvaged_one_opens(make_journal: JournalMaker) -> None:
    journal = make_journal()
    write_people(journal, 60)
    journal.close()
    ruin(journal.path, pages_of(make_journal, "facts")[-1:])
    with pytest.raises(JournalIsDamagedError):
        make_journal()
    saved(make_journal, journal.path)
    assert make_journal().append(received("resident:99")).seq == 1
