"""A new laptop asks an anchor over the network to be let in. Whoever answers is believed only by the code."""

from __future__ import annotations

import base64
import queue
import secrets
import socket
import ssl
from collections.abc import Sequence
from contextlib import closing

from village_console.journal.journal import Journal
from village_console.sync.anchor import trust_in
from village_console.sync.anchor_config import REPLIES, REQUESTS
from village_console.sync.carrier import CarrierLostError, Refused
from village_console.sync.own import Place, fingerprint_of, tls_pair
from village_console.sync.pairing import Code, Joined, Unpaired, ask_to_join, cannot_join, join, refusal_in
from village_console.sync.wire import Wire

PATIENCE = 5.0
"""Seconds for one step on the line."""
ANSWERS_WITHIN = 20.0
"""Seconds for the answer: an old laptop takes its time over argon2id, and others may be before us."""


def join_over(
    journal: Journal, place: Place, addresses: Sequence[tuple[str, int]], code: Code, within: float = ANSWERS_WITHIN
) -> Joined | Unpaired:
    """Ask whoever listens at the first of these addresses at which anybody does, and belong to the village that answers."""
    if refused := cannot_join(journal):
        return refused
    shown = ((address, certificate_at(address)) for address in addresses)
    address, certificate = next(((at, shows) for at, shows in shown if shows), (None, None))
    if address is None or certificate is None:
        return Unpaired.NO_ANCHOR
    line = fingerprint_of(certificate)
    request = ask_to_join(journal, place, code, line)
    if isinstance(request, Unpaired):
        return request
    trust = trust_in((base64.b64encode(certificate).decode(),), tls_pair(journal)[0])
    with closing(Wire(address, trust, None, REPLIES.rstrip("."))) as wire:
        wire.patience = PATIENCE
        told = _asked(wire, request, within)
    if isinstance(told, Unpaired):
        return told
    return refusal_in(told) or join(journal, told, code, line)


def certificate_at(address: tuple[str, int]) -> bytes | None:
    """The certificate (DER) that somebody shows there, whoever it is; None: nobody does."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection(address, PATIENCE) as wire,
            context.wrap_socket(wire, server_hostname=address[0]) as secured,
        ):
            return secured.getpeercert(binary_form=True)
    except (OSError, ValueError):
        return None


def _asked(wire: Wire, request: bytes, within: float) -> bytes | Unpaired:
    """What came back."""
    name = secrets.token_hex(8)
    came: queue.Queue[bytes | Unpaired] = queue.Queue()
    wire.on_lost = lambda: came.put(Unpaired.NO_ANSWER)
    try:
        refused = wire.open()
        if refused is not None:
            return Unpaired.CLOSED if refused is Refused.NOT_ADMITTED else Unpaired.OTHER_LINE
        wire.hear(REPLIES + name, lambda _subject, content: came.put(content))
        wire.tell(REQUESTS + name, request)
        return came.get(timeout=within)
    except CarrierLostError:
        return Unpaired.NO_ANCHOR
    except queue.Empty:
        return Unpaired.NO_ANSWER
