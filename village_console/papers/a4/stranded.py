"""Those presumed stranded (逃げ遅れ推定者一覧) on A4: by settlement, why each stands there, and room for what a visit finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from village_console.papers.a4.compiling import A4Paper
from village_console.papers.a4.frame import Frame

_COLUMNS = ("number", "home", "missing", "evidence", "visited_at", "outcome", "visitor")
_OUTCOMES = ("met", "away", "evacuated", "no_answer")


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody of whom nobody knows that they are out of the home."""

    name: str
    kana: str
    age: str
    support: str
    """避難行動要支援者, in a word; empty: is not."""


@dataclass(frozen=True, slots=True)
class Home:
    """One household."""

    id: str
    head: str
    address: str
    phone: str
    missing: tuple[Missing, ...]
    evidence: tuple[str, ...]
    """Why it stands here, a sentence each."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The households of one settlement."""

    name: str
    homes: tuple[Home, ...]

    @property
    def people(self) -> int:
        """How many of them are missing."""
        return sum(len(home.missing) for home in self.homes)


def stranded_paper(frame: Frame, order: str, rest: str, settlements: Sequence[Settlement]) -> A4Paper:
    """Lay out the list; `order` says which order it is under, `rest` who does not stand on it."""
    say = frame.words.say
    people, homes = sum(s.people for s in settlements), sum(len(s.homes) for s in settlements)
    title = say("a4.stranded.title")
    values = frame.values(title, f"{order}   {say('a4.stranded.count', people=people, homes=homes)}") | {
        "columns": [say(f"a4.column.{name}") for name in _COLUMNS],
        "outcomes": [say(f"a4.outcome.{name}") for name in _OUTCOMES],
        "doubt": say("a4.stranded.doubt"),
        "groups": [
            {
                "heading": settlement.name,
                "count": say("a4.group.homes", people=settlement.people, homes=len(settlement.homes)),
                "rows": [asdict(home) for home in settlement.homes],
            }
            for settlement in settlements
        ],
        "end": rest,
    }
    return A4Paper("stranded", title, frame.at, values, people)
