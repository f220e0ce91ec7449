"""Who lives together, and who answers to a search: views over residents, computed, never stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from village_console.register.rows import Resident
from village_console.village.eras import parse_birth
from village_console.village.ids import HouseholdId
from village_console.village.kana import folded, from_romaji, loose
from village_console.village.names import is_variation_selector


@dataclass(frozen=True, slots=True)
class Household:
    """A household (世帯): its head first, then by birth."""

    id: HouseholdId
    members: tuple[Resident, ...]

    @property
    def head(self) -> Resident:
        """The head (世帯主), or the eldest where the register names none."""
        return self.members[0]

    @property
    def settlement(self) -> str:
        """The settlement (集落) in which it lives."""
        return self.head.settlement


def households(residents: Iterable[Resident]) -> dict[HouseholdId, Household]:
    """Group residents into households."""
    groups: defaultdict[HouseholdId, list[Resident]] = defaultdict(list)
    for resident in residents:
        groups[resident.household].append(resident)
    return {
        id_: Household(id_, tuple(sorted(members, key=lambda r: (not r.is_head, r.birth or date.max, r.id))))
        for id_, members in groups.items()
    }


_AFTER_N = "ナニヌネノ"
"""What a typed n may still become: `tan` is on its way to タナカ."""


@dataclass(frozen=True, slots=True)
class _Entry:
    resident: Resident
    name: str
    kana: str
    loose: str


class NameIndex:
    """Search of residents by kana, romaji, kanji, birth date; words separated by a space must all match."""

    def __init__(self, residents: Mapping[str, Resident]) -> None:
        """Fold every name once."""
        self._entries = [_Entry(r, plain(r.name), folded(r.kana), loose(r.kana)) for r in residents.values()]

    def find(self, text: str) -> list[Resident]:
        """Residents who match, those whose kana begins with the text first, then in kana order."""
        words = [word for word in text.replace("\u3000", " ").split() if not _half_typed(word)]
        if not words:
            return []
        found = [entry for entry in self._entries if all(_matches(entry, word) for word in words)]
        first = _sounds(words[0])
        found.sort(key=lambda e: (not any(e.kana.startswith(s) for s in first), e.kana, e.resident.id))
        return [entry.resident for entry in found]


def _matches(entry: _Entry, word: str) -> bool:
    if birth := parse_birth(word):
        return entry.resident.birth == birth
    if plain(word) in entry.name:
        return True
    return sounds_like(word, entry.kana, entry.loose)


def plain(name: str) -> str:
    """A name as it is typed for search: without spaces, and without the selectors that only choose a form."""
    return "".join(c for c in name if not c.isspace() and not is_variation_selector(c))


def _half_typed(word: str) -> bool:
    """Whether a word is romaji that has not yet come to its vowel."""
    return from_romaji(word) == ""


def sounds_like(word: str, kana: str, loose_kana: str) -> bool:
    """Whether a typed word (kana or romaji) occurs in a name's folded kana, or in its loose form."""
    return any(sound in kana or loose(sound) in loose_kana for sound in _sounds(word))


def _sounds(word: str) -> list[str]:
    spoken = from_romaji(word)
    sound = folded(word if spoken is None else spoken)
    if spoken is not None and sound.endswith("ン"):
        return [sound, *(sound[:-1] + coming for coming in _AFTER_N)]
    return [sound] if sound else []


def by_household(residents: Mapping[str, Resident], household: HouseholdId) -> tuple[Resident, ...]:
    """The members of one household."""
    found = households(r for r in residents.values() if r.household == household)
    return found[household].members if found else ()
