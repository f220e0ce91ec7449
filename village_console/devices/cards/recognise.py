"""Which kind of card lies on the reader. Never by tables of ATRs: the same card shows many (reference/cards.md 1.1)."""

from __future__ import annotations

from village_console.devices.cards import my_number, storage
from village_console.devices.cards.transport import Transport
from village_console.devices.ports import Tap


def read(transport: Transport) -> Tap:
    """Read a storage card by its identifier, any other as a My Number card; raises CardGoneError."""
    return storage.read(transport) if storage.is_storage(transport.atr) else my_number.read(transport)
