"""The card-face input-support application (券面事項入力補助AP) of a card: four attributes as text (reference/cards.md 1.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from device_sim.cards.files import CardFile, Pin, Readable

MY_NUMBER, FOUR_ATTRIBUTES, PIN, CODE_A, CODE_B = 0x0001, 0x0002, 0x0011, 0x0014, 0x0015
PIN_TRIES, CODE_TRIES = 3, 10
NO_NUMBER = "000000000000"
"""Where a card holds the My Number, and as the code that is made of it: nobody's."""
_ERAS = (
    ("令和", date(2019, 5, 1)),
    ("平成", date(1989, 1, 8)),
    ("昭和", date(1926, 12, 25)),
    ("大正", date(1912, 7, 30)),
    ("明治", date(1868, 1, 25)),
)


@dataclass(frozen=True, slots=True)
class Face:
    """What is printed on the front of a card."""

    name: str
    """Family and given name with a full-width space between."""
    address: str
    birth: date
    sex: str
    """`1` man, `2` woman, `9` neither, `0` not known."""
    expires: int
    """Year, Gregorian."""
    security: str
    """Four digits (照合番号)."""

    @property
    def code_b(self) -> str:
        """照合番号B: birth with the year of its era, year of expiry, security code; 14 digits."""
        _, year = _era(self.birth)
        return f"{year:02d}{self.birth:%m%d}{self.expires:04d}{self.security}"

    def printed(self) -> str:
        """What somebody must read off the front for code B."""
        era, year = _era(self.birth)
        birth = f"{era}{year}年{self.birth.month}月{self.birth.day}日生"
        return f"{self.name}  {birth}  {self.expires}年まで有効  {self.security}"

    def attributes(self) -> bytes:
        """File 0002: FF20 { DF21 offsets of the others, DF22 name, DF23 address, DF24 birth, DF25 sex }."""
        fields = (self.name, self.address, f"{self.birth:%Y%m%d}", self.sex)
        parts = [_tlv(0xDF22 + n, field.encode()) for n, field in enumerate(fields)]
        body = _tlv(0xDF21, bytes(8)) + b"".join(parts)
        first = len(_tlv(0xFF20, body)) - sum(map(len, parts))
        offsets = [first + sum(map(len, parts[:n])) for n in range(len(parts))]
        table = b"".join(offset.to_bytes(2, "big") for offset in offsets)
        return _tlv(0xFF20, _tlv(0xDF21, table) + b"".join(parts))


def text_files(face: Face, pin: str, filler: int) -> dict[int, CardFile]:
    """The files of the application by identifier; the My Number and code A are there so that their wires can be tripped."""
    secret, code_a, code_b = Pin(pin, PIN_TRIES), Pin(NO_NUMBER, CODE_TRIES), Pin(face.code_b, CODE_TRIES)
    attributes = face.attributes() + b"\xff" * filler
    return {
        MY_NUMBER: Readable(NO_NUMBER.encode, (secret, code_a)),
        FOUR_ATTRIBUTES: Readable(lambda: attributes, (secret, code_b)),
        PIN: secret,
        CODE_A: code_a,
        CODE_B: code_b,
    }


def _era(day: date) -> tuple[str, int]:
    name, first = next((era for era in _ERAS if day >= era[1]), _ERAS[-1])
    return name, day.year - first.year + 1


def _tlv(tag: int, value: bytes) -> bytes:
    size = len(value)
    length = (
        bytes([size]) if size < 0x80 else bytes([0x81, size]) if size < 0x100 else b"\x82" + size.to_bytes(2, "big")
    )
    return tag.to_bytes(2, "big") + length + value
