"""カードを読む: what a person's own My Number card may do at reception - fill the form, or prove itself."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult

from village_console.devices.ports import (
    CardAnswer,
    CardFace,
    CardProof,
    Checked,
    CodeB,
    Health,
    Part,
    Pin,
    Refusal,
    Refused,
    TriesLeft,
    Wish,
)
from village_console.register.tokens import BY_CERTIFICATE
from village_console.shelter.acts import Answer
from village_console.shelter.rules import Verdict
from village_console.tui import shapes
from village_console.tui.answers import Bell, Face
from village_console.tui.cells import lines, spans
from village_console.tui.commands import Command
from village_console.tui.frame import key_cell
from village_console.tui.messages import CardAnswered
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.secret import SecretPage
from village_console.tui.widgets.line import Line
from village_console.words import Words

WISHES = (Wish.FACE_BY_PIN, Wish.FACE_BY_CODE_B, Wish.PROOF)
"""In the order of their digits."""
_AGAIN = frozenset({Refusal.GONE, Refusal.UNREADABLE, Refusal.NO_PIN, Refusal.WRONG_PIN, Refusal.NO_CARD})
"""What may come out otherwise when it is done once more."""


class Step(Enum):
    """Where the conversation with a card stands."""

    CHOOSE = "choose"
    LAY = "lay"
    """The card is waited for, to say how many tries are left."""
    HOLD = "hold"
    """The secret was typed; the card is waited for, or at work."""


class OwnCardPage(Desk):
    """Asks what is wanted, shows the tries left before any secret is asked for; dismissed with the card's front, or None."""

    NAME = "reception"
    BAND_ROWS = 7
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (Command("back", label="Esc"), Command("wish", digits="123"))
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo"})
    DEFAULT_CSS = "OwnCardPage #page { height: 1fr; }"

    def __init__(self) -> None:
        """Nothing is chosen."""
        super().__init__()
        self.step = Step.CHOOSE
        self.wish = Wish.FACE_BY_PIN
        self._dares = False
        self._asking = 0
        """Counts what was asked: an answer to an earlier question is not heard."""

    def compose_work(self) -> ComposeResult:
        """The choices."""
        yield Line(id="page")

    def heading(self) -> tuple[Text, Text]:
        """What is being done."""
        roles = self.console_app.roles
        return spans(
            (self.say("desk.reception") + "  ", roles.strong), (self.say("own_card.title"), roles.ask.ink)
        ), Text()

    def resting_face(self) -> Face:
        """What is asked of the person, step by step."""
        third = "" if self.step is Step.CHOOSE or self._reader_ready else self.say("own_card.no_reader")
        said = self.say(f"own_card.{self.step.value}.first"), self.say(f"own_card.{self.step.value}.second")
        return Face("ask", shapes.WAIT, "待", "－", said[0], said[1], third=third)

    def paint_work(self) -> None:
        """Paint the choices and what is not done with a card."""
        roles, blank = self.console_app.roles, Text(" ", end="")
        rows = [blank]
        for n, wish in enumerate(WISHES, start=1):
            rows.append(spans(("    ", roles.text), key_cell(self, f"wish({n})", f" {n} "),
                              (f" {self.say(f'own_card.wish.{wish}')}", roles.text)))  # fmt: skip
        rows += [blank, spans((f"    {self.say('own_card.never')}", roles.muted))]
        self.query_one("#page", Line).set(lines(*rows))

    def action_wish(self, n: int) -> None:
        """Ask the card how many tries are left."""
        self.wish, self._dares, card = WISHES[n - 1], False, self.console_app.station.own_card
        if card is None:
            self.show(refused_face(Refused(Refusal.NO_READER), self.console_app.words))
            return
        self._go(Step.LAY)
        card.ask_tries(self.wish, self._hears())

    def take_card(self, asking: int, answer: CardAnswer) -> None:
        """What the card answered."""
        if asking != self._asking:
            return
        match answer:
            case TriesLeft(left) if left == 1:
                self.ask(_dare_face(self.console_app.words), lambda: self._open_secret(left, dares=True))
            case TriesLeft(left):
                self._open_secret(left, dares=False)
            case CardFace():
                self._go(Step.CHOOSE)
                self.dismiss(answer)
            case CardProof():
                self._go(Step.CHOOSE)
                self.show(proof_face(answer, self.console_app.words))
            case Refused():
                self._go(Step.CHOOSE)
                self.show(refused_face(answer, self.console_app.words))

    def leave(self) -> None:
        """One step back; at the first, back to reception."""
        if self.step is Step.CHOOSE:
            self.dismiss(None)
        else:
            self._stop_asking()
            self._go(Step.CHOOSE)

    def on_unmount(self) -> None:
        """A question that still waits would be put to the next person's card."""
        self._stop_asking()

    def take_answer(self, answer: Answer) -> None:
        """The same card laid down once more is no news; any other card is answered at the reception desk."""
        kind = answer.card.kind if answer.card else ""
        if answer.verdict is Verdict.NOT_TO_BE_BOUND or (
            answer.verdict is Verdict.UNKNOWN_CARD and kind in BY_CERTIFICATE
        ):
            return
        self.console_app.show_at_reception(answer)

    def _open_secret(self, left: int, *, dares: bool) -> None:
        self._dares = dares
        self.console_app.push_screen(SecretPage(self.wish, left), self._typed)

    def _typed(self, secret: Pin | CodeB | None) -> None:
        card = self.console_app.station.own_card
        if secret is None or card is None:
            self._go(Step.CHOOSE)
            return
        self._go(Step.HOLD)
        if self.wish is Wish.PROOF and isinstance(secret, Pin):
            card.ask_proof(secret, self._hears(), dares_last_try=self._dares)
        else:
            card.ask_face(secret, self._hears(), dares_last_try=self._dares)

    def _hears(self) -> Callable[[CardAnswer], None]:
        """Takes one answer from the reader's thread."""
        self._asking += 1
        asking, app = self._asking, self.console_app
        return lambda answer: _post(app, asking, answer)

    def _stop_asking(self) -> None:
        self._asking += 1
        if card := self.console_app.station.own_card:
            card.withdraw()

    def _go(self, step: Step) -> None:
        self.step, self.last_face = step, None
        self.repaint()

    @property
    def _reader_ready(self) -> bool:
        health = self.console_app.signs.health.get(Part.READER)
        return health is not None and health[0] is Health.READY


