"""Which commands may leave for a card at all: whatever a driver asks, the My Number and what opens it are out of reach.

The gate remembers nothing: the files that it forbids have numbers that no file of use has, in any application, so that no
order of commands can lead around it. Both transports ask it before each byte that they send.
"""

from __future__ import annotations

JPKI = bytes.fromhex("D392F000260100000001")
CARD_FACE = bytes.fromhex("D3921000310001010408")
"""券面事項入力補助AP."""
APPLICATIONS = frozenset({JPKI, CARD_FACE})
FORBIDDEN = frozenset({0x0001, 0x0005, 0x0013, 0x0014})
"""個人番号 as text and as a picture, and 照合番号A of both applications, which is the My Number itself."""
FOUR_ATTRIBUTES, AUTHENTICATION_CERTIFICATE, FACE_PIN, CODE_B = 0x0002, 0x000A, 0x0011, 0x0015
AUTHENTICATION_KEY, AUTHENTICATION_PIN = 0x0017, 0x0018
READ, SECRETS = (
    frozenset({FOUR_ATTRIBUTES, AUTHENTICATION_CERTIFICATE}),
    frozenset({FACE_PIN, CODE_B, AUTHENTICATION_PIN}),
)
FILES = READ | SECRETS | {AUTHENTICATION_KEY}
"""Every file that may be selected."""
SECRET_LENGTHS = frozenset({4, 14})
"""A PIN, 照合番号B. Never twelve digits: those are a My Number."""
GET_IDENTIFIER = bytes.fromhex("FFCA000000")
SIGN = bytes.fromhex("802A0080")
_SELECT_APPLICATION, _SELECT_FILE, _VERIFY = (bytes.fromhex(head) for head in ("00A4040C", "00A4020C02", "00200080"))
_READ_BINARY = b"\x00\xb0"


class ForbiddenCommandError(Exception):
    """A driver wanted to send what may not be sent; nothing was. It names no byte: one may be somebody's secret."""


def check(apdu: bytes) -> None:
    """Let a command pass; raises ForbiddenCommandError."""
    if not _passes(apdu):
        raise ForbiddenCommandError


def _passes(apdu: bytes) -> bool:
    if apdu.startswith(_SELECT_APPLICATION):
        return apdu[5:] in APPLICATIONS and apdu[4] == len(apdu) - 5
    if apdu.startswith(_SELECT_FILE):
        return len(apdu) == 7 and _open(int.from_bytes(apdu[5:], "big"))
    if apdu.startswith(_READ_BINARY):
        return len(apdu) == 5 and (not apdu[2] & 0x80 or (apdu[2] & 0x60 == 0 and apdu[2] & 0x1F in READ))
    if apdu.startswith(_VERIFY):
        return len(apdu) == 4 or (apdu[4] in SECRET_LENGTHS and len(apdu) == 5 + apdu[4])
    return apdu == GET_IDENTIFIER or (apdu.startswith(SIGN) and len(apdu) > 5)


def _open(file: int) -> bool:
    return file in FILES and file not in FORBIDDEN
