"""The verb that wipes a drill (訓練の記録を消す): the key first, so that nothing can be read wherever it is cut short."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path

from village_console.journal import key_file
from village_console.journal.keys import slots_file
from village_console.journal.keys.ring import JOURNAL, TELEVISIONS
from village_console.journal.store import own
from village_console.village.run_mode import RunMode

_OF_A_DRILL = "wires.json"
"""Only the supervisor of a drill writes this: then the whole folder is the drill's."""


class WipeVerdict(StrEnum):
    """What came of wiping."""

    WIPED = "wiped"
    IS_REAL = "is_real"
    OTHER_NAME = "other_name"


def may_wipe(mode: RunMode, incident: str, typed: str) -> WipeVerdict:
    """Never a real record; and only by somebody who types which one it is."""
    if mode is RunMode.REAL:
        return WipeVerdict.IS_REAL
    return WipeVerdict.WIPED if typed.strip() == incident else WipeVerdict.OTHER_NAME


def wipe(folder: Path) -> tuple[str, ...]:
    """Delete keys, then records, and all else of a drill's own folder; raises JournalIsInUseError while a desk is open.

    Returns what still lies in the folder: exports and lists of people may be among it.
    """
    with ExitStack() as ours:
        for name in (JOURNAL, TELEVISIONS):
            ours.enter_context(own(folder / name))
        for name in (key_file.NAME, slots_file.NAME):
            for path in folder.glob(name + "*"):
                _overwrite(path)
        for name in (JOURNAL, TELEVISIONS):
            _unlink(folder, name)
    if (folder / _OF_A_DRILL).exists():
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return tuple(sorted(path.name for path in folder.iterdir()))


def wipe_televisions(folder: Path) -> None:
    """Delete the televisions' log, a record of when people were at home; raises JournalIsInUseError while it is written."""
    with own(folder / TELEVISIONS):
        _unlink(folder, TELEVISIONS)


def _unlink(folder: Path, name: str) -> None:
    """A database with its log, its lock and whatever else begins with its name."""
    for path in folder.glob(name + "*"):
        path.unlink()


def _overwrite(path: Path) -> None:
    """Write random bytes over a file's own blocks before it goes; on an SSD the old ones may live on a while."""
    with path.open("r+b", buffering=0) as file:
        file.write(os.urandom(path.stat().st_size))
        os.fsync(file.fileno())
    path.unlink()
