"""What stands on the front of the residents' My Number cards, out of a town's register."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from device_sim.cards.card_face import Face
from device_sim.drill.play_errors import DrillFolderError

_SEX = {"男": "1", "女": "2"}
_ERA = re.compile(r"(?P<era>[RHSTM])(?P<year>\d{1,2})\.(?P<month>\d{1,2})\.(?P<day>\d{1,2})")
_YEAR_BEFORE = {"R": 2018, "H": 1988, "S": 1925, "T": 1911, "M": 1867}
_FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")


def read_rows(path: Path) -> list[dict[str, str]]:
    """The lines of a file that a town would give; raises OSError."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_faces(path: Path, serials: Mapping[str, int], today: datetime) -> dict[int, Face]:
    """The faces by serial number, none where there is no register; raises DrillFolderError when it is not one."""
    if not path.exists():
        return {}
    try:
        rows = [row for row in read_rows(path) if row["住民番号"] in serials]
        return {serials[row["住民番号"]]: _face(row, serials[row["住民番号"]], today) for row in rows}
    except (KeyError, ValueError) as error:
        message = f"{path}: not a list of residents (docs/wires.md, section 6): {error}"
        raise DrillFolderError(message) from error


def _face(row: Mapping[str, str], serial: int, today: datetime) -> Face:
    security = int.from_bytes(sha256(f"security {serial}".encode()).digest()[:4], "big") % 10_000
    return Face(
        name=_without_selectors(row["氏名"]).replace(" ", "\u3000"),
        address=row["住所"].translate(_FULL_WIDTH),
        birth=_birth(row["生年月日"]),
        sex=_SEX.get(row["性別"], "0"),
        expires=today.year + 4,
        security=f"{security:04d}",
    )


def _birth(text: str) -> date:
    """`1942-05-03` or `S17.5.3`; raises ValueError for anything else."""
    if found := _ERA.fullmatch(text):
        return date(_YEAR_BEFORE[found["era"]] + int(found["year"]), int(found["month"]), int(found["day"]))
    return date.fromisoformat(text)


def _without_selectors(name: str) -> str:
    """A card has a character of its own set for each; none chooses a form of the one before it."""
    return "".join(c for c in name if not ("\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef"))
