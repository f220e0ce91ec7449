"""Cards that hold no application to select: FeliCa, MIFARE, NTAG. The reader itself answers for them (PC/SC part 3).

Their identifiers can be copied and are no secret: a numbered ticket bound at the desk, never a proof of who holds it.
"""

from __future__ import annotations

from enum import IntEnum

from village_console.devices.cards.gate import GET_IDENTIFIER
from village_console.devices.cards.transport import Transport
from village_console.devices.ports import CardRead, CardUnreadable, CardUnusable, Tap, Unusable
from village_console.village.run_mode import World

NOT_KNOWN = "not_known"
"""Issuer of a card that does not name one."""
DRILL_MARK = b"DRIL"
"""In the reserved bytes of a simulated card's ATR; a real reader makes the ATR up itself and puts zeros there."""

_HEAD = bytes.fromhex("3B8F8001804F0CA000000306")
_ATR_LENGTH = 20
_FELICA_OF_SOME_READERS = bytes.fromhex("3B8C80010443FD")
_RANDOM_UID = 0x08
_PEER_IDM = bytes.fromhex("01FE")


class Standard(IntEnum):
    """What a storage card speaks, as the ATR says."""

    NOT_SAID = 0x00
    ISO_14443_A = 0x03
    FELICA = 0x11


KINDS = {Standard.FELICA: "felica", Standard.ISO_14443_A: "mifare"}
"""The card's name (NN) is no part of its kind: readers disagree about it, and one card must have one token on all of them."""
_LENGTHS = {Standard.FELICA: {8}, Standard.ISO_14443_A: {4, 7, 10}}


def is_storage(atr: bytes) -> bool:
    """Whether a reader says with this ATR that a card has no applications."""
    return (len(atr) == _ATR_LENGTH and atr.startswith(_HEAD)) or atr.startswith(_FELICA_OF_SOME_READERS)


def read(transport: Transport) -> Tap:
    """Read the identifier of a storage card; raises CardGoneError when it leaves too soon."""
    standard = _standard(transport.atr)
    if standard not in KINDS:
        return CardUnusable()
    answer = transport.send(GET_IDENTIFIER)
    if not answer.ok or len(answer.data) not in _LENGTHS[standard]:
        return CardUnreadable()
    if _changes_on_each_tap(standard, answer.data):
        return CardUnusable(Unusable.CHANGING_NUMBER)
    return CardRead(KINDS[standard], NOT_KNOWN, answer.data, _world(transport.atr))


def _standard(atr: bytes) -> Standard:
    if atr.startswith(_FELICA_OF_SOME_READERS):
        return Standard.FELICA
    said = atr[len(_HEAD)]
    return Standard(said) if said in set(Standard) else Standard.NOT_SAID


def _changes_on_each_tap(standard: Standard, identifier: bytes) -> bool:
    """Telephones draw a new identifier each time: 4 bytes beginning with 08 (ISO 14443-3), IDm 01FE (NFC-DEP)."""
    if standard is Standard.FELICA:
        return identifier.startswith(_PEER_IDM)
    return len(identifier) == 4 and identifier[0] == _RANDOM_UID


def _world(atr: bytes) -> World:
    return World.SIMULATED if atr.startswith(_HEAD) and atr[15:19] == DRILL_MARK else World.PHYSICAL
