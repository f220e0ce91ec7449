"""The consoles of the village as this one knows them (ほかの端末): up to when, heard which way, and what of theirs is lacking."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from village_console.journal.envelope import instant
from village_console.journal.exchange import ChainId, Have
from village_console.journal.journal import Journal
from village_console.sync.statement import Signed, Statement, read_statement


@dataclass(frozen=True, slots=True)
class Known:
    """One console, from here."""

    dev: str
    number: int | None
    """None: admitted by hand, without a word of the village's."""
    shelter: str
    name: str
    revoked: bool
    said: datetime | None
    """When it last said what it holds, by its own clock; None: it was never heard."""
    heard: datetime | None
    """When that reached us, by our clock."""
    way: str
    """By which carrier: `stick`, `anchor`."""
    lacking: int
    """Facts that it says to have written and that are not here."""


def consoles(journal: Journal) -> list[Known]:
    """Every console but this one, by number."""
    members, contacts, ours = journal.members(), journal.contacts.all(), journal.have()
    devices = {dev: member.public for dev, member in members.items()}
    found: list[Known] = []
    for dev, member in members.items():
        if dev == journal.device:
            continue
        contact, word = contacts.get(dev), member.admitted
        said = read_statement(Signed(contact.body, contact.sig), devices) if contact else None
        found.append(Known(
            dev, word.number if word else None, word.shelter if word else "", word.name if word else "",
            member.counts is not None, instant(said.wall) if said else None,
            instant(contact.heard) if contact and said else None, contact.way if contact and said else "",
            lacking(said, ours, own_only=True) if said and member.counts is None else 0,
        ))  # fmt: skip
    return sorted(found, key=lambda known: (known.number is None, known.number or 0, known.dev))


def lacking(
    said: Statement, ours: Mapping[ChainId, Have], apart: Collection[str] = (), *, own_only: bool = False
) -> int:
    """How many links a console says to hold that are not here; `apart`: devices whose links are not waited for."""
    gaps = (
        held.count - (ours[chain].count if chain in ours else 0)
        for chain, held in said.chains().items()
        if chain[0] not in apart and (chain[0] == said.dev or not own_only)
    )
    return sum(gap for gap in gaps if gap > 0)
