"""The laptop itself: interpreter, engine, disk, clock, terminal, characters."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from village_console.doctor.finding import Finding, State, broken
from village_console.journal.sqlcipher import open_encrypted
from village_console.own_files import data_folder
from village_console.papers.fonts import OWN_FONT
from village_console.village.clock import Clock
from village_console.village.errors import VillageError

OLDEST_PYTHON = (3, 11)
HARD_CHARACTERS = "髙﨑𠮷葛\U000e0100辻\U000e0100ヴ〇〆"
"""Variants, one beyond 16 bits, and signs that fonts forget."""
YEARS = range(2026, 2046)
NARROWEST, LOWEST = 80, 24
GIGABYTE = 10**9
ENOUGH, TOO_LITTLE = 2 * GIGABYTE, GIGABYTE // 5


def python(version: tuple[int, ...] = sys.version_info[:3]) -> Finding:
    """Whether the interpreter is new enough."""
    found = ".".join(map(str, version))
    if version < OLDEST_PYTHON:
        return Finding("python", State.MEND, "too_old", "upgrade", {"found": found, "wanted": "3.11"})
    return Finding("python", State.FINE, "version", values={"found": found})


def engine() -> Finding:
    """Whether this SQLite keeps what it is given."""
    try:
        with closing(open_encrypted(Path(":memory:"), bytes(32))) as connection:
            version = connection.execute("SELECT sqlite_version()").fetchone()[0]
    except VillageError as error:
        return broken("engine", error)
    return Finding("engine", State.FINE, "version", values={"found": f"SQLite {version}"})


def disk(folder: Path) -> Finding:
    """Whether there is room for a long disaster."""
    free = shutil.disk_usage(folder).free
    values: dict[str, object] = {"free": f"{free / GIGABYTE:.1f}"}
    if free >= ENOUGH:
        return Finding("disk", State.FINE, "disk_free", values=values)
    return Finding("disk", State.MEND if free < TOO_LITTLE else State.LOOK, "disk_free", "free_disk", values)


def clock(machine: Clock) -> Finding:
    """Whether the year can be right: a laptop with an empty battery wakes up in 1970."""
    now = machine.now()
    values: dict[str, object] = {"now": f"{now:%Y-%m-%d %H:%M}"}
    if now.year in YEARS:
        return Finding("clock", State.FINE, "clock_year", values=values)
    return Finding("clock", State.MEND, "clock_wrong", "set_clock", values)


def terminal(size: os.terminal_size | None, term: str, encoding: str) -> Finding:
    """Whether the screens fit and can show kanji."""
    values: dict[str, object] = {"term": term or "?", "encoding": encoding}
    if encoding.lower().replace("-", "") != "utf8":
        return Finding("terminal", State.MEND, "terminal_none", "use_utf8", values)
    if size is None:
        return Finding("terminal", State.UNKNOWN, "terminal_none", values=values)
    values |= {"columns": size.columns, "rows": size.lines}
    if size.columns < NARROWEST or size.lines < LOWEST:
        return Finding("terminal", State.LOOK, "terminal_size", "enlarge", values)
    if term in ("", "dumb", "linux"):
        return Finding("terminal", State.LOOK, "terminal_size", "use_terminal", values)
    return Finding("terminal", State.FINE, "terminal_size", values=values)


def this_terminal() -> Finding:
    """The terminal that this program writes to."""
    try:
        size = os.get_terminal_size(sys.stdout.fileno())
    except (OSError, ValueError):  # a pipe; a test's stream without a number
        size = None
    return terminal(size, os.environ.get("TERM", ""), sys.stdout.encoding)


def characters() -> Finding:
    """Only a person can see whether they are drawn."""
    return Finding("characters", State.UNKNOWN, "characters", "read_them", {"line": HARD_CHARACTERS})


def font(package: str = "pylopdf_fonts_jp") -> Finding:
    """Whether what the printer's ROM lacks can be drawn."""
    if find_spec(package) is None or not (data_folder() / OWN_FONT).is_file():
        return Finding("font", State.MEND, "font_none", "setup")
    return Finding("font", State.FINE, "font_there")
