"""Make a message, cancel it: the verbs of the office. What may not be said is refused with a value, nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from village_console.announce.facts import AnnouncementCancelled, AnnouncementMade, Audience
from village_console.announce.rows import Announcement
from village_console.announce.rules import LONGEST_LIFE, Refused, Texts, refusal
from village_console.announce.templates import Template
from village_console.journal.journal import Journal
from village_console.register.rows import Resident
from village_console.viewing.rows import Pairing


@dataclass(frozen=True, slots=True)
class Wish:
    """A message in the making."""

    template: Template
    audience: Audience
    targets: tuple[str, ...]
    texts: Texts
    note: str
    starts_at: datetime
    valid_until: datetime
    every_minutes: int = 0


def reached(journal: Journal, audience: Audience, targets: Iterable[str]) -> list[Pairing]:
    """The televisions that a message goes to, by device."""
    pairings, wanted = journal.rows.all(Pairing).values(), frozenset(targets)
    if audience is Audience.ALL:
        found = list(pairings)
    elif audience is Audience.SETTLEMENTS:
        living = {r.household for r in journal.rows.all(Resident).values() if r.settlement in wanted}
        found = [pairing for pairing in pairings if pairing.household in living]
    else:
        found = [pairing for pairing in pairings if pairing.household in wanted]
    return sorted(found, key=lambda pairing: pairing.device)


def release(journal: Journal, wish: Wish, console: int) -> Announcement | Refused:
    """Write a message, to be sent from its beginning on."""
    names = (resident.name for resident in journal.rows.all(Resident).values())
    refused = refusal(wish.template, wish.note, names)
    if refused is not None:
        return refused
    if (
        not wish.starts_at < wish.valid_until <= wish.starts_at + LONGEST_LIFE
        or wish.valid_until <= journal.clock.now()
    ):
        return Refused.OVER
    if not reached(journal, wish.audience, wish.targets):
        return Refused.NOBODY
    with journal.writing(via=f"announce/{console}") as draft:
        id_ = f"say:{console}-{draft.count_own(AnnouncementMade) + 1}"
        draft.append(
            AnnouncementMade(
                subject=id_, template=wish.template.name, audience=wish.audience, targets=wish.targets, ja=wish.texts.ja,
                easy=wish.texts.easy, en=wish.texts.en, starts_at=wish.starts_at, valid_until=wish.valid_until,
                every_minutes=wish.every_minutes, asks=wish.template.asks,
            )
        )  # fmt: skip
        made = draft.row(Announcement, id_)
    assert made is not None  # noqa: S101 -- it has just been written
    return made


def cancel(journal: Journal, announcement: str, why: str) -> None:
    """From now on it is sent no more, and taken off the screens that can be reached."""
    journal.append(AnnouncementCancelled(subject=announcement, why=why), via="announce")
