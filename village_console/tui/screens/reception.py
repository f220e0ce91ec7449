"""受付: a card needs no key. The tapper is already in; the household is an offer."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.devices.ports import Health, Part
from village_console.register.rows import Resident
from village_console.shelter.acts import Answer
from village_console.shelter.bind import HeldCard
from village_console.shelter.rules import CompanionState, Verdict
from village_console.shelter.views import Companion
from village_console.tui.answers import Face, binding_question, handing_face, idle_face
from village_console.tui.cells import ends, spans
from village_console.tui.commands import Command, Usable
from village_console.tui.reception_rows import act_row, companion_row, offer_keys, recent_keys
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.search import Found, SearchDesk
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList
from village_console.village.ids import ResidentId

_SHOWN_ON_THEIR_TARGET = (Verdict.UNDONE, Verdict.NOTHING_TO_UNDO)
"""An undo is seen on the act that it took back."""
_WITH_OFFER = (
    Verdict.RECEIVED,
    Verdict.ALREADY_HERE,
    Verdict.COMPANIONS_RECEIVED,
    Verdict.BOUND_AND_RECEIVED,
    Verdict.BOUND,
    Verdict.ALREADY_BOUND,
)
ROWS = 8


def _somebody_waits(desk: Any) -> Usable:
    """Companions can be received only while they are offered."""
    return True if cast("ReceptionScreen", desk).waiting() else None


def _somebody_chosen(desk: Any) -> Usable:
    """A card can be handed out only to somebody."""
    return True if cast("ReceptionScreen", desk).chosen() else None


class ReceptionScreen(Desk):
    """The reception desk."""

    NAME = "reception"
    BAND_ROWS = 7
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("search", "slash", "/"),
        Command("everyone", "a", "a", _somebody_waits),
        Command("hand", "c,tab", "c", _somebody_chosen),
        Command("one", usable=_somebody_waits, digits="123456789"),
        Command("one_here", "space", usable=_somebody_waits),
    )
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
            (str(now.people), roles.strong),
            (self.say("reception.people") + " ", roles.text),
            (self.say("reception.households", count=now.households), roles.text),
        )
        return left, right

    def resting_face(self) -> Face:
        """The invitation, or what to do while no card can be read."""
        health = self.console_app.signs.health.get(Part.READER)
        return idle_face(self.console_app.words, reader_ready=health is not None and health[0] is Health.READY)

    def take_answer(self, answer: Answer) -> None:
        """Show an answer; an open question gives way and changes nothing."""
        self.answer = answer
        self._picked = False
        self.show(self.console_app.face(answer))
        self._ask_about(answer)
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
        offer = self._offer()
        self.set_class(bool(offer), "offer")
        if offer:
            self._people.show(offer)
            self._paint_offer(offer)
        else:
            self._paint_recent()

    def row_list(self) -> RowList[Any]:
        """The household on offer, or the last acts."""
        return self._people if self._offer() else self._recent

    def action_search(self) -> None:
        """Find a person by name."""
        self._search(None)

    def action_hand(self) -> None:
        """The next card on the reader is for the person under the cursor."""
        if person := self.chosen():
            self._hand_to(person)

    def action_everyone(self) -> None:
        """Everybody of the household who has not yet come has come along."""
        self._receive([companion.resident.id for companion in self.waiting()])

    def action_one(self, n: int) -> None:
        """One member of the household has come along."""
        self._receive([c.resident.id for c in self.waiting() if c.key == str(n)])

    def action_one_here(self) -> None:
        """The member under the cursor has come along."""
        current = self._people.current
        self._receive([c.resident.id for c in self.waiting() if current and c.key == current.key])

    def enter(self) -> None:
        """Name the holder of the card under the cursor, or leave the household as it is."""
        act, desk = self._recent.current, self.console_app.station.reception
        if desk.hand_to is not None:
            return
        if act is not None and not self._offer() and desk.waits(act):
            self._search(act.card)
        else:
            self.rest()

    def leave(self) -> None:
        """Back to the invitation."""
        self.rest()

    def action_undo(self) -> None:
        """Ask whether to take back the act under the cursor, or the last one."""
        desk = self.console_app.station.reception
        chosen = self._recent.current if self._picked and not self._offer() else None
        act = chosen if chosen and chosen.facts and desk.stands(chosen) else None
        self._forget()
        self.ask_undo(act or desk.last_undoable())
        self.paint_work()

    def action_move(self, by: int) -> None:
        """Move in the list that is shown."""
        offer = self._offer()
        self._picked = self._picked or not offer
        (self._people if offer else self._recent).move(by)
        if not offer:
            self._paint_heading()

    @property
    def _people(self) -> RowList[Companion]:
        return cast("RowList[Companion]", self.query_one("#people"))

    @property
    def _recent(self) -> RowList[Answer]:
        return cast("RowList[Answer]", self.query_one("#recent"))

    def _offer(self) -> tuple[Companion, ...]:
        answer = self.answer
        if answer is None or answer.resident is None or self.question is not None:
            return ()
        if answer.verdict not in _WITH_OFFER:
            return ()
        household = self.console_app.station.reception.household_of(answer.resident.id)
        return household if len(household) > 1 else ()

    def waiting(self) -> list[Companion]:
        """Who of the household on offer has not come yet."""
        return [companion for companion in self._offer() if companion.state is CompanionState.NOT_YET]

    def _receive(self, chosen: list[ResidentId]) -> None:
        if chosen and self.answer and self.answer.resident:
            desk = self.console_app.station.reception
            tapper = self.answer.resident.id
            self.console_app.attempt(lambda: desk.receive_companions(tapper, chosen))

    def chosen(self) -> Resident | None:
        """Whom the cursor is on: a member of the household, the person of the answer, or of one of the last acts."""
        if self.question is not None:
            return None
        if self._offer():
            return self._people.current.resident if self._people.current else None
        if self.answer is not None and not self._picked:
            return self.answer.resident if self.answer.verdict in _WITH_OFFER else None
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

    def _ask_about(self, answer: Answer) -> None:
        """What an answer asks; nothing happens by itself."""
        face, card, person = self.console_app.face(answer), answer.card, answer.resident
        if answer.verdict in (Verdict.UNKNOWN_CARD, Verdict.NOT_TO_BE_BOUND):
            self.ask(face, lambda: self._search(card))
        elif answer.verdict is Verdict.BOUND_TO_OTHER and card and person and answer.owner:
            owner = answer.owner.id
            self.ask(face, lambda: self._bind(card, person.id, owner))

    def _search(self, card: HeldCard | None) -> None:
        self.rest()
        self.console_app.push_screen(SearchDesk(card), lambda found: self._found(found, card))

    def _found(self, found: Found | None, card: HeldCard | None) -> None:
        if found is None:
            return
        if card is not None:
            here = self.console_app.station.reception.stay_of(found.person.id) is not None
            question = binding_question(
                found.person, self.console_app.words, self.console_app.station.clock.now(), here=here
            )
            self.ask(question, lambda: self._bind(card, found.person.id))
        elif found.gets_card:
            self._hand_to(found.person)
        else:
            self.console_app.attempt(lambda: self.console_app.station.reception.receive(found.person.id))

    def _bind(self, card: HeldCard, person: ResidentId, instead_of: ResidentId | None = None) -> None:
        desk = self.console_app.station.reception
        self.console_app.attempt(lambda: desk.bind(card, person, instead_of))

    def _hand_to(self, person: Resident) -> None:
        self.rest()
        self.console_app.station.reception.hand_to = person.id
        self.show(handing_face(person, self.console_app.words))
        self.repaint()

    def _paint_offer(self, offer: tuple[Companion, ...]) -> None:
        roles = self.console_app.roles
        head = self.say("reception.household_of", name=_head_of(offer))
        ask = self.say("reception.companions" if self.waiting() else "reception.complete")
        self.query_one("#heading", Line).set(
            ends(spans((f"  {ask}", roles.strong)), spans((head, roles.muted)), self.width)
        )
        self.query_one("#offer", Line).set(offer_keys(self, len(self.waiting())))

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


def _head_of(offer: tuple[Companion, ...]) -> str:
    return next((c.resident.name for c in offer if c.resident.is_head), offer[0].resident.name)
