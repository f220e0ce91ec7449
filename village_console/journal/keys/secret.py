"""What opens a slot: a passphrase, the printed recovery key, a staff card, the town hall's identity."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from village_console.journal.key_file import KEY_BYTES
from village_console.journal.keys import age
from village_console.journal.keys.slot import Cost, Kind, Slot, blank, sealed_for, unwrap, wrap

FEWEST_WORDS, FEWEST_CHARACTERS = 4, 16


class PassphraseVerdict(StrEnum):
    """Whether a passphrase may be used."""

    FINE = "fine"
    TOO_FEW_WORDS = "too_few_words"
    TOO_SHORT = "too_short"


def normal_form(passphrase: str) -> str:
    """What is hashed: the same however the keyboard composes it, and whatever stands between the words."""
    return " ".join(unicodedata.normalize("NFKC", passphrase).split())


def judge(passphrase: str) -> PassphraseVerdict:
    """Four different words and sixteen characters are the least: a guess costs half a second, not a year."""
    plain = normal_form(passphrase)
    if len(set(plain.split())) < FEWEST_WORDS:
        return PassphraseVerdict.TOO_FEW_WORDS
    return PassphraseVerdict.TOO_SHORT if len(plain) < FEWEST_CHARACTERS else PassphraseVerdict.FINE


@dataclass(frozen=True, slots=True)
class Passphrase:
    """Words that somebody knows (合言葉)."""

    text: str
    kind: Kind = Kind.PASSPHRASE

    def wrapping_key(self, slot: Slot) -> bytes:
        """Argon2id at the cost that stands in the slot: about half a second and 256 MiB."""
        from argon2.low_level import Type, hash_secret_raw  # noqa: PLC0415 -- only who unlocks by passphrase needs it

        cost, said = slot.cost or Cost(), normal_form(self.text).encode("utf-8", "surrogateescape")
        return hash_secret_raw(said, slot.salt, cost.passes, cost.memory_kib, cost.lanes, KEY_BYTES, Type.ID)

    def identity(self, slot: Slot) -> str | None:
        """See `Secret`."""
        from argon2.exceptions import HashingError  # noqa: PLC0415 -- as above

        try:
            return unwrap(slot, self.wrapping_key(slot))
        except HashingError:  # a cost that nobody has written: too little memory for its lanes
            return None


@dataclass(frozen=True, slots=True)
class Recovery:
    """The printed key (回復の鍵): 32 random bytes, which no guess finds."""

    secret: bytes
    kind: Kind = Kind.RECOVERY

    def wrapping_key(self, slot: Slot) -> bytes:
        """HKDF: there is nothing to slow down."""
        return _expanded(self.secret, slot)

    def identity(self, slot: Slot) -> str | None:
        """See `Secret`."""
        return unwrap(slot, self.wrapping_key(slot))


@dataclass(frozen=True, slots=True)
class StaffCard:
    """A card that has been shown its PIN: it signs the slot's challenge, always with the same signature."""

    sign: Callable[[bytes], bytes]
    """A deterministic signature (RSA, PKCS#1 v1.5); raises what the card's driver raises."""
    kind: Kind = Kind.CARD

    def wrapping_key(self, slot: Slot) -> bytes:
        """HKDF of the signature."""
        return _expanded(self.sign(slot.salt), slot)

    def identity(self, slot: Slot) -> str | None:
        """See `Secret`."""
        return unwrap(slot, self.wrapping_key(slot))


@dataclass(frozen=True, slots=True)
class TownHall:
    """The identity that the town hall keeps (`AGE-SECRET-KEY-1...`)."""

    secret: str
    kind: Kind = Kind.ESCROW

    def identity(self, slot: Slot) -> str | None:  # noqa: ARG002 -- see `Secret`: the same for every slot
        """See `Secret`."""
        return self.secret


def personal_slot(
    secret: Passphrase | Recovery | StaffCard, label: str, made: str, keys: tuple[bytes, ...], cost: Cost | None = None
) -> Slot:
    """A new slot that this secret opens."""
    empty, identity = blank(secret.kind, label, made, cost or Cost() if secret.kind is Kind.PASSPHRASE else None)
    return sealed_for(wrap(empty, identity, secret.wrapping_key(empty)), keys)


def escrow_slot(recipient: str, label: str, made: str, keys: tuple[bytes, ...]) -> Slot | None:
    """A new slot that the holder of the recipient's identity opens; None when there can be no such recipient."""
    if not age.is_recipient(recipient):
        return None
    empty, _ = blank(Kind.ESCROW, label, made)
    return sealed_for(_for_recipient(empty, recipient), keys)


def _for_recipient(slot: Slot, recipient: str) -> Slot:
    return Slot(slot.id, slot.kind, slot.label, slot.made, recipient, slot.salt, slot.nonce, b"")


def _expanded(secret: bytes, slot: Slot) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 -- slow import
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 -- slow import

    info = b"village-console key slot " + slot.kind.encode("ascii")
    return HKDF(SHA256(), KEY_BYTES, slot.salt, info).derive(secret)
