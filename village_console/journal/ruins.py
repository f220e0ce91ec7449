"""Reading a damaged journal: page by page, around what the engine refuses."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from village_console.journal.sqlcipher import EngineError, open_encrypted

PIECE = 256
"""Facts that are asked for at once; where they cannot be read, they are halved down to a single one."""
LINK = ", ".join(f"CAST({name} AS BLOB)" for name in ("previous", "body", "sealed", "sealed_sha", "sig"))
"""A link's columns, whatever somebody has put into them."""
_INDEXES = ("facts_place", "facts_subject", "facts_kind", "sqlite_autoindex_facts_1")
Row = tuple[Any, ...]


class Ruins:
    """A file that opens, and of which not every page can be read."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open it for reading only; raises what `open_encrypted` raises when not even its first page is whole."""
        self._path, self._key = path, key
        self._connection = open_encrypted(path, key, read_only=True)

    def fact_numbers(self) -> list[int]:
        """Every fact that the file knows of: what the table cannot tell, its indexes can."""
        found: set[int] = set()
        for query in (
            *(f"SELECT id FROM facts INDEXED BY {index}" for index in _INDEXES),  # noqa: S608 -- names of our own
            "SELECT id FROM facts NOT INDEXED ORDER BY id", "SELECT id FROM facts NOT INDEXED ORDER BY id DESC",
        ):  # fmt: skip
            found |= {int(number) for (number,) in self.rows(query)}
        return sorted(found)

    def facts(self, numbers: list[int]) -> Iterator[Row]:
        """The links of these facts that can be read."""
        waiting = [numbers[at : at + PIECE] for at in range(0, len(numbers), PIECE)][::-1]
        query = f"SELECT {LINK} FROM facts NOT INDEXED WHERE id BETWEEN ? AND ? ORDER BY id"  # noqa: S608 -- our own
        while waiting:
            piece = waiting.pop()
            rows = self._all(query, (piece[0], piece[-1]))
            if rows is not None:
                yield from rows
            elif len(piece) > 1:
                waiting += [piece[len(piece) // 2 :], piece[: len(piece) // 2]]

    def rows(self, query: str, values: tuple[object, ...] = ()) -> list[Row]:
        """What a query gives until it comes to a page that cannot be read."""
        found: list[Row] = []
        try:
            found.extend(self._connection.execute(query, values))
        except EngineError:
            self._again()
        return found

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _all(self, query: str, values: tuple[object, ...]) -> list[Row] | None:
        try:
            return self._connection.execute(query, values).fetchall()
        except EngineError:
            self._again()
            return None

    def _again(self) -> None:
        """A connection that has met a damaged page refuses everything afterwards."""
        self._connection.close()
        self._connection: sqlite3.Connection = open_encrypted(self._path, self._key, read_only=True)
