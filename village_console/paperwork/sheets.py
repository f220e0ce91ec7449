"""Evacuee sheets (避難者カード): blank ones with codes, and one that has what is known of a person."""

from __future__ import annotations

from village_console.papers.a4.frame import Frame
from village_console.papers.a4.sheet import Card
from village_console.register.households import Household
from village_console.register.rows import Resident
from village_console.shelter.rows import Stay
from village_console.village.eras import age_on, era_text


def card_of(frame: Frame, person: Resident, household: Household | None, stay: Stay | None) -> Card:
    """A sheet with what is known; the code of a person's card is not: the record holds only what it becomes."""
    others = tuple(
        known_of(frame, other) for other in (household.members if household else ()) if other.id != person.id
    )
    return Card(known_of(frame, person) | _stay(frame, stay), others)


def known_of(frame: Frame, person: Resident) -> dict[str, str]:
    """What the register says of somebody, by the names that a form may ask for; what it does not say stays blank."""
    say, birth = frame.words.say, person.birth
    return {
        "name": person.name,
        "kana": person.kana,
        "birth": era_text(birth) if birth else "",
        "age": say("a4.age", age=age_on(birth, frame.at.date())) if birth else "",
        "sex": say(f"sex.{person.sex}"),
        "relation": person.relation,
        "settlement": person.settlement,
        "address": person.address,
        "phone": person.phone,
        "household": person.household.rpartition("/")[2],
        "support": say("person.support") if person.needs_evacuation_support else "",
    }


def _stay(frame: Frame, stay: Stay | None) -> dict[str, str]:
    if stay is None or stay.shelter is None:
        return {}
    since = f"{stay.since.month}/{stay.since.day} {stay.since:%H:%M}"
    return {"receipt": stay.receipt, "shelter": frame.place, "since": since}
