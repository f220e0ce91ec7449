"""The templates, read from templates.toml, and what must never stand in a message."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Template:
    """Something that may be said on a television."""

    name: str
    level: int
    """Alert level (警戒レベル) that it belongs to; 0: none."""
    asks: bool
    note: bool
    """Whether the office may type a line of its own."""
    ja: str
    easy: str
    en: str


@cache
def templates() -> dict[str, Template]:
    """All templates in the order of the file."""
    return {
        name: Template(
            name, table["level"], table["asks"], table.get("note", False), table["ja"], table["easy"], table["en"]
        )
        for name, table in _file().items()
        if name != "never"
    }


@cache
def never() -> tuple[str, ...]:
    """Words of health and need, folded to lower case."""
    return tuple(word.lower() for word in _file()["never"])


def for_level(level: int) -> Template | None:
    """The template that belongs to an alert level; None for 0."""
    return next((one for one in templates().values() if level and one.level == level), None)


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(files(__package__ or "").joinpath("templates.toml").read_text("utf-8"))
