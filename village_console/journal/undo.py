"""Undo (取り消し): a fact that names what it takes back, and why."""

from __future__ import annotations

from typing import Any

from village_console.journal.facts import FactTakenBack, Recorded, heads, standing
from village_console.journal.journal import Journal
from village_console.village.ids import NOT_SIGNED_IN, FactHash, Operator


def take_back(
    journal: Journal, target: FactHash, why: str, by: Operator = NOT_SIGNED_IN, via: str = ""
) -> Recorded[FactTakenBack] | None:
    """Take a fact back; None when it does not stand, or when something that stands was built upon it."""
    found = journal.find(target)
    if found is None:
        return None
    with journal.writing(by, via) as draft:
        if not _may_be_taken_back(found, journal.facts_about(found.fact.subject)):
            return None
        return draft.append(FactTakenBack(subject=found.fact.subject, target=target, why=why))


def _may_be_taken_back(target: Recorded[Any], facts: list[Recorded[Any]]) -> bool:
    if isinstance(target.fact, FactTakenBack):
        return target.hash in heads(facts)
    stands = standing(facts)
    return any(r.hash == target.hash for r in stands) and target.hash not in _foundations(stands, facts)


def _foundations(stands: list[Recorded[Any]], facts: list[Recorded[Any]]) -> set[FactHash]:
    """Everything that the standing facts were built upon, at any depth: a taking-back may lie between."""
    prev = {r.hash: r.prev for r in facts}
    found: set[FactHash] = set()
    waiting = [hash_ for r in stands for hash_ in r.prev]
    while waiting:
        if (hash_ := waiting.pop()) not in found:
            found.add(hash_)
            waiting += prev.get(hash_, ())
    return found
