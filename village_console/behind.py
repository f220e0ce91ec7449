"""What lies behind a row (なぜ): the facts it rests on, which of them stand, each in a sentence. For screens and command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from village_console.journal.facts import Fact, FactCorrected, Merge, NotUnderstood, Recorded, Unread, merge_subject
from village_console.journal.journal import Journal
from village_console.journal.rows import Rows
from village_console.journal.standing import in_order, taken_back
from village_console.needs.codes import label, own_list
from village_console.operators.rows import StaffMember
from village_console.register.rows import CardBinding, Resident
from village_console.shelter.rows import Stay
from village_console.stranded.facts import about, visit_to, word_of
from village_console.stranded.rows import Order, Visit
from village_console.stranded.rows import Words as SaidOfHome
from village_console.viewing.rows import Pairing
from village_console.village.eras import era_text
from village_console.village.ids import NOT_SIGNED_IN, HouseholdId, Operator
from village_console.words import Language, Words


class Standing(StrEnum):
    """What has become of a fact."""

    STANDS = "stands"
    TAKEN_BACK = "taken_back"
    CORRECTED = "corrected"
    ERASED = "erased"
    NOT_READ = "not_read"
    """Kept, but of a newer version, or its key has not come."""


@dataclass(frozen=True, slots=True)
class Behind:
    """One fact and what has become of it."""

    recorded: Recorded[Any]
    standing: Standing


def behind(journal: Journal, subjects: Iterable[str], arrived: datetime | None = None) -> list[Behind]:
    """Every fact about some subjects in the order in which they happened; as of a moment, if one is given."""
    found: dict[str, Recorded[Any]] = {}
    for subject in subjects:
        found |= {recorded.hash: recorded for recorded in journal.everything_about(subject, arrived)}
    facts = in_order(found.values())
    void = taken_back(facts)
    corrected = {r.fact.target for r in facts if isinstance(r.fact, FactCorrected) and r.hash not in void}
    return [Behind(r, _standing(r, void, corrected)) for r in facts]


def _standing(recorded: Recorded[Any], void: set[Any], corrected: set[Any]) -> Standing:
    if recorded.hash in void:
        return Standing.TAKEN_BACK
    if isinstance(recorded.fact, NotUnderstood):
        return Standing.ERASED if recorded.fact.why is Unread.ERASED else Standing.NOT_READ
    return Standing.CORRECTED if recorded.hash in corrected else Standing.STANDS


def subjects_of(journal: Journal, rows: Rows, said: str) -> list[str]:
    """What somebody means by a receipt number, a register number, a household's number or any subject; empty: nothing."""
    for stay in rows.all(Stay).values():
        if stay.receipt == said:
            return person_subjects(rows, stay.resident)
    for resident in rows.all(Resident).values():
        if resident.number == said:
            return person_subjects(rows, resident.id)
    home = next((r.household for r in rows.all(Resident).values() if said in (r.household, _short(r.household))), None)
    if home is not None:
        return household_subjects(rows, home)
    if said.startswith("resident:"):
        return person_subjects(rows, said) if journal.everything_about(said) else []
    return [said] if journal.everything_about(said) else []


def person_subjects(rows: Rows, person: str) -> list[str]:
    """A person, the cards that are theirs, and why they are one person where two have been merged."""
    members = rows.aliases.members(person)
    cards = [card for card, binding in rows.all(CardBinding).items() if binding.resident in members]
    merges = [merge_subject(m.one, m.other) for m in rows.all(Merge).values() if m.one in members]
    return [rows.aliases.canonical(person), *sorted(cards), *sorted(merges)]


def household_subjects(rows: Rows, household: HouseholdId) -> list[str]:
    """A household's place on the board: orders, its televisions, the evidence, who was cleared, and its people."""
    orders = list(rows.all(Order))
    televisions = [p.television for p in rows.all(Pairing).values() if p.household == household]
    people = [r.id for r in rows.all(Resident).values() if r.household == household]
    said = [s for s in (word_of(household), visit_to(household)) if rows.one(SaidOfHome, s) or rows.one(Visit, s)]
    evidence = (about(rows.all(Order)[order].id, household) for order in orders)
    return [*orders, *evidence, *said, *televisions, *people]


def writer(rows: Rows, by: Operator, words: Words) -> str:
    """Who wrote something, by name; an id where the name is not known here or was erased."""
    if by == NOT_SIGNED_IN:
        return words.say("looks.not_signed_in")
    member = rows.one(StaffMember, by)
    return member.name if member else by


def sentence(recorded: Recorded[Any], words: Words) -> str:
    """What a fact says."""
    fact: Fact = recorded.fact
    if isinstance(fact, NotUnderstood):
        return words.say(f"behind.{fact.why}", kind=fact.kind)
    said = {field.name: _said(field.name, getattr(fact, field.name), words) for field in fields(fact)}
    return words.say(f"fact.{type(fact).__name__}", **said)


def _said(name: str, value: Any, words: Words) -> str:
    match name, value:
        case "agreed", _:
            return words.say("behind.agreed" if value else "behind.refused")
        case "settlements", _:
            return words.say("list.comma").join(value) or words.say("order.everywhere")
        case "last_heard", None:
            return words.say("never")
        case "counted", _:
            return str(sum(int(n) for n in value.values()))
        case "until", None:
            return words.say("televisions.until_withdrawn")
        case "changes", _:
            return "  ".join(f"{field}: {right}" for field, right in value.items())
        case _:
            return _chosen(name, value, words) or _plainly(value, words)


_KEY_OF: dict[str, Callable[[Any], str]] = {
    "state": lambda value: f"tv.{value}",
    "level": lambda value: f"order.level.{value}",
    "reason": lambda value: f"reason.{value}",
    "path": lambda value: f"behind.path.{value}",
    "place": lambda value: f"place.long.{value}",
    "destination": lambda value: f"place.long.{value}",
    "purpose": lambda value: f"behind.purpose.{value}",
    "paper": lambda value: f"behind.paper.{value}",
    "granularity": lambda value: f"granularity.{value}",
    "by": lambda value: f"issuer.{value}",
    "means": lambda value: f"means.{value}",
    "what": lambda value: f"said.{value}",
    "cut": lambda value: f"outage.{value}",
    "found": lambda value: f"found.{value}",
    "answer": lambda value: f"behind.answer.{value}",
    "urgency": lambda value: f"needs.urgency.{value}",
    "role": lambda value: f"operators.role.{value}",
    "owner": lambda value: f"needs.owner.{value}",
    "outcome": lambda value: f"needs.outcome.{value}",
}
"""Fields that hold one of a few values: the key of its words."""


def _chosen(name: str, value: Any, words: Words) -> str | None:
    """One of a few values, as its field says it."""
    if name in ("code", "item"):
        codes = own_list().needs if name == "code" else own_list().supplies
        return label(codes.get(value), value, japanese=words.language is Language.JAPANESE)
    key = _KEY_OF.get(name)
    return None if key is None else words.say(key(value))


def _plainly(value: Any, words: Words) -> str:
    match value:
        case None | "":
            return words.say("unknown")
        case datetime():
            return f"{value:%H:%M:%S}"
        case date():
            return era_text(value)
        case str():
            return _short(value)
        case _:
            return str(value)


def _short(text: str) -> str:
    """An id without what all of its kind begin with."""
    return text.rpartition("/")[2] if text.startswith(("household:", "television:")) else text.removeprefix("resident:")
