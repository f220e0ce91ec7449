"""Bytes to and from a card on a PC/SC reader."""

from __future__ import annotations

from typing import Any

from village_console.devices.cards import gate
from village_console.devices.cards.pcsc_calls import Scard, check
from village_console.devices.cards.transport import Response

MORE_TO_FETCH, WRONG_LENGTH = 0x61, 0x6C
MOST_FETCHES = 32
"""Parts of one answer; a card that announces more and more is not listened to for ever."""
_ASKING = frozenset({0xB0, 0x2A, 0xCA})
"""Instructions that end with how many bytes are wanted. Of any other the last byte may be of a PIN: never sent again."""


class PcscTransport:
    """One card, while a transaction lasts."""

    def __init__(self, scard: Scard, card: Any, protocol: int, atr: bytes) -> None:
        self._scard, self._card, self._protocol = scard, card, protocol
        self.atr = atr

    def send(self, apdu: bytes) -> Response:
        """Send one command that the gate lets pass, and fetch what a contact card (T=0) only announces.

        Raises CardGoneError.
        """
        gate.check(apdu)
        response = self._exchange(apdu)
        if response.sw >> 8 == WRONG_LENGTH and apdu[1] in _ASKING:
            response = self._exchange(apdu[:-1] + bytes([response.sw & 0xFF]))
        data = response.data
        for _ in range(MOST_FETCHES):
            if response.sw >> 8 != MORE_TO_FETCH:
                break
            response = self._exchange(bytes([0x00, 0xC0, 0x00, 0x00, response.sw & 0xFF]))
            data += response.data
            if not response.data:  # a card that announces and gives nothing would be asked for ever
                break
        return Response(data, response.sw)

    def _exchange(self, apdu: bytes) -> Response:
        result, answer = self._scard.SCardTransmit(self._card, self._protocol, list(apdu))
        check(result)
        return Response.parse(bytes(answer))
