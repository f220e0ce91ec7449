"""The alias table: which persons have turned out to be one, and under whose id they are shown."""

from __future__ import annotations

from collections.abc import Iterable

from village_console.journal.facts import Merge


class Aliases:
    """Classes of persons under the merges that stand; the smallest id of a class speaks for it."""

    def __init__(self, merges: Iterable[Merge] = ()) -> None:
        """Join whatever is connected."""
        self._class: dict[str, frozenset[str]] = {}
        for merge in merges:
            joined = self.members(merge.one) | self.members(merge.other)
            for member in joined:
                self._class[member] = joined

    def members(self, subject: str) -> frozenset[str]:
        """Everybody who is the same person, the one asked for among them."""
        return self._class.get(subject) or frozenset((subject,))

    def canonical(self, subject: str) -> str:
        """The id that speaks for a person."""
        found = self._class.get(subject)
        return min(found) if found else subject

    def classes(self) -> set[frozenset[str]]:
        """Everybody who is one with somebody else, class by class."""
        return set(self._class.values())

    def touched_by(self, other: Aliases) -> set[str]:
        """Everybody whose class is another one in the other table."""
        return {s for s in self._class.keys() | other._class.keys() if self.members(s) != other.members(s)}
