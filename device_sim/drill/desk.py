"""The person at the desk: what they can do there, each with the console's answer and a line in desk.jsonl."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from device_sim.cards.vpcd import Card, NoReaderError, VpcdLink
from device_sim.drill.desk_act import SHOWS_SOMEBODY, Cause, Outcome, acknowledged, act_line, seen_line
from device_sim.drill.desk_book import DeskBook
from device_sim.drill.desk_lines import (
    Acknowledged,
    BoardShown,
    ByName,
    CardGiven,
    Companions,
    DeskAct,
    OrderGiven,
    Print,
    Tap,
    Undo,
)
from device_sim.drill.desk_link import DeskLink
from device_sim.drill.keyboard import BOARD, RECEPTION, ROSTER, Keyboard
from device_sim.drill.link_words import Verdict
from device_sim.drill.patience import Patience
from device_sim.drill.play_errors import ConsoleLostError
from device_sim.drill.standing_line import StandingLine
from device_sim.drill.truth_lines import PersonTruth
from device_sim.drill.wires import Address

WELCOME = SHOWS_SOMEBODY
"""Whoever hears one of these is in."""

TAP_ANSWERS = WELCOME | {"elsewhere", "unknown_card", "removed_too_soon", "unreadable", "cannot_use"}
NAME_ANSWERS = WELCOME | {"elsewhere"}
BINDING_ANSWERS = NAME_ANSWERS | {"bound", "already_bound", "bound_to_other"}
UNDO_ANSWERS = frozenset({"undone", "nothing_to_undo"})
PAPER_ANSWERS = frozenset({"printed", "not_printed"})

LINGERS, LINGERS_AT_BOARD = 0.35, 3.0
"""Real seconds for people who watch."""

A = TypeVar("A", bound=DeskAct)


class Desk:
    """One person at one desk; every act raises ConsoleLostError when the console dies under it."""

    def __init__(
        self,
        line: StandingLine,
        slot: Address,
        keyboard: Keyboard,
        book: DeskBook,
        patience: Patience,
        *,
        watched: bool,
    ) -> None:
        """`watched`: leave every answer standing for a moment."""
        self._line, self._slot, self._keyboard, self._book = line, slot, keyboard, book
        self._patience = patience
        self._watched = watched
        self.here: set[str] = set()
        """Whom the desk was shown as received or here, and did not take back."""

    def tap(
        self, card: Card, cause: Cause, expect: frozenset[str] = WELCOME, pull_after: int | None = None
    ) -> Verdict | None:
        """Lay a card on the reader until there is an answer; None when there is none in time."""
        self._keyboard.go(RECEPTION)
        link = self._quiet_link()
        presented = time.monotonic()
        try:
            with VpcdLink(card, *self._slot, pull_after=pull_after) as reader:
                reader.start()
                return self._hear(Tap, link, Outcome(cause, presented, expect), TAP_ANSWERS)
        except NoReaderError as error:
            raise ConsoleLostError(str(error)) from error

    def find(self, person: PersonTruth, cause: Cause) -> Verdict | None:
        """Receive somebody by kana name and date of birth."""
        self._keyboard.go(RECEPTION)
        if cause.attempt > 1:
            self._keyboard.press("escape")
        link = self._quiet_link()
        self._keyboard.press("/")
        self._keyboard.press(*person.kana, " ", *person.birth.isoformat())
        sent = self._keyboard.press("enter")
        verdict = self._hear(ByName, link, Outcome(cause, sent, WELCOME), NAME_ANSWERS)
        if verdict is None:
            self._keyboard.try_press("escape")
        return verdict

    def give_card(self, person: PersonTruth, cause: Cause) -> Verdict | None:
        """Say whose the unknown card is that was just tapped: search, choose, and confirm what the band asks."""
        link = self._quiet_link()
        self._keyboard.press("enter")
        self._keyboard.press(*person.kana, " ", *person.birth.isoformat())
        self._keyboard.press("enter")
        sent = self._keyboard.press("enter")
        outcome = Outcome(cause, sent, frozenset({"bound_and_received"}))
        verdict = self._hear(CardGiven, link, outcome, BINDING_ANSWERS)
        if verdict is None:
            self._keyboard.try_press("escape")
        return verdict

    def bring(self, key: str, companions: Sequence[str], cause: Cause) -> None:
        """Receive members of the household that is on offer."""
        link = self._quiet_link()
        sent = self._keyboard.press(key)
        outcome = Outcome(cause.asking(companions), sent, frozenset({"companions_received"}))
        self._hear(Companions, link, outcome, outcome.expect)

    def see_here(self, companions: Sequence[str], cause: Cause) -> None:
        """Note companions whom the offer shows as here already."""
        shown = tuple(Acknowledged(number) for number in companions)
        self._book.write(seen_line(self._book.now(), time.monotonic(), cause.asking(companions), shown))
        self.here.update(companions)

    def undo(self, cause: Cause) -> Verdict | None:
        """Take the last act back."""
        self._keyboard.go(RECEPTION)
        link = self._quiet_link()
        self._keyboard.press("z")
        sent = self._keyboard.press("enter")
        verdict = self._hear(Undo, link, Outcome(cause, sent, frozenset({"undone"})), UNDO_ANSWERS)
        if verdict is not None and verdict.verdict == "undone" and verdict.resident is not None:
            self.here.discard(verdict.resident)
        return verdict

    def dismiss(self) -> None:
        """Answer an open question with no."""
        self._keyboard.try_press("escape")

    def order(self, level: int, cause: Cause) -> Verdict | None:
        """Record an evacuation order for the whole village."""
        self._keyboard.go(BOARD)
        link = self._quiet_link()
        self._keyboard.press("o")
        self._keyboard.press(str(level))
        sent = self._keyboard.press("enter")
        outcome = Outcome(cause, sent, frozenset({"order_recorded"}))
        verdict = self._hear(OrderGiven, link, outcome, outcome.expect)
        if verdict is None:
            self._keyboard.try_press("escape")
        self._keyboard.try_go(RECEPTION)
        return verdict

    def print_roster(self, cause: Cause) -> Verdict | None:
        """Print who is here, and wait for word of the paper."""
        self._keyboard.go(ROSTER)
        link = self._quiet_link()
        sent = self._keyboard.press("p")
        outcome = Outcome(cause, sent, PAPER_ANSWERS)
        verdict = self._hear(Print, link, outcome, PAPER_ANSWERS, self._patience.paper)
        self._keyboard.try_go(RECEPTION)
        return verdict

    def show_board(self) -> None:
        """Look at the stranded board; the next act that needs reception goes back there."""
        self._keyboard.go(BOARD)
        self._book.write(BoardShown(at=self._book.now()))
        self._linger(LINGERS_AT_BOARD)

    def _quiet_link(self) -> DeskLink:
        """The link, with everything said before this act put aside."""
        link = self._line.link
        self._book.asides(link.leftovers())
        return link

    def _hear(
        self, kind: type[A], link: DeskLink, outcome: Outcome, answers: frozenset[str], timeout: float | None = None
    ) -> Verdict | None:
        """Wait for the answer to an act, and write the act with or without it."""
        heard: tuple[float, Verdict] | None = None
        try:
            heard = link.wait_for(Verdict, timeout or self._patience.verdict, _answering(outcome, answers))
        finally:
            self._book.write(act_line(kind, self._book.now(), outcome, heard))
        if heard is None:
            return None
        self.here.update(person.resident for person in acknowledged(heard[1]))
        self._linger(LINGERS)
        return heard[1]

    def _linger(self, seconds: float) -> None:
        if self._watched:
            time.sleep(seconds)


def _answering(outcome: Outcome, answers: frozenset[str]) -> Callable[[Verdict], bool]:
    return lambda verdict: verdict.verdict in answers and verdict.painted >= outcome.presented
