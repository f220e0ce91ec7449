"""The twin on a reader without a wire, and cards that misbehave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from device_sim.cards.card_face import Face
from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.my_number import VirtualMyNumberCard
from device_sim.cards.storage import VirtualStorageCard
from village_console.devices.cards import gate
from village_console.devices.cards.transport import CardGoneError, Response

TODAY = datetime(2026, 11, 3, tzinfo=UTC)
CA = DrillCa.create()
FACE = Face("髙橋\u3000ミツ", "西興部１２番地", date(1942, 5, 3), "2", 2035, "2285")
ISSUE = Issue.plain(0x0123_4567, TODAY, FACE)
VERIFY, SIGN = 0x20, 0x2A


def card(issue: Issue = ISSUE, ca: DrillCa = CA, **more: bool | int) -> VirtualMyNumberCard:
    """A card that somebody carries."""
    return VirtualMyNumberCard(ca, issue, hiccup=bool(more.get("hiccup")), filler=int(more.get("filler", 0)))


class Laid:
    """A card on a reader; what leaves for it passes the gate and is remembered, and it may leave after so many commands."""

    def __init__(self, lying: VirtualMyNumberCard | VirtualStorageCard, leaves_after: int = 1000) -> None:
        self.card, self.atr, self._leaves_after = lying, lying.atr, leaves_after
        self.sent: list[bytes] = []

    def send(self, apdu: bytes) -> Response:
        gate.check(apdu)
        if len(self.sent) == self._leaves_after:
            raise CardGoneError
        self.sent.append(apdu)
        return Response.parse(self.card.transmit(apdu))

    def secrets(self) -> list[bytes]:
        """Every secret that was sent."""
        return [apdu[5:] for apdu in self.sent if apdu[1] == VERIFY and len(apdu) > 4]


class Twisted(Laid):
    """A good card some of whose answers are others instead: by the number of the command, from 0."""

    def __init__(self, lying: VirtualMyNumberCard, instead: dict[int, bytes]) -> None:
        super().__init__(lying)
        self._instead = instead

    def send(self, apdu: bytes) -> Response:
        honest = super().send(apdu)
        twisted = self._instead.get(len(self.sent) - 1)
        return honest if twisted is None else Response.parse(twisted)


class Babbling:
    """A card that answers with whatever comes next, and is gone when nothing does."""

    atr = b"\x3b\x00"

    def __init__(self, answers: Sequence[bytes]) -> None:
        self._answers: Iterator[bytes] = iter(answers)

    def send(self, apdu: bytes) -> Response:
        gate.check(apdu)
        return Response.parse(next(self._answers, b""))
