"""What a person does with other consoles: see who knows what, carry a stick, let a new laptop in, revoke a lost one."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from village_console.journal.exchange import TakenIn
from village_console.journal.journal import Journal
from village_console.journal.key_file import write_whole
from village_console.journal.keys.printed import new_code
from village_console.sync import pairing, pairing_asking
from village_console.sync.address import Address
from village_console.sync.discovery import Finder
from village_console.sync.known import Behind, Console, consoles, shelters_behind
from village_console.sync.lan import Lan
from village_console.sync.meeting import Meeting, OnProgress, Outcome
from village_console.sync.own import Place, admit_itself
from village_console.sync.pairing import Code, Joined, Request, Unpaired
from village_console.sync.pairing_window import WindowAtAnchor
from village_console.sync.revoke import count_what_waits, revoke
from village_console.sync.stick import StickCarrier
from village_console.sync.sticks import Stick, sticks

SPEAKS_EVERY = 1800.0
"""Seconds after which a shelter that has not spoken is not known to have received nobody."""
_FOLDER, _MOST_FILES = "village_console/pairing", 200


@dataclass(frozen=True, slots=True)
class Asking:
    """A request that lies on a stick."""

    request: Request
    path: Path


class SyncDesk:
    """Other consoles, as the screens and the command line see them. Slow verbs are for a thread of their own."""

    def __init__(self, journal: Journal, place: Place, stick: Path | None = None, lan: Lan | None = None) -> None:
        """`stick`: a folder that is offered beside the sticks that are plugged in; `lan`: None in a drill, which is alone."""
        self.lan = lan
        self._journal = journal
        self.place = place
        self._stick = stick

    def sticks(self) -> list[Stick]:
        """Where facts could be carried from and to now."""
        found = sticks()
        if self._stick is not None and self._stick.is_dir():
            usage = shutil.disk_usage(self._stick)
            found.append(Stick(self._stick, usage.free, writable=os.access(self._stick, os.W_OK)))
        return found

    @property
    def may_admit(self) -> bool:
        """Whether this console holds the village's key."""
        return self._journal.village_seed is not None

    def table(self) -> list[Console]:
        """Every console of the village, this one first; empty while it is alone, and then nothing is worked out."""
        if len(self._journal.members()) < 2:
            return []
        found = consoles(self._journal)
        return found if any(not console.is_own for console in found) else []

    def behind(self, table: list[Console], now: datetime) -> list[Behind]:
        """Other shelters of which not everything is known here."""
        return shelters_behind(table, self.place.shelter, now, SPEAKS_EVERY)

    def carry(self, folder: Path, on_progress: OnProgress | None = None) -> Outcome:
        """Read what others left on a stick, and leave everything that is known here; raises CarrierLostError."""
        admit_itself(self._journal, self.place)
        return Meeting(self._journal, StickCarrier(self._journal, folder), on_progress).hold()

    # Pairing by a stick

    def ask(self, folder: Path, code: Code) -> Unpaired | None:
        """Leave on a stick that this console wants to belong to a village; raises DiskIsFullError."""
        request = pairing.ask_to_join(self._journal, self.place, code)
        if isinstance(request, Unpaired):
            return request
        write_whole(self._path(folder, pairing.REQUEST, self._journal.device), request)
        return None

    def asking(self, folder: Path) -> list[Asking]:
        """Who wants to be let in, as far as a stick tells; of this village are left out."""
        known = {dev for dev, member in self._journal.members().items() if member.counts is None}
        found = (Asking(request, path) for path in _files(folder) if (request := _request_in(path)))
        return [one for one in found if one.request.word.subject.removeprefix("console:") not in known]

    def let_in(self, folder: Path, asking: Asking, code: Code, *, may_admit: bool) -> Unpaired | None:
        """Admit who asks, and leave the answer beside the request; raises DiskIsFullError when the stick does not take it."""
        admit_itself(self._journal, self.place)
        told = pairing.answer(self._journal, asking.request, code, may_admit=may_admit)
        if isinstance(told, Unpaired):
            return told
        dev = asking.request.word.subject.removeprefix("console:")
        write_whole(self._path(folder, pairing.ANSWER, dev), told)
        asking.path.unlink(missing_ok=True)
        return None

    def answered(self, folder: Path, code: Code) -> Joined | Unpaired | None:
        """Join the village whose answer lies on a stick; None where there is none."""
        path = self._path(folder, pairing.ANSWER, self._journal.device)
        content = _read(path)
        if content is None:
            return None
        joined = pairing.join(self._journal, content, code)
        if not isinstance(joined, Unpaired):
            path.unlink(missing_ok=True)
        return joined

    # Pairing over a network

    def open_window(self) -> WindowAtAnchor | None:
        """Let laptops in that know a new code, for some minutes; None where this one is not the anchor."""
        return None if self.lan is None else self.lan.open_window(new_code())

    def finder(self) -> Finder:
        """Who would hear which anchors let laptops in; not started yet."""
        return Finder(self._journal)

    def join_over(self, addresses: Sequence[Address], code: Code) -> Joined | Unpaired:
        """Belong to the village of the anchor at one of its addresses, if it knows the code, too."""
        return pairing_asking.join_over(self._journal, self.place, addresses, code)

    # A laptop that was lost

    def revoke(self, console: Console, why: str) -> TakenIn | None:
        """What it writes from now on counts no more; None where the village's key is not at hand."""
        return revoke(self._journal, self._journal.members()[console.dev], why)

    def count_what_waits(self, dev: str, why: str) -> TakenIn | None:
        """What is kept apart of a revoked console counts after all."""
        return count_what_waits(self._journal, self._journal.members()[dev], why)

    @staticmethod
    def _path(folder: Path, what: str, dev: str) -> Path:
        return folder / _FOLDER / f"{what}-{dev}"


def _files(folder: Path) -> Iterator[Path]:
    try:
        names = sorted(entry.name for entry in os.scandir(folder / _FOLDER))[:_MOST_FILES]
    except OSError:
        return
    yield from (folder / _FOLDER / name for name in names if name.startswith(pairing.REQUEST))


def _request_in(path: Path) -> Request | None:
    content = _read(path)
    return None if content is None else pairing.read_request(content)


def _read(path: Path) -> bytes | None:
    """A plain file of a bounded size; links are not followed, and what cannot be read is not there."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            whole = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            content = file.read(pairing.MOST_BYTES + 1) if whole else b""
    except OSError:
        return None
    return content if 0 < len(content) <= pairing.MOST_BYTES else None
