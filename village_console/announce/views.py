"""What became of a message over all its televisions: published, shown and answered are three counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from village_console.announce.facts import Answer
from village_console.announce.rows import Announcement, Delivery


@dataclass(frozen=True, slots=True)
class Reach:
    """A message's counts; what is in none of them is not known."""

    announcement: Announcement
    televisions: int
    published: int
    shown: int
    answered: Counter[Answer]
    cut: int


def reach(announcement: Announcement, televisions: int, deliveries: Iterable[Delivery]) -> Reach:
    """Count the deliveries of one message."""
    own = [one for one in deliveries if one.announcement == announcement.id]
    return Reach(
        announcement,
        televisions,
        published=sum(bool(one.rounds) for one in own),
        shown=sum(one.shown_at is not None for one in own),
        answered=Counter(one.answer for one in own if one.answer is not None),
        cut=sum(one.cut for one in own),
    )
