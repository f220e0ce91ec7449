"""Whatever is counted, received, taken off, undone, left and shared between desks, nobody is counted twice and nobody is lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import JournalMaker
from tests.town import listed, person, write_all
from village_console.register.facts import Sex
from village_console.shelter.facts import Place
from village_console.shelter.groups import CELLS
from village_console.shelter.receive import Desk
from village_console.shelter.reception import ReceptionDesk
from village_console.shelter.rules import Verdict
from village_console.village.ids import ResidentId, ShelterId

Journals = Callable[[], AbstractContextManager[JournalMaker]]
PEOPLE = 4
STEPS = st.one_of(
    st.tuples(st.just("count"), st.sampled_from(CELLS), st.integers(1, 3)),
    st.tuples(st.just("come"), st.integers(1, PEOPLE), st.booleans()),
    st.tuples(st.just("leave"), st.integers(1, PEOPLE), st.none()),
    st.tuples(st.just("undo"), st.integers(0, 3), st.none()),
)


class OnPaper:
    """Heads: who is here by name, and how many came in groups; whoever has a name is struck off once."""

    def __init__(self) -> None:
        self.names: set[ResidentId] = set()
        self.struck: set[ResidentId] = set()
        self.counted = 0

    @property
    def total(self) -> int:
        return len(self.names) + self.counted - len(self.struck)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEPS, max_size=14))
def test_the_total_is_that_of_a_list_on_paper(journals: Journals, steps: list[tuple[str, object, object]]) -> None:
    with journals() as make_journal:
        journal = make_journal()
        write_all(journal, [listed(n, n, "佐藤 花", "サトウ ハナ", sex=Sex.FEMALE) for n in range(1, PEOPLE + 1)])
        desk, paper = ReceptionDesk(journal, Desk(ShelterId("S1"), 1)), OnPaper()
        for step in steps:
            match step:
                case ("count", str(cell), int(n)):
                    desk.count({cell: n})
                    paper.counted += n
                case ("come", int(n), bool(of_group)):
                    came(desk, paper, person(n), of_group=of_group)
                case ("leave", int(n), _):
                    if person(n) in paper.names:
                        desk.depart(person(n), [person(n)], Place.HOME)
                        paper.names.discard(person(n))
                case ("undo", int(nth), _):
                    undo(desk, paper, nth)
                case _:
                    raise AssertionError(step)
            assert desk.presence().people == paper.total
        assert ReceptionDesk(journal, Desk(ShelterId("S1"), 1)).presence() == desk.presence()


def came(desk: ReceptionDesk, paper: OnPaper, who: ResidentId, *, of_group: bool) -> None:
    desk.receive(who)
    paper.names.add(who)
    if of_group:
        before = paper.counted - len(paper.struck)
        taken = desk.name_one(who).verdict
        expected = (
            Verdict.ALREADY_NAMED if who in paper.struck else Verdict.NAMED if before > 0 else Verdict.NOBODY_LEFT
        )
        assert taken is expected
        if taken is Verdict.NAMED:
            paper.struck.add(who)


def undo(desk: ReceptionDesk, paper: OnPaper, nth: int) -> None:
    """Take one of the last takings-off back: those of others stay."""
    takings = [act for act in desk.acts if act.verdict is Verdict.NAMED and desk.may_be_undone(act)]
    if nth < len(takings) and (resident := takings[nth].resident):
        assert desk.undo(takings[nth], "押し違い").verdict is Verdict.UNDONE
        paper.struck.discard(resident.id)


@settings(max_examples=40, deadline=None)
@given(
    first=st.lists(st.integers(1, PEOPLE), max_size=4),
    second=st.lists(st.integers(1, PEOPLE), max_size=4),
    buses=st.lists(st.integers(1, 4), min_size=2, max_size=2),
)
def test_two_desks_of_one_shelter_that_meet_show_the_same_total_and_count_nobody_twice(
    journals: Journals, first: list[int], second: list[int], buses: list[int]
) -> None:
    with journals() as make_journal:
        one, two = make_journal("one.db"), make_journal("two.db")
        one.admit(two.public_key)
        two.admit(one.public_key)
        write_all(one, [listed(n, n, "佐藤 花", "サトウ ハナ", sex=Sex.FEMALE) for n in range(1, PEOPLE + 1)])
        two.take_in(one.owed(two.have()), one.keys_for(one.owed(two.have())))
        desks = [ReceptionDesk(j, Desk(ShelterId("S1"), n)) for n, j in enumerate((one, two), start=1)]
        for desk, people, bus in zip(desks, (first, second), buses, strict=True):
            desk.count({CELLS[0]: bus})
            for n in people:
                desk.receive(person(n))
                desk.name_one(person(n))
        one.take_in(two.owed(one.have()))
        two.take_in(one.owed(two.have()))
        named = {person(n) for n in (*first, *second)}
        shown = [desk.presence() for desk in desks]
        assert shown[0] == shown[1]
        assert shown[0].people - shown[0].unnamed == len(named)
        assert sum(buses) - len(named) <= shown[0].unnamed <= sum(buses)
