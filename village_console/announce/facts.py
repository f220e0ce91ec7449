"""What was announced, cancelled, taken by a broker, shown on a screen, answered with a remote control."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from village_console.journal.facts import Fact


class Audience(StrEnum):
    """To whom a message goes (だれに)."""

    ALL = "all"
    SETTLEMENTS = "settlements"
    HOUSEHOLDS = "households"
    BY_NAME = "by_name"
    """A household on its own television, its head by name."""


class Answer(StrEnum):
    """What a key of the remote control says (答え)."""

    SAFE = "safe"
    HELP = "help"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementMade(Fact):
    """A message (お知らせ) was released; subject: the message. No name stands in it: a name is put in for its own television."""

    template: str
    audience: Audience
    targets: tuple[str, ...]
    """Settlements or households; empty for everybody."""
    ja: str
    easy: str
    en: str
    starts_at: datetime
    valid_until: datetime
    every_minutes: int = 0
    """0: once."""
    asks: bool = False
    """Whether the remote control may answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementCancelled(Fact):
    """A message is to be shown no more (取りやめ); subject: the message."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementPublished(Fact):
    """A broker has taken a message for a television (送った); subject: `to_device`. Nobody has seen it by that."""

    device: str
    round: int
    """Which repetition, from 0."""
    shortened: bool = False
    """Whether the television could take only the beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementShown(Fact):
    """A television says that a message was on its screen (出た); subject: `to_device`."""

    device: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementAnswered(Fact):
    """Somebody pressed a key under a message (答えた); subject: `to_device`."""

    device: str
    answer: Answer
    at: datetime


def to_device(announcement: str, device: str) -> str:
    """The journal's subject for a message on one television."""
    return f"{announcement}/{device}"
