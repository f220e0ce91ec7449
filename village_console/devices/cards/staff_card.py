"""A staff member's My Number card as a key: PIN, then a signature over a challenge; held once, never repeated by itself.

RSA with PKCS#1 v1.5 signs the same with the same signature for ever, so that a key can be made of it (reference/cards.md 1.4).
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Protocol

from village_console.devices.cards import my_number, pin_care
from village_console.devices.cards.gate import AUTHENTICATION_PIN
from village_console.devices.cards.loopback_slot import SlotTransport
from village_console.devices.cards.pcsc_calls import UNPOWER_CARD, PcscError, Scard, load_scard
from village_console.devices.cards.pcsc_context import PcscContext, Sight
from village_console.devices.cards.transport import CardGoneError, Transport
from village_console.devices.ports import CardRead, Refusal, Refused
from village_console.village.errors import PortIsTakenError
from village_console.village.run_mode import World

_PURPOSE = b"village-console staff card 1"
"""Begins whatever is signed, so that no challenge that was slipped in is a login somewhere else."""
_LOOK_AGAIN = 0.2
"""Seconds between looks at the readers."""


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
    left = pin_care.tries_left(transport, AUTHENTICATION_PIN)
    dares = left == 1 and asked.dares_last_try()
    if forbidden := pin_care.forbids(left, dares_last_try=dares):
        return forbidden
    pin = asked.pin(left or 0)
    if refused := pin_care.show(transport, pin or "", pin_care.PIN_DIGITS, left):
        return refused
    who = tap.issuer.encode() + tap.identifier
    return lambda challenge: _signature(transport, _PURPOSE + who + challenge)


def _signature(transport: Transport, statement: bytes) -> bytes:
    if signature := my_number.sign(transport, statement):
        return signature
    raise CardGoneError


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
