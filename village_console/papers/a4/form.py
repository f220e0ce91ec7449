"""The evacuee sheet of a municipality (様式) as data: which fields, in which order, what is written by hand."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from village_console.settings import line_of
from village_console.village.errors import FormIsWrongError

Known = Literal[
    "receipt", "shelter", "since", "name", "kana", "birth", "age", "sex", "relation", "settlement", "address", "phone",
    "household", "support",
]  # fmt: skip
"""What the register and the desk know of a person; a field `from` one of them is filled for a person."""
Width = Annotated[int, msgspec.Meta(ge=1, le=12)]
_LEFT = 12
"""Columns of a page."""


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of a form in both languages."""

    ja: str
    en: str


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One box of the sheet."""

    label: Said
    known: Known | None = None
    """What fills it; without one it is written by hand."""
    width: Width = 6
    """Of twelve columns."""
    lines: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1
    choices: tuple[Said, ...] = ()
    """Words with a box before each, to be ticked by hand."""


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fields under one title, or a table of the household with one line for each of the others."""

    title: Said
    fields: tuple[Field, ...]
    people: Annotated[int, msgspec.Meta(ge=0, le=12)] = 0
    """Lines of a table of people; 0: boxes."""


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole sheet."""

    title: Said
    lead: Said
    sections: tuple[Section, ...]


def load_form(path: Path) -> Form:
    """Read and check a form.

    Raises:
        FormIsWrongError: it cannot be read, or a value in it is not what a form may have.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise FormIsWrongError(path=path, line=0, problem="no_file") from error
    except UnicodeDecodeError as error:
        raise FormIsWrongError(path=path, line=0, problem="not_text") from error
    try:
        form = msgspec.convert(tomllib.loads(text), Form)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise FormIsWrongError(path=path, line=int(line[1]) if line else 0, problem="not_toml", found=error) from error
    except msgspec.ValidationError as error:
        said = str(error)
        key = (re.findall(r"`(\w+)`", said) + re.findall(r"\.(\w+)", said) + [""])[0]
        raise FormIsWrongError(
            path=path, line=line_of(text, key), problem="wrong_value", key=key, found=said
        ) from error
    for section in form.sections:
        _fits(path, text, section)
    return form


def _fits(path: Path, text: str, section: Section) -> None:
    """Boxes fill whole lines of the sheet: one that would hang over is refused, or the next would slip beside it."""
    used = 0
    for field in () if section.people else section.fields:
        used = used % _LEFT + field.width
        if used > _LEFT:
            line = next((n for n, said in enumerate(text.splitlines(), 1) if field.label.ja in said), 0)
            raise FormIsWrongError(path=path, line=line, problem="wrong_value", key="width", found=field.label.ja)
