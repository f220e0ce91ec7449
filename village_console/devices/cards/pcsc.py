"""Card readers behind PC/SC, any number of them: pcscd may die and readers may be pulled, the thread goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable

from village_console.devices.cards.pcsc_calls import LEAVE_CARD, RESET_CARD, UNPOWER_CARD, PcscError, Scard, load_scard
from village_console.devices.cards.pcsc_context import PcscContext, Sight
from village_console.devices.cards.question import CardQuestion
from village_console.devices.cards.transport import CardGoneError, Transport
from village_console.devices.ports import CardRemoved, CardUnreadable, Health, OnHealth, OnTap, Part, Tap

WAIT = 1000
"""Milliseconds of one wait for cards."""
RETRY_AFTER = (0.05, 0.1, 0.3, 0.3)
"""Seconds between attempts at one card; together longer than pcscd needs to notice that it left."""
RESETS_FROM = 3
"""Attempt whose failure resets the card: by then pcscd has looked, every 0.4 s, whether there is one.

A reset of a card that has just been pulled makes pcscd 1.9.9 call the reader empty until it has looked at an empty
reader: one that is laid down again before that would lie there and never be told.
"""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 3.0
"""Seconds before pcscd is tried again."""
LONGEST_STOP = 3.0


class PcscReader:
    """Says what every card on every reader came to, each once."""

    def __init__(
        self,
        read: Callable[[Transport], Tap],
        on_tap: OnTap,
        on_health: OnHealth,
        load: Callable[[], Scard | None] = load_scard,
        asked: CardQuestion | None = None,
    ) -> None:
        """`read` is the card code: from a transport to a tap; `load` is called in the thread.

        `asked`: what somebody may want to know of a card instead.
        """
        self._asked = asked or CardQuestion()
        self._read, self._on_tap, self._on_health, self._load = read, on_tap, on_health, load
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="pcsc-reader", daemon=True)
        self._context: PcscContext | None = None
        self._health: Health | None = None

    def start(self) -> None:
        """Begin to watch; whatever is missing is said as health."""
        self._thread.start()

    def stop(self) -> None:
        """End; a wait for cards is broken off."""
        self._stopping.set()
        if context := self._context:
            context.cancel()
        if self._thread.is_alive():
            self._thread.join(LONGEST_STOP)

    def _serve(self) -> None:
        scard = self._load()
        if scard is None:
            self._tell(Health.ABSENT)
            return
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                self._with_context(scard)
            except PcscError:
                # READY or ABSENT was said while pcscd answered: then it is a new misfortune, not the old one.
                pause = FIRST_PAUSE if self._health is not Health.NO_ANSWER else min(2 * pause, LONGEST_PAUSE)
                self._tell(Health.NO_ANSWER)
                self._stopping.wait(pause)

    def _with_context(self, scard: Scard) -> None:
        context = self._context = PcscContext(scard)
        try:
            self._watch(context)
        finally:
            self._context = None
            context.release()

    def _watch(self, context: PcscContext) -> None:
        seen: dict[str, Sight] = {}
        while not self._stopping.is_set():
            readers = context.readers()
            self._tell(Health.READY if readers else Health.ABSENT)
            seen = {name: sight for name, sight in seen.items() if name in readers}
            for sight in context.changes(readers, seen, WAIT):
                before, seen[sight.reader] = seen.get(sight.reader), sight
                self._one_look(context, before, sight)
            if self._asked.waiting and (lying := next((sight for sight in seen.values() if sight.present), None)):
                self._answer(context, lying)

    def _one_look(self, context: PcscContext, before: Sight | None, sight: Sight) -> None:
        if sight.missed_since(before):
            self._on_tap(CardRemoved())
        if sight.is_new_after(before) and not (self._asked.waiting and self._answer(context, sight)):
            self._on_tap(self._tap(context, sight))

    def _answer(self, context: PcscContext, sight: Sight) -> bool:
        """Put the question that waits to a card, and take the power from it: it may have been shown a secret.

        Where there is no connection the question goes on waiting; raises PcscError when pcscd is gone.
        """
        try:
            with context.card(sight, after=UNPOWER_CARD, broken=UNPOWER_CARD) as card:
                return self._asked.answer(card)
        except PcscError as error:
            if error.no_service:
                raise
            return False

    def _tap(self, context: PcscContext, sight: Sight) -> Tap:
        """Read one card; raises PcscError when pcscd is gone: under the next context the card is new again."""
        for attempt, pause in enumerate((*RETRY_AFTER, 0)):
            try:
                return self._attempt(context, sight, RESET_CARD if attempt >= RESETS_FROM else LEAVE_CARD)
            except PcscError as error:
                if error.no_service:
                    raise
                if error.gone:
                    return CardRemoved()
            except CardGoneError:
                pass  # an empty answer: the card left, or its field was weak for a moment
            self._stopping.wait(pause)
        return CardUnreadable() if _still_there(context, sight) else CardRemoved()

    def _attempt(self, context: PcscContext, sight: Sight, broken: int) -> Tap:
        with context.card(sight, broken=broken) as card:
            # Looked at after connecting: another card that took the place meanwhile is told under its own counter.
            return self._read(card) if _still_there(context, sight) else CardRemoved()

    def _tell(self, health: Health) -> None:
        if health is not self._health:
            self._health = health
            self._on_health(Part.READER, health, 0)


def _still_there(context: PcscContext, sight: Sight) -> bool:
    now = context.look(sight.reader)
    return now.present and now.counter == sight.counter
