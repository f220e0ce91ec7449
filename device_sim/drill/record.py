"""Everything that a drill has left in its folder, read for the score."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from device_sim.drill.desk_lines import Begun, BoardSeen, DeskAct, DeskLine, Ended, read_desk
from device_sim.drill.play import read_truth, undecodable
from device_sim.drill.play_errors import DrillFolderError
from device_sim.drill.truth import Truth

RECEIPT = re.compile(r"\s*[A-Z]\d*-\d+(?!\d)")
"""A line of the roster that stands for a person begins with a receipt number (S1-0129)."""

L = TypeVar("L", bound=msgspec.Struct)


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A line of evidence.jsonl, as far as the score needs it."""

    kind: str
    subject: str = ""
    hash: str | None = None
    """None where the console did not understand its own fact."""
    void: bool = False
    resident: str | None = None
    """Register number, where the subject is a resident."""


@dataclass(frozen=True, slots=True)
class Record:
    """What was really so, what the desk saw, what the console wrote, what left the printer."""

    truth: Truth
    desk: tuple[DeskLine, ...]
    evidence: tuple[Fact, ...] | None
    """None: the console wrote none."""
    roster: tuple[str, ...] | None
    """Lines of the last paper; None: nothing left the printer."""
    refusing: frozenset[str]
    """Households with a television and without consent, as far as the town's file is there."""

    @classmethod
    def read(cls, folder: Path) -> Record:
        """Read a drill's folder; raises DrillFolderError when truth or desk are missing or a file is not readable."""
        return cls(
            truth=read_truth(folder),
            desk=_desk(folder / "desk.jsonl"),
            evidence=_evidence(folder / "evidence.jsonl"),
            roster=_lines(folder / "roster.txt"),
            refusing=_refusing(folder / "town" / "televisions.csv"),
        )

    @property
    def begun(self) -> Begun | None:
        """How the drill began, if it did."""
        return next(self.of(Begun), None)

    @property
    def ended(self) -> Ended | None:
        """How the drill ended, if it did."""
        return next(self.of(Ended), None)

    @property
    def acts(self) -> Iterator[DeskAct]:
        """Everything the person at the desk did."""
        return self.of(DeskAct)

    @property
    def last_board(self) -> BoardSeen | None:
        """Whom the board presumed stranded at the end."""
        return next((line for line in reversed(self.desk) if isinstance(line, BoardSeen)), None)

    @property
    def roster_lines(self) -> int | None:
        """People on the last paper."""
        return None if self.roster is None else sum(bool(RECEIPT.match(line)) for line in self.roster)

    def of(self, kind: type[L]) -> Iterator[L]:
        """Lines of the desk of one kind."""
        return (line for line in self.desk if isinstance(line, kind))


def _desk(path: Path) -> tuple[DeskLine, ...]:
    try:
        return read_desk(path)
    except FileNotFoundError as error:
        message = f"{path} is missing: the drill was not played"
        raise DrillFolderError(message) from error
    except msgspec.DecodeError as error:
        raise undecodable(path, error) from error


def _evidence(path: Path) -> tuple[Fact, ...] | None:
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return None
    try:
        return tuple(msgspec.json.decode(line, type=Fact) for line in lines)
    except msgspec.DecodeError as error:
        raise undecodable(path, error) from error


def _lines(path: Path) -> tuple[str, ...] | None:
    try:
        return tuple(path.read_text("utf-8").splitlines())
    except FileNotFoundError:
        return None


def _refusing(path: Path) -> frozenset[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        return frozenset()
    return frozenset(row.get("世帯番号", "") for row in rows if row.get("同意_災害") == "なし")
