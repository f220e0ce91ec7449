"""Rows of announcements: the message, and what became of it on each television."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from village_console.announce.facts import (
    AnnouncementAnswered,
    AnnouncementCancelled,
    AnnouncementMade,
    AnnouncementPublished,
    AnnouncementShown,
    Answer,
    Audience,
)
from village_console.journal.facts import Fold, Recorded
from village_console.village.ids import FactHash


@dataclass(frozen=True, slots=True)
class Announcement:
    """A message (お知らせ)."""

    id: str
    template: str
    audience: Audience
    targets: tuple[str, ...]
    ja: str
    easy: str
    en: str
    starts_at: datetime
    valid_until: datetime
    every_minutes: int
    asks: bool
    made_at: datetime
    cancelled: bool
    fact: FactHash


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on one television: three states, and none of them follows from another."""

    announcement: str
    device: str
    rounds: frozenset[int]
    """Repetitions that a broker has taken."""
    cut: bool
    shown_at: datetime | None
    answer: Answer | None
    answered_at: datetime | None


def fold_announcement(facts: Sequence[Recorded[Any]]) -> Announcement | None:
    """A message is made once and may be cancelled; None while only the cancelling has arrived."""
    made = next((r for r in facts if isinstance(r.fact, AnnouncementMade)), None)
    if made is None:
        return None
    fact: AnnouncementMade = made.fact
    return Announcement(
        fact.subject, fact.template, fact.audience, fact.targets, fact.ja, fact.easy, fact.en, fact.starts_at,
        fact.valid_until, fact.every_minutes, fact.asks, made.wall,
        any(isinstance(r.fact, AnnouncementCancelled) for r in facts), facts[-1].hash,
    )  # fmt: skip


def fold_delivery(facts: Sequence[Recorded[Any]]) -> Delivery:
    """Whatever came, in any order: the first showing, the newest answer by the television's own time."""
    some = [recorded.fact for recorded in facts]
    published = [fact for fact in some if isinstance(fact, AnnouncementPublished)]
    shown = [fact.at for fact in some if isinstance(fact, AnnouncementShown)]
    answers = [fact for fact in some if isinstance(fact, AnnouncementAnswered)]
    newest = max(answers, key=lambda fact: (fact.at, fact.answer), default=None)
    subject: str = some[0].subject
    return Delivery(
        subject.rpartition("/")[0],
        some[0].device,
        frozenset(fact.round for fact in published),
        any(fact.shortened for fact in published),
        min(shown, default=None),
        newest.answer if newest else None,
        newest.at if newest else None,
    )


FOLDS = (
    Fold(Announcement, (AnnouncementMade, AnnouncementCancelled), fold_announcement, says=lambda one: one.cancelled),
    Fold(Delivery, (AnnouncementPublished, AnnouncementShown, AnnouncementAnswered), fold_delivery, single=False),
)
"""Deliveries are sets: televisions and consoles may say things twice and in any order."""
