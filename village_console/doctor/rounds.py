"""The doctor's round: every part in its turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from village_console.doctor import machine, records, wires
from village_console.doctor.anchor import anchor
from village_console.doctor.card_ca import card_ca
from village_console.doctor.finding import Finding, State
from village_console.doctor.hub import hub
from village_console.settings import load_settings
from village_console.village.clock import Clock

_WITH_SETTINGS = ("place", "key", "journal", "cards", "broker", "printer")


def examine(path: Path, *, deep: bool = False) -> Iterator[Finding]:
    """Look at everything of a settings file and its folder."""
    yield from (machine.python(), machine.engine(), machine.clock(Clock()))
    if path.resolve().parent.is_dir():
        yield machine.disk(path.resolve().parent)
    yield from (machine.this_terminal(), machine.characters(), machine.font())
    found = records.settings(path)
    yield from found
    if any(finding.state is State.MEND for finding in found):
        yield from (Finding(part, State.UNKNOWN, "needs_settings", "mend_settings") for part in _WITH_SETTINGS)
    else:
        yield from _parts(path, deep=deep)


def _parts(path: Path, *, deep: bool) -> Iterator[Finding]:
    known, folder = load_settings(path), path.resolve().parent
    yield records.place(known)
    yield records.key(folder)
    yield records.journal(known, folder, deep=deep)
    yield wires.cards(known)
    yield from card_ca(known, Clock().now())
    yield wires.broker(known)
    yield from wires.television_log(folder)
    yield wires.printer(known, folder)
    yield from anchor(known, folder)
    yield from hub(known, folder)
