"""What lies on a stick: which bundles can be read, which cannot and why. Links are not followed, and nothing is changed here."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

from village_console.journal.journal import Journal
from village_console.sync.bundle_reading import FOREIGN, Bundle, Checked, Reader, Unfit, check, look_at
from village_console.sync.carrier import CarrierLostError, Refused
from village_console.sync.statement import Signed, read_statement
from village_console.village.errors import StickIsGoneError

FOLDER = "village_console"
MOST_ENTRIES = 10_000
"""Names that are looked at in one folder."""
MOST_BUNDLES = 256
_NAME = re.compile(r"console-\d{1,9}-[0-9a-f]{8}\.bundle")
F = TypeVar("F")


class StickFolder:
    """The bundles on one stick, as they lay there at the last look."""

    def __init__(self, journal: Journal, folder: Path) -> None:
        """Nothing is looked at yet."""
        self._journal, self._folder = journal, folder
        self._checked: dict[str, Checked] = {}
        self.looked = False
        self.fit: dict[str, Bundle] = {}
        """By name: the folder and the file."""
        self.unfit: dict[str, Unfit] = {}
        self.stale: list[str] = []
        """Older than what its writer has said since: harmless, and read all the same."""

    @property
    def place(self) -> Path:
        """Where the bundles of our village and run mode lie."""
        return self._folder / FOLDER / f"{self._journal.village.hex()[:12]}-{self._journal.purpose.mode}"

    def look(self) -> None:
        """Read what stands in front of every bundle.

        Raises:
            StickIsGoneError: there is no such folder.
        """
        reader = Reader.of(self._journal)
        contacts, devices = self._journal.contacts.all(), self._journal.devices()
        self._checked, self.fit, self.unfit, self.stale, self.looked = {}, {}, {}, [], True
        for path in self._listed():
            name = f"{path.parent.name}/{path.name}"
            found = self._read(lambda path=path: look_at(path, reader))
            if isinstance(found, Unfit):
                self.unfit[name] = found
                continue
            self.fit[name] = found
            contact = contacts.get(found.header.dev)
            last = read_statement(Signed(contact.body, contact.sig), devices) if contact else None
            if last is not None and found.header.n < last.n:
                self.stale.append(name)

    def check(self, name: str, reader: Reader) -> Checked | None:
        """A fit bundle with every byte checked; None when it turns out to be unfit, and `unfit` says why."""
        bundle = self.fit[name]
        found = reader.unfit(bundle.header) or self._checked.get(name) or self._read(lambda: check(bundle, reader))
        if isinstance(found, Unfit):
            del self.fit[name]
            self.unfit[name] = found
            return None
        self._checked[name] = found
        return found

    def refused(self) -> Refused | None:
        """Why the stick is refused whole: all that lies there is another village's, or for another purpose."""
        found = set(self.unfit.values())
        if self.fit or not found or found - FOREIGN:
            return None
        return Refused.OTHER_PURPOSE if Unfit.OTHER_PURPOSE in found else Refused.OTHER_VILLAGE

    def _read(self, act: Callable[[], F | Unfit]) -> F | Unfit:
        """A file that cannot be read is a damaged one, while the stick itself can."""
        try:
            return act()
        except OSError as error:
            if not self._folder.is_dir():
                raise CarrierLostError from error
            return Unfit.DAMAGED

    def _listed(self) -> list[Path]:
        """Every file with a bundle's name, ours first; no more of them than a village has consoles."""
        if not self._folder.is_dir():
            raise StickIsGoneError(path=self._folder)
        try:
            places = [path for path in _entries(self._folder / FOLDER) if path.is_dir() and not path.is_symlink()]
            ours_first = sorted(places, key=lambda path: (path.name != self.place.name, path.name))
            files = (path for place in ours_first for path in sorted(_entries(place)) if _NAME.fullmatch(path.name))
            return list(islice(files, MOST_BUNDLES))
        except OSError as error:
            raise CarrierLostError from error


def _entries(folder: Path) -> Iterator[Path]:
    """What a folder holds, up to a bound; nothing when there is none, or a link in its place."""
    if folder.is_symlink() or not folder.is_dir():
        return
    with os.scandir(folder) as found:
        yield from (Path(entry.path) for entry in islice(found, MOST_ENTRIES))
