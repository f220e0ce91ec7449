"""A thread of this program that ends for what is wrong in it: told by its name and its place in the code, and no value."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from pathlib import Path

from village_console.village.errors import PartHasEndedError


def hear_threads(told: Callable[[PartHasEndedError], None]) -> Callable[[], None]:
    """From now on be told, by any thread, that it ends so; returns what undoes that.

    Python would print it with values of people: behind the screen, where nobody reads it, or into a service's log.
    """
    before = threading.excepthook

    def ends(thread: threading.ExceptHookArgs) -> None:
        if thread.exc_type is not SystemExit:
            told(_ended(thread))
            if before is not threading.__excepthook__:
                before(thread)

    def undo() -> None:
        threading.excepthook = before

    threading.excepthook = ends
    return undo


def place_of(frame: traceback.FrameSummary) -> str:
    """`file.py:12`."""
    return f"{Path(frame.filename).name}:{frame.lineno}"


def _ended(thread: threading.ExceptHookArgs) -> PartHasEndedError:
    frames = traceback.extract_tb(thread.exc_traceback)
    part = thread.thread.name if thread.thread else ""
    return PartHasEndedError(part=part, kind=thread.exc_type.__name__, place=place_of(frames[-1]) if frames else "")
