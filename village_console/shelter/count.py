"""The verbs of counting (人数だけ): people come whom nobody has time to name; later one of them is received by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from village_console.journal.journal import Draft, Journal
from village_console.register.rows import Resident
from village_console.shelter.facts import GroupCounted, NamedFromGroup
from village_console.shelter.groups import CountGroup, FromGroup, Named, Unnamed, band_of, best_band, left_of
from village_console.shelter.receive import Desk
from village_console.shelter.rows import NO_RECEIPT, Stay
from village_console.shelter.rules import Verdict
from village_console.village.ids import FactHash, ResidentId

MOST = 999
"""People whom one cell can count."""


@dataclass(frozen=True, slots=True)
class Counting:
    """What came of counting."""

    verdict: Verdict
    group: CountGroup | None
    fact: FactHash | None


def count(
    journal: Journal, desk: Desk, counted: Mapping[str, int], again: CountGroup | None = None, why: str = ""
) -> Counting:
    """Write a count; `again`: the group that was counted wrongly, and why. The fact is on disk when this returns."""
    people = {key: min(n, MOST) for key, n in counted.items() if n > 0}
    if not people:
        return Counting(Verdict.NOBODY_COUNTED, again, None)
    with journal.writing(via=desk.via) as draft:
        receipt = again.receipt if again else _next_receipt(draft, desk)
        subject = again.id if again else f"group:{receipt}"
        written = draft.append(
            GroupCounted(subject=subject, shelter=desk.shelter, receipt=receipt, counted=people, why=why)
        )
        return Counting(Verdict.COUNTED, draft.row(CountGroup, subject), written.hash)


def name_one(journal: Journal, desk: Desk, person: ResidentId) -> Counting:
    """Take one off the oldest group here, for this person who is received by name was one of them."""
    with journal.writing(via=desk.via) as draft:
        stay, resident = draft.row(Stay, person), draft.row(Resident, person)
        if stay is None or resident is None or stay.shelter != desk.shelter or stay.receipt == NO_RECEIPT:
            return Counting(Verdict.NOT_HERE, None, None)
        links = {link.resident: link for link in journal.rows.all(FromGroup).values()}
        left = unnamed_here(journal, desk)
        if (before := links.get(person)) and _holds(journal, before):
            return Counting(Verdict.ALREADY_NAMED, journal.rows.one(CountGroup, before.group), None)
        band = band_of(resident.birth, journal.clock.now().date())
        for one in left:
            if (key := best_band(one.left, resident.sex, band)) is not None:
                fact = NamedFromGroup(subject=person, group=one.group.id, band=key, receipt=stay.receipt)
                return Counting(Verdict.NAMED, one.group, draft.append(fact).hash)
        return Counting(Verdict.NOBODY_LEFT, None, None)


def unnamed_here(journal: Journal, desk: Desk) -> list[Unnamed]:
    """What is left of every group of this shelter, the oldest first."""
    rows = journal.rows
    here = [group for group in rows.all(CountGroup).values() if group.shelter == desk.shelter]
    return left_of(here, rows.all(FromGroup).values(), _named(journal)) if here else []


def _named(journal: Journal) -> dict[str, Named]:
    rows = journal.rows
    stays = ((link.resident, rows.one(Stay, link.resident)) for link in rows.all(FromGroup).values())
    return {person: Named(stay.receipt, stay.hlc) for person, stay in stays if stay is not None}


def _holds(journal: Journal, link: FromGroup) -> bool:
    """Whether a link takes somebody off its group now."""
    group = journal.rows.one(CountGroup, link.group)
    if group is None:
        return False
    (alone,) = left_of([group], [link], _named(journal))
    return alone.people < group.people


def _next_receipt(draft: Draft, desk: Desk) -> str:
    """No number is given twice; counting again uses one up as well."""
    number = draft.count_own(GroupCounted) + 1
    console = f"-{desk.console}" if desk.console > 1 else ""
    return f"{desk.shelter}{console}-B{number:03d}"