def _post(app: Any, asking: int, answer: CardAnswer) -> None:
    app.post_message(CardAnswered(asking, answer))


def refused_face(refused: Refused, words: Words) -> Face:
    """Why a card did not do it, and how many tries it has left."""
    again = refused.why in _AGAIN
    left = words.say("own_card.left", left=refused.left) if refused.left is not None else ""
    first, third = words.say(f"own_card.refused.{refused.why}"), words.say(f"own_card.do.{refused.why}")
    if again:
        return Face("ask", shapes.HILL, "再", "！", first, left, third=third, bell=Bell.AGAIN)
    return Face("stop", shapes.CROSS, "止", "Ｘ", first, left, third=third, bell=Bell.STOP)


def proof_face(proof: CardProof, words: Words) -> Face:
    """What was checked of a card; never that it is valid."""
    checks = ("signature", "authority", "dates", "revocation")
    said = words.say("list.comma").join(
        words.say(f"own_card.check.{name}", how=words.say(f"own_card.checked.{getattr(proof, name)}"))
        for name in checks
    )
    failed = Checked.FAILS in (proof.signature, proof.authority, proof.dates)
    if proof.holds:
        return Face("good", shapes.RING, "済", "〇", words.say("own_card.proof.holds"), third=said, bell=Bell.DONE)
    first = words.say("own_card.proof.fails" if failed else "own_card.proof.cannot_know")
    if failed:
        return Face("stop", shapes.CROSS, "止", "Ｘ", first, third=said, bell=Bell.STOP)
    return Face("ask", shapes.DIAMOND, "問", "？", first, third=said, bell=Bell.QUESTION)


def _dare_face(words: Words) -> Face:
    return Face(
        "stop", shapes.DIAMOND, "問", "？", words.say("own_card.dare.first"), words.say("own_card.dare.second"),
        third=words.say("own_card.dare.third"), bell=Bell.QUESTION,
    )  # fmt: skip
