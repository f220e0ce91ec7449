"""Who lives together, and who answers to a search: views over residents, computed, never stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from village_console.register.rows import Resident
from village_console.village.eras import parse_birth
from village_console.village.ids import HouseholdId, ResidentId
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
        """Fold and sort every name once."""
        entries = (_Entry(r, plain(r.name), folded(r.kana), loose(r.kana)) for r in residents.values())
        self._entries = sorted(entries, key=lambda entry: (entry.kana, entry.resident.id))
        self._kana = {entry.resident.id: entry.kana for entry in self._entries}

    def find(self, text: str) -> list[Resident]:
        """Residents who match, those whose kana begins with the text first, then in kana order."""
        if not (words := typed_words(text)):
            return []
        found = self._entries
        for word in words:
            found = _matching(found, word)
        first = tuple(_sounds(words[0]))
        begins = [entry.resident for entry in found if entry.kana.startswith(first)]
        return begins + [entry.resident for entry in found if not entry.kana.startswith(first)]

    def answering(self, word: str) -> set[ResidentId]:
        """Residents who answer to one word."""
        return {entry.resident.id for entry in _matching(self._entries, word)}

    def kana_of(self, person: ResidentId) -> str | None:
        """The folded kana of a resident, to sort by; None for nobody in the index."""
        return self._kana.get(person)


def typed_words(text: str) -> list[str]:
    """The words of a search; romaji that has not yet come to its vowel says nothing."""
    return [word for word in text.replace("\u3000", " ").split() if not _half_typed(word)]


def _matching(entries: list[_Entry], word: str) -> list[_Entry]:
    """Those who answer to one word; what it may mean is worked out once, not for every name."""
    if birth := parse_birth(word):
        return [entry for entry in entries if entry.resident.birth == birth]
    typed = plain(word)
    if not (sounds := [(sound, loose(sound)) for sound in _sounds(word)]):
        return [entry for entry in entries if typed in entry.name]
    if len(sounds) == 1:  # kana, at every keystroke
        sound, short = sounds[0]
        return [e for e in entries if sound in e.kana or short in e.loose or typed in e.name]
    return [e for e in entries if typed in e.name or any(a in e.kana or b in e.loose for a, b in sounds)]


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
