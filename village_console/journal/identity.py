"""Who writes: the device's signing key and the incarnation of its database file."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class Identity:
    """One console as the chain knows it."""

    seed: bytes
    """The 32 private bytes of the Ed25519 key; they never leave the encrypted file."""
    inc: str

    @classmethod
    def new(cls, seed: bytes | None = None) -> Identity:
        """A new incarnation, of a new device unless its seed is given."""
        return cls(seed or secrets.token_bytes(32), secrets.token_hex(4))

    @property
    def key(self) -> Ed25519PrivateKey:
        """The signing key."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 -- slow import

        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def public(self) -> bytes:
        """The 32 public bytes."""
        return self.key.public_key().public_bytes_raw()

    @property
    def dev(self) -> str:
        """The device's name in envelopes."""
        return device_name(self.public)


def device_name(public: bytes) -> str:
    """The name of the device with this public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def signature_fits(public: bytes, signature: bytes, signed: bytes) -> bool:
    """Whether the holder of this public key signed these bytes: by libsodium, in half of OpenSSL's time."""
    from nacl.bindings import crypto_sign_open  # noqa: PLC0415 -- slow import
    from nacl.exceptions import BadSignatureError  # noqa: PLC0415 -- slow import

    try:
        return crypto_sign_open(signature + signed, public) == signed
    except BadSignatureError:
        return False


def boot_id() -> str:
    """First 8 characters of the kernel's boot id, or `unknown`."""
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text("ascii")[:8] if path.exists() else "unknown"


def machine_id() -> str:
    """Which machine this is, as a hash of its own id, or `unknown`: a copied folder shows on another machine."""
    path = Path("/etc/machine-id")
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else "unknown"
