"""Parse the command line, hand over; imports nothing slow."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from village_console.cli.command import Command
from village_console.cli.declared import COMMANDS
from village_console.cli.parser import parser_of
from village_console.village.errors import VillageError
from village_console.village.timing import born, forget, mark, stretches
from village_console.words import Language, Words

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Exit status: 0 fine, 1 it could not be done, 2 wrong words, 130 interrupted."""
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        # CPython dies of SIGINT at its end if an interrupt passed through source given to exec(), as dataclasses
        # and named tuples give it, even where it was caught; it forgets that at the next such source.
        exec("")  # noqa: S102 -- our own, and empty
        return INTERRUPTED


def _run(arguments: Sequence[str] | None) -> int:
    forget()
    words = Words(_spoken())
    options = parser_of(COMMANDS, words).parse_args(arguments)
    command: Command = options.command
    mark("start")
    try:
        work = command.work
        mark("imports")
        return work(options, words)
    except VillageError as error:
        what, do = words.explain(error.code, error.values)
        sys.stderr.write(f"{error.code}  {what}\n      {do}\n")
        return 1
    finally:
        if "timing" in options:
            _tell_timing(words)


def _tell_timing(words: Words) -> None:
    mark("work")
    for name, seconds in stretches(born()):
        sys.stderr.write(f"{seconds * 1000:>10.0f} ms  {words.say(f'timing.{name}')}\n")


def _spoken() -> Language:
    """Japanese, unless the environment asks for English by its locale."""
    spoken = os.environ.get("VILLAGE_CONSOLE_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return Language.ENGLISH if spoken.startswith("en") else Language.JAPANESE


if __name__ == "__main__":
    sys.exit(main())
