"""What devices and threads tell the app; they never touch a widget."""

from __future__ import annotations

from textual.events import Key
from textual.message import Message

from village_console.devices.ports import CardAnswer, Health, Part, Tap
from village_console.village.errors import PartHasEndedError


class Tapped(Message):
    """A card was on the reader."""

    def __init__(self, tap: Tap) -> None:
        """What it came to."""
        super().__init__()
        self.tap = tap


class CardAnswered(Message):
    """A card said something to what a person wanted of it."""

    def __init__(self, asking: int, answer: CardAnswer) -> None:
        """To which asking."""
        super().__init__()
        self.asking, self.answer = asking, answer


class PartEnded(Message):
    """A thread of this program has ended that should not have."""

    def __init__(self, error: PartHasEndedError) -> None:
        """Which, and where in the code."""
        super().__init__()
        self.error = error


class HealthChanged(Message):
    """A device is well, or not."""

    def __init__(self, part: Part, health: Health, count: int) -> None:
        """Which, how, and a count where one makes sense."""
        super().__init__()
        self.part, self.health, self.count = part, health, count

    def can_replace(self, message: Message) -> bool:
        """Only the newest word on a device counts."""
        return isinstance(message, HealthChanged) and message.part is self.part


class FactsChanged(Message):
    """Something was written."""

    def can_replace(self, message: Message) -> bool:
        """One repaint serves them all."""
        return isinstance(message, FactsChanged)


class PressedByDrill(Key):
    """A key that the drill's person at the desk pressed, not the person at this keyboard; handled like any other key."""


PressedByDrill.handler_name = Key.handler_name
