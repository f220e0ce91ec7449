"""The records of a console's folder: its journal, opened with the facts and folds of every room."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import village_console
from village_console.journal.facts import Catalogue, Fact, Fold
from village_console.journal.journal import Journal
from village_console.journal.keys.ring import JOURNAL, Ring, unattended
from village_console.journal.store import Purpose
from village_console.settings import Settings
from village_console.village.clock import Clock


def catalogue() -> Catalogue:
    """Every fact and fold, found by listing the rooms that have a `facts.py`."""
    kinds: list[type[Fact]] = []
    folds: list[Fold[Any]] = []
    for room in iter_modules(village_console.__path__):
        if not room.ispkg or room.name == "journal" or not _has_facts(room.name):
            continue
        facts = import_module(f"village_console.{room.name}.facts")
        kinds += [
            kind
            for _, kind in inspect.getmembers(facts, inspect.isclass)
            if issubclass(kind, Fact) and kind.__module__ == facts.__name__
        ]
        folds += import_module(f"village_console.{room.name}.rows").FOLDS
    return Catalogue(kinds, folds)


def open_journal(settings: Settings, folder: Path, clock: Clock, ring: Ring | None = None) -> Journal:
    """Open the journal of a console's folder with the keys in hand, or else with the one that the laptop keeps.

    Raises what `Store` and `unattended` raise.
    """
    path = folder / JOURNAL
    return Journal(path, (ring or unattended(folder)).key_for(path), purpose_of(settings), catalogue(), clock)


def purpose_of(settings: Settings) -> Purpose:
    """What the records of a console are for."""
    mode = settings.mode
    return Purpose(mode.run_mode.value, mode.world.value, mode.incident)


def drill_clock(settings: Settings) -> Clock:
    """The console's clock; in a drill it stands still at the beginning until the drill link drives it."""
    clock = Clock()
    if settings.drill is not None:
        clock.drive(settings.drill.starts_at.timestamp(), clock.monotonic(), 0)
    return clock


def _has_facts(room: str) -> bool:
    return any((Path(path) / room / "facts.py").exists() for path in village_console.__path__)
