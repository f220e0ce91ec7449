"""印刷の待ち: papers that wait, and those of which nobody knows whether they came out - decided with one digit."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult

from village_console.journal.spool import UNDECIDED, Job, JobState
from village_console.tui.answers import Face, at_of
from village_console.tui.cells import Cell, lines, row, spans
from village_console.tui.commands import Command, Usable
from village_console.tui.screens.desk import Desk
from village_console.tui.shapes import BARS, HILL
from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList

DONE_SHOWN = 10
SIGNS = {
    JobState.QUEUED: "－", JobState.SENDING: "＞", JobState.SENT: "＞", JobState.PRINTED: "〇",
    JobState.UNCERTAIN: "？", JobState.VOID: "Ｘ",
}  # fmt: skip


def _unknown(desk: Desk) -> Usable:
    job = desk.current if isinstance(desk, PrintJobsPage) and desk.ready else None
    return True if job is not None and job.state is JobState.UNCERTAIN else None


def _open(desk: Desk) -> Usable:
    job = desk.current if isinstance(desk, PrintJobsPage) and desk.ready else None
    return True if job is not None and job.state in (JobState.QUEUED, JobState.UNCERTAIN) else None


class PrintJobsPage(Desk):
    """The spool."""

    NAME = "print_jobs"
    DESK_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("came_out", "1", "1", usable=_unknown),
        Command("print_again", "2", "2", usable=_unknown),
        Command("give_up", "x", "x", usable=_open),
        Command("back", label="Esc"),
    )
    WITHOUT: ClassVar[frozenset[str]] = frozenset({"undo"})
    DEFAULT_CSS = """
    PrintJobsPage #header { height: 2; }
    PrintJobsPage #jobs { height: 1fr; }
    """

    def compose_work(self) -> ComposeResult:
        """The jobs."""
        yield Line(id="header")
        yield RowList[Job](self._row, lambda job: job.id, id="jobs")

    @property
    def current(self) -> Job | None:
        """The job under the cursor."""
        return self._jobs.current

    def resting_face(self) -> Face:
        """How many wait for a person."""
        unknown = len(self.console_app.printing.spool.waiting(JobState.UNCERTAIN))
        if unknown:
            return Face(
                "ask", HILL, "再", "！", self.say("spool.left_over", count=unknown), third=self.say("spool.decide")
            )
        return Face("same", BARS, "同", "－", self.say("spool.nothing_open"))

    def paint_work(self) -> None:
        """What waits first, then what was printed."""
        roles, spool = self.console_app.roles, self.console_app.printing.spool
        waiting = spool.waiting(*UNDECIDED)
        done = [job for job in spool.last(DONE_SHOWN) if job.state not in UNDECIDED]
        self._jobs.show([*waiting, *done])
        cells = [Cell(self.say(f"spool.column.{name}"), width) for name, width in
                 (("number", 8), ("state", 18), ("what", 18), ("count", 8), ("issue", 18), ("at", 6))]  # fmt: skip
        header = row(Cell("", 4), *cells, ground=roles.muted, width=self.width)
        empty = spans((f"    {self.say('spool.none')}", roles.text))
        self.query_one("#header", Line).set(lines(Text(" ", end=""), header if self._jobs.items else empty))

    def action_came_out(self) -> None:
        """The paper is there."""
        self._decide(self.console_app.printing.came_out)

    def action_print_again(self) -> None:
        """The paper is not there: another one is printed, and says that it is one."""
        self._decide(self.console_app.printing.print_again)

    def action_give_up(self) -> None:
        """Nobody needs it."""
        self._decide(self.console_app.printing.give_up)

    def row_list(self) -> RowList[Job]:
        """The jobs."""
        return self._jobs

    @property
    def _jobs(self) -> RowList[Job]:
        return cast("RowList[Job]", self.query_one("#jobs"))

    def _decide(self, act: Callable[[Job], None]) -> None:
        if self.current is not None:
            act(self.current)
            self.refresh_view()

    def _row(self, job: Job, selected: bool) -> Text:  # noqa: FBT001 -- RowList's shape
        roles = self.console_app.roles
        ink = roles.ask.ink if job.state is JobState.UNCERTAIN else roles.muted
        return row(
            Cell(" ＞" if selected else "", 4, roles.strong),
            Cell(f"{job.id:04d}", 8, roles.muted),
            Cell(f"{SIGNS[job.state]} {self.say(f'spool.state.{job.state}')}", 18, ink),
            Cell(self.say(f"spool.kind.{job.kind}"), 18, roles.text),
            Cell(str(job.people), 8, roles.muted),
            Cell(self.say("spool.reissue", n=job.issue) if job.issue else "", 18, roles.muted),
            Cell(at_of(job.made, self.console_app.station.clock.now()), 6, roles.muted),
            ground=roles.raised if selected else roles.ground, width=self.width,
        )  # fmt: skip
