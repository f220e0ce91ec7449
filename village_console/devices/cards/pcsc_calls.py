"""The calls and result codes of PC/SC, typed; pyscard has no types, and is not there on every laptop."""

from __future__ import annotations

import ctypes
from enum import IntEnum
from importlib import import_module
from typing import Any, Protocol, cast

from village_console.devices.cards.transport import CardGoneError

LIBRARY = "libpcsclite.so.1"
SCOPE_SYSTEM, SHARE_SHARED, PROTOCOL_T0_OR_T1 = 2, 2, 3
UNAWARE, PRESENT = 0x0000, 0x0020
LEAVE_CARD, RESET_CARD, UNPOWER_CARD = 0, 1, 2
ANY_READER = "\\\\?PnP?\\Notification"
"""A reader that stands for all readers: it changes when one is plugged in or out."""


class Result(IntEnum):
    """Result codes that are acted upon; every other is a failure that may pass."""

    SUCCESS = 0
    CANCELLED = 0x80100002
    UNKNOWN_READER = 0x80100009
    TIMEOUT = 0x8010000A
    SHARING_VIOLATION = 0x8010000B
    NO_SMARTCARD = 0x8010000C
    NOT_TRANSACTED = 0x80100016
    READER_UNAVAILABLE = 0x80100017
    NO_SERVICE = 0x8010001D
    SERVICE_STOPPED = 0x8010001E
    NO_READERS = 0x8010002E
    REMOVED_CARD = 0x80100069


_GONE = {Result.NO_SMARTCARD, Result.REMOVED_CARD, Result.READER_UNAVAILABLE, Result.UNKNOWN_READER}
_SERVICE = {Result.NO_SERVICE, Result.SERVICE_STOPPED}


class PcscError(CardGoneError):
    """A call of PC/SC failed; carries its result code."""

    def __init__(self, result: int) -> None:
        super().__init__(f"{result:08X}")
        self.result = result

    @property
    def gone(self) -> bool:
        """Whether the card has left, or its reader was pulled."""
        return self.result in _GONE

    @property
    def no_service(self) -> bool:
        """Whether it is the daemon that is gone: only a new context helps."""
        return self.result in _SERVICE


class Scard(Protocol):
    """What is used of `smartcard.scard`: contexts and cards are opaque, results come first."""

    def SCardEstablishContext(self, scope: int, /) -> list[Any]:  # noqa: N802 -- PC/SC names it so
        """Open a context."""
        ...

    def SCardReleaseContext(self, context: Any, /) -> int:  # noqa: N802
        """Close it."""
        ...

    def SCardCancel(self, context: Any, /) -> int:  # noqa: N802
        """End a wait that another thread is in."""
        ...

    def SCardListReaders(self, context: Any, groups: list[str], /) -> list[Any]:  # noqa: N802
        """Names of the readers."""
        ...

    def SCardGetStatusChange(  # noqa: N802
        self, context: Any, milliseconds: int, states: list[tuple[str, int]], /
    ) -> list[Any]:
        """Wait until a reader or a card changes."""
        ...

    def SCardConnect(self, context: Any, reader: str, share: int, protocols: int, /) -> list[Any]:  # noqa: N802
        """Power a card."""
        ...

    def SCardDisconnect(self, card: Any, disposition: int, /) -> int:  # noqa: N802
        """Let go of it."""
        ...

    def SCardBeginTransaction(self, card: Any, /) -> int:  # noqa: N802
        """Keep others away from the card."""
        ...

    def SCardEndTransaction(self, card: Any, disposition: int, /) -> int:  # noqa: N802
        """Let others have it again."""
        ...

    def SCardTransmit(self, card: Any, protocol: int, apdu: list[int], /) -> list[Any]:  # noqa: N802
        """Send an APDU and get its answer."""
        ...


def load_scard() -> Scard | None:
    """The real library; None where pyscard or PC/SC is not installed.

    pyscard complains of a missing library on stderr, which is where the screens are painted: so the library is tried
    first. Turning file descriptor 2 away meanwhile would swallow what is being painted.
    """
    try:
        ctypes.CDLL(LIBRARY)
        return cast("Scard", import_module("smartcard.scard"))
    except (OSError, ImportError):
        return None


def check(result: int, *, allowed: tuple[int, ...] = ()) -> int:
    """The result as PC/SC means it, 32 bits without sign; raises PcscError unless it is success or allowed."""
    masked = result & 0xFFFFFFFF
    if masked != Result.SUCCESS and masked not in allowed:
        raise PcscError(masked)
    return masked
