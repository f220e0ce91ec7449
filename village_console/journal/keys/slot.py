"""One slot: an age identity wrapped under what a person has or knows, and the database's key sealed to that identity.

The detour lets a new database key be sealed to every slot while nobody but the one who changes it is there.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from enum import StrEnum
from typing import Annotated, Protocol

import msgspec

from village_console.journal.key_file import KEY_BYTES
from village_console.journal.keys import age

_LABEL_OF_USE = b"village-console key slot 1"
_NONCE_BYTES = 12


class Kind(StrEnum):
    """What opens a slot."""

    PASSPHRASE = "passphrase"  # noqa: S105 -- a name
    RECOVERY = "recovery"
    CARD = "card"
    ESCROW = "escrow"
    """The town hall's identity (役場の預かり)."""


FOR_PEOPLE = frozenset({Kind.PASSPHRASE, Kind.RECOVERY, Kind.CARD})
"""What somebody at the desk can open without asking the town hall."""


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one guess at a passphrase costs (argon2id); bounded, because the file could have been changed."""

    memory_kib: Annotated[int, msgspec.Meta(ge=8, le=2**20)] = 2**18
    passes: Annotated[int, msgspec.Meta(ge=1, le=16)] = 3
    lanes: Annotated[int, msgspec.Meta(ge=1, le=16)] = 4


class Sealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A database key for one slot."""

    key: bytes
    """The key in hex, as in `journal.key`, sealed by age to the slot's recipient."""
    mark: bytes
    """HMAC of the whole slot under the key itself: nobody without the key can have put another recipient in."""


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A slot as it stands in the file."""

    id: str
    kind: Kind
    label: str
    made: str
    recipient: str
    salt: bytes
    """Random: salt of a passphrase, challenge of a card."""
    nonce: bytes
    identity: bytes
    """The identity of `recipient`, wrapped by AES-256-GCM; empty in an escrow slot."""
    cost: Cost | None = None
    keys: dict[str, Sealed] = {}
    """By key id; two while a rekey is unfinished."""


class Secret(Protocol):
    """What a person brings."""

    @property
    def kind(self) -> Kind:
        """The slots it may open."""
        ...

    def identity(self, slot: Slot) -> str | None:
        """The slot's identity; None when this secret does not open it."""
        ...


def key_id(key: bytes) -> str:
    """A short name of a database key that tells nothing of it."""
    return hashlib.sha256(_LABEL_OF_USE + b" id" + key).hexdigest()[:16]


def blank(kind: Kind, label: str, made: str, cost: Cost | None = None) -> tuple[Slot, str]:
    """A new slot that holds nothing yet, and the identity that is to be wrapped into it."""
    identity, recipient = age.new_identity()
    salt, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(_NONCE_BYTES)
    return Slot(secrets.token_hex(4), kind, label, made, recipient, salt, nonce, b"", cost), identity


def wrap(slot: Slot, identity: str, wrapping_key: bytes) -> Slot:
    """Put the identity in, bound to everything the slot says of itself."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 -- slow import

    wrapped = AESGCM(wrapping_key).encrypt(slot.nonce, identity.encode("ascii"), _head(slot))
    return msgspec.structs.replace(slot, identity=wrapped)


def unwrap(slot: Slot, wrapping_key: bytes) -> str | None:
    """The identity; None when the wrapping key is another, or the slot was changed."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 -- slow import
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 -- slow import

    try:
        return AESGCM(wrapping_key).decrypt(slot.nonce, slot.identity, _head(slot)).decode("ascii")
    except (InvalidTag, ValueError):  # ValueError: a nonce of a length that cannot be
        return None


def sealed_for(slot: Slot, keys: tuple[bytes, ...]) -> Slot:
    """The slot with exactly these database keys in it."""
    sealed: dict[str, Sealed] = {}
    for key in keys:
        blob = age.seal(key.hex().encode("ascii") + b"\n", slot.recipient)
        sealed[key_id(key)] = Sealed(blob, _mark(slot, blob, key))
    return msgspec.structs.replace(slot, keys=sealed)


def keys_in(slot: Slot, secret: Secret) -> tuple[bytes, ...]:
    """The database keys that a secret finds in a slot; each is the one whose id stands beside it, or it is left out."""
    identity = secret.identity(slot) if secret.kind is slot.kind else None
    if identity is None:
        return ()
    found = ((name, _plain_key(age.open_sealed(sealed.key, identity))) for name, sealed in slot.keys.items())
    return tuple(key for name, key in found if key is not None and is_genuine(slot, key) and key_id(key) == name)


def is_genuine(slot: Slot, key: bytes) -> bool:
    """Whether the slot is as somebody wrote it who had this key."""
    sealed = slot.keys.get(key_id(key))
    return sealed is not None and hmac.compare_digest(sealed.mark, _mark(slot, sealed.key, key))


def _plain_key(plain: bytes | None) -> bytes | None:
    try:
        key = bytes.fromhex(plain.decode("ascii").strip()) if plain is not None else b""
    except ValueError:
        return None
    return key if len(key) == KEY_BYTES else None


def _head(slot: Slot) -> bytes:
    told = (slot.id, slot.kind, slot.label, slot.made, slot.recipient, slot.salt, slot.nonce, slot.cost)
    return _LABEL_OF_USE + msgspec.json.encode(told)


def _mark(slot: Slot, blob: bytes, key: bytes) -> bytes:
    told = msgspec.json.encode((slot.identity, blob))
    return hmac.digest(key, _LABEL_OF_USE + b" mark" + _head(slot) + told, "sha256")
