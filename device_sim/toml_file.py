"""TOML files that people write: a mistake gives one sentence with file, line, key and what was probably meant."""

import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, cast, get_args, get_origin

import msgspec

from device_sim.places import shown
from device_sim.toml_lines import Place, line_of

T = TypeVar("T", bound=msgspec.Struct)

PLAIN = {
    "`int`": "a whole number",
    "`float`": "a number",
    "`str`": "a text",
    "`bool`": "true or false",
    "`array`": "a list",
    "`object`": "a table",
    "`datetime`": "a date and time",
    "`date`": "a date",
    " <= ": " of at most ",
    " >= ": " of at least ",
    " > ": " above ",
    " < ": " below ",
    "a timezone component": "an offset such as +09:00",
}
"""How msgspec's words are said to a person."""


class TomlFileError(ValueError):
    """A file does not say what it should; `str()` of it is the whole sentence."""

    def __init__(self, path: Path, line: int | None, message: str) -> None:
        self.path = path
        self.line = line
        self.message = message
        where = shown(path) if line is None else f"{shown(path)}:{line}"
        super().__init__(f"{where}: {message}")


def read_toml(path: Path, kind: type[T], error: type[TomlFileError] = TomlFileError) -> T:
    """Read a file strictly as `kind`; raises `error`."""
    text = _text(path, error)
    tree = _tree(path, text, error)
    if stray := _stray(tree, kind, ()):
        place, message = stray
        raise error(path, line_of(text, place), message)
    try:
        return msgspec.convert(tree, kind)
    except msgspec.ValidationError as exc:
        place, message = _explain(str(exc), kind)
        raise error(path, line_of(text, place), message) from exc


def did_you_mean(word: str, known: list[str]) -> str:
    """`; did you mean "seed"?`, or nothing when no known word is near."""
    near = get_close_matches(word, known, n=1, cutoff=0.5)
    return f'; did you mean "{near[0]}"?' if near else ""


def heading(place: Place) -> str:
    """A table as its heading is written: `[drill]`, `[[inject]]`, or `the file` for the top."""
    names = ".".join(str(part) for part in place if isinstance(part, str))
    if not names:
        return "the file"
    return f"[[{names}]]" if isinstance(place[-1], int) else f"[{names}]"


def _text(path: Path, error: type[TomlFileError]) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        before: bytes = exc.object[: exc.start]
        raise error(path, before.count(b"\n") + 1, "not UTF-8 text; save the file as UTF-8") from exc
    except OSError as exc:
        raise error(path, None, f"cannot be read: {exc.strerror}") from exc


def _tree(path: Path, text: str, error: type[TomlFileError]) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        found = re.search(r"line (\d+)", str(exc))
        line = int(found[1]) if found else max(1, len(text.splitlines()))
        message = re.sub(r" \(at .*\)$", "", str(exc))
        raise error(path, line, f"not valid TOML: {message}") from exc


def _fields(kind: object) -> dict[str, Any]:
    """Keys a table of this kind may have, with their types; empty for what is no table."""
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return {}
    return {field.encode_name: field.type for field in msgspec.structs.fields(kind)}


def _bare(kind: Any) -> Any:
    """The type without constraints and without `| None`."""
    if hasattr(kind, "__metadata__"):
        return _bare(get_args(kind)[0])
    real = [arm for arm in get_args(kind) if arm is not type(None)]
    return _bare(real[0]) if type(None) in get_args(kind) and len(real) == 1 else kind


def _stray(value: Any, kind: Any, place: Place) -> tuple[Place, str] | None:
    """The first key that no table of this kind has."""
    kind = _bare(kind)
    if isinstance(value, list) and get_origin(kind) is tuple:
        rows = enumerate(cast("list[Any]", value))
        return next(filter(None, (_stray(row, get_args(kind)[0], (*place, i)) for i, row in rows)), None)
    fields = _fields(kind)
    if not isinstance(value, dict) or not fields:
        return None
    table = cast("dict[str, Any]", value)
    for key in table:
        if key not in fields:
            what = "table" if isinstance(table[key], dict | list) and not place else "key"
            return (*place, key), f'unknown {what} "{key}" in {heading(place)}{did_you_mean(key, list(fields))}'
    return next(filter(None, (_stray(table[key], fields[key], (*place, key)) for key in table)), None)


def _explain(message: str, kind: Any) -> tuple[Place, str]:
    """What msgspec says as a place in the file and a sentence."""
    text, _, where = message.partition(" - at `$")
    place = _place(where.rstrip("`"))
    if missing := re.search(r"missing required field `(.+)`", text):
        return place, f'"{missing[1]}" is missing from {heading(place)}'
    for word, plain in PLAIN.items():
        text = text.replace(word, plain)
    text = re.sub(r"^invalid enum value '?(.+?)'?$", r'unknown word "\1"', text[:1].lower() + text[1:])
    key = next((part for part in reversed(place) if isinstance(part, str)), "")
    owner = place[: max((i for i, part in enumerate(place) if isinstance(part, str)), default=0)]
    return place, f'"{key}" in {heading(owner)}: {text}{_near_value(text, place, kind)}'


def _place(where: str) -> Place:
    """`.inject[0].act` as ("inject", 0, "act"); an index that msgspec does not tell ends it."""
    parts: list[str | int] = []
    for name, index in re.findall(r"\.([^.\[]+)|\[([^\]]*)\]", where):
        if not name and not index.isdigit():
            break
        parts.append(name or int(index))
    return tuple(parts)


def _near_value(text: str, place: Place, kind: Any) -> str:
    """For a word out of a closed list: the word that was probably meant, or the whole list."""
    found = re.search(r'unknown word "(.+)"$', text)
    if not found:
        return ""
    for part in place:
        kind = _bare(kind)
        kind = get_args(kind)[0] if isinstance(part, int) else _fields(kind).get(part)
    kind = _bare(kind)
    known = [str(arm) for arm in (get_args(kind) or kind)]
    return did_you_mean(found[1], known) or "; known are " + ", ".join(known)
