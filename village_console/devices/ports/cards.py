"""What a card on the reader came to, and what a person may want of a card of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from village_console.village.eras import era_year
from village_console.village.run_mode import World


@dataclass(frozen=True, slots=True)
class CardRead:
    """A card was read: what kind, who issued it, and what tells it from others. Never kept: it becomes a token."""

    kind: str
    issuer: str
    identifier: bytes
    world: World


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """The card left before it could be read."""


@dataclass(frozen=True, slots=True)
class CardUnreadable:
    """The card answered, but not with what its kind must hold."""


class Unusable(StrEnum):
    """Why a card tells nothing that could be kept."""

    OTHER_KIND = "other_kind"
    """A licence, a bank card: nothing of it is read."""
    CHANGING_NUMBER = "changing_number"
    """It draws a new identifier for every tap, as telephones do."""
    REAL_CARD = "real_card"
    """A resident's own card in a simulated world."""
    DRILL_CARD = "drill_card"
    """A simulated card in the physical world."""


@dataclass(frozen=True, slots=True)
class CardUnusable:
    """A card of a kind that reception cannot use."""

    why: Unusable = Unusable.OTHER_KIND


class Refusal(StrEnum):
    """Why a card did not do what a person wanted of it."""

    NO_READER = "no_reader"
    NO_CARD = "no_card"
    GONE = "gone"
    NOT_THIS_KIND = "not_this_kind"
    """Another kind of card, one without what was asked of it, or one of the other world."""
    UNREADABLE = "unreadable"
    """It opened, but holds something else than its kind must."""
    BLOCKED = "blocked"
    LAST_TRY = "last_try"
    """One try is left and nobody said that it may be spent."""
    NO_PIN = "no_pin"
    """Nobody gave one, or it had not the right number of digits: nothing was sent to the card."""
    WRONG_PIN = "wrong_pin"


@dataclass(frozen=True, slots=True)
class Refused:
    """The card did not do it; how many tries at its secret are left, where it said so."""

    why: Refusal
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """暗証番号, four digits: a leading zero counts. Never kept, and in no text that is made of it."""

    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodeB:
    """照合番号B, fourteen digits, all of them printed on the front of the card."""

    digits: str = field(repr=False)

    @classmethod
    def of(cls, birth: date, expires: str, security: str) -> CodeB:
        """What the front shows: birth with the year of its era, year of expiry (4 digits), security code (4 digits)."""
        era = era_year(birth)
        year = era[1] if era else birth.year
        return cls(f"{year % 100:02d}{birth:%m%d}{expires}{security}")


class Door(StrEnum):
    """What opens the card face."""

    PIN = "pin"
    CODE_B = "code_b"


@dataclass(frozen=True, slots=True)
class TriesLeft:
    """How often a secret may still be wrong; it was asked, and cost none."""

    left: int


class Wish(StrEnum):
    """What a person wants of a card of their own, and by which secret."""

    FACE_BY_PIN = "face_by_pin"
    FACE_BY_CODE_B = "face_by_code_b"
    PROOF = "proof"


class FaceSex(StrEnum):
    """Sex as a card tells it (ISO/IEC 5218)."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"
    """Not known, or neither."""


@dataclass(frozen=True, slots=True)
class CardFace:
    """券面事項: what stands on the front of a My Number card. To fill a form that a person confirms; it proves nothing."""

    name: str
    """As on the card: a full-width space between family and given name, substitutes for rare characters."""
    address: str
    birth: date | None
    """None when the card holds no such day of the calendar."""
    sex: FaceSex


class Checked(StrEnum):
    """What became of one check."""

    HOLDS = "holds"
    FAILS = "fails"
    CANNOT_KNOW = "cannot_know"
    """There is nothing to check it against on this laptop."""
    NOT_CHECKED = "not_checked"
    """Cannot be checked by whoever is not accredited for it; whatever else holds, nobody may say `valid`."""


@dataclass(frozen=True, slots=True)
class CardProof:
    """What a card showed by signing a challenge. Nothing in it tells whose card it is."""

    signature: Checked
    """Whether the card holds the key of its certificate."""
    authority: Checked
    """Whether an authority that this laptop has pinned signed the certificate."""
    dates: Checked
    """Whether today lies within the certificate's time."""
    revocation: Checked = Checked.NOT_CHECKED

    @property
    def holds(self) -> bool:
        """Whether everything holds that can be checked here."""
        return {self.signature, self.authority, self.dates} == {Checked.HOLDS}


CardAnswer = TriesLeft | CardFace | CardProof | Refused
"""What a card said to something that a person wanted of it."""

OnAnswer = Callable[[CardAnswer], None]
"""Called from a reader's thread, once."""

Tap = CardRead | CardRemoved | CardUnreadable | CardUnusable
"""What one card on the reader came to (かざす)."""

OnTap = Callable[[Tap], None]
