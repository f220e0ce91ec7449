"""Who knows what until when (どこまで知っているか): every console of the village, and up to when it knows of every shelter.

Worked out from what consoles have said that they hold. Clocks are only shown: what somebody lacks is counted by chains.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from village_console.journal.admission import Member
from village_console.journal.contacts import Contact
from village_console.journal.envelope import instant
from village_console.journal.exchange import ChainId, Have
from village_console.journal.journal import Journal
from village_console.sync.meeting import NOTHING
from village_console.sync.statement import Signed, Statement, read_statement
from village_console.village.ids import ARCHIVE


@dataclass(frozen=True, slots=True)
class Console:
    """One laptop of the village as this one knows it."""

    dev: str
    number: int
    shelter: str
    name: str
    """Of the shelter."""
    is_own: bool
    revoked: bool
    heard: datetime | None
    """When it last said what it holds; None: never."""
    way: str
    """By which carrier that came."""
    not_arrived_here: int | None
    """Facts that it has said to hold of its own and that are not here; None: it has said nothing yet."""
    not_arrived_there: int | None
    """Facts of ours that it has not said to hold; None: not known."""
    knows: Mapping[str, datetime | None]
    """Shelter -> up to when it knows of it; None: of nothing there."""

    @property
    def is_at_a_shelter(self) -> bool:
        """Whether people may be received at it."""
        return not self.revoked and self.shelter != ARCHIVE


@dataclass(frozen=True, slots=True)
class Behind:
    """A shelter of which this console does not know everything."""

    shelter: str
    name: str
    until: datetime | None
    """What was written there up to then is known here."""
    missing: int | None
    """So many facts are said to lie there and are not here; None: nobody has said."""


def consoles(journal: Journal) -> list[Console]:
    """Every console of the village, this one first, then by number."""
    return _Table(journal).lines()


def shelters_behind(found: Sequence[Console], own_shelter: str, now: datetime, limit_s: float) -> list[Behind]:
    """Shelters of which facts are missing here, or of which nothing was heard for so long; others than one's own are meant.

    An archive is none of them: a desk is not left in doubt because the line to the town hall is cut.
    """
    own = next((console for console in found if console.is_own), None)
    result: list[Behind] = []
    for shelter in sorted(
        {c.shelter for c in found if not c.is_own and c.is_at_a_shelter and c.shelter != own_shelter}
    ):
        there = [c for c in found if c.shelter == shelter and not c.revoked]
        until = own.knows.get(shelter) if own else None
        missing = (
            None if any(c.not_arrived_here is None for c in there) else sum(c.not_arrived_here or 0 for c in there)
        )
        if missing != 0 or until is None or (now - until).total_seconds() >= limit_s:
            result.append(Behind(shelter, there[0].name, until, missing))
    return result


class _Table:
    """What all lines are made from, read once."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._members = {dev: m for dev, m in journal.members().items() if m.admitted is not None}
        self._contacts, self._have = journal.contacts.all(), journal.have()
        devices = journal.devices()
        self._said: dict[str, Statement] = {}
        for dev, contact in self._contacts.items():
            if said := read_statement(Signed(contact.body, contact.sig), devices):
                self._said[dev] = said

    def lines(self) -> list[Console]:
        found = [self._line(member) for member in self._members.values()]
        return sorted(found, key=lambda console: (not console.is_own, console.number, console.dev))

    def _line(self, member: Member) -> Console:
        word, own = member.admitted, member.dev == self._journal.device
        assert word is not None  # noqa: S101 -- others were left out
        held = self._have if own else self._held_by(member.dev)
        contact: Contact | None = None if own else self._contacts.get(member.dev)
        return Console(
            dev=member.dev, number=word.number, shelter=word.shelter, name=word.name, is_own=own,
            revoked=member.counts is not None, heard=instant(contact.heard) if contact else None,
            way=contact.way if contact else "",
            not_arrived_here=0 if own else self._missing(held, self._have, member.dev),
            not_arrived_there=0 if own else self._missing(self._have, held, self._journal.device),
            knows={} if held is None else self._knows(held),
        )  # fmt: skip

    def _held_by(self, dev: str) -> dict[ChainId, Have] | None:
        said = self._said.get(dev)
        return None if said is None else said.chains()

    @staticmethod
    def _missing(there: Mapping[ChainId, Have] | None, here: Mapping[ChainId, Have] | None, dev: str) -> int | None:
        """How many links of a device lie there and not here."""
        if there is None or here is None:
            return None
        chains = (chain for chain in there if chain[0] == dev)
        return sum(max(0, there[chain].count - here.get(chain, NOTHING).count) for chain in chains)

    def _knows(self, held: Mapping[ChainId, Have]) -> dict[str, datetime | None]:
        """Up to when somebody who holds this knows of every shelter: as far as of the laptop there that is known least."""
        found: dict[str, datetime | None] = {}
        for member in self._members.values():
            if member.admitted is None or member.counts is not None or member.admitted.shelter == ARCHIVE:
                continue
            until, shelter = self._until(held, member.dev), member.admitted.shelter
            known = found.get(shelter, until)
            found[shelter] = None if until is None or known is None else min(until, known)
        return found

    def _until(self, held: Mapping[ChainId, Have], dev: str) -> datetime | None:
        if dev == self._journal.device and held is self._have:
            return self._journal.clock.now()
        written = (self._journal.written_at(chain, have.seq) for chain, have in held.items() if chain[0] == dev)
        last = max((at for at in written if at is not None), default=None)
        said = self._said.get(dev)
        if said is not None and self._missing(said.chains(), held, dev) == 0:
            spoken = instant(min(said.wall, self._contacts[dev].heard))
            return spoken if last is None else max(last, spoken)
        return last


def lacking(said: Statement, ours: Mapping[ChainId, Have], apart: Collection[str] = ()) -> int:
    """How many links a console says to hold that are not here; `apart`: devices whose links are not waited for."""
    waited_for = ((chain, held) for chain, held in said.chains().items() if chain[0] not in apart)
    return sum(max(0, held.count - ours.get(chain, NOTHING).count) for chain, held in waited_for)
