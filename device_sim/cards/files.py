"""What lies in a card's applications: readable files, PINs and signing keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from device_sim.cards.apdu import RefusedError, Status

KEY_BYTES = 256
"""Length of an RSA-2048 signature."""

LONGEST_DIGEST_INFO = KEY_BYTES - 11
"""PKCS#1 v1.5 keeps at least eight bytes of padding and three of frame."""


class Pin:
    """A secret with a limited number of tries; the count survives power, the verification does not."""

    def __init__(self, secret: str, tries: int) -> None:
        self._secret = secret.encode("ascii")
        self._limit = tries
        self.tries_left = tries
        self.verified = False

    def forget(self) -> None:
        """Power was cut: the PIN must be shown again."""
        self.verified = False

    def demand(self) -> None:
        """Raise `RefusedError` (6982) unless the PIN has been shown since power-up."""
        if not self.verified:
            raise RefusedError(Status.PIN_NEEDED)

    def ask(self) -> None:
        """Answer how many tries are left, by raising 63Cx or 6984; return quietly when already verified."""
        if self.tries_left == 0:
            raise RefusedError(Status.BLOCKED)
        if not self.verified:
            raise RefusedError(Status.TRIES_LEFT + self.tries_left)

    def show(self, secret: bytes) -> None:
        """Compare; a wrong one costs a try (63Cx), a right one gives all tries back, a blocked PIN stays so (6984)."""
        if self.tries_left == 0:
            raise RefusedError(Status.BLOCKED)
        self.verified = compare_digest(secret, self._secret)
        self.tries_left = self._limit if self.verified else self.tries_left - 1
        if not self.verified:
            raise RefusedError(Status.TRIES_LEFT + self.tries_left)


@dataclass(frozen=True, slots=True)
class Readable:
    """A transparent file; its content is made when it is first read."""

    content: Callable[[], bytes]
    opened_by: tuple[Pin, ...] = ()
    """One of these must be shown before reading; none: anybody may read."""

    def read(self, offset: int, expected: int) -> bytes:
        """Up to `expected` bytes from `offset`; raises `RefusedError` 6982 or 6B00."""
        if self.opened_by and not any(pin.verified for pin in self.opened_by):
            raise RefusedError(Status.PIN_NEEDED)
        content = self.content()
        if offset >= len(content):
            raise RefusedError(Status.PAST_THE_END)
        return content[offset : offset + expected]


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key that never leaves the card."""

    key: RSAPrivateKey
    guard: Pin

    def sign(self, digest_info: bytes, expected: int) -> bytes:
        """RSA of PKCS#1 v1.5 over the DigestInfo as given; raises `RefusedError` 6982, 6700 or 6Cxx."""
        self.guard.demand()
        if not 0 < len(digest_info) <= LONGEST_DIGEST_INFO:
            raise RefusedError(Status.WRONG_LENGTH)
        if expected != KEY_BYTES:
            raise RefusedError(Status.WRONG_LE)
        padding = b"\xff" * (KEY_BYTES - 3 - len(digest_info))
        return _raw_rsa(self.key, b"\0\1" + padding + b"\0" + digest_info)


CardFile = Readable | SigningKey | Pin
"""Whatever a file identifier can stand for."""


def _raw_rsa(key: RSAPrivateKey, block: bytes) -> bytes:
    """The bare RSA operation, by the Chinese remainder theorem: the card signs what it is given, whatever the hash."""
    numbers = key.private_numbers()
    message = int.from_bytes(block, "big")
    by_p, by_q = pow(message, numbers.dmp1, numbers.p), pow(message, numbers.dmq1, numbers.q)
    signature = by_q + numbers.q * ((by_p - by_q) * numbers.iqmp % numbers.p)
    return signature.to_bytes(KEY_BYTES, "big")
