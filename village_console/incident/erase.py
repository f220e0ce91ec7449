"""The verb that erases one person (消去): rows, seals and keys go; times and counts stay, under an id that names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from village_console.incident.rules import EraseVerdict, may_erase
from village_console.incident.written import carriers
from village_console.journal.audit import Look
from village_console.journal.draft import Draft
from village_console.journal.facts import FactTakenBack, PersonErased, Recorded
from village_console.journal.journal import Journal
from village_console.journal.standing import standing
from village_console.register.facts import ResidentListed
from village_console.register.rows import CardBinding, Resident
from village_console.village.ids import NOT_SIGNED_IN, Operator


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of it."""

    verdict: EraseVerdict
    members: tuple[str, ...] = ()
    """Every id under which the person was known."""
    cards: int = 0
    """Cards that stand for nobody now."""
    carriers: tuple[Look, ...] = ()
    """Prints and exports that may still hold the person: somebody has to go after them."""


def person_of(journal: Journal, said: str) -> str | None:
    """The subject of a person by register number (住民番号) or id; an id is known even when nobody can be read any more."""
    by_number = (r.id for r in journal.rows.all(Resident).values() if r.number == said)
    ids = (s for s in (said, f"resident:{said}") if s.startswith("resident:") and journal.everything_about(s))
    return next(by_number, None) or next(ids, None)


def erase_person(
    journal: Journal, person: str, why: str, by: Operator = NOT_SIGNED_IN, also: Sequence[str] = ()
) -> Erased:
    """Erase everybody who is this person; on return nothing personal of them can be read here.

    `also`: subjects that are about the person without being them.
    """
    looks = journal.looks()
    with journal.writing(by, "erase") as draft:
        facts = journal.everything_about(person)
        if not facts:
            return Erased(EraseVerdict.UNKNOWN)
        verdict = may_erase(why, _names(facts), register_only=_register_only(facts))
        if verdict is not EraseVerdict.ERASED:
            return Erased(verdict)
        members = sorted(journal.rows.aliases.members(person))
        cards = [card for card, binding in journal.rows.all(CardBinding).items() if binding.resident in members]
        for card in cards:
            _make_nobodys(journal, draft, card)
        for member in (*members, *also):
            draft.append(PersonErased(subject=member, why=why))
    first = min(recorded.arrived for recorded in facts)
    return Erased(verdict, tuple(members), len(cards), carriers(looks, first))


def _names(facts: Sequence[Recorded[Any]]) -> list[str]:
    listings = [r.fact for r in facts if isinstance(r.fact, ResidentListed)]
    return [name for fact in listings for name in (fact.name, fact.kana) if name]


def _register_only(facts: Sequence[Recorded[Any]]) -> bool:
    return all(isinstance(recorded.fact, ResidentListed) for recorded in facts)


def _make_nobodys(journal: Journal, draft: Draft, card: str) -> None:
    """Take all bindings of a card back, the newest first: whoever had it before has not got it back."""
    for recorded in reversed(standing(journal.facts_about(card))):
        draft.append(FactTakenBack(subject=card, target=recorded.hash, why="erased"))
