"""One question to the card that lies on a reader, or to the next that is laid down: asked once, never repeated by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from village_console.devices.cards import card_face, card_proof
from village_console.devices.cards.card_proof import prove, read_authorities
from village_console.devices.cards.transport import Transport
from village_console.devices.ports import CardAnswer, CodeB, Door, OnAnswer, Pin, Wish
from village_console.village.clock import Clock
from village_console.village.run_mode import World

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

Question = Callable[[Transport], CardAnswer]
_DOORS = {Wish.FACE_BY_PIN: Door.PIN, Wish.FACE_BY_CODE_B: Door.CODE_B}


class CardQuestion:
    """The question that waits; whichever reader has a card first takes it. The card is without power afterwards."""

    def __init__(self) -> None:
        """Nothing is asked."""
        self._lock = threading.Lock()
        self._question: tuple[Question, OnAnswer] | None = None

    @property
    def waiting(self) -> bool:
        """Whether a card is to be asked something."""
        return self._question is not None

    def put(self, question: Question, on_answer: OnAnswer) -> None:
        """Ask the card that lies there, or the next; a question that still waits is forgotten."""
        with self._lock:
            self._question = (question, on_answer)

    def withdraw(self) -> None:
        """Ask nothing; what a secret was typed for is forgotten with it."""
        with self._lock:
            self._question = None

    def answer(self, transport: Transport) -> bool:
        """From a reader's thread: put the question that waits to a card, and say what it answered; False: none waits."""
        with self._lock:
            taken, self._question = self._question, None
        if taken is None:
            return False
        question, on_answer = taken
        on_answer(question(transport))
        return True


class CardDesk:
    """What the screens ask of a person's own card."""

    def __init__(self, asked: CardQuestion, world: World, authorities: Path | None, clock: Clock) -> None:
        """`authorities`: the pinned ones; they are read when the first card is to prove itself."""
        self._asked, self._world, self._clock = asked, world, clock
        self._path, self._pinned = authorities, None

    _pinned: Sequence[Certificate] | None

    def ask_tries(self, wish: Wish, on_answer: OnAnswer) -> None:
        """How often the secret of a wish may still be wrong; costs none."""
        door = _DOORS.get(wish)
        if door is None:
            self._asked.put(lambda card: card_proof.tries_left(card, self._world), on_answer)
        else:
            self._asked.put(lambda card: card_face.tries_left(card, self._world, door), on_answer)

    def ask_face(self, secret: Pin | CodeB, on_answer: OnAnswer, *, dares_last_try: bool) -> None:
        """Show a secret once and read the front of the card."""
        self._asked.put(
            lambda card: card_face.read_card_face(card, self._world, secret, dares_last_try=dares_last_try), on_answer
        )

    def ask_proof(self, pin: Pin, on_answer: OnAnswer, *, dares_last_try: bool) -> None:
        """Show the PIN once and let the card sign."""
        if self._pinned is None:
            self._pinned = read_authorities(self._path)
        pinned = self._pinned
        self._asked.put(
            lambda card: prove(card, self._world, pin, pinned, self._clock.now(), dares_last_try=dares_last_try),
            on_answer,
        )

    def withdraw(self) -> None:
        """Ask nothing more."""
        self._asked.withdraw()
