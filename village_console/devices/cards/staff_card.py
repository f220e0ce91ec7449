"""A staff member's My Number card as a key: PIN, then a signature over a challenge; held once, never repeated by itself.

RSA with PKCS#1 v1.5 signs the same with the same signature for ever, so that a key can be made of it (reference/cards.md 1.4).
"""

from __future__ import annotations

import hashlib
import socket
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from village_console.devices.cards import my_number
from village_console.devices.cards.loopback_slot import SlotTransport
from village_console.devices.cards.pcsc_calls import UNPOWER_CARD, PcscError, Scard, load_scard
from village_console.devices.cards.pcsc_context import PcscContext, Sight
from village_console.devices.cards.transport import CardGoneError, Response, Transport
from village_console.devices.ports import CardRead
from village_console.village.errors import PortIsTakenError
from village_console.village.run_mode import World

AUTHENTICATION_KEY, AUTHENTICATION_PIN = 0x17, 0x18
SIGNATURE_BYTES = 256
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
_PURPOSE = b"village-console staff card 1"
"""Begins whatever is signed, so that no challenge that was slipped in is a login somewhere else."""
_TRIES_LEFT, _BLOCKED = 0x63C0, (0x6983, 0x6984)
_LOOK_AGAIN = 0.2
"""Seconds between looks at the readers."""


class Refusal(StrEnum):
    """Why a card did not sign."""

    NO_READER = "no_reader"
    NO_CARD = "no_card"
    GONE = "gone"
    NOT_THIS_KIND = "not_this_kind"
    """Another kind of card, one without this certificate, or one of the other world."""
    BLOCKED = "blocked"
    LAST_TRY = "last_try"
    """One try is left and nobody said that it may be spent."""
    NO_PIN = "no_pin"
    """Nobody gave one, or it was not four digits: nothing was sent to the card."""
    WRONG_PIN = "wrong_pin"


@dataclass(frozen=True, slots=True)
class Refused:
    """The card did not sign; how many tries at its PIN are left, where it said so."""

    why: Refusal
    left: int | None = None


class Asked(Protocol):
    """The person whose card it is."""

    def lay(self) -> None:
        """Hear that the card is waited for."""
        ...

    def pin(self, left: int) -> str | None:
        """Four digits, knowing how many tries are left; None to leave it."""
        ...

    def dares_last_try(self) -> bool:
        """Whether the last try may be spent: after it the town hall must unlock the card."""
        ...


Signer = Callable[[bytes], bytes]
"""Signs a challenge while the card lies there; raises CardGoneError."""


def sign_in(transport: Transport, world: World, asked: Asked) -> Signer | Refused:
    """Show the card its PIN once; raises CardGoneError."""
    tap = my_number.read(transport)
    if not isinstance(tap, CardRead) or tap.world is not world:
        return Refused(Refusal.NOT_THIS_KIND)
    left = _tries_left(transport)
    if left == 0:
        return Refused(Refusal.BLOCKED, 0)
    if left == 1 and not asked.dares_last_try():
        return Refused(Refusal.LAST_TRY, left)
    pin = asked.pin(left)
    if pin is None or len(pin) != 4 or not (pin.isascii() and pin.isdecimal()):
        return Refused(Refusal.NO_PIN, left)
    shown = transport.send(bytes([0x00, 0x20, 0x00, 0x80, len(pin)]) + pin.encode("ascii"))
    if not shown.ok:
        return _refused_pin(shown)
    who = tap.issuer.encode() + tap.identifier
    return lambda challenge: _signature(transport, hashlib.sha256(_PURPOSE + who + challenge).digest())


def _tries_left(transport: Transport) -> int:
    """As the card says before anything is sent to it; a card that does not say it is taken to have one."""
    _select(transport, AUTHENTICATION_PIN)
    answer = transport.send(bytes([0x00, 0x20, 0x00, 0x80]))
    if answer.sw in _BLOCKED:
        return 0
    return answer.sw & 0xF if answer.sw & 0xFFF0 == _TRIES_LEFT else 1


def _refused_pin(shown: Response) -> Refused:
    left = 0 if shown.sw in _BLOCKED else shown.sw & 0xF if shown.sw & 0xFFF0 == _TRIES_LEFT else None
    return Refused(Refusal.BLOCKED if left == 0 else Refusal.WRONG_PIN, left)


def _signature(transport: Transport, digest: bytes) -> bytes:
    _select(transport, AUTHENTICATION_KEY)
    info = _SHA256_INFO + digest
    signed = transport.send(bytes([0x80, 0x2A, 0x00, 0x80, len(info)]) + info + b"\x00")
    if not signed.ok or len(signed.data) != SIGNATURE_BYTES:
        raise CardGoneError
    return signed.data


def _select(transport: Transport, file: int) -> Response:
    return transport.send(bytes([0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, file]))


@contextmanager
def card_on_slot(address: tuple[str, int], seconds: float) -> Generator[Transport | None]:
    """The first simulated card that dials within a time; None when none does. It is without power afterwards.

    Raises:
        PortIsTakenError: the desk is open and listens there.
        CardGoneError: it left.
    """
    try:
        listener = socket.create_server(address)
    except OSError as error:
        raise PortIsTakenError(address="{}:{}".format(*address), what="slot") from error
    with listener:
        listener.settimeout(seconds)
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            yield None
            return
        with connection:
            transport = SlotTransport(connection)
            try:
                yield transport
            finally:
                transport.power_off()


@contextmanager
def card_on_reader(seconds: float, load: Callable[[], Scard | None] = load_scard) -> Generator[Transport | None]:
    """The first card on any reader within a time; None when there is none, or no reader. It is without power afterwards.

    Raises:
        CardGoneError: it left, or pcscd did.
    """
    scard = load()
    try:
        context = PcscContext(scard) if scard else None
    except PcscError:
        context = None
    if context is None:
        yield None
        return
    try:
        sight = _first_sight(context, time.monotonic() + seconds)
        if sight is None:
            yield None
            return
        with context.card(sight, after=UNPOWER_CARD) as transport:
            yield transport
    finally:
        context.release()


def _first_sight(context: PcscContext, deadline: float) -> Sight | None:
    while True:
        for reader in context.readers():
            if (sight := context.look(reader)).present:
                return sight
        if time.monotonic() >= deadline:
            return None
        time.sleep(_LOOK_AGAIN)
