"""Perhaps the same person twice (同じ人かもしれない): found by what was said of two, decided by a person, never by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from village_console.journal.facts import PersonsMerged, PersonsToldApart, ToldApart, merge_subject
from village_console.journal.journal import Journal
from village_console.register.rows import Resident
from village_console.register.visitor import is_visitor
from village_console.village.ids import FactHash
from village_console.village.kana import folded

_VIA = "register"


@dataclass(frozen=True, slots=True)
class Twice:
    """Two entries that may stand for one person; at least one of them was made at a desk."""

    one: Resident
    other: Resident


def perhaps_twice(residents: Mapping[str, Resident], told_apart: Iterable[ToldApart]) -> list[Twice]:
    """Entries with the same reading whose birth dates do not differ; a register's own entries are two people."""
    decided = {merge_subject(pair.one, pair.other) for pair in told_apart}
    by_reading: defaultdict[str, list[Resident]] = defaultdict(list)
    for resident in residents.values():
        if reading := folded(resident.kana or resident.name):
            by_reading[reading].append(resident)
    pairs = (pair for same in by_reading.values() if len(same) > 1 for pair in combinations(same, 2))
    found = [Twice(*sorted(pair, key=_register_first)) for pair in pairs if _may_be_one(*pair)]
    return [twice for twice in found if merge_subject(twice.one.id, twice.other.id) not in decided]


def decide_twice(journal: Journal, twice: Twice, *, same: bool, why: str) -> FactHash:
    """Write that two are one, or that they are two; either can be undone."""
    subject = merge_subject(twice.one.id, twice.other.id)
    kind = PersonsMerged if same else PersonsToldApart
    return journal.append(kind(subject=subject, one=twice.one.id, other=twice.other.id, why=why), via=_VIA).hash


def _may_be_one(one: Resident, other: Resident) -> bool:
    births = {one.birth, other.birth} - {None}
    return (is_visitor(one.number) or is_visitor(other.number)) and len(births) < 2


def _register_first(resident: Resident) -> tuple[bool, str]:
    return is_visitor(resident.number), resident.number
