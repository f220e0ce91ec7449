"""受付: a card needs no key. The tapper is already in; the household is an offer."""

from __future__ import annotations

from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from village_console.devices.ports import Health, Part
from village_console.shelter.reception import Answer
from village_console.shelter.rules import CompanionState, Verdict
from village_console.shelter.views import Companion
from village_console.tui.answers import Face, face_of, idle_face, sign_and_word
from village_console.tui.cells import Cell, ends, row, spans
from village_console.tui.commands import Command, bindings
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.search import SearchDesk
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList
from village_console.village.eras import age_on
from village_console.village.ids import ResidentId

_SHOWN_ON_THEIR_TARGET = (Verdict.UNDONE, Verdict.NOTHING_TO_UNDO)
"""An undo is seen on the act that it took back."""
_STATE_SIGN = {CompanionState.HERE: "〇", CompanionState.NOT_YET: "－", CompanionState.ELSEWHERE: "＞"}


class ReceptionScreen(Desk):
    """The reception desk."""

    NAME = "reception"
    BAND_ROWS = 7
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("search", "slash", "/"),
        Command("everyone", "a", "a"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(DESK_COMMANDS),
        *((str(n), f"one({n})", "") for n in range(1, 10)),
        ("space", "one_here", ""),
    ]
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
        yield RowList[Companion](self._companion_row, lambda companion: companion.resident.id, id="people")
        yield RowList[Answer](self._act_row, id, id="recent")
        yield Line(id="offer")

    def heading(self) -> tuple[Text, Text]:
        """Where, and how many are here."""
        roles, now = self.console_app.roles, self.console_app.station.reception.presence()
        left = spans((self.say("desk.reception"), roles.strong), (f"  {self.console_app.station.place}", roles.muted))
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
        if answer.verdict is Verdict.UNKNOWN_CARD:
            self.ask(self.console_app.face(answer), self.action_search)
        self._people.home()
        self.refresh_view()

    def fold(self) -> None:
        """Back to the invitation."""
        self.rest()

    def rest(self) -> None:
        """Put the answer away."""
        self.answer = None
        self._picked = False
        self.question = None
        self.last_face = None
        self.repaint()

    def paint_work(self) -> None:
        """The offer of companions, or the last acts."""
        offer = self._offer()
        self.set_class(bool(offer), "offer")
        if offer:
            self._people.show(offer)
            self._paint_offer(offer)
        else:
            self._paint_recent()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 -- Textual's shape
        """Companions can be received only while they are offered."""
        if action in ("everyone", "one_here"):
            return True if self._waiting() else None
        return True

    def action_search(self) -> None:
        """Find a person by name."""
        self.rest()
        self.console_app.push_screen(SearchDesk(), self._chosen)

    def action_everyone(self) -> None:
        """Everybody of the household who has not yet come has come along."""
        self._receive([companion.resident.id for companion in self._waiting()])

    def action_one(self, n: int) -> None:
        """One member of the household has come along."""
        self._receive([c.resident.id for c in self._waiting() if c.key == str(n)])

    def action_one_here(self) -> None:
        """The member under the cursor has come along."""
        current = self._people.current
        self._receive([c.resident.id for c in self._waiting() if current and c.key == current.key])

    def enter(self) -> None:
        """The household is complete as it is."""
        self.rest()

    def leave(self) -> None:
        """Back to the invitation."""
        self.rest()

    def action_undo(self) -> None:
        """Ask whether to take back the act under the cursor, or the last one."""
        desk = self.console_app.station.reception
        chosen = self._recent.current if self._picked and not self._offer() else None
        act = chosen if chosen and chosen.facts and desk.stands(chosen) else None
        self.answer = None
        self.ask_undo(act or desk.last_undoable())
        self.paint_work()

    def action_move(self, by: int) -> None:
        """Move in the list that is shown."""
        offer = self._offer()
        self._picked = self._picked or not offer
        (self._people if offer else self._recent).move(by)

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
        if answer.verdict not in (Verdict.RECEIVED, Verdict.ALREADY_HERE, Verdict.COMPANIONS_RECEIVED):
            return ()
        household = self.console_app.station.reception.household_of(answer.resident.id)
        return household if len(household) > 1 else ()

    def _waiting(self) -> list[Companion]:
        return [companion for companion in self._offer() if companion.state is CompanionState.NOT_YET]

    def _receive(self, chosen: list[ResidentId]) -> None:
        if chosen and self.answer and self.answer.resident:
            desk = self.console_app.station.reception
            tapper = self.answer.resident.id
            self.console_app.attempt(lambda: desk.receive_companions(tapper, chosen))

    def _chosen(self, person: ResidentId | None) -> None:
        if person is not None:
            self.console_app.attempt(lambda: self.console_app.station.reception.receive(person))

    def _paint_offer(self, offer: tuple[Companion, ...]) -> None:
        roles = self.console_app.roles
        head = self.say("reception.household_of", name=_head_of(offer))
        ask = self.say("reception.companions" if self._waiting() else "reception.complete")
        self.query_one("#heading", Line).set(
            ends(spans((f"  {ask}", roles.strong)), spans((head, roles.muted)), self.width)
        )
        keys = Text("", end="")
        if count := len(self._waiting()):
            keys.append("    ")
            keys.append(" a ", style=roles.here)
            keys.append(" " + self.say("reception.everyone_came", count=count), style=roles.text)
            keys.append("    1 - 9 ", style=roles.key)
            keys.append(self.say("reception.one_by_one"), style=roles.muted)
            keys.append("    Enter ", style=roles.key)
            keys.append(self.say("reception.as_it_is"), style=roles.muted)
        keys.append("\n\n    " + self.say("reception.next_card"), style=roles.muted)
        self.query_one("#offer", Line).set(keys)

    def _paint_recent(self) -> None:
        roles = self.console_app.roles
        acts = [act for act in self.console_app.station.reception.acts if act.verdict not in _SHOWN_ON_THEIR_TARGET][:8]
        if not acts:
            heading = spans((f"  {self.say('reception.nobody_yet')}", roles.text))
            self.query_one("#heading", Line).set(heading)
        else:
            self.query_one("#heading", Line).set(
                ends(
                    spans((f"  {self.say('reception.recent')}", roles.text)),
                    spans(("z ", roles.key), (self.say("reception.undo_last"), roles.muted)),
                    self.width,
                )
            )
        self._recent.show(acts, follow=self._picked)

    def _companion_row(self, companion: Companion, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles, resident = self.console_app.roles, companion.resident
        here = companion.state is CompanionState.HERE
        birth, today = resident.birth, self.console_app.station.clock.now().date()
        age = self.say("age", age=age_on(birth, today)) if birth else self.say("unknown")
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(companion.key, 3, roles.key),
            Cell(f"{_STATE_SIGN[companion.state]} {self.say(f'companion.{companion.state}')}", 13,
                 roles.good.ink if here else roles.muted),
            Cell(resident.name, 16, roles.strong if here or selected else roles.text),
            Cell(resident.kana, 20, roles.muted),
            Cell(age, 7, roles.muted, right=True),
            Cell(" " + self.say(f"sex.{resident.sex}"), 5, roles.muted),
            Cell(f"{companion.stay.since:%H:%M}" if companion.stay else "", 8, roles.muted, right=True),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip

    def _act_row(self, act: Answer, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles, desk = self.console_app.roles, self.console_app.station.reception
        stands = desk.stands(act)
        face = face_of(act, self.console_app.words)
        named = act.resident.name if act.resident else face.first
        note = self.say("reception.family", count=len(act.people)) if act.people else ""
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(f"{act.at:%H:%M:%S}", 10, roles.muted),
            Cell(sign_and_word(act, self.console_app.words, stands=stands), 14, face.tone_in(roles).ink),
            Cell(act.stay.receipt.rpartition("-")[2] if act.stay else "----", 6, roles.muted),
            Cell(named, 26, roles.text if stands or not act.facts else roles.muted),
            Cell(act.resident.settlement if act.resident else "", 10, roles.muted),
            Cell(note, 9, roles.muted),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip


def _head_of(offer: tuple[Companion, ...]) -> str:
    return next((c.resident.name for c in offer if c.resident.is_head), offer[0].resident.name)
