"""Measure all questions, or the ones that are named: `python -m tests.benchmarks [NAME...]`; writes bench.json."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import cast

from tests.benchmarks.measured import Measured

QUESTIONS = (
    "startup", "checkin", "append", "rebuild", "ingest", "ingest_rates", "storm", "board", "search", "roster_pdf", "queue",
    "stranded", "roster_bytes", "spool", "sync", "converge", "bundle", "archive",
)  # fmt: skip
BENCH = Path(__file__).resolve().parents[2] / "bench.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a small table and write bench.json; a run of some questions keeps the other entries."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", type=_known, metavar="|".join(QUESTIONS))
    names: list[str] = parser.parse_args(arguments).names or list(QUESTIONS)
    entries: dict[str, object] = {}
    if len(names) < len(QUESTIONS) and BENCH.exists():
        entries = json.loads(BENCH.read_text("utf-8"))
    sys.stdout.write(f"{'':18}{'ours':>12}{'peer':>12}{'ratio':>8}  unit\n")
    for name in names:
        for measured in _question(name)():
            sys.stdout.write(_line(measured))
            sys.stdout.flush()
            entries[measured.name] = measured.as_entry()
            BENCH.write_text(json.dumps(entries, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return 0


def _known(name: str) -> str:
    if name not in QUESTIONS:
        raise argparse.ArgumentTypeError(f"there is no benchmark {name!r}; there are {', '.join(QUESTIONS)}")
    return name


def _question(name: str) -> Callable[[], list[Measured]]:
    return cast("Callable[[], list[Measured]]", import_module(f"tests.benchmarks.{name}").measure)


def _line(measured: Measured) -> str:
    ratio = "-" if measured.ratio is None else f"{measured.ratio:.2f}"
    figures = f"{measured.ours:>12.2f}{measured.peer:>12.2f}{ratio:>8}"
    return f"{measured.name:18}{figures}  {measured.unit}\n{'':18}  {measured.note}\n"


if __name__ == "__main__":
    sys.exit(main())
