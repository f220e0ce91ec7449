"""The pinned authorities of My Number cards: without them nobody at the desk can know whether a card is genuine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from village_console.devices.cards.card_proof import read_authorities
from village_console.doctor.finding import Finding, State
from village_console.settings import Settings


def card_ca(known: Settings, now: datetime) -> Iterator[Finding]:
    """Whether they can be read and are in time; nothing where no card can be laid down."""
    devices = known.devices
    if not (devices.pcsc or devices.card_slot):
        return
    if not devices.card_ca:
        yield Finding("card_ca", State.LOOK, "card_ca_none", "pin_ca")
        return
    values: dict[str, object] = {"path": devices.card_ca}
    pinned = read_authorities(Path(devices.card_ca))
    lasting = [one for one in pinned if one.not_valid_before_utc <= now <= one.not_valid_after_utc]
    if not pinned:
        yield Finding("card_ca", State.MEND, "card_ca_unread", "pin_ca", values)
    elif not lasting:
        yield Finding("card_ca", State.MEND, "card_ca_over", "pin_ca", values)
    else:
        yield Finding("card_ca", State.FINE, "card_ca_pinned", values=values | {"count": len(lasting)})
