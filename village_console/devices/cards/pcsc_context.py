"""One connection to the PC/SC daemon: which readers there are, what lies on them, and how to speak to it."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from village_console.devices.cards.pcsc_calls import (
    ANY_READER,
    LEAVE_CARD,
    PRESENT,
    PROTOCOL_T0_OR_T1,
    RESET_CARD,
    SCOPE_SYSTEM,
    SHARE_SHARED,
    UNAWARE,
    Result,
    Scard,
    check,
)
from village_console.devices.cards.pcsc_transport import PcscTransport

_A_COUNTER_FROM_ANEW = 0x8000
"""So many cards cannot have come in one wait: the reader was pulled and plugged in again."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen on one reader."""

    reader: str
    state: int
    """Flags below; above a counter that grows with each card laid down and each taken away."""
    atr: bytes = b""

    @property
    def present(self) -> bool:
        """Whether a card lies there."""
        return bool(self.state & PRESENT)

    @property
    def counter(self) -> int:
        """How often cards have come and gone, modulo 65,536."""
        return self.state >> 16 & 0xFFFF

    def is_new_after(self, before: Sight | None) -> bool:
        """Whether the card here is another than the one that was seen before, or the same one again."""
        return self.present and (before is None or not before.present or before.counter != self.counter)

    def missed_since(self, before: Sight | None) -> bool:
        """Whether a card came and went between two looks."""
        if before is None:
            return False
        steps = (self.counter - before.counter) & 0xFFFF
        return 2 + before.present + self.present <= steps < _A_COUNTER_FROM_ANEW


class PcscContext:
    """Belongs to one thread; only `cancel` may be called from another."""

    def __init__(self, scard: Scard) -> None:
        """Connect to the daemon; raises PcscError."""
        self._scard = scard
        result, self._context = scard.SCardEstablishContext(SCOPE_SYSTEM)
        check(result)

    def release(self) -> None:
        """Let go; of a daemon that died there is nothing to be heard."""
        self._scard.SCardReleaseContext(self._context)

    def cancel(self) -> None:
        """End a wait that another thread is in."""
        self._scard.SCardCancel(self._context)

    def readers(self) -> list[str]:
        """The readers that are plugged in."""
        result, *names = self._scard.SCardListReaders(self._context, [])
        if check(result, allowed=(Result.NO_READERS, Result.READER_UNAVAILABLE)) != Result.SUCCESS:
            return []
        return list(names[0])

    def changes(self, readers: Iterable[str], seen: Mapping[str, Sight], milliseconds: int) -> list[Sight]:
        """Wait until something is different from what was seen; nothing when nothing is, or a reader was pulled."""
        known = [(name, seen[name].state if name in seen else UNAWARE) for name in readers]
        sights = self._sights([(ANY_READER, UNAWARE), *known], milliseconds)
        return [sight for sight in sights if sight.reader != ANY_READER]

    def look(self, reader: str) -> Sight:
        """What lies on a reader now; an empty sight when the reader is no more."""
        return next(iter(self._sights([(reader, UNAWARE)], 0)), Sight(reader, UNAWARE))

    def _sights(self, states: list[tuple[str, int]], milliseconds: int) -> list[Sight]:
        quiet = (Result.TIMEOUT, Result.CANCELLED, Result.UNKNOWN_READER, Result.READER_UNAVAILABLE)
        result, *found = self._scard.SCardGetStatusChange(self._context, milliseconds, states)
        if check(result, allowed=quiet) != Result.SUCCESS:
            return []
        return [Sight(reader, state, bytes(atr)) for reader, state, atr in found[0]]

    @contextmanager
    def card(self, sight: Sight, after: int = LEAVE_CARD, broken: int = RESET_CARD) -> Generator[PcscTransport]:
        """The card on a reader, for us alone until the end; raises PcscError.

        `after`: UNPOWER_CARD for a card that was shown a PIN; left as it is, it would stay open for any other program.
        `broken`: what is done instead with a card after a failure, where that takes more from it.
        """
        result, card, protocol = self._scard.SCardConnect(
            self._context, sight.reader, SHARE_SHARED, PROTOCOL_T0_OR_T1
        )  # fmt: skip
        check(result)
        disposition = max(after, broken)  # taking the power away resets too
        try:
            check(self._scard.SCardBeginTransaction(card))
            yield PcscTransport(self._scard, card, protocol, sight.atr)
            disposition = after
        finally:
            self._let_go(card, disposition)

    def _let_go(self, card: Any, disposition: int) -> None:
        """Results do not matter: what has been read is read, and a card that is gone cannot be let go."""
        self._scard.SCardEndTransaction(card, disposition)
        self._scard.SCardDisconnect(card, disposition)
