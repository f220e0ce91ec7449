"""Card tokens: what stands for a card in the journal, made so that the card's number cannot be found back."""

from __future__ import annotations

import hashlib
import hmac

from village_console.village.ids import CardToken

TOKEN_BYTES = 16
BY_CERTIFICATE = frozenset({"my_number"})
"""Kinds whose identifier is the number of somebody's certificate: a person's own card, never one to hand out."""


def card_token(key: bytes, kind: str, issuer: str, identifier: bytes) -> CardToken:
    """HMAC-SHA-256 under the incident's key over kind, issuer and identifier, each with its length; 128 bits are kept.

    Serials are small counters: a plain hash of them is reversed in a minute (reference/cards.md 4).
    """
    parts = (kind.encode(), issuer.encode(), identifier)
    message = b"".join(len(part).to_bytes(2, "big") + part for part in parts)
    return CardToken(f"{kind}-{hmac.new(key, message, hashlib.sha256).digest()[:TOKEN_BYTES].hex()}")


def serial_bytes(serial: int) -> bytes:
    """A certificate's serial number as the bytes that the token is made of."""
    return serial.to_bytes(max(1, (serial.bit_length() + 7) // 8), "big")


def token_key_name(incident: str) -> str:
    """The name of the incident's key for card tokens in the journal."""
    return f"tokens:{incident}"
