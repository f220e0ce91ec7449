"""Erasure at consoles that meet seldom: whatever came in whatever order, nobody can read what was erased, and all the rest stays.

The paper keeps every seal that was ever written, and which erasures its writer knew of.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.town import listed, person
from village_console.journal.envelope import unseal
from village_console.journal.facts import PersonErased
from village_console.journal.journal import Journal
from village_console.village.ids import FactHash

if TYPE_CHECKING:
    from tests.conftest import JournalMaker

Journals = Callable[[], AbstractContextManager["JournalMaker"]]
steps = st.lists(
    st.tuples(
        st.sampled_from(["list", "list", "erase", "links", "keys", "whole"]), st.integers(0, 2), st.integers(0, 2),
        st.integers(0, 1), st.integers(1, 9),
    ),
    min_size=3, max_size=30,
)  # fmt: skip
"""What is done, at which console, by which it is given, to whom, how many links."""


@dataclass
class Paper:
    """One fact with a name in it, as it was written."""

    subject: str
    hash: FactHash
    sealed: bytes
    knew: set[FactHash]


def marks(journal: Journal, subject: str) -> set[FactHash]:
    return {r.hash for r in journal.facts_about(subject) if isinstance(r.fact, PersonErased)}


def act(journals: list[Journal], step: tuple[str, int, int, int, int], papers: list[Paper]) -> None:
    """Do one step."""
    what, at, source, number, count = step
    journal, giver, who = journals[at], journals[source], person(number)
    if what == "list":
        knew = marks(journal, who)
        written = journal.append(listed(number, 1, f"人{len(papers)}", "ヒト"))
        papers.append(Paper(who, written.hash, sealed_by(journal, written.hash), knew))
    elif what == "erase":
        journal.append(PersonErased(subject=who, why="asked"))
    elif at != source:
        links = giver.owed(journal.have())[:count] if what != "keys" else []
        keys = giver.keys_for(list(giver.links())) if what != "links" else []
        journal.take_in(links, keys)


def sealed_by(journal: Journal, hash_: FactHash) -> bytes:
    return next(link.sealed for link in journal.links() if link.hash.hex() == hash_)


@settings(max_examples=150, deadline=None)
@given(history=steps)
def test_erased_is_erased_and_nothing_else_is(
    journals: Journals, history: list[tuple[str, int, int, int, int]]
) -> None:
    papers: list[Paper] = []
    with journals() as make_journal:
        consoles = [make_journal(f"{name}.db") for name in "abc"]
        for one in consoles:
            for other in consoles:
                one.admit(other.public_key)
        for step in history:
            act(consoles, step, papers)
        for giver in (*consoles, *consoles):
            for taker in consoles:
                links = giver.owed(taker.have())
                taker.take_in(links, giver.keys_for(list(giver.links())))
        for console in consoles:
            assert console.rows.everything() == consoles[0].rows.everything()
            console.verify()
            for paper in papers:
                erased = not marks(console, paper.subject) <= paper.knew
                keys = [held.key for held in console._keys.of([paper.subject])]
                readable = any(unseal(key, paper.sealed) is not None for key in keys)
                assert readable is not erased
                assert sealed_by(console, paper.hash) == (b"" if erased else paper.sealed)
                assert (console.find(paper.hash) is None) is erased
