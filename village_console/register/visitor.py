"""来訪者: somebody whom the register does not list, listed as the front of their card says, or as they do."""

from __future__ import annotations

from village_console.devices.ports import CardFace, FaceSex
from village_console.register.facts import ResidentListed, Sex
from village_console.village.ids import household_id, resident_id

_SEXES = {FaceSex.FEMALE: Sex.FEMALE, FaceSex.MALE: Sex.MALE, FaceSex.UNKNOWN: Sex.UNKNOWN}
_AREA = "visitors"
"""In place of a municipality: no register's numbers are mixed with theirs."""


def visitor_listed(face: CardFace, console: int, nth: int, settlement: str, kana: str = "") -> ResidentListed:
    """A household of one; the number tells the console that listed them and how many it had before."""
    number = f"V{console}-{nth:04d}"
    return ResidentListed(
        subject=resident_id(_AREA, number),
        household=household_id(_AREA, number),
        number=number,
        name=face.name.replace("\u3000", " "),
        kana=kana,
        birth=face.birth,
        sex=_SEXES[face.sex],
        relation="世帯主",
        settlement=settlement,
        address=face.address,
        phone="",
        needs_evacuation_support=False,
    )


def is_visitor(number: str) -> bool:
    """Whether a number is one that a console has given, and no register."""
    return number.startswith("V")
