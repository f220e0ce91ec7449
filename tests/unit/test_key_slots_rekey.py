"""A new key for every file: all slots open it, the old one opens nothing, and a run that was cut off is taken up."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from tests.town import EVENING, KEY, home, listed, open_journal, write_all
from village_console.devices.ports import TvEvent, TvEventKind
from village_console.journal import key_file
from village_console.journal.keys import age, slots_file
from village_console.journal.keys import rekey as rekeying
from village_console.journal.keys.change import add_device, add_slot, remove_slot
from village_console.journal.keys.rekey import rekey
from village_console.journal.keys.ring import JOURNAL, TELEVISIONS, Ring, by_secret, opens, unattended
from village_console.journal.keys.secret import Passphrase, Recovery, TownHall, escrow_slot, personal_slot
from village_console.journal.keys.slot import Cost, Slot, key_id
from village_console.journal.keys.slots_file import read_slots, write_slots
from village_console.journal.sqlcipher import open_encrypted
from village_console.journal.store import own
from village_console.viewing.television_log import TelevisionLog
from village_console.village.errors import JournalIsDamagedError, JournalIsInUseError, SlotWasChangedError

CHEAP = Cost(8, 1, 1)
MADE = "2026-11-03T18:00:00+09:00"
WORDS, PRINTED = Passphrase("hisoka komatsuna okitsuku kawa"), Recovery(b"r" * 32)
IDENTITY, RECIPIENT = age.new_identity()
RING = Ring((KEY,))
PEOPLE = 30


def slot_of(secret: Passphrase | Recovery, *keys: bytes) -> Slot:
    return personal_slot(secret, "受付", MADE, keys or (KEY,), CHEAP)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A console with some people, a television that spoke, and every kind of slot."""
    with closing(open_journal(tmp_path)) as journal:
        write_all(journal, [listed(n, 1 + n // 3, f"佐藤 {n}", "サトウ") for n in range(PEOPLE)])
        journal.note_look("opened", home(1))
    with closing(TelevisionLog(tmp_path / TELEVISIONS, KEY)) as log:
        log.store([heard(n) for n in range(50)], [])
    escrow = escrow_slot(RECIPIENT, "役場", MADE, (KEY,))
    assert escrow is not None
    for slot in (slot_of(WORDS), slot_of(PRINTED), escrow):
        add_slot(tmp_path, slot)
    add_device(tmp_path, RING)
    return tmp_path


def heard(seq: int) -> TvEvent:
    return TvEvent(
        device="stb-0001", source="set_top", kind=TvEventKind.ALIVE, value="on", t_device=EVENING, t_received=EVENING,
        retained=False, duplicate=False, boot="9f31c2aa", seq=seq, raw=b"{}",
    )  # fmt: skip


def whole(folder: Path, ring: Ring) -> bool:
    """Whether both files open with the keys in hand, and all that was in them is there."""
    purpose_and_facts = open_encrypted(folder / JOURNAL, ring.key_for(folder / JOURNAL))
    with closing(purpose_and_facts) as connection:
        facts = connection.execute("SELECT count(*) FROM facts").fetchone()[0]
    with closing(open_encrypted(folder / TELEVISIONS, ring.key_for(folder / TELEVISIONS))) as connection:
        events = connection.execute("SELECT count(*) FROM events").fetchone()[0]
    return (facts, events) == (PEOPLE, 50)


def every_ring(folder: Path) -> list[Ring | None]:
    """What each way in finds."""
    return [unattended(folder), *(by_secret(folder, secret) for secret in (WORDS, PRINTED, TownHall(IDENTITY)))]


def test_every_slot_opens_the_new_key_and_the_old_one_opens_nothing(folder: Path) -> None:
    fresh = rekey(folder, RING)
    assert fresh != RING
    assert every_ring(folder) == [fresh] * 4
    assert whole(folder, fresh)
    assert [opens(folder / name, KEY) for name in (JOURNAL, TELEVISIONS)] == [False, False]
    assert KEY.hex() not in (folder / key_file.NAME).read_text()
    assert not read_slots(folder / slots_file.NAME).rekeying


def test_the_journal_holds_and_is_written_on(folder: Path) -> None:
    fresh = rekey(folder, RING)
    for n in range(2):
        path = folder / JOURNAL
        with closing(open_encrypted(path, fresh.key_for(path))) as connection:
            assert connection.execute("PRAGMA user_version").fetchone()[0] > 0
            assert connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
            assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        fresh = rekey(folder, fresh)
        assert whole(folder, fresh), n


def test_no_other_files_are_left(folder: Path) -> None:
    before = {path.name for path in folder.iterdir()}
    rekey(folder, RING)
    assert {path.name for path in folder.iterdir()} == before


def test_what_was_still_in_the_log_of_a_killed_console_comes_along(folder: Path) -> None:
    connection = open_encrypted(folder / TELEVISIONS, KEY)
    connection.execute("INSERT INTO lines VALUES ('stb-0009', 'up', 1)")
    copies = {path: path.read_bytes() for path in folder.glob("televisions.db*")}
    connection.close()
    for path, content in copies.items():
        path.write_bytes(content)
    assert (folder / "televisions.db-wal").stat().st_size > 0
    fresh = rekey(folder, RING)
    with closing(open_encrypted(folder / TELEVISIONS, fresh.keys[0])) as connection:
        assert connection.execute("SELECT device FROM lines").fetchall() == [("stb-0009",)]


def test_a_console_without_televisions_or_slots_gets_a_new_key_too(tmp_path: Path) -> None:
    open_journal(tmp_path).close()
    add_device(tmp_path, RING)
    fresh = rekey(tmp_path, RING)
    assert unattended(tmp_path) == fresh
    assert opens(tmp_path / JOURNAL, fresh.keys[0])
    assert not (tmp_path / slots_file.NAME).exists()


def test_a_slot_that_was_removed_before_does_not_come_back(folder: Path) -> None:
    slots = read_slots(folder / slots_file.NAME).slots
    remove_slot(folder, slots[0].id)
    rekey(folder, RING)
    assert by_secret(folder, WORDS) is None
    assert [slot.id for slot in read_slots(folder / slots_file.NAME).slots] == [slot.id for slot in slots[1:]]


@pytest.mark.parametrize("name", [JOURNAL, TELEVISIONS])
def test_nothing_is_done_while_the_desk_is_open(folder: Path, name: str) -> None:
    before = {path: path.read_bytes() for path in folder.glob("*.key*")}
    with own(folder / name), pytest.raises(JournalIsInUseError):
        rekey(folder, RING)
    assert {path: path.read_bytes() for path in folder.glob("*.key*")} == before
    assert whole(folder, RING)


def test_a_file_that_somebody_still_reads_is_not_swapped_under_them(folder: Path) -> None:
    with closing(open_encrypted(folder / JOURNAL, KEY, read_only=True)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM facts").fetchone() == (PEOPLE,)
        with pytest.raises(JournalIsInUseError):
            rekey(folder, RING)
    for ring in every_ring(folder):
        assert ring is not None
        assert whole(folder, ring)
    fresh = rekey(folder, unattended(folder))
    assert every_ring(folder) == [fresh] * 4


SLIPS: list[Callable[[Slot], Slot]] = [
    lambda slot: msgspec.structs.replace(slot, recipient=age.new_identity()[1]),
    lambda slot: msgspec.structs.replace(slot, keys={}),
    lambda _: slot_of(Passphrase("of somebody who had no key"), b"x" * 32),
]


@pytest.mark.parametrize("slip", SLIPS)
def test_the_new_key_is_not_sealed_to_a_slot_that_was_slipped_in(folder: Path, slip: Callable[[Slot], Slot]) -> None:
    path = folder / slots_file.NAME
    *others, escrow = read_slots(path).slots
    changed = slip(escrow)
    write_slots(path, slots_file.Slots((*others, changed)))
    with pytest.raises(SlotWasChangedError) as refused:
        rekey(folder, RING)
    assert (refused.value.code, refused.value.values) == ("E123", {"path": path, "slot": changed.id})
    assert whole(folder, RING)
    remove_slot(folder, changed.id)
    assert whole(folder, rekey(folder, RING))


class PowerCutError(Exception):
    """The run ends here."""


STEPS = ["_give", "_swap", "_swap", "_give"]


@pytest.mark.parametrize("step", range(len(STEPS)))
@pytest.mark.parametrize("way_in", range(4))
def test_a_run_that_was_cut_off_opens_by_every_slot_and_is_finished_by_any(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: int, way_in: int
) -> None:
    cut_before(step, monkeypatch)
    with pytest.raises(PowerCutError):
        rekey(folder, RING)
    monkeypatch.undo()
    rings = every_ring(folder)
    for ring in rings:
        assert ring is not None
        assert whole(folder, ring)
    chosen = rings[way_in]
    assert chosen is not None
    begun = read_slots(folder / slots_file.NAME).rekeying
    fresh = rekey(folder, chosen)
    assert begun in ("", key_id(fresh.keys[0])), "the key that was begun with is the one that is finished with"
    assert every_ring(folder) == [fresh] * 4
    assert whole(folder, fresh)
    assert [opens(folder / name, KEY) for name in (JOURNAL, TELEVISIONS)] == [False, False]


def cut_before(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a rekey end before its step of that number."""
    done: list[str] = []
    for name in set(STEPS):
        real = getattr(rekeying, name)

        def stepping(*given: object, _real: Callable[..., None] = real, **named: object) -> None:
            if len(done) == step:
                raise PowerCutError
            done.append("")
            _real(*given, **named)

        monkeypatch.setattr(rekeying, name, stepping)


def test_somebody_may_be_given_a_slot_while_a_rekey_is_unfinished(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_before(2, monkeypatch)
    with pytest.raises(PowerCutError):
        rekey(folder, RING)
    monkeypatch.undo()
    new = Passphrase("somebody who came in between")
    ring = by_secret(folder, WORDS)
    assert ring is not None
    assert len(ring.keys) == 2
    add_slot(folder, slot_of(new, *ring.keys))
    assert read_slots(folder / slots_file.NAME).rekeying, "that it is unfinished is not forgotten"
    fresh = rekey(folder, ring)
    assert by_secret(folder, new) == fresh


def test_a_copy_that_differs_never_takes_the_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = rekeying._digest

    def dropping(connection: sqlite3.Connection, schema: str) -> str:
        connection.execute("DELETE FROM fresh.audit")
        return real(connection, schema)

    monkeypatch.setattr(rekeying, "_digest", dropping)
    with pytest.raises(JournalIsDamagedError):
        rekey(folder, RING)
    for ring in every_ring(folder):
        assert ring is not None
        assert whole(folder, ring)
    monkeypatch.undo()
    assert whole(folder, rekey(folder, unattended(folder)))
