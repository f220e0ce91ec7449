"""What the conformance suite of the carriers asks for: a store that several consoles use, each through a carrier of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from tests.anchors import AnchorStore
from tests.carriers import Shelf, ShelfCarrier
from village_console.journal.journal import Journal
from village_console.sync.carrier import Carrier, Refused
from village_console.sync.stick import StickCarrier


class Store(Protocol):
    """One store; a test says what happens to it."""

    strange_places: tuple[str, ...]
    """Of another store, or of this one before it was wiped."""

    def carrier(self, journal: Journal) -> Carrier:
        """A new carrier of a console, as after a restart."""
        ...

    def spoil(self) -> None:
        """Damage one thing that lies there, so that it cannot be decoded."""
        ...

    def content(self) -> object:
        """Everything that lies there, to be compared."""
        ...

    def close(self) -> None:
        """End what runs for it."""
        ...


class ShelfStore:
    """A shelf in memory; whoever uses it first decides whose it is."""

    strange_places: tuple[str, ...] = ("999999999",)

    def __init__(self, _folder: Path) -> None:
        self.shelf = Shelf()
        self._first: Journal | None = None

    def carrier(self, journal: Journal) -> ShelfCarrier:
        first = self._first = self._first or journal
        refused = None if first.village == journal.village else Refused.OTHER_VILLAGE
        refused = Refused.OTHER_PURPOSE if first.purpose != journal.purpose else refused
        return ShelfCarrier(self.shelf, journal.device, refused)

    def spoil(self) -> None:
        self.shelf.spoil(min(self.shelf.parcels))

    def content(self) -> object:
        return dict(self.shelf.parcels), dict(self.shelf.statements), dict(self.shelf.keys)

    def close(self) -> None:
        pass


class StickStore:
    """A folder, as a stick is when it is mounted."""

    strange_places: tuple[str, ...] = (
        "nonsense",
        "[]",
        "999999999",
        '{"a": 1}',
        '{"another/console-1-00000000.bundle": "00"}',
    )

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "stick"
        self.folder.mkdir(parents=True)

    def carrier(self, journal: Journal) -> StickCarrier:
        return StickCarrier(journal, self.folder)

    def bundles(self) -> list[Path]:
        return sorted(self.folder.rglob("*.bundle"))

    def spoil(self) -> None:
        bundle = self.bundles()[0]
        content = bytearray(bundle.read_bytes())
        content[-20] ^= 1
        bundle.write_bytes(content)

    def content(self) -> object:
        return {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}

    def close(self) -> None:
        pass


STORES: list[Callable[[Path], Store]] = [ShelfStore, StickStore, AnchorStore]
"""Every carrier there is: a factory makes a store in a folder that is the test's own."""
