"""The roster (避難者名簿) on A4: in groups, with a column for a roll call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from village_console.papers.a4.compiling import A4Paper
from village_console.papers.a4.frame import Frame

_COLUMNS = ("number", "receipt", "name", "age", "sex", "settlement", "since", "state", "roll_call")


@dataclass(frozen=True, slots=True)
class Row:
    """One person."""

    id: str
    """What a missing character is reported with."""
    receipt: str
    name: str
    kana: str
    age: str
    sex: str
    settlement: str
    since: str
    state: str


@dataclass(frozen=True, slots=True)
class Group:
    """People under one heading: a kana row, a settlement, a household."""

    heading: str
    count: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """What stands in the head."""

    people: int
    households: int
    out: int


def roster_paper(frame: Frame, order: str, counts: Counts, groups: Sequence[Group]) -> A4Paper:
    """Lay out a roster; `order` is the key of the order's words."""
    say = frame.words.say
    title = say("a4.roster.title", order=say(f"a4.order.{order}"))
    values = frame.values(title, say("a4.roster.count", **asdict(counts))) | {
        "columns": [say(f"a4.column.{name}") for name in _COLUMNS],
        "groups": [asdict(group) for group in groups],
        "end": say("a4.roster.end", people=counts.people),
    }
    return A4Paper("roster", title, frame.at, values, counts.people)
