"""Every sentence that a person reads: Japanese first, English complete. Everything below speaks in keys and values."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, cast


class Language(StrEnum):
    """The languages of the screens."""

    JAPANESE = "ja"
    ENGLISH = "en"


class Words:
    """The sentences of one language."""

    def __init__(self, language: Language = Language.JAPANESE) -> None:
        """Sentences are read from the package on first use."""
        self.language = language

    def say(self, key: str, /, **values: object) -> str:
        """The sentence of a key with its values filled in; raises KeyError for a key that does not exist."""
        return sentences(self.language)[key].format(**values)

    def explain(self, code: str, values: dict[str, object]) -> tuple[str, str]:
        """What happened and what to do, for an error's number; a `problem` among the values is said first."""
        if problem := values.get("problem"):
            values = values | {"problem": self.say(f"problem.{problem}", **values)}
        return self.say(f"error.{code}.what", **values), self.say(f"error.{code}.do", **values)


@cache
def sentences(language: Language) -> dict[str, str]:
    """All sentences of a language by dotted key."""
    return _flat(tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text("utf-8")))


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat |= _flat(cast("dict[str, Any]", value), f"{prefix}{name}.")
        else:
            flat[prefix + name] = str(value)
    return flat
