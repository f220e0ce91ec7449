"""Unlock a record before the screen opens: by the laptop's own key, or by what a person brings."""

from __future__ import annotations

import getpass
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from village_console.devices.cards.staff_card import Refused
from village_console.journal.keys import slots_file
from village_console.journal.keys.printed import Slip, offered_passphrase, read_written
from village_console.journal.keys.ring import Ring, by_device, by_secret
from village_console.journal.keys.secret import Passphrase, PassphraseVerdict, Recovery, StaffCard, judge
from village_console.journal.keys.slot import Kind
from village_console.journal.keys.slots_file import read_slots
from village_console.settings import Settings
from village_console.village.errors import NothingOpensError, RecordIsLockedError
from village_console.words import Words

TRIES = 3
PAUSE = 1.0
"""Seconds after the first wrong passphrase; each further one costs as much again."""
PASSPHRASE_FD = "VILLAGE_CONSOLE_PASSPHRASE_FD"  # noqa: S105 -- a name
"""Environment: number of an open file from which a service reads the passphrase, once."""


def unlock(settings: Settings, folder: Path, words: Words) -> Ring:
    """The keys of a console's folder, asking a person where the laptop does not keep them.

    Raises:
        RecordIsLockedError: there is nobody to ask.
        NothingOpensError: what was given does not fit.
    """
    return by_device(folder) or by_person(settings, folder, words)


def by_person(settings: Settings, folder: Path, words: Words) -> Ring:
    """The same without the laptop's own key."""
    path = folder / slots_file.NAME
    if number := os.environ.get(PASSPHRASE_FD):
        return by_text(folder, _read_once(path, number))
    if not has_terminal():
        raise RecordIsLockedError(path=path)
    cards = any(slot.kind is Kind.CARD for slot in read_slots(path).slots)
    for attempt in range(1, TRIES + 1):
        typed = getpass.getpass(words.say("unlock.ask_card" if cards else "unlock.ask"))
        found = _by_typed(folder, typed) if typed.strip() or not cards else by_card(settings, folder, words)
        if isinstance(found, Ring):
            return found
        _say(_why_not(found, words))
        time.sleep(PAUSE * attempt)
    raise NothingOpensError(path=path)


def by_text(folder: Path, text: str) -> Ring:
    """The keys that a passphrase or a recovery key opens; raises NothingOpensError."""
    found = _by_typed(folder, text)
    if not isinstance(found, Ring):
        raise NothingOpensError(path=folder / slots_file.NAME)
    return found


def by_card(settings: Settings, folder: Path, words: Words) -> Ring | Refused | None:
    """The keys that the card on the reader opens; None when it is nobody's here."""
    from village_console.bootstrap import use_staff_card  # noqa: PLC0415 -- slow import

    return use_staff_card(settings, AtTerminal(words), lambda sign: by_secret(folder, StaffCard(sign)))


class AtTerminal:
    """The person whose card it is, at the terminal."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def lay(self) -> None:
        """Ask for the card."""
        _say(self._words.say("card.lay"))

    def pin(self, left: int) -> str | None:
        """See `Asked`."""
        return getpass.getpass(self._words.say("card.pin", left=left)).strip() or None

    def dares_last_try(self) -> bool:
        """See `Asked`."""
        return input(self._words.say("card.dare")).strip() == "1"


def new_passphrase(words: Words, ask: Callable[[str], str] = getpass.getpass) -> str:
    """A passphrase that somebody chose, or took from the offer, and typed twice."""
    while True:
        offer = offered_passphrase()
        _say(words.say("unlock.offer", offer=offer))
        typed = ask(words.say("unlock.new"))
        chosen = typed if typed.strip() else offer
        verdict = judge(chosen)
        if verdict is not PassphraseVerdict.FINE:
            _say(words.say(f"unlock.{verdict}"))
        elif ask(words.say("unlock.again")).split() == chosen.split():
            return chosen
        else:
            _say(words.say("unlock.differs"))


def has_terminal() -> bool:
    """Whether somebody sits there."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def text_of(path: str) -> str:
    """What a file says; `-` is standard input."""
    return sys.stdin.read() if path == "-" else Path(path).read_text("utf-8")


def told(refused: Refused, words: Words) -> str:
    """Why a card did not sign, with the tries that are left where it said so."""
    said = words.say(f"card.{refused.why}")
    return said if refused.left is None else f"{said}  {words.say('card.left', left=refused.left)}"


def _by_typed(folder: Path, text: str) -> Ring | Slip | None:
    found = read_written(text)
    if isinstance(found, bytes) and (ring := by_secret(folder, Recovery(found))):
        return ring
    return by_secret(folder, Passphrase(text)) or (found if isinstance(found, Slip) else None)


def _why_not(found: Slip | Refused | None, words: Words) -> str:
    match found:
        case Refused():
            return told(found, words)
        case Slip(number=0):
            return words.say("unlock.slip")
        case Slip():
            return words.say("unlock.slip_at", number=found.number)
        case None:
            return words.say("unlock.wrong")


def _read_once(path: Path, number: str) -> str:
    try:
        with os.fdopen(int(number), encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError) as error:
        raise RecordIsLockedError(path=path) from error


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()
