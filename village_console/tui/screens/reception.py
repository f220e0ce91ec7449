"""受付: a card needs no key. The tapper is already in; the household is an offer."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.devices.ports import Health, Part
from village_console.register.rows import Resident
from village_console.shelter.acts import Answer
from village_console.shelter.decide import Claim
from village_console.shelter.facts import Path
from village_console.shelter.rules import EVERYBODY, MAY_COME_ALONG, RECEPTIONS, PersonState, Verdict
from village_console.shelter.views import Companion
from village_console.tui import card_acts, need_acts, slips, stay_acts
from village_console.tui import reception_questions as questions
from village_console.tui.answers import Face, handing_face, idle_face
from village_console.tui.cells import ends, spans
from village_console.tui.commands import Command
from village_console.tui.reception_commands import RECEPTION_COMMANDS
from village_console.tui.reception_rows import act_row, companion_row, head_of, offer_keys, recent_keys, worth_a_word
from village_console.tui.screens.counting import COUNTING, CountingDesk
from village_console.tui.screens.desk import GUARD
from village_console.tui.screens.search import Purpose
from village_console.tui.screens.tray import TrayPage
from village_console.tui.screens.visitor import VisitorPage
from village_console.tui.syncing import between
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList
from village_console.village.ids import ResidentId

_SHOWN_ON_THEIR_TARGET = (Verdict.UNDONE, Verdict.NOTHING_TO_UNDO)
"""An undo is seen on the act that it took back."""
_WITH_OFFER = RECEPTIONS | {
    Verdict.NAMED, Verdict.ALREADY_HERE, Verdict.COMPANIONS_RECEIVED, Verdict.BOUND_AND_RECEIVED, Verdict.BOUND,
    Verdict.ALREADY_BOUND,
}  # fmt: skip
_SHOWS_SOMEBODY = _WITH_OFFER | {
    Verdict.WENT_OUT, Verdict.DEPARTED, Verdict.PLACE_TOLD, Verdict.SPACE_ASSIGNED, Verdict.DECIDED,
}  # fmt: skip
"""Answers after which the keys of one person are about that person."""
ROWS = 8


class ReceptionScreen(CountingDesk):
    """The reception desk."""

    NAME = "reception"
    BAND_ROWS = 7
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (*RECEPTION_COMMANDS, *COUNTING)
    DEFAULT_CSS = """
    ReceptionScreen #gap { height: 1; }
    ReceptionScreen #heading { height: 2; }
    ReceptionScreen #people, ReceptionScreen #recent { height: 8; }
    ReceptionScreen #people { display: none; }
    ReceptionScreen.offer #people { display: block; height: 1fr; }
    ReceptionScreen.offer #recent { display: none; }
    ReceptionScreen #offer { display: none; height: 4; padding-bottom: 1; }
    ReceptionScreen.offer #offer { display: block; }
    """

    def __init__(self) -> None:
        """Begin at rest."""
        super().__init__()
        self.answer: Answer | None = None
        self._answered = float("-inf")
        """When, by the monotonic clock."""
        self._picked = False
        """Whether the cursor was moved onto an act; without that, undo means the last one."""

    def compose_work(self) -> ComposeResult:
        """Household at a glance, or the last acts."""
        yield Line(id="gap")
        yield Line(id="heading")
        yield RowList[Companion](
            lambda one, on: companion_row(self, one, selected=on), lambda one: one.resident.id, id="people"
        )
        yield RowList[Answer](lambda act, on: act_row(self, act, selected=on), id, id="recent")
        yield Line(id="offer")

    def heading(self) -> tuple[Text, Text]:
        """Where, and how many are here."""
        roles, now = self.console_app.roles, self.console_app.station.reception.presence()
        left = spans((self.say("desk.reception") + "  ", roles.strong)).append_text(self._where())
        right = spans(
            (self.say("reception.now") + " ", roles.muted),
            (between(now.people, now.people + self.console_app.syncing.missing_here()), roles.strong),
            (self.say("reception.people") + " ", roles.text),
            (self.say("reception.households", count=now.households), roles.text),
            *worth_a_word(self, now.out),
        )
        return left, right

    def resting_face(self) -> Face:
        """The invitation, or what to do while no card can be read."""
        health = self.console_app.signs.health.get(Part.READER)
        return idle_face(self.console_app.words, reader_ready=health is not None and health[0] is Health.READY)

    def take_answer(self, answer: Answer) -> None:
        """Show an answer; an open question gives way and changes nothing."""
        self.answer = answer
        self._answered = self.console_app.station.clock.monotonic()
        self._picked = False
        self.show(self.console_app.face(answer))
        questions.ask_about(self, answer)
        self._people.home()
        self.refresh_view()

    def fold(self) -> None:
        """Back to the invitation."""
        self.rest()

    def rest(self) -> None:
        """Put the answer away."""
        self._forget()
        self.last_face = None
        self.repaint()

    def on_screen_suspend(self) -> None:
        """A card tapped at another desk is an ordinary one."""
        self.console_app.station.reception.hand_to = None

    def paint_work(self) -> None:
        """The offer of companions, or the last acts."""
        offer = self.offered()
        self.set_class(bool(offer), "offer")
        if offer:
            self._people.show(offer)
            self._paint_offer(offer)
        else:
            self._paint_recent()

    def row_list(self) -> RowList[Any]:
        """The household on offer, or the last acts."""
        return self._people if self.offered() else self._recent

    def action_search(self) -> None:
        """Find a person by name."""
        questions.search(self, Purpose.RECEIVE)

    def action_hand(self) -> None:
        """The next card on the reader is for the person under the cursor."""
        if person := self.chosen():
            self.hand_to(person)

    def action_everyone(self) -> None:
        """Everybody of the household who has not yet come has come along."""
        self._receive([companion.resident.id for companion in self.waiting()])

    def action_out(self) -> None:
        """The person in front goes out for a while, or is back; nobody in front: find somebody."""
        if person := self.in_front():
            stay_acts.go_out(self.console_app, person.id)
        else:
            questions.search(self, Purpose.OUT)

    def action_place(self) -> None:
        """Where the person in front goes, or stays; nobody in front: find somebody."""
        if person := self.in_front():
            stay_acts.open_place(self.console_app, person)
        else:
            questions.search(self, Purpose.PLACE)

    def action_needs(self) -> None:
        """What the person in front needs."""
        if person := self.chosen():
            need_acts.open_needs(self.console_app, person)

    def action_slip(self) -> None:
        """A printed code for the person in front; nobody in front: a sheet of codes that are nobody's yet."""
        if person := self.in_front():
            slips.print_for(self, person, self.answer)
        else:
            slips.ask_for_sheet(self)

    def action_own_card(self) -> None:
        """Read a person's own My Number card for what it is allowed."""
        card_acts.read_own_card(self, self.answer)

    def action_visitor(self) -> None:
        """Somebody whom no register lists."""
        self.rest()
        self.console_app.push_screen(VisitorPage())

    def action_tray(self) -> None:
        """Whom somebody has to ask about."""
        self.rest()
        self.console_app.push_screen(TrayPage())

    def action_televisions(self) -> None:
        """Whose televisions are to be registered, or to be asked about."""
        questions.search(self, Purpose.TELEVISION)

    def action_one(self, n: int) -> None:
        """One member of the household has come along; the tapper's own number: nobody has. Or a place is chosen."""
        if claims := self.claims():
            if self.answer and n <= len(claims):
                questions.ask_claim(self, self.answer, claims[n - 1])
        elif chosen := next((c for c in self.offered() if c.key == str(n)), None):
            self._one(chosen)

    def action_one_here(self) -> None:
        """The member under the cursor has come along."""
        if self.offered() and self._people.current:
            self._one(self._people.current)

    def enter(self) -> None:
        """Everybody of a household that has just been offered; or answer what the act under the cursor still asks."""
        act, desk = self._recent.current, self.console_app.station.reception
        if desk.hand_to is not None or self._too_early():
            return
        if self.waiting() and self.fresh:
            self.action_everyone()
        elif act is not None and not self.offered():
            questions.answer_late(self, act)
        else:
            self.rest()

    def leave(self) -> None:
        """Back to the invitation."""
        self.rest()

    def action_undo(self) -> None:
        """Ask whether to take back the act under the cursor, or the last one."""
        desk = self.console_app.station.reception
        chosen = self._recent.current if self._picked and not self.offered() else None
        act = chosen if chosen and desk.may_be_undone(chosen) else None
        self._forget()
        self.ask_undo(act or desk.last_undoable())
        self.paint_work()

    def paint_current(self) -> None:
        """Whoever moves among the last acts has picked one, and what its keys do stands above."""
        if not self.offered():
            self._picked = True
            self._paint_heading()

    @property
    def _people(self) -> RowList[Companion]:
        return cast("RowList[Companion]", self.query_one("#people"))

    @property
    def _recent(self) -> RowList[Answer]:
        return cast("RowList[Answer]", self.query_one("#recent"))

    def offered(self) -> tuple[Companion, ...]:
        """The household that is on the screen."""
        answer = self.answer
        if answer is None or answer.resident is None or self.question is not None:
            return ()
        if answer.verdict not in _WITH_OFFER:
            return ()
        household = self.console_app.station.reception.household_of(answer.resident.id)
        return household if len(household) > 1 else ()

    def waiting(self) -> list[Companion]:
        """Who of the household on offer has not come yet, or is out."""
        return [companion for companion in self.offered() if companion.state in EVERYBODY]

    def claims(self) -> tuple[Claim, ...]:
        """The places of which one has to be chosen."""
        if self.answer is None or self.question is not None or self.answer.verdict is not Verdict.CANNOT_KNOW:
            return ()
        return self.answer.claims

    @property
    def fresh(self) -> bool:
        """Whether nobody of the household on offer has been chosen yet: then Enter means all of them."""
        return self.answer is not None and self.answer.verdict is not Verdict.COMPANIONS_RECEIVED

    def _receive(self, chosen: list[ResidentId]) -> None:
        if chosen and self.answer and self.answer.resident:
            desk = self.console_app.station.reception
            tapper = self.answer.resident.id
            self.console_app.attempt(lambda: desk.receive_companions(tapper, chosen))

    def chosen(self) -> Resident | None:
        """Whom the cursor is on: a member of the household, the person of the answer, or of one of the last acts."""
        if self.question is not None:
            return None
        if self.offered():
            return self._people.current.resident if self._people.current else None
        if self.answer is not None and not self._picked:
            return self.answer.resident if self.answer.verdict in _SHOWS_SOMEBODY else None
        return self._recent.current.resident if self._recent.current else None

    def _where(self) -> Text:
        """The shelter, or who gets the next card, as long as that is so."""
        roles, holder = self.console_app.roles, self.console_app.station.reception.hand_to
        resident = self.console_app.station.journal.rows.one(Resident, holder) if holder else None
        if resident is None:
            return spans((self.console_app.station.place, roles.muted))
        return spans((self.say("reception.hand_to", name=resident.name), roles.ask.ink))

    def _forget(self) -> None:
        self.answer = None
        self._picked = False
        self.question = None
        self.console_app.station.reception.hand_to = None

    def _one(self, chosen: Companion) -> None:
        """A member was chosen: received, asked about, or - the tapper again - nobody else."""
        desk = self.console_app.station.reception
        if chosen.state in MAY_COME_ALONG:
            self._receive([chosen.resident.id])
        elif chosen.state is not PersonState.HERE:
            self.console_app.attempt(lambda: desk.receive(chosen.resident.id, Path.COMPANION))
        elif self.answer and self.answer.resident and chosen.resident.id == self.answer.resident.id:
            self.rest()

    def _too_early(self) -> bool:
        """Whether the offer is too new to hear an Enter that was typed for something else."""
        return bool(self.offered()) and self.console_app.station.clock.monotonic() - self._answered < GUARD

    def in_front(self) -> Resident | None:
        """Whom the keys of one person are about; at rest nobody, until the cursor is moved."""
        return self.chosen() if self.answer is not None or self._picked else None

    def hand_to(self, person: Resident) -> None:
        """The next card on the reader is for this person."""
        self.rest()
        self.console_app.station.reception.hand_to = person.id
        self.show(handing_face(person, self.console_app.words))
        self.repaint()

    def _paint_offer(self, offer: tuple[Companion, ...]) -> None:
        roles = self.console_app.roles
        head = self.say("reception.household_of", name=head_of(offer))
        ask = self.say("reception.companions" if self.waiting() else "reception.complete")
        self.query_one("#heading", Line).set(
            ends(spans((f"  {ask}", roles.strong)), spans((head, roles.muted)), self.width)
        )
        self.query_one("#offer", Line).set(offer_keys(self, len(self.waiting()), fresh=self.fresh))

    def _paint_recent(self) -> None:
        acts = [
            act for act in self.console_app.station.reception.recent(ROWS) if act.verdict not in _SHOWN_ON_THEIR_TARGET
        ]
        self._recent.show(acts, follow=self._picked)
        self._paint_heading()

    def _paint_heading(self) -> None:
        roles, acts = self.console_app.roles, self._recent.items
        left = spans((f"  {self.say('reception.recent' if acts else 'reception.nobody_yet')}", roles.text))
        right = recent_keys(self, self._recent.current) if acts else Text("")
        self.query_one("#heading", Line).set(ends(left, right, self.width))
