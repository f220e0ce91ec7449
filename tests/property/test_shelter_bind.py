"""Whatever is bound, given away and taken back: a card is at most one person's, and undo gives it back to the one before."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import JournalMaker
from tests.town import listed, person, write_all
from village_console.devices.ports import CardRead
from village_console.journal.journal import Journal
from village_console.register.facts import card_subject
from village_console.register.rows import CardBinding
from village_console.shelter.acts import Answer
from village_console.shelter.bind import HeldCard
from village_console.shelter.receive import Desk
from village_console.shelter.reception import ReceptionDesk
from village_console.shelter.rows import Stay
from village_console.shelter.rules import Verdict
from village_console.village.ids import ResidentId, ShelterId
from village_console.village.run_mode import World

PEOPLE, CARDS = 3, 3
Journals = Callable[[], AbstractContextManager[JournalMaker]]


@dataclass(frozen=True, slots=True)
class Give:
    """The card is laid down and given to somebody, also when it is another's already."""

    card: int
    to: int


@dataclass(frozen=True, slots=True)
class Tap:
    """The card is laid down by whoever holds it."""

    card: int


@dataclass(frozen=True, slots=True)
class Undo:
    """The newest act that stands is taken back."""


STEPS = st.lists(
    st.one_of(
        st.builds(Give, st.integers(0, CARDS - 1), st.integers(1, PEOPLE)),
        st.builds(Tap, st.integers(0, CARDS - 1)),
        st.builds(Undo),
    ),
    max_size=9,  # fewer than the desk remembers: every act can still be taken back
)


@dataclass
class Model:
    """What must be so, kept as plainly as can be: a copy of everything before each act."""

    holder: dict[int, ResidentId] = field(default_factory=dict[int, ResidentId])
    here: set[ResidentId] = field(default_factory=set[ResidentId])
    before: list[tuple[dict[int, ResidentId], set[ResidentId]]] = field(
        default_factory=list[tuple[dict[int, ResidentId], set[ResidentId]]]
    )

    def give(self, card: int, to: ResidentId) -> None:
        after = (self.holder | {card: to}, self.here | {to})
        if after != (self.holder, self.here):
            self.before.append((self.holder, self.here))
            self.holder, self.here = after

    def undo(self) -> None:
        if self.before:
            self.holder, self.here = self.before.pop()


def laid_down(card: int) -> CardRead:
    return CardRead("felica", "not_known", bytes([1, 0x14, 0, 0, 0, 0, 0, card]), World.SIMULATED)


def played(journal: Journal, steps: list[Give | Tap | Undo]) -> tuple[Model, dict[int, HeldCard]]:
    """Let everything happen at a desk and in the model."""
    desk, model, held = ReceptionDesk(journal, Desk(ShelterId("S1"), 1)), Model(), dict[int, HeldCard]()
    for step in steps:
        match step:
            case Give(card, to):
                desk.hand_to = person(to)
                answer = desk.tap(laid_down(card))
                held[card] = answer.card or held[card]
                if answer.verdict is Verdict.BOUND_TO_OTHER and answer.owner:
                    assert answer.owner.id == model.holder[card]
                    desk.bind(held[card], person(to), answer.owner.id)
                model.give(card, person(to))
            case Tap(card):
                answer = desk.tap(laid_down(card))
                holder = model.holder.get(card)
                assert (answer.resident.id if answer.resident else None) == holder
                if holder is None:
                    assert answer.verdict is Verdict.UNKNOWN_CARD
                else:
                    model.give(card, holder)
            case Undo():
                if (act := desk.last_undoable()) is not None:
                    desk.undo(act, "slip")
                model.undo()
        assert rows(journal, held) == (model.holder, model.here)
    return model, held


def rows(journal: Journal, held: dict[int, HeldCard]) -> tuple[dict[int, ResidentId], set[ResidentId]]:
    """Whose every card is, and who is here, as the journal has it."""
    bindings = {n: journal.rows.one(CardBinding, card_subject(card.token)) for n, card in held.items()}
    here = {stay.resident for stay in journal.rows.all(Stay).values()}
    return {n: binding.resident for n, binding in bindings.items() if binding}, here


@given(STEPS)
@settings(deadline=None, max_examples=60)
def test_a_card_is_at_most_one_persons_and_undo_restores_whoever_had_it(
    journals: Journals, steps: list[Give | Tap | Undo]
) -> None:
    with journals() as make_journal:
        journal = make_journal()
        write_all(journal, [listed(n, n, f"村 {n}", "ムラ") for n in range(1, PEOPLE + 1)])
        model, held = played(journal, steps)
        assert journal.rows.conflicts() == []
        journal.close()
        assert rows(make_journal(), held) == (model.holder, model.here)


@given(STEPS)
@settings(deadline=None, max_examples=40)
def test_after_a_restart_every_act_can_be_taken_back_one_after_another(
    journals: Journals, steps: list[Give | Tap | Undo]
) -> None:
    with journals() as make_journal:
        journal = make_journal()
        write_all(journal, [listed(n, n, f"村 {n}", "ムラ") for n in range(1, PEOPLE + 1)])
        _, held = played(journal, steps)
        desk = ReceptionDesk(journal, Desk(ShelterId("S1"), 1))
        taken: list[Answer] = []
        while (act := desk.last_undoable()) is not None:
            taken.append(desk.undo(act, "slip"))
            assert len(taken) <= len(steps)
        assert {answer.verdict for answer in taken} <= {Verdict.UNDONE}
        assert rows(journal, held) == ({}, set())
