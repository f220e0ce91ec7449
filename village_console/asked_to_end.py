"""A command that works until somebody asks it to end: by SIGTERM as a service, by Ctrl-C at a terminal."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def asked_to_end() -> Generator[threading.Event]:
    """An event that is set by either; from the main thread only."""
    end = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        """A signal asks for an orderly end."""
        end.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield end
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
