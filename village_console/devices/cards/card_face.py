"""券面事項入力補助AP: name, address, birth and sex as text, opened by the PIN or by code B (reference/cards.md 1.6).

A secret that somebody has typed is shown to the card once; all that can go wrong is a value.
"""

from __future__ import annotations

import unicodedata
from datetime import date

from village_console.devices.cards import my_number, pin_care
from village_console.devices.cards.gate import CARD_FACE, CODE_B, FACE_PIN, FOUR_ATTRIBUTES
from village_console.devices.cards.transport import (
    SUCCESS,
    CardGoneError,
    Transport,
    read_by_short_id,
    select_once_more,
)
from village_console.devices.ports import (
    CardFace,
    CardRead,
    CardUnreadable,
    CodeB,
    Door,
    FaceSex,
    Pin,
    Refusal,
    Refused,
    TriesLeft,
)
from village_console.village.run_mode import World

_DOORS = {Door.PIN: (FACE_PIN, pin_care.PIN_DIGITS), Door.CODE_B: (CODE_B, 14)}
LARGEST_FILE = 2048
STRAY_BYTES = 2
"""Cards of about 2023 are reported to have some before the first tag."""
_WHOLE, _NAME, _ADDRESS, _BIRTH, _SEX = 0xFF20, 0xDF22, 0xDF23, 0xDF24, 0xDF25
_GIVEN = (SUCCESS, 0x6282)
"""The second: the file ended before as many bytes as were asked for."""
_SEXES = {"1": FaceSex.MALE, "2": FaceSex.FEMALE, "9": FaceSex.UNKNOWN, "0": FaceSex.UNKNOWN}
_NOT_WRITTEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Categories of characters that steer a terminal or turn the line around; no name has them."""


def tries_left(transport: Transport, world: World, door: Door) -> TriesLeft | Refused:
    """How often what opens the card face may still be wrong; costs none."""
    try:
        if refused := _select(transport, world):
            return refused
        left = pin_care.tries_left(transport, _DOORS[door][0])
    except CardGoneError:
        return Refused(Refusal.GONE)
    return TriesLeft(left) if left else pin_care.forbids(left, dares_last_try=True) or Refused(Refusal.NOT_THIS_KIND)


def read_card_face(
    transport: Transport, world: World, secret: Pin | CodeB, *, dares_last_try: bool = False
) -> CardFace | Refused:
    """Show the secret once and read the four attributes. The card must be without power before anybody else has it."""
    file, digits = _DOORS[Door.PIN if isinstance(secret, Pin) else Door.CODE_B]
    try:
        refused = _select(transport, world) or pin_care.open_with(
            transport, file, secret.digits, digits, dares_last_try=dares_last_try
        )
        return refused or _attributes(transport) or Refused(Refusal.UNREADABLE)
    except CardGoneError:
        return Refused(Refusal.GONE)


def _select(transport: Transport, world: World) -> Refused | None:
    """Select the application of a card of this world; a real one may have no certificate to tell its world by."""
    match my_number.read(transport):
        case CardRead(world=found):
            is_ours = found is world
        case CardUnreadable():
            is_ours = world is World.PHYSICAL
        case _:
            is_ours = False
    if not is_ours or not select_once_more(transport, CARD_FACE).ok:
        return Refused(Refusal.NOT_THIS_KIND)
    return None


def _attributes(transport: Transport) -> CardFace | None:
    content = b""
    while len(content) < LARGEST_FILE:
        if (face := parse(content)) is not None:
            return face
        part = read_by_short_id(transport, FOUR_ATTRIBUTES, len(content))
        if part.sw not in _GIVEN or not part.data:
            return None
        content += part.data
    return parse(content)


def parse(content: bytes) -> CardFace | None:
    """Read the file of the four attributes; None as long as it is cut off, or when it is something else."""
    start = content.find(_WHOLE.to_bytes(2, "big"), 0, STRAY_BYTES + 2)
    whole = _fields(content[start:], first_only=True) if start >= 0 else None
    fields = _fields(whole[_WHOLE]) if whole else None
    if not fields or not {_NAME, _ADDRESS, _BIRTH, _SEX} <= fields.keys():
        return None
    try:
        name, address, birth, sex = (fields[tag].decode() for tag in (_NAME, _ADDRESS, _BIRTH, _SEX))
    except UnicodeDecodeError:
        return None
    if not _is_written(name) or not _is_written(address) or sex not in _SEXES:
        return None
    return CardFace(name, address, _date(birth), _SEXES[sex])


def _fields(content: bytes, *, first_only: bool = False) -> dict[int, bytes] | None:
    """Values by two-byte tag; None when a length leads past the end, or a tag stands twice."""
    found: dict[int, bytes] = {}
    while content and not (found and first_only):
        tag, rest = int.from_bytes(content[:2], "big"), content[2:]
        size = _size(rest)
        if size is None or len(rest) < sum(size) or tag in found:
            return None
        head, length = size
        found[tag], content = rest[head : head + length], rest[head + length :]
    return found


def _size(rest: bytes) -> tuple[int, int] | None:
    """How many bytes a BER length takes, and the length."""
    if not rest:
        return None
    if rest[0] < 0x80:
        return 1, rest[0]
    more = rest[0] & 0x7F
    return (1 + more, int.from_bytes(rest[1 : 1 + more], "big")) if more in (1, 2) and len(rest) > more else None


def _is_written(text: str) -> bool:
    return bool(text.strip()) and not any(unicodedata.category(character) in _NOT_WRITTEN for character in text)


def _date(text: str) -> date | None:
    if len(text) != 8 or not (text.isascii() and text.isdecimal()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
