"""Command APDUs of ISO 7816-4, short form, and the status words a card refuses with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Status(IntEnum):
    """Status words SW1 SW2; reference/cards.md 1.4 names those that real cards were seen to use."""

    OK = 0x9000
    TRIES_LEFT = 0x63C0
    WRONG_LENGTH = 0x6700
    NOT_THIS_KIND_OF_FILE = 0x6981
    PIN_NEEDED = 0x6982
    BLOCKED = 0x6984
    NO_CURRENT_FILE = 0x6986
    NOT_FOUND = 0x6A82
    WRONG_P1_P2 = 0x6A86
    PAST_THE_END = 0x6B00
    WRONG_LE = 0x6C00
    UNKNOWN_INSTRUCTION = 0x6D00
    UNKNOWN_CLASS = 0x6E00
    NOTHING_SAID = 0x6F00


class RefusedError(Exception):
    """The card does not do what it was told; carries the status word it answers with."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Command:
    """One command APDU, taken apart."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    expected: int | None = None
    """How many bytes the reader asks for (Le, 1-256); None when it asks for none."""

    @property
    def p1_p2(self) -> int:
        """Both parameters as one 16-bit number."""
        return self.p1 << 8 | self.p2

    def wants(self) -> int:
        """Le of a command that answers with bytes; raises `RefusedError` when Le is missing."""
        if self.expected is None:
            raise RefusedError(Status.WRONG_LENGTH)
        return self.expected


def parse(apdu: bytes) -> Command:
    """Take a short APDU apart; raises `RefusedError` (6700) for every other shape, extended length included."""
    if len(apdu) < 4:
        raise RefusedError(Status.WRONG_LENGTH)
    cla, ins, p1, p2 = apdu[:4]
    body = apdu[4:]
    if len(body) <= 1:
        return Command(cla, ins, p1, p2, expected=(body[0] or 256) if body else None)
    length = body[0]
    if length == 0 or len(body) not in {1 + length, 2 + length}:
        raise RefusedError(Status.WRONG_LENGTH)
    data, rest = body[1 : 1 + length], body[1 + length :]
    return Command(cla, ins, p1, p2, data, (rest[0] or 256) if rest else None)
