"""Card tokens: what stands for a card in the journal, made so that the card's number cannot be found back."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

from village_console.devices.ports import CardRead
from village_console.journal.journal import Journal
from village_console.village.ids import CardToken
from village_console.village.printed_code import PrintedCode
from village_console.village.run_mode import World

TOKEN_BYTES = 16
PRINTED = "printed"
"""The kind of a printed code among cards."""
_PRINTED_BY = "village"
BY_CERTIFICATE = frozenset({"my_number"})
"""Kinds whose identifier is the number of somebody's certificate: a person's own card, never one to hand out."""


def card_token(key: bytes, kind: str, issuer: str, identifier: bytes) -> CardToken:
    """HMAC-SHA-256 under the incident's key over kind, issuer and identifier, each with its length; 128 bits are kept.

    Serials are small counters: a plain hash of them is reversed in a minute (reference/cards.md 4).
    """
    parts = (kind.encode(), issuer.encode(), identifier)
    message = b"".join(len(part).to_bytes(2, "big") + part for part in parts)
    return CardToken(f"{kind}-{hmac.new(key, message, hashlib.sha256).digest()[:TOKEN_BYTES].hex()}")


def as_card(code: PrintedCode) -> CardRead:
    """A printed code as reception takes it: like a card that was put on the reader."""
    return CardRead(PRINTED, _PRINTED_BY, code.digits.encode("ascii"), code.world)


def may_become_token(kind: str, world: World, ground: str) -> bool:
    """Whether what tells a card from others may be made a token, for as long as the incident lasts.

    The number of a real certificate may not, unless the village has stated its ground in law (reference/cards.md 4).
    """
    return kind not in BY_CERTIFICATE or world is World.SIMULATED or bool(ground.strip())


def serial_bytes(serial: int) -> bytes:
    """A certificate's serial number as the bytes that the token is made of."""
    return serial.to_bytes(max(1, (serial.bit_length() + 7) // 8), "big")


def token_key_name(incident: str) -> str:
    """The name of the incident's key for card tokens in the journal."""
    return f"tokens:{incident}"


class CardTokens:
    """What a card is known by in one journal, under whichever of the incident's keys it was bound.

    Consoles that had not met have made a key each; from then on all use the same one for what is new.
    """

    def __init__(self, journal: Journal, knows: Callable[[CardToken], bool]) -> None:
        """`knows`: whether a token stands for somebody."""
        self._journal, self._knows = journal, knows
        self._name = token_key_name(journal.purpose.incident)

    def of(self, card: CardRead) -> CardToken:
        """The token of a card; a new one where it stands for nobody yet."""
        keys = self._journal.secrets(self._name)
        tokens = [card_token(key, card.kind, card.issuer, card.identifier) for key in keys]
        return next((token for token in tokens if self._knows(token)), tokens[0])
