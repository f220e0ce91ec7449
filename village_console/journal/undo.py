"""Undo (取り消し) and correction (訂正): facts that name the fact they are about, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import msgspec

from village_console.journal.facts import Fact, FactCorrected, FactTakenBack, PersonErased, Recorded
from village_console.journal.journal import Journal
from village_console.journal.standing import foundations, heads, standing
from village_console.village.ids import FactHash, Operator


def take_back(
    journal: Journal, target: FactHash, why: str, by: Operator | None = None, via: str = ""
) -> Recorded[FactTakenBack] | None:
    """Take a fact back; None when it does not stand, or when something that stands was built upon it."""
    return next(iter(take_all_back(journal, [target], why, by, via)), None)


def take_all_back(
    journal: Journal, targets: Iterable[FactHash], why: str, by: Operator | None = None, via: str = ""
) -> list[Recorded[FactTakenBack]]:
    """Take the facts of one act back in one transaction; those that `take_back` would refuse are left out."""
    found = [recorded for target in targets if (recorded := journal.find(target))]
    with journal.writing(by, via) as draft:
        return [
            draft.append(FactTakenBack(subject=target.fact.subject, target=target.hash, why=why))
            for target in found
            if _may_be_taken_back(target, journal.facts_about(target.fact.subject))
        ]


def correct(
    journal: Journal, target: FactHash, changes: dict[str, Any], why: str, by: Operator | None = None, via: str = ""
) -> Recorded[FactCorrected] | None:
    """Give fields of a fact their right values (plain JSON); None when it does not stand. What was built upon it stays.

    Raises:
        ValueError: the fact has no such field, or the value is not of its type.
    """
    found = journal.find(target)
    if found is None or changes.keys() - {field.name for field in fields(found.fact)} or "subject" in changes:
        raise ValueError(f"no such fact or field: {target} {sorted(changes)}")
    fact: Fact = found.fact
    if not msgspec.convert(msgspec.to_builtins(fact) | changes, type(fact)).is_sound():
        raise ValueError(f"not a {type(fact).__name__} any more: {sorted(changes)}")
    with journal.writing(by, via) as draft:
        if target not in {r.hash for r in standing(journal.facts_about(found.fact.subject))}:
            return None
        return draft.append(FactCorrected(subject=found.fact.subject, target=target, changes=changes, why=why))


def _may_be_taken_back(target: Recorded[Any], facts: list[Recorded[Any]]) -> bool:
    if isinstance(target.fact, PersonErased):
        return False
    if isinstance(target.fact, FactTakenBack | FactCorrected):
        return target.hash in heads(facts)
    stands = standing(facts)
    return any(r.hash == target.hash for r in stands) and target.hash not in foundations(stands, facts)
