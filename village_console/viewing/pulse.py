"""Whether a collector hears itself over its broker: `is_connected` says yes even when nothing comes through any more."""

from __future__ import annotations

import secrets
from collections.abc import Callable

BEAT_EVERY = 10.0
"""Seconds between two words to oneself."""
DEAF_AFTER = 30.0
"""Seconds without one of them, after which a collector that has heard itself before is deaf."""


def pulse_topic(name: str) -> str:
    """Where a collector hears itself."""
    return f"console/{name}/pulse"


class Pulse:
    """One collector's words to itself. Times are seconds of the monotonic clock."""

    def __init__(self) -> None:
        """Nothing was said yet."""
        self._word = secrets.token_bytes(8)
        self._said_at = float("-inf")
        self._heard_at: float | None = None

    def begin(self) -> None:
        """A connection begins: whether this broker lets it hear itself is not known again."""
        self._heard_at, self._said_at = None, float("-inf")

    def beat(self, now: float, say: Callable[[bytes], object]) -> None:
        """Say a word when it is time for one."""
        if now - self._said_at >= BEAT_EVERY:
            self._said_at = now
            say(self._word)

    def hear(self, word: bytes, now: float) -> None:
        """Something came back; another process under the same name does not count."""
        if word == self._word:
            self._heard_at = now

    def is_deaf(self, now: float) -> bool:
        """Whether nothing came back for too long. A broker that never let it hear itself proves nothing."""
        return self._heard_at is not None and now - self._heard_at > DEAF_AFTER
