"""A command that works until somebody asks it to end: by SIGTERM as a service, by Ctrl-C at a terminal."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

from village_console.ended_part import hear_threads
from village_console.village.errors import PartHasEndedError


@contextmanager
def asked_to_end() -> Generator[threading.Event]:
    """An event that is set by either; from the main thread only.

    Raises:
        PartHasEndedError: at the end, where a thread has ended that should not have; the event is set by that too.
    """
    end = threading.Event()
    ended: list[PartHasEndedError] = []

    def ends(error: PartHasEndedError) -> None:
        """Whoever started this service starts it anew: half of it would look like all of it."""
        ended.append(error)
        end.set()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        """A signal asks for an orderly end."""
        end.set()

    undo = hear_threads(ends)
    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield end
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
        undo()
    if ended:
        raise ended[0]
