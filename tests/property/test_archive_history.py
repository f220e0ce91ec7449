"""Whatever moment is asked for and whatever was known by then, the archive says what a journal would that had just that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.test_journal_as_of import act, subject
from village_console.archive.history import NeedThen, Span, StayThen, Then, UnnamedThen, history, linked
from village_console.archive.subjects import Subjects
from village_console.journal.envelope import Envelope, Link, milliseconds
from village_console.journal.journal import Journal
from village_console.needs.facts import NeedMet, NeedTold, Outcome, Urgency
from village_console.needs.rows import Need
from village_console.records import catalogue
from village_console.register.rows import Resident
from village_console.shelter.count import unnamed_here
from village_console.shelter.facts import CameBack, GroupCounted, NamedFromGroup, Place, StayEnded, WentOut
from village_console.shelter.receive import Desk
from village_console.shelter.rows import Outing, Stay
from village_console.shelter.views import People, presence
from village_console.village.ids import ResidentId, ShelterId

if TYPE_CHECKING:
    from tests.conftest import HandClock, JournalMaker

Journals = Callable[[], AbstractContextManager["JournalMaker"]]
CATALOGUE = catalogue()
SHELTERS = ("S1", "S2", "S3")


def leave(journal: Journal, who: str, n: int) -> None:
    journal.append(StayEnded(subject=who, shelter=ShelterId(SHELTERS[n]), destination=Place.HOME))


def go_out(journal: Journal, who: str, n: int) -> None:
    journal.append((WentOut, CameBack, WentOut)[n](subject=who, shelter=ShelterId(SHELTERS[n % 2])))


def bus(journal: Journal, _who: str, n: int) -> None:
    journal.append(
        GroupCounted(subject="group:S1-B001", shelter=ShelterId("S1"), receipt="S1-B001", counted={"x/y": n})
    )


def name(journal: Journal, who: str, _n: int) -> None:
    journal.append(NamedFromGroup(subject=who, group="group:S1-B001", band="x/y", receipt="S1-1"))


def need(journal: Journal, who: str, n: int) -> None:
    told = NeedTold(subject=f"need:{n}", resident=ResidentId(who), code="11", detail="", shelter=ShelterId("S2"),
                    urgency=Urgency.NOW)  # fmt: skip
    journal.append(told if n else NeedMet(subject="need:1", outcome=Outcome.MET))


MORE = {"leave": leave, "out": go_out, "bus": bus, "name": name, "need": need}
OFTEN = ("receive", "receive", "receive", "leave", "out", "meet", "meet", "meet")
steps = st.lists(
    st.tuples(
        st.sampled_from([*OFTEN, "list", "undo", "correct", "merge", "unmerge", "erase", *MORE]),
        st.sampled_from([1, 2]), st.integers(0, 1), st.integers(0, 2), st.integers(0, 3),
    ),
    min_size=6, max_size=24,
)  # fmt: skip
"""As at the journal's own: two desks write; the archive, the first, hears of it at a meeting, of one desk or the other."""


def spans_of(journal: Journal) -> list[Span]:
    """What the archive would keep of a journal."""
    subjects = Subjects(journal, CATALOGUE)
    classes = subjects.with_linked(subjects.every())
    facts = [{r.hash: r for who in members for r in subjects._facts(who)} for members in classes]
    return [span for some in facts for span in history(CATALOGUE, list(some.values()))]


def held(spans: list[Span], at: datetime, known: datetime) -> dict[str, Then]:
    """As the database's functions read them."""
    return {
        span.stretch.subject: span.stretch.value
        for span in spans
        if span.heard <= known and (span.replaced is None or known < span.replaced)
        and span.stretch.start <= at and (span.stretch.end is None or at < span.stretch.end)
    }  # fmt: skip


def links_of(journal: Journal, at: datetime, known: datetime) -> list[Link]:
    """What was written by one moment and had arrived by another, as it lies there now."""
    query = "SELECT arrived, previous, body, sealed, sealed_sha, sig FROM facts WHERE arrived <= ? ORDER BY id"
    rows = journal._store.connection.execute(query, (milliseconds(known),)).fetchall()
    found = [(arrived, Link(*map(bytes, row))) for arrived, *row in rows]
    return [link for arrived, link in found if min(arrived, Envelope.from_body(link.body).wall) <= milliseconds(at)]


def agree(then: dict[str, Then], journal: Journal) -> None:
    """The spans' counts are those of the journal's own views."""
    rows = journal.rows
    stays = {who: one for who, one in then.items() if isinstance(one, StayThen)}
    assert {who: (one.place, one.shelter, one.since) for who, one in stays.items()} == {
        who: (stay.place.value, stay.shelter, stay.since) for who, stay in rows.all(Stay).items()
    }
    assert {who for who, one in stays.items() if one.disputed} == {
        who for who in stays if rows.folded(Stay, who).in_conflict
    }
    people = People(rows.all(Resident), rows.all(Stay), rows.all(Outing))
    for shelter in map(ShelterId, SHELTERS):
        unnamed = sum(one.people for one in unnamed_here(journal, Desk(shelter, 1)))
        ours = [one for one in stays.values() if one.shelter == shelter]
        groups = [one.people for one in then.values() if isinstance(one, UnnamedThen) and one.shelter == shelter]
        seen = presence(people, shelter, unnamed)
        assert (len(ours) + sum(groups), sum(one.is_out for one in ours)) == (seen.people, seen.out)
    needs = Counter((one.person, one.outcome) for one in then.values() if isinstance(one, NeedThen))
    assert needs == Counter((one.resident, one.outcome and one.outcome.value) for one in rows.all(Need).values())


@settings(max_examples=20, deadline=None)
@given(
    played=steps, skew=st.integers(-3, 3), asked=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=4)
)
def test_at_every_moment_the_spans_are_what_was_written_by_then_and_known_by_then(
    journals: Journals, played: list[tuple[str, int, int, int, int]], skew: int, asked: list[tuple[int, int]]
) -> None:
    with journals() as make_journal:
        clock: HandClock = make_journal.clock  # type: ignore[assignment]
        consoles = [make_journal(f"{name}.db") for name in "abc"]
        for one in consoles:
            for other in consoles:
                one.admit(other.public_key)
        moments = [clock.now()]
        for step in played:
            clock.advance(seconds=step[4] + (skew if step[1] == 2 else 0))
            if step[0] == "meet":
                act(consoles, ("meet", 0, 2, step[1], 0) if step[3] else ("meet", step[1], 2, 3 - step[1], 0))
            elif step[0] in MORE:
                MORE[step[0]](consoles[step[1]], subject(step[2]), step[3])
            else:
                act(consoles, step)
            moments.append(clock.now())
        moments.sort()
        spans = spans_of(consoles[0])
        latest = moments[-1]
        agree(held(spans, latest, latest), consoles[0])
        for n, (at, known) in enumerate([*asked, (0, 50), (25, 50), (50, 25)]):
            moment, by = moments[min(at, len(moments) - 1)], moments[min(known, len(moments) - 1)]
            fresh = make_journal(f"fresh-{n}.db")
            for console in consoles:
                fresh.admit(console.public_key)
            fresh.take_in(links_of(consoles[0], moment, by), consoles[0].keys_for(list(consoles[0].links())))
            agree(held(spans, moment, by), fresh)
            fresh.close()


@given(st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg"))))
def test_who_is_linked_by_any_chain_is_folded_together(pairs: list[tuple[str, str]]) -> None:
    classes = linked(pairs)
    for one, other in pairs:
        assert classes[one] == classes[other] >= {one, other}
    assert sum(len(members) for members in set(classes.values())) == len(classes)
