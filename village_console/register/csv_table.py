"""A town's CSV: found by header name, in any order, in the encodings that towns use; every repair is reported."""

from __future__ import annotations

import csv
import difflib
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from village_console.village.errors import TownFileIsWrongError

ENCODINGS = ("utf-8-sig", "cp932")


@dataclass(frozen=True, slots=True)
class Repair:
    """Something in a file was put right, or left out; `what` is a key of `words/`."""

    file: str
    line: int
    what: str
    before: str
    after: str


@dataclass(slots=True)
class RepairReport:
    """Everything that was put right or left out in an import."""

    repairs: list[Repair] = field(default_factory=list[Repair])

    def note(self, line: Line, what: str, before: str, after: str = "") -> None:
        """Add one repair of a line."""
        self.repairs.append(Repair(line.file, line.number, what, before, after))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table; `values` are trimmed, absent columns are empty."""

    file: str
    number: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def digits(self, column: str, width: int, report: RepairReport) -> str:
        """A number with the leading zeros that spreadsheets lose.

        Raises:
            TownFileIsWrongError: the cell does not hold a number.
        """
        given = self[column]
        plain = unicodedata.normalize("NFKC", given)
        if not plain.isdecimal():
            raise self.wrong("not_a_number", column=column, found=given)
        if plain.zfill(width) != given:
            report.note(self, "leading_zeros", given, plain.zfill(width))
        return plain.zfill(width)

    def wrong(self, problem: str, **values: object) -> TownFileIsWrongError:
        """The error that names this file and line."""
        return TownFileIsWrongError(path=self.file, line=self.number, problem=problem, **values)


def read_table(path: Path, required: Sequence[str]) -> Iterator[Line]:
    """Read the lines of a CSV file.

    Raises:
        TownFileIsWrongError: the file is missing, not text, or lacks a required column.
    """
    rows = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    header = [unicodedata.normalize("NFKC", cell).strip() for cell in next(rows, list[str]())]
    for column in required:
        if column not in header:
            near = next(iter(difflib.get_close_matches(column, header, 1, 0.5)), "")
            raise TownFileIsWrongError(path=path.name, line=1, problem="missing_column", column=column, found=near)
    for cells in _whole(rows, path):
        if any(cell.strip() for cell in cells):
            if len(cells) > len(header):
                raise TownFileIsWrongError(
                    path=path.name, line=rows.line_num, problem="too_many_cells", found=len(cells)
                )
            yield Line(path.name, rows.line_num, {h: c.strip() for h, c in zip(header, cells, strict=False)})


def _whole(rows: Iterator[list[str]], path: Path) -> Iterator[list[str]]:
    """The rows, unless a quote is never closed: it would swallow every person below it."""
    start = 2
    try:
        for cells in rows:
            yield cells
            start += 1 + sum(cell.count("\n") for cell in cells)
    except csv.Error as error:
        raise TownFileIsWrongError(path=path.name, line=start, problem="broken_quote") from error


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TownFileIsWrongError(path=path.name, line=0, problem="no_file") from error
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TownFileIsWrongError(path=path.name, line=0, problem="not_text")
