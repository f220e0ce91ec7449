"""What a command of the command line is: a name, its arguments, and the file in which its work lies."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, cast

from village_console.words import Words

Work = Callable[[argparse.Namespace, Words], int]
"""What a command does; returns the exit status."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One word or option of a command."""

    name: str
    """With dashes: an option."""
    said: str = ""
    """Key of its help; empty: `cli.COMMAND.NAME`."""
    how: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What argparse must know of it."""

    def help(self, command: str, words: Words) -> str:
        """Its sentence in the help of a command."""
        return words.say(self.said or f"cli.{command}.{self.name.lstrip('-')}")


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its words are `cli.NAME.about` and `cli.NAME.examples`."""

    name: str
    arguments: tuple[Argument, ...]
    file: str = ""
    """Module of this package that has its `run`; empty: the one of its name."""

    @property
    def work(self) -> Work:
        """Load what it needs and hand over its work."""
        return cast("Work", import_module(f"{__package__}.{self.file or self.name}").run)
