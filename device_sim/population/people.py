"""Who lives in the village, in which home, with which card and which television."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Sex(StrEnum):
    """Sex as the register writes it."""

    WOMAN = "女"
    MAN = "男"

    @property
    def other(self) -> "Sex":
        """The other one."""
        return Sex.MAN if self is Sex.WOMAN else Sex.WOMAN


@dataclass(frozen=True, slots=True)
class Resident:
    """Resident (住民): one person of the register. Invented."""

    number: str
    """住民番号, 7 digits."""
    name: str
    """Family and given name with a half-width space between."""
    kana: str
    birth: date
    sex: Sex
    relation: str
    """続柄: to the household head."""
    needs_evacuation_support: bool

    def age_on(self, day: date) -> int:
        """Full years on a day."""
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))


@dataclass(frozen=True, slots=True)
class Household:
    """Household (世帯): the people of one home."""

    number: str
    """世帯番号, `H0001`."""
    settlement: str
    address: str
    telephone: str
    """Empty when the register knows none."""
    members: tuple[Resident, ...]
    """The household head (世帯主) first."""

    @property
    def head(self) -> Resident:
        """The household head (世帯主)."""
        return self.members[0]


@dataclass(frozen=True, slots=True)
class Card:
    """My Number Card (マイナンバーカード) of a resident, as far as the register of cards knows it."""

    resident: str
    issuer: str
    serial: str
    """Of the certificate for user authentication; hexadecimal, lower case."""


@dataclass(frozen=True, slots=True)
class Television:
    """A set-top box in a home."""

    device: str
    household: str
    registrant: str
    """住民番号 of the person who signed for it."""
    disaster_consent: bool
    """同意_災害: whether its log may be used in a disaster."""
