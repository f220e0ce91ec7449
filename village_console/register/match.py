"""Who in the register a card's front may stand for: candidates, of whom a person confirms one. Stored names stay as they are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from village_console.devices.ports import CardFace
from village_console.register.households import plain
from village_console.register.rows import Resident


class NameMatch(IntEnum):
    """How far two names are the same."""

    OTHER = 0
    PART = 1
    """The family name or the given name: the other was changed, or is written with another form of a character."""
    WHOLE = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resident whom the card may be of, and what the two have in common."""

    resident: Resident
    name: NameMatch
    birth: bool
    address: bool

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return self.name is NameMatch.WHOLE and self.birth and self.address


_CASCADE: tuple[Callable[[Candidate], bool], ...] = (
    lambda one: one.agrees,
    lambda one: one.name is NameMatch.WHOLE and one.birth,
    lambda one: one.name is NameMatch.PART and one.birth and one.address,
    lambda one: one.name is NameMatch.PART and one.birth,
    lambda one: one.birth and one.address,
    lambda one: one.name is NameMatch.WHOLE and one.address,
    lambda one: one.name is NameMatch.WHOLE,
)
"""From what is most likely; a birth date alone, an address alone and half a name are nobody's."""

_BETWEEN_NUMBERS = re.compile(r"丁目|番地の|番地|番|号|の(?=\d)|[‐‑‒–—−ー-]")
_NOT_SAID = re.compile(r"\s|大字|字(?=\w)")


def fill_form(face: CardFace, residents: Iterable[Resident]) -> tuple[Candidate, ...]:
    """Those who agree best with a card's front, by register number; none when the register knows nobody like that."""
    compared = [_compare(face, resident) for resident in residents]
    for fits in _CASCADE:
        if found := [one for one in compared if fits(one)]:
            return tuple(sorted(found, key=lambda one: one.resident.number))
    return ()


def _compare(face: CardFace, resident: Resident) -> Candidate:
    return Candidate(
        resident,
        _name(face.name, resident.name),
        birth=face.birth is not None and face.birth == resident.birth,
        address=_same_address(face.address, resident.address),
    )


def _name(on_card: str, in_register: str) -> NameMatch:
    card, register = _parts(on_card), _parts(in_register)
    if "".join(card) == "".join(register):
        return NameMatch.WHOLE
    if len(card) == len(register) > 1 and any(a == b for a, b in zip(card, register, strict=True)):
        return NameMatch.PART
    return NameMatch.OTHER


def _parts(name: str) -> list[str]:
    """Family and given name without what only chooses a form, and in one width."""
    return [plain(unicodedata.normalize("NFKC", part)).upper() for part in name.split()]


def _same_address(on_card: str, in_register: str) -> bool:
    """Whether one is the end of the other: a card begins with the prefecture, a register often with the settlement."""
    longer, shorter = sorted((_place(on_card), _place(in_register)), key=len, reverse=True)
    if not shorter or not longer.endswith(shorter):
        return False
    before = longer[: -len(shorter)][-1:]
    return not (before.isdecimal() and shorter[0].isdecimal())


def _place(address: str) -> str:
    told = _NOT_SAID.sub("", unicodedata.normalize("NFKC", address))
    return re.sub("-+", "-", _BETWEEN_NUMBERS.sub("-", told)).strip("-")
