"""FeliCa, MIFARE and NTAG cards as a PC/SC reader answers for them: an ATR that the reader makes up, and FFCA000000."""

from __future__ import annotations

from enum import Enum

DRILL_MARK = b"DRIL"
"""In the four reserved bytes of the ATR, where a real reader puts zeros (docs/wires.md section 2)."""
GET_IDENTIFIER = bytes.fromhex("FFCA0000")
_PC_SC = bytes.fromhex("A000000306")
_UNKNOWN_CLASS, _UNKNOWN_INSTRUCTION, _NOT_SUPPORTED, _NOTHING_SAID = b"\x6e\x00", b"\x6d\x00", b"\x6a\x81", b"\x6f\x00"


class StorageKind(Enum):
    """What the card is: SS and NN NN of PC/SC part 3."""

    FELICA = bytes.fromhex("11003B")
    MIFARE_CLASSIC_1K = bytes.fromhex("030001")
    MIFARE_CLASSIC_4K = bytes.fromhex("030002")
    NTAG = bytes.fromhex("030003")
    TYPE_A_NO_NAME = bytes.fromhex("030000")
    TYPE_B = bytes.fromhex("070000")


def atr_of(kind: StorageKind, reserved: bytes = DRILL_MARK) -> bytes:
    """The ATR of PC/SC part 3, check byte included."""
    history = b"\x80\x4f\x0c" + _PC_SC + kind.value + reserved
    checked = bytes([0x80 | len(history), 0x80, 0x01]) + history
    check = 0
    for byte in checked:
        check ^= byte
    return b"\x3b" + checked + bytes([check])


class VirtualStorageCard:
    """One card; `transmit` answers any bytes and never raises. A new card is powered."""

    def __init__(self, kind: StorageKind, identifier: bytes, *, atr: bytes | None = None) -> None:
        """`atr`: as another reader would show it."""
        self.identifier = identifier
        self.atr = atr_of(kind) if atr is None else atr
        self._powered = True

    def power_on(self) -> None:
        """Power up; the card remembers nothing anyway."""
        self._powered = True

    def power_off(self) -> None:
        """Cut the power: every command is answered 6F00."""
        self._powered = False

    def reset(self) -> None:
        """Warm reset."""
        self.power_on()

    def transmit(self, apdu: bytes) -> bytes:
        """Answer as the reader does: the identifier, and no to everything else."""
        if not self._powered:
            return _NOTHING_SAID
        if apdu[:1] != b"\xff":
            return _UNKNOWN_CLASS
        if apdu[:4] == GET_IDENTIFIER:
            return self.identifier + b"\x90\x00"
        return _NOT_SUPPORTED if apdu[:2] == b"\xff\xca" else _UNKNOWN_INSTRUCTION
