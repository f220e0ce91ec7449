"""`keys`: who can open the record. Every change is noted in the record itself before it is made."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from village_console.cli.recovery_sheet import recovery_sheet
from village_console.cli.unlocking import AtTerminal, by_person, by_text, new_passphrase, text_of, told, unlock
from village_console.devices.cards.staff_card import Refused
from village_console.journal import key_file
from village_console.journal.keys import slots_file
from village_console.journal.keys.change import DEVICE, RemoveVerdict, add_device, add_slot, remove_slot
from village_console.journal.keys.rekey import rekey
from village_console.journal.keys.ring import JOURNAL, Ring, by_secret, opens
from village_console.journal.keys.secret import (
    Passphrase,
    PassphraseVerdict,
    Recovery,
    StaffCard,
    TownHall,
    escrow_slot,
    judge,
    personal_slot,
)
from village_console.journal.keys.slot import Kind, Slot
from village_console.journal.keys.slots_file import read_slots
from village_console.records import drill_clock, open_journal
from village_console.settings import Settings, load_settings
from village_console.village.clock import Clock
from village_console.village.errors import JournalIsInUseError, NothingOpensError
from village_console.words import Words

KINDS = (DEVICE, *Kind)


@dataclass(frozen=True, slots=True)
class _Work:
    """One call of the command."""

    settings: Settings
    folder: Path
    words: Words
    options: argparse.Namespace

    def ring(self) -> Ring:
        """The keys: by what was given, by the laptop, or by a person."""
        if self.options.identity:
            return self._by_town_hall()
        if self.options.unlock_file:
            return by_text(self.folder, text_of(self.options.unlock_file))
        return unlock(self.settings, self.folder, self.words)

    def note(self, ring: Ring, about: str) -> None:
        """Write into the record what is about to be changed; while the desk is open that cannot be."""
        try:
            journal = open_journal(self.settings, self.folder, drill_clock(self.settings), ring)
        except JournalIsInUseError:
            self.say("keys.not_noted")
            return
        try:
            journal.note_look("keys", about)
        finally:
            journal.close()

    def say(self, key: str, **values: object) -> None:
        """A sentence on stderr."""
        sys.stderr.write(self.words.say(key, **values) + "\n")

    def _by_town_hall(self) -> Ring:
        lines = text_of(self.options.identity).splitlines()
        secret = next((line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")), "")
        ring = by_secret(self.folder, TownHall(secret)) if secret else None
        if ring is None:
            raise NothingOpensError(path=self.folder / slots_file.NAME)
        return ring


def run(options: argparse.Namespace, words: Words) -> int:
    """Do what the verb says; 1 when it was refused."""
    work = _Work(load_settings(options.settings), options.settings.resolve().parent, words, options)
    verbs: dict[str, Callable[[_Work], int]] = {
        "list": _list, "add": _add, "remove": _remove, "rekey": _rekey, "test": _test,
    }  # fmt: skip
    return verbs[options.verb](work)


def _list(work: _Work) -> int:
    slots, words = read_slots(work.folder / slots_file.NAME), work.words
    lines = [words.say("keys.line", id=s.id, kind=words.say(f"keys.kind.{s.kind}"), label=s.label, made=s.made) for s in slots.slots]  # noqa: E501  # fmt: skip
    if (work.folder / key_file.NAME).exists():
        lines.insert(0, words.say("keys.device"))
    if slots.rekeying:
        lines.append(words.say("keys.unfinished"))
    if not slots.is_whole:
        lines.append(words.say("keys.damaged"))
    sys.stdout.write("".join(f"{line}\n" for line in lines or [words.say("keys.none")]))
    return int(not slots.is_whole)


def _add(work: _Work) -> int:
    kind = work.options.what
    if kind not in KINDS:
        work.say("keys.which_kind", kinds=" ".join(KINDS))
        return 1
    ring = work.ring()
    if kind == DEVICE:
        work.note(ring, "add device")
        add_device(work.folder, ring)
        work.say("keys.device_added")
        return 0
    made = Clock().now().isoformat(timespec="seconds")
    label = work.options.label or work.words.say(f"keys.kind.{kind}")
    if kind == Kind.RECOVERY:
        secret = Recovery(secrets.token_bytes(key_file.KEY_BYTES))
        slot = _put(work, ring, personal_slot(secret, label, made, ring.keys))
        sys.stdout.write(recovery_sheet(secret.secret, slot.id, work.words, colours=sys.stdout.isatty()))
        return 0
    ways = {Kind.PASSPHRASE: _passphrase_slot, Kind.ESCROW: _escrow_slot, Kind.CARD: _card_slot}
    slot = ways[Kind(kind)](work, ring, label, made)
    if slot is None:
        return 1
    _put(work, ring, slot)
    return 0


def _put(work: _Work, ring: Ring, slot: Slot) -> Slot:
    work.note(ring, f"add {slot.kind} {slot.id}")
    add_slot(work.folder, slot)
    work.say("keys.added", id=slot.id, kind=work.words.say(f"keys.kind.{slot.kind}"))
    return slot


def _passphrase_slot(work: _Work, ring: Ring, label: str, made: str) -> Slot | None:
    given = work.options.passphrase_file
    text = text_of(given) if given else new_passphrase(work.words)
    if (verdict := judge(text)) is not PassphraseVerdict.FINE:
        work.say(f"unlock.{verdict}")
        return None
    return personal_slot(Passphrase(text), label, made, ring.keys)


def _escrow_slot(work: _Work, ring: Ring, label: str, made: str) -> Slot | None:
    slot = escrow_slot(work.options.recipient or "", label, made, ring.keys)
    if slot is None:
        work.say("keys.no_recipient")
    return slot


def _card_slot(work: _Work, ring: Ring, label: str, made: str) -> Slot | None:
    from village_console.bootstrap import use_staff_card  # noqa: PLC0415 -- slow import

    slot = use_staff_card(
        work.settings, AtTerminal(work.words), lambda sign: personal_slot(StaffCard(sign), label, made, ring.keys)
    )
    if isinstance(slot, Refused):
        sys.stderr.write(told(slot, work.words) + "\n")
        return None
    return slot


def _remove(work: _Work) -> int:
    slot_id = work.options.what or ""
    work.note(work.ring(), f"remove {slot_id}")
    verdict = remove_slot(work.folder, slot_id)
    work.say(f"keys.{verdict}", id=slot_id)
    return int(verdict is not RemoveVerdict.REMOVED)


def _rekey(work: _Work) -> int:
    ring = work.ring()
    work.note(ring, "rekey")
    rekey(work.folder, ring)
    work.say("keys.rekeyed")
    return 0


def _test(work: _Work) -> int:
    """Whether a person can open the record, though the laptop may keep the key itself."""
    given = work.options.identity or work.options.unlock_file
    ring = work.ring() if given else by_person(work.settings, work.folder, work.words)
    path = work.folder / JOURNAL
    fits = path.exists() and opens(path, ring.key_for(path))
    work.say("keys.opens" if fits else "keys.opens_another")
    return int(not fits)
