"""What is left on the terminal when the program itself is wrong: where it happened, and no value of anybody."""

from __future__ import annotations

import traceback

from village_console.ended_part import place_of
from village_console.village.errors import VillageError
from village_console.words import Words

_LAST = 8


def crash_text(error: BaseException | None, words: Words) -> str:
    """Number, two sentences, and the places in the code; a message may hold a name, so only its kind is told."""
    code = error.code if isinstance(error, VillageError) else VillageError.code
    what, do = words.explain(VillageError.code, {})
    frames = traceback.extract_tb(error.__traceback__)[-_LAST:] if error else []
    places = [f"      {place_of(frame)} {frame.name}" for frame in frames]
    return "\n".join((f"{code}  {what}", f"      {do}", f"      {type(error).__name__}", *places))
