"""What is left on the terminal when the program itself is wrong: where it happened, and no value of anybody."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from pathlib import Path

from village_console.village.errors import PartHasEndedError, VillageError
from village_console.words import Words

_LAST = 8


def crash_text(error: BaseException | None, words: Words) -> str:
    """Number, two sentences, and the places in the code; a message may hold a name, so only its kind is told."""
    code = error.code if isinstance(error, VillageError) else VillageError.code
    what, do = words.explain(VillageError.code, {})
    frames = traceback.extract_tb(error.__traceback__)[-_LAST:] if error else []
    places = [f"      {_place(frame)} {frame.name}" for frame in frames]
    return "\n".join((f"{code}  {what}", f"      {do}", f"      {type(error).__name__}", *places))


def hear_threads(told: Callable[[PartHasEndedError], None]) -> Callable[[], None]:
    """From now on be told, by any thread, that it ends for what is wrong in the program; returns what undoes that.

    Python would print it behind the screen, where nobody reads it, with values of people.
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


def _ended(thread: threading.ExceptHookArgs) -> PartHasEndedError:
    frames = traceback.extract_tb(thread.exc_traceback)
    part = thread.thread.name if thread.thread else ""
    return PartHasEndedError(part=part, kind=thread.exc_type.__name__, place=_place(frames[-1]) if frames else "")


def _place(frame: traceback.FrameSummary) -> str:
    return f"{Path(frame.filename).name}:{frame.lineno}"
