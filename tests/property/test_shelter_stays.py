"""Whatever people do at the desks of three shelters, where everybody is agrees with a list that is kept on paper."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import JournalMaker
from tests.town import listed, person, write_all
from village_console.journal.journal import Journal
from village_console.shelter.facts import Path, Place
from village_console.shelter.receive import Desk
from village_console.shelter.reception import ReceptionDesk
from village_console.shelter.rows import Outing, Stay, is_out
from village_console.shelter.rules import PersonState, Verdict
from village_console.village.ids import ResidentId, ShelterId

PEOPLE = 3
SHELTERS = (ShelterId("S1"), ShelterId("S2"), ShelterId("S3"))
Journals = Callable[[], AbstractContextManager[JournalMaker]]


@dataclass(frozen=True, slots=True)
class Come:
    """Somebody comes to a shelter; `move`: whoever is asked says that they move."""

    at: int
    who: int
    move: bool


@dataclass(frozen=True, slots=True)
class Out:
    """Out for a while, or back."""

    at: int
    who: int


@dataclass(frozen=True, slots=True)
class Leave:
    """Gone for good, or a word about somebody who is in no shelter."""

    at: int
    who: int
    to: Place


@dataclass(frozen=True, slots=True)
class Undo:
    """The newest act of a desk is taken back."""

    at: int


Step = Come | Out | Leave | Undo
desks, people = st.integers(0, len(SHELTERS) - 1), st.integers(1, PEOPLE)
ACTS: st.SearchStrategy[Step] = st.one_of(
    st.builds(Come, desks, people, st.booleans()),
    st.builds(Come, desks, people, st.just(value=True)),
    st.builds(Out, desks, people),
    st.builds(Leave, desks, people, st.sampled_from(Place)),
)
ONE_DESK: st.SearchStrategy[Step] = st.one_of(
    st.builds(Come, st.just(0), people, st.just(value=False)),
    st.builds(Out, st.just(0), people),
    st.builds(Leave, st.just(0), people, st.sampled_from(Place)),
    st.builds(Undo, st.just(0)),
)


@dataclass(frozen=True)
class Paper:
    """Where everybody is: the shelter or the place, and who is out."""

    at: dict[ResidentId, ShelterId | Place] = field(default_factory=dict[ResidentId, ShelterId | Place])
    out: frozenset[ResidentId] = frozenset()

    def after(self, step: Come | Out | Leave) -> Paper:
        """The next sheet."""
        who, here = person(step.who), SHELTERS[step.at]
        where = self.at.get(who)
        elsewhere = where in SHELTERS and where != here
        match step:
            case Come(move=move):
                stays = elsewhere and not move
                return self if stays else Paper({**self.at, who: here}, self.out - {who})
            case Out():
                return Paper(self.at, self.out ^ {who}) if where == here else self
            case Leave(to=to):
                return self if elsewhere else Paper({**self.at, who: to}, self.out - {who})


def on_record(journal: Journal) -> Paper:
    """The same, as the rows have it."""
    stays, outings = journal.rows.all(Stay), journal.rows.all(Outing)
    out = frozenset(stay.resident for stay in stays.values() if is_out(stay, outings.get(stay.resident)))
    return Paper({stay.resident: stay.shelter or stay.place for stay in stays.values()}, out)


def do(desk: ReceptionDesk, step: Come | Out | Leave) -> Verdict:
    """Let one thing happen at a desk, as its keys would."""
    who = person(step.who)
    match step:
        case Come(move=move):
            answer = desk.receive(who, Path.CARD)
            if answer.verdict is Verdict.ELSEWHERE and move and answer.stay:
                answer = desk.receive(who, moving_from=answer.stay.shelter)
        case Out():
            answer = desk.go_out(who)
        case Leave(to=to):
            answer = desk.depart(who, [who], to)
    assert bool(answer.facts) is (answer.verdict not in (Verdict.ALREADY_HERE, Verdict.ELSEWHERE, Verdict.NOT_HERE))
    return answer.verdict


def open_desks(journals: list[Journal]) -> list[ReceptionDesk]:
    return [ReceptionDesk(j, Desk(s, n)) for n, (j, s) in enumerate(zip(journals, SHELTERS, strict=True), start=1)]


def meet(journals: list[Journal]) -> None:
    for giver in journals:
        for taker in journals:
            links = giver.owed(taker.have())
            taker.take_in(links, giver.keys_for(links))


def village(make_journal: JournalMaker) -> list[Journal]:
    """Three consoles that know the register and one another."""
    journals = [make_journal(f"{shelter}/journal.db") for shelter in SHELTERS]
    for one in journals:
        for other in journals:
            one.admit(other.public_key)
    write_all(journals[0], [listed(n, n, f"村 {n}", "ムラ") for n in range(1, PEOPLE + 1)])
    meet(journals)
    return journals


@given(st.lists(ACTS, max_size=10))
@settings(deadline=None, max_examples=60)
def test_desks_that_hear_each_other_at_once_keep_the_list_that_is_on_paper(
    journals: Journals, steps: list[Come | Out | Leave]
) -> None:
    with journals() as make_journal:
        journal = make_journal()
        write_all(journal, [listed(n, n, f"村 {n}", "ムラ") for n in range(1, PEOPLE + 1)])
        paper, at = Paper(), open_desks([journal] * 3)
        for step in steps:
            do(at[step.at], step)
            paper = paper.after(step)
            assert on_record(journal) == paper
        assert journal.rows.conflicts() == []
        for desk in at:
            here = [who for who, where in paper.at.items() if where == desk.desk.shelter]
            now = desk.presence()
            assert (now.people, now.out) == (len(here), len(paper.out.intersection(here)))
            assert {entry.resident.id for entry in desk.roster()} == set(here)
        journal.close()
        assert on_record(make_journal()) == paper


@given(st.lists(ONE_DESK, max_size=9))
@settings(deadline=None, max_examples=60)
def test_undo_at_one_desk_goes_back_sheet_by_sheet(journals: Journals, steps: list[Step]) -> None:
    with journals() as make_journal:
        journal = make_journal()
        write_all(journal, [listed(n, n, f"村 {n}", "ムラ") for n in range(1, PEOPLE + 1)])
        (desk, *_), sheets = open_desks([journal] * 3), [Paper()]
        for step in steps:
            if isinstance(step, Undo):
                act = desk.last_undoable()
                assert (act is None) is (len(sheets) == 1)
                if act is not None:
                    assert desk.undo(act, "slip").verdict is Verdict.UNDONE
                    sheets.pop()
            elif (do(desk, step)) not in (Verdict.ALREADY_HERE, Verdict.NOT_HERE):
                sheets.append(sheets[-1].after(step))
            assert on_record(journal) == sheets[-1]


@given(st.lists(st.one_of(ACTS, st.just(None)), max_size=12))
@settings(deadline=None, max_examples=60)
def test_consoles_that_meet_seldom_agree_or_ask_and_a_decision_ends_it(
    journals: Journals, steps: list[Come | Out | Leave | None]
) -> None:
    """None: the consoles meet. Each keeps what it knows; where they differ both places are told."""
    with journals() as make_journal:
        consoles = village(make_journal)
        at = open_desks(consoles)
        for step in steps:
            if step is None:
                meet(consoles)
                _decide_all(at[0])
                meet(consoles)
                assert all(journal.rows.conflicts() == [] for journal in consoles)
            elif consoles[step.at].rows.folded(Stay, person(step.who)).in_conflict is False:
                do(at[step.at], step)
        apart = [on_record(journal) for journal in consoles]
        meet(consoles)
        assert on_record(consoles[0]) == on_record(consoles[1]) == on_record(consoles[2])
        for n in range(1, PEOPLE + 1):
            said = {paper.at.get(person(n)) for paper in apart}
            known = on_record(consoles[0]).at.get(person(n))
            assert known in said
            if consoles[0].rows.folded(Stay, person(n)).in_conflict:
                claimed = {claim.shelter or claim.place for claim in at[0].claims(person(n))}
                assert known in claimed
                assert claimed <= said | {SHELTERS[0]}
        _decide_all(at[1])
        meet(consoles)
        assert all(journal.rows.conflicts() == [] for journal in consoles)
        assert on_record(consoles[0]) == on_record(consoles[1]) == on_record(consoles[2])


def _decide_all(desk: ReceptionDesk) -> None:
    """Somebody chooses the last of the places that are told."""
    for n in range(1, PEOPLE + 1):
        if desk.state_of(person(n)) is PersonState.TWO_PLACES:
            assert desk.receive(person(n)).verdict is Verdict.CANNOT_KNOW
            claim = desk.claims(person(n))[-1]
            decided = desk.decide(person(n), claim)
            assert decided.stay is not None
            assert (decided.stay.shelter, decided.stay.place) == (claim.shelter, claim.place)
