"""The roster on A4 in the three orders in which people look for somebody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from village_console.papers.a4.compiling import A4Paper
from village_console.papers.a4.frame import Frame
from village_console.papers.a4.roster import Counts, Group, Row, roster_paper
from village_console.register.households import Household
from village_console.shelter.rules import PersonState
from village_console.shelter.views import RosterEntry
from village_console.village.eras import age_on
from village_console.village.ids import HouseholdId
from village_console.village.kana import folded
from village_console.words import Words

_KANA_ROWS = ("アイウエオヴ", "カキクケコガギグゲゴ", "サシスセソザジズゼゾ", "タチツテトダヂヅデド", "ナニヌネノ",
              "ハヒフヘホバビブベボパピプペポ", "マミムメモ", "ヤユヨ", "ラリルレロ", "ワヲン")  # fmt: skip


class Order(StrEnum):
    """In which order people stand on a roster."""

    KANA = "kana"
    SETTLEMENT = "settlement"
    HOUSEHOLD = "household"


Homes = dict[HouseholdId, Household]


@dataclass(frozen=True, slots=True)
class _Way:
    """How one order groups people."""

    key: Callable[[RosterEntry], tuple[str, ...]]
    heading: Callable[[RosterEntry], str]


def roster_of(frame: Frame, order: Order, entries: Sequence[RosterEntry], homes: Homes) -> A4Paper:
    """Lay out people who stand in kana order already; within a group they stay in it, or the head stands first."""
    words, today = frame.words, frame.at.date()
    way = _ways(words, homes)[order]
    ordered = sorted(entries, key=way.key) if order is not Order.KANA else list(entries)
    if order is Order.HOUSEHOLD:
        ordered.sort(key=lambda e: (*way.key(e), not e.resident.is_head, e.resident.birth or date.max))
    groups: list[Group] = []
    for _, found in groupby(ordered, key=way.key):
        people = list(found)
        size = len(homes[people[0].resident.household].members) if people[0].resident.household in homes else 0
        key, of = ("of", size) if order is Order.HOUSEHOLD else ("people", 0)
        count = words.say(f"a4.group.{key}", count=len(people), of=of)
        groups.append(Group(way.heading(people[0]), count, tuple(_row(entry, words, today) for entry in people)))
    households = len({entry.resident.household for entry in entries})
    out = sum(entry.state is PersonState.OUT for entry in entries)
    return roster_paper(frame, order, Counts(len(entries), households, out), groups)


def _ways(words: Words, homes: Homes) -> dict[Order, _Way]:
    def head(entry: RosterEntry) -> tuple[str, str]:
        """The head of the household, by name and by folded kana."""
        home = homes.get(entry.resident.household)
        first = home.head if home else entry.resident
        return first.name, folded(first.kana)

    def home_heading(entry: RosterEntry) -> str:
        """The heading of a family: where it lives and who its head is."""
        where = entry.resident.settlement or words.say("a4.no_settlement")
        return f"{where}  {words.say('a4.family', name=head(entry)[0])}"

    return {
        Order.KANA: _Way(lambda e: (_kana_row(e, words),), lambda e: _kana_row(e, words)),
        Order.SETTLEMENT: _Way(
            lambda e: (e.resident.settlement,), lambda e: e.resident.settlement or words.say("a4.no_settlement")
        ),
        Order.HOUSEHOLD: _Way(
            lambda e: (e.resident.settlement, head(e)[1], e.resident.household), home_heading
        ),
    }  # fmt: skip


def _kana_row(entry: RosterEntry, words: Words) -> str:
    first = folded(entry.resident.kana)[:1]
    row = next((row[0] for row in _KANA_ROWS if first and first in row), None)
    return words.say("a4.kana_row", first=row) if row else words.say("a4.other_row")


def _row(entry: RosterEntry, words: Words, today: date) -> Row:
    person, stay = entry.resident, entry.stay
    age = words.say("a4.age", age=age_on(person.birth, today)) if person.birth else words.say("unknown")
    return Row(
        id=stay.receipt, receipt=stay.receipt, name=person.name, kana=person.kana, age=age,
        sex=words.say(f"sex.{person.sex}"), settlement=person.settlement, since=f"{stay.since:%H:%M}",
        state=words.say(f"roster.state.{entry.state}"),
    )  # fmt: skip
