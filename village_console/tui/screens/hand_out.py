"""配る: meals and supplies by a tap; not twice too soon, not more than the day allows, and what somebody must not eat is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.devices.ports import CardRead, Tap
from village_console.needs.desk import Handing
from village_console.needs.rules import HandVerdict
from village_console.register.rows import Resident
from village_console.shelter.acts import Answer
from village_console.shelter.rules import PersonState
from village_console.tui import need_paper
from village_console.tui.answers import Bell, Face, idle_face
from village_console.tui.cells import Cell, lines, row, spans
from village_console.tui.commands import Command, Usable
from village_console.tui.frame import key_cell
from village_console.tui.need_words import allergy_words, supply_word
from village_console.tui.screens.desk import Desk
from village_console.tui.screens.search import Found, Purpose, SearchDesk
from village_console.tui.shapes import BARS, DIAMOND, HILL, RING
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList
from village_console.village.ids import FactHash, ResidentId


@dataclass(frozen=True, slots=True)
class Act:
    """What was handed out in one act."""

    item: str
    handings: tuple[Handing, ...]

    @property
    def facts(self) -> tuple[FactHash, ...]:
        """What undo takes back."""
        return tuple(h.fact for h in self.handings if h.fact)


def _family_waits(desk: Desk) -> Usable:
    return True if isinstance(desk, HandOutPage) and desk.family() else None


def _printable(desk: Desk) -> Usable:
    return True if desk.console_app.station.paper else None


class HandOutPage(Desk):
    """A digit chooses what; then every card, or every name, is one of it."""

    NAME = "hand_out"
    BAND_ROWS = 7
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("everyone", "a", "a", usable=_family_waits),
        Command("search", "slash", "/"),
        Command("print_meals", "p", "p", usable=_printable),
        Command("choose", digits="123456789"),
        Command("back", label="Esc"),
    )
    DEFAULT_CSS = """
    HandOutPage #items { height: 3; padding-top: 1; }
    HandOutPage #acts { height: 1fr; padding-top: 1; }
    """

    def __init__(self) -> None:
        """Begin with the first thing of the list."""
        super().__init__()
        self.item = ""
        self.acts: list[Act] = []

    def compose_work(self) -> ComposeResult:
        """What is handed out, and to whom it was."""
        yield Line(id="items")
        yield RowList[Act](self._row, id, id="acts")

    def on_mount(self) -> None:
        """The list of supplies is the municipality's."""
        self.item = next(iter(self.console_app.station.needs.codes.supplies))
        super().on_mount()

    def heading(self) -> tuple[Text, Text]:
        """What, and how often today."""
        roles, app = self.console_app.roles, self.console_app
        item = self.item or next(iter(app.station.needs.codes.supplies))
        left = spans((self.say("desk.hand_out"), roles.strong), (f"  {supply_word(app, item)}", roles.strong))
        return left, spans((self.say("hand_out.today", count=app.station.needs.handed_today(item)), roles.text))

    def resting_face(self) -> Face:
        """The invitation."""
        idle = idle_face(self.console_app.words, reader_ready=True)
        return Face(
            idle.tone, idle.shape, idle.mark, idle.sign, self.say("hand_out.lay"), "", "", self.say("hand_out.no_card")
        )

    def paint_work(self) -> None:
        """The items on their digits, and the last acts."""
        app, roles = self.console_app, self.console_app.roles
        rows, line = [Text(" ", end="")], spans("  ")
        for n, code in enumerate(app.station.needs.codes.supplies, start=1):
            label, style = key_cell(self, f"choose({n})", f" {code} ")
            word = f" {supply_word(app, code)}  "
            if line.cell_len + len(label) + Text(word).cell_len > self.width:
                rows.append(line)
                line = spans("  ")
            line.append(label, style=style).append(word, style=roles.here if code == self.item else roles.text)
        self.query_one("#items", Line).set(lines(*rows[1:], line))
        self._acts.show(self.acts)

    def action_choose(self, n: int) -> None:
        """Another thing is handed out from now on."""
        supplies = list(self.console_app.station.needs.codes.supplies)
        if n <= len(supplies):
            self.item, self.last_face, self.question = supplies[n - 1], None, None
            self.repaint()

    def take_tap(self, tap: Tap) -> bool:
        """A card here means that its holder gets one; nobody is received by it."""
        person = self.console_app.station.reception.owner_of(tap)
        if person is not None:
            self.hand([person])
        elif isinstance(tap, CardRead):
            self.show(Face("ask", DIAMOND, "問", "？", self.say("hand_out.unknown"), third=self.say("hand_out.by_name"),
                           bell=Bell.QUESTION))  # fmt: skip
        else:
            self.show(Face("ask", HILL, "再", "！", self.say("answer.unreadable.first"), third=self.say("hand_out.again"),
                           bell=Bell.AGAIN))  # fmt: skip
        return True

    def action_search(self) -> None:
        """By name."""
        self.console_app.push_screen(SearchDesk(Purpose.HAND_OUT), self._found)

    def action_everyone(self) -> None:
        """The rest of the household that is here gets one too."""
        self.hand(self.family())

    def action_print_meals(self) -> None:
        """Everybody who is here, to be ticked by hand."""
        need_paper.print_meals(self.console_app, self.item)

    def family(self) -> list[ResidentId]:
        """Who of the last person's household is here and has not just been handed one."""
        last = self.acts[0] if self.acts else None
        if last is None or not last.facts or last.item != self.item:
            return []
        reception = self.console_app.station.reception
        had = {handing.resident for handing in last.handings}
        household = reception.household_of(last.handings[0].resident)
        return [
            c.resident.id
            for c in household
            if c.state in (PersonState.HERE, PersonState.OUT) and c.resident.id not in had
        ]

    def hand(self, people: list[ResidentId], *, anyway: bool = False) -> None:
        """Hand one to each; who had one too lately is asked about."""
        done = self.console_app.station.needs.hand(people, self.item, anyway=anyway)
        self.acts.insert(0, Act(self.item, tuple(done)))
        refused = [h.resident for h in done if h.verdict is not HandVerdict.HANDED]
        if refused:
            self.ask(
                self._face(next(h for h in done if h.resident == refused[0])), lambda: self.hand(refused, anyway=True)
            )
        else:
            self.show(self._face(done[0], len(done)))
        self.paint_frame()
        self.paint_work()

    def action_undo(self) -> None:
        """Take the last handing back."""
        act = next((act for act in self.acts if act.facts), None)
        app = self.console_app
        if act is None:
            self.show(Face("same", BARS, "同", "＝", self.say("answer.nothing_to_undo.first")))
            return
        face = Face("ask", DIAMOND, "問", "？", self.say("hand_out.undo", what=supply_word(app, act.item)), self._who(act),
                    f"{act.handings[0].at:%H:%M}", self.say("undo.why"))  # fmt: skip

        def undo(why: str) -> None:
            """Take it back for this reason."""
            app.station.needs.take_handing_back(act.facts, why)
            self.acts.remove(act)
            self.show(Face("same", BARS, "同", "／", self.say("answer.undone.first"), self._who(act)))
            self.repaint()

        self.ask_why(face, undo)

    def take_answer(self, answer: Answer) -> None:
        """What came from elsewhere is shown at the reception desk."""
        self.console_app.show_at_reception(answer)

    def row_list(self) -> RowList[Act]:
        """The last acts."""
        return self._acts

    @property
    def _acts(self) -> RowList[Act]:
        return cast("RowList[Act]", self.query_one("#acts"))

    def _found(self, found: Found | None) -> None:
        if found is not None:
            self.hand([found.person.id])

    def _named(self, person: ResidentId) -> str:
        resident = self.console_app.station.journal.rows.one(Resident, person)
        return self.say("name.polite", name=resident.name) if resident else self.say("unknown")

    def _who(self, act: Act) -> str:
        others = len(act.handings) - 1
        return self._named(act.handings[0].resident) + (f"  ＋{others}" if others else "")

    def _face(self, handing: Handing, people: int = 1) -> Face:
        app, what = self.console_app, supply_word(self.console_app, self.item)
        name = self._named(handing.resident) + (f"  ＋{people - 1}" if people > 1 else "")
        allergies = allergy_words(app, handing.allergies)
        third = self.say("hand_out.allergy", what=allergies) if allergies else ""
        if handing.verdict is HandVerdict.HANDED:
            if allergies:
                said = self.say("hand_out.check_first", what=what)
                return Face("ask", DIAMOND, "問", "！", said, name, "", third, bell=Bell.QUESTION)
            family = self.say("hand_out.family") if self.family() else ""
            return Face(
                "good", RING, "済", "〇", self.say("hand_out.handed", what=what), name, "", family, bell=Bell.DONE
            )
        last = f"{handing.last:%H:%M}" if handing.last else ""
        said = self.say(f"hand_out.{handing.verdict}", what=what, last=last)
        again = self.say("hand_out.again_at", at=f"{handing.again_at:%H:%M}") if handing.again_at else ""
        aside = f"{again}  {third}".strip()
        return Face("ask", DIAMOND, "問", "？", said, name, aside, self.say("hand_out.anyway"), bell=Bell.QUESTION)

    def _row(self, act: Act, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles, first = self.console_app.roles, act.handings[0]
        sign = "〇" if act.facts else "－"
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(f"{first.at:%H:%M:%S}", 10, roles.muted),
            Cell(f"{sign} {self.say(f'hand_out.word.{first.verdict}')}", 18, roles.good.ink if act.facts else roles.muted),
            Cell(supply_word(self.console_app, act.item), 16, roles.text),
            Cell(self._who(act), 24, roles.text),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip
