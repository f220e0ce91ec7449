"""The one file that touches age: a key sealed to a public recipient, so that it can be renewed while its owner is away."""

from __future__ import annotations

from typing import Any, cast


def _age() -> Any:
    import pyrage  # noqa: PLC0415 -- only who unlocks by a slot needs it

    return cast("Any", pyrage)


def new_identity() -> tuple[str, str]:
    """A new secret identity and its public recipient."""
    identity = _age().x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def recipient_of(identity: str) -> str:
    """The public recipient of a secret identity."""
    return str(_age().x25519.Identity.from_str(identity).to_public())


def is_recipient(text: str) -> bool:
    """Whether a text is a recipient that can be sealed to (`age1...`, X25519)."""
    age = _age()
    try:
        age.x25519.Recipient.from_str(text)
    except age.RecipientError:
        return False
    return True


def seal(plain: bytes, *recipients: str) -> bytes:
    """Only these recipients' identities open it."""
    age = _age()
    return bytes(age.encrypt(plain, [age.x25519.Recipient.from_str(recipient) for recipient in recipients]))


def open_sealed(sealed: bytes, identity: str) -> bytes | None:
    """What was sealed; None when this identity does not open it, or it was changed."""
    age = _age()
    try:
        return bytes(age.decrypt(sealed, [age.x25519.Identity.from_str(identity)]))
    except (age.DecryptError, age.IdentityError):
        return None
