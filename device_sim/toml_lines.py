"""On which line of a TOML file a key stands."""

import re
import tomllib
from typing import cast

Place = tuple[str | int, ...]
"""A way into a file: keys of tables, numbers of rows."""

_TABLE = re.compile(r"^\s*\[(\[?)\s*([^\[\],]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_TEXT = re.compile(r'"{3}|\'{3}')


def line_of(text: str, place: Place) -> int:
    """The line of the nearest key or heading on the way to `place`, from 1."""
    lines = _lines(text)
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _lines(text: str) -> dict[Place, int]:
    found: dict[Place, int] = {}
    rows: dict[Place, int] = {}
    table: Place = ()
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        opens = len(_TEXT.findall(line)) % 2 == 1
        if not inside and (head := _TABLE.match(line)):
            table = _enter(_names(head[2]), rows, listed=bool(head[1]))
            _note(found, table, number)
        elif not inside and (key := _KEY.match(line)):
            _note(found, (*table, *_names(key[1])), number)
        inside ^= opens
    return found


def _note(found: dict[Place, int], place: Place, number: int) -> None:
    """Remember the first line that names a place or anything on the way to it."""
    for end in range(1, len(place) + 1):
        found.setdefault(place[:end], number)


def _enter(names: Place, rows: dict[Place, int], *, listed: bool) -> Place:
    """The place of a heading; a `[[heading]]` begins the next row, a heading below one belongs to its last row."""
    place: Place = ()
    for i, name in enumerate(names):
        place = (*place, name)
        last = i == len(names) - 1
        if listed and last:
            rows[place] = rows.get(place, -1) + 1
        if place in rows and (listed or not last):
            place = (*place, rows[place])
    return place


def _names(dotted: str) -> Place:
    """`a."b.c"` as ("a", "b.c"), read by TOML's own reader."""
    try:
        tree: object = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return (dotted,)
    names: list[str] = []
    while isinstance(tree, dict):
        name, tree = next(iter(cast("dict[str, object]", tree).items()))
        names.append(name)
    return tuple(names)
