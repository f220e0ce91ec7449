"""What is decided when a drill's My Number card is issued, and the files that follow from it (reference/cards.md 1.3, 1.6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from device_sim.cards.card_face import Face, text_files
from device_sim.cards.drill_ca import DrillCa, opaque_name
from device_sim.cards.files import CardFile, Pin, Readable, SigningKey

AUTH_TRIES = 3
SIGN_TRIES = 5

TOKEN_NAME = b"JPKIAPICCTOKEN2"
TOKEN_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Issue:
    """One card as its issuer made it."""

    serial: int
    """Serial number of the authentication certificate; the signature certificate bears the next one."""
    common_name: str
    not_before: datetime
    not_after: datetime
    auth_pin: str = "1234"
    """Text, never a number: leading zeros count."""
    sign_password: str = "ABC123"  # noqa: S105 -- a card of a drill
    text_pin: str = "1234"
    """Of the card-face application; most holders take the same as for authentication."""
    face: Face | None = None
    """None: a card about whose holder nothing is known; its card-face application has no files."""
    has_auth: bool = True
    has_sign: bool = True
    """False for a child under 15 and for a holder who declined."""

    def __post_init__(self) -> None:
        if not all(re.fullmatch("[0-9]{4}", pin) for pin in (self.auth_pin, self.text_pin)):
            raise ValueError("a PIN is four digits")
        if not re.fullmatch("[0-9A-Z]{6,16}", self.sign_password):
            raise ValueError("a signature password is 6 to 16 digits and upper-case letters")

    @classmethod
    def plain(cls, serial: int, today: datetime, face: Face | None = None) -> Issue:
        """An everyday card, a year old `today`; with any serial number, also one that no town has heard of."""
        begins, ends = today - timedelta(days=365), today + timedelta(days=4 * 365)
        return cls(serial, opaque_name(serial), begins, ends, face=face)


def jpki_files(ca: DrillCa, issue: Issue, filler: int) -> dict[int, CardFile]:
    """The files of the JPKI application by identifier; a certificate that the card lacks takes its key and PIN with it.

    Certificates are issued when they are first read: of a drill's hundreds of cards only those presented cost anything.
    """
    files: dict[int, CardFile] = {0x0006: Readable(lambda: TOKEN_NAME.ljust(TOKEN_LENGTH))}
    if issue.has_auth:
        pin = Pin(issue.auth_pin, AUTH_TRIES)
        certificate = _lazily(lambda: _auth_certificate(ca, issue), filler)
        files |= {0x000A: Readable(certificate), 0x000B: Readable(_lazily(lambda: ca.auth_ca, filler))}
        files |= {0x0017: SigningKey(ca.auth_key, pin), 0x0018: pin}
    if issue.has_sign:
        pin = Pin(issue.sign_password, SIGN_TRIES)
        certificate = _lazily(lambda: _sign_certificate(ca, issue), filler)
        files |= {0x0001: Readable(certificate, (pin,)), 0x0002: Readable(_lazily(lambda: ca.sign_ca, filler))}
        files |= {0x001A: SigningKey(ca.sign_key, pin), 0x001B: pin}
    return files


def face_files(issue: Issue, filler: int) -> dict[int, CardFile]:
    """The files of the card-face application by identifier; none without a face."""
    return {} if issue.face is None else text_files(issue.face, issue.text_pin, filler)


def _lazily(content: Callable[[], bytes], filler: int) -> Callable[[], bytes]:
    return cache(lambda: content() + b"\xff" * filler)


def _auth_certificate(ca: DrillCa, issue: Issue) -> bytes:
    return ca.issue_auth(issue.serial, issue.common_name, issue.not_before, issue.not_after)


def _sign_certificate(ca: DrillCa, issue: Issue) -> bytes:
    return ca.issue_sign(issue.serial + 1, issue.common_name, issue.not_before, issue.not_after)
