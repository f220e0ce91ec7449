"""What carries facts between consoles: four verbs, whatever is behind them. A carrier may lose, repeat, reorder and spoil.

All verbs wait, with a time limit of their own; they are called from one thread that is nobody's desk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from village_console.journal.subject_keys import SubjectKey
from village_console.sync.parcel import Parcel
from village_console.sync.statement import Signed


class CarrierLostError(Exception):
    """The line is cut, the stick is gone, or nothing came in time: what was confirmed stands, the rest is tried again."""


class Refused(StrEnum):
    """Why a carrier is refused whole: nothing of it was read, and nothing written to it."""

    OTHER_VILLAGE = "other_village"
    OTHER_PURPOSE = "other_purpose"
    """Another run mode, world or incident."""
    NOT_ADMITTED = "not_admitted"
    """It does not know this console."""
    REVOKED = "revoked"
    """It says that this console belongs to the village no more."""
    NOT_DURABLE = "not_durable"
    """It confirms before it is on disk."""
    NOT_KNOWN = "not_known"
    """It does not say whether it confirms before or after."""
    TOO_OLD = "too_old"
    STRANGE_CERTIFICATE = "strange_certificate"
    """No authority that is believed has signed it, or it is for another name."""
    NOT_LAID = "not_laid"
    """A hub on which the village's streams were not made yet."""


@dataclass(frozen=True, slots=True)
class Found:
    """What lies at a carrier before anything is done."""

    carrier: str
    """Names the store: another one after it was wiped. Empty where nothing that was pushed is counted on (a stick)."""
    end: int
    """Where its parcels end now."""
    statements: tuple[Signed, ...]
    """The last of every console that ever said one here."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """One parcel that was read."""

    place: str
    """Hand this to `pull` to go on behind it."""
    parcel: Parcel | None
    """None: it cannot be decoded, and is left where it is."""
    at: int = 0
    """Its number at the carrier, up to `Found.end`."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys that may lie at a carrier, in a place of their own from which they can be deleted."""

    keys: tuple[SubjectKey, ...]
    erased: frozenset[str]
    """Subjects that were erased: of these only what stands in `keys` may stay there."""


class Carrier(Protocol):
    """A stick, an anchor, or a simulated one. Every verb may raise CarrierLostError."""

    name: str
    """For people and for the table: `stick`, `anchor`."""

    def heads(self) -> Found | Refused:
        """Look at what lies there, and whether it is ours at all."""
        ...

    def pull(self, after: str) -> Iterator[Pulled]:
        """Everything behind a place up to the end; from the beginning when the place is empty or no longer what it was."""
        ...

    def push(self, parcels: Iterable[Parcel], keyring: Keyring | None, statement: Callable[[int], Signed]) -> int:
        """Put parcels at the end, bring the keys there into line with `keyring`, then say `statement` (made with the new end).

        Returns the new end when all of it is on disk. `keyring`: None where the keys there are as they should be.

        Raises:
            CarrierLostError: also when another has written in our name: look at the heads again.
        """
        ...

    def repair(self, devices: frozenset[str]) -> Iterator[Parcel]:
        """Read again, from the beginning, what lies there of these devices."""
        ...
