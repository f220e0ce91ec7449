"""Papers at the desk: one after the other, decided by a person where nobody knows, marked when printed once more."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.screens.acting import AT_MOST, HELD_UP, SIZE, settle, shown, text_of
from village_console.devices.ports import Health, PrintOutcome, PrintReport
from village_console.journal.spool import JobState
from village_console.tui.screens.print_jobs import PrintJobsPage
from village_console.words import Language

if TYPE_CHECKING:
    from tests.screens.conftest import Looks, Village

UNKNOWN = PrintReport(PrintOutcome.UNCERTAIN, Health.NO_ANSWER)
NO_PAPER = PrintReport(PrintOutcome.NOT_SENT, Health.PAPER_OUT)
FINE = PrintReport(PrintOutcome.PRINTED, Health.READY)


def states(village: Village) -> list[JobState]:
    return [job.state for job in reversed(village.journal.spool.last(9))]


async def roster_printed(village: Village, pilot: Pilot[Any], report: PrintReport = FINE) -> None:
    """Somebody is here, and the roster goes to a printer that answers like this."""
    village.paper.report = report
    village.app.on_tap(village.card(5))
    await settle(pilot)
    await pilot.press("f4")
    await settle(pilot)
    await pilot.press("p")
    if not village.paper.may_end.is_set():
        await begun(village, pilot)
    else:
        await settle(pilot)


async def begun(village: Village, pilot: Pilot[int]) -> None:
    """Until a paper is in the printer, which is held up there; a little more, in case another one came too."""
    deadline = monotonic() + AT_MOST
    while not village.paper.documents and monotonic() < deadline:
        await pilot.pause(0.05)
    await pilot.pause(HELD_UP)


async def answered(pilot: Pilot[Any], key: str) -> None:
    await pilot.pause(0.45)
    await pilot.press(key)
    await settle(pilot)


async def test_a_paper_is_on_disk_before_it_is_sent_and_done_when_the_printer_says_so(village: Village) -> None:
    village.paper.may_end.clear()
    async with village.app.run_test(size=SIZE) as pilot:
        await roster_printed(village, pilot)
        between = states(village)
        village.paper.may_end.set()
        await settle(pilot)
    assert between == [JobState.SENT]
    assert states(village) == [JobState.PRINTED]
    assert village.paper.tickets == [1]


async def test_a_paper_nobody_knows_of_is_asked_about_and_one_key_says_it_came_out(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await roster_printed(village, pilot, UNKNOWN)
        asked, before = shown(village), states(village)
        await answered(pilot, "1")
    assert "1 出た 2 出ていない" in asked
    assert (before, states(village)) == ([JobState.UNCERTAIN], [JobState.PRINTED])
    assert len(village.paper.documents) == 1


async def test_a_paper_that_did_not_come_out_is_void_and_its_reissue_says_so(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await roster_printed(village, pilot, UNKNOWN)
        await answered(pilot, "2")
        village.paper.report = FINE
        await answered(pilot, "2")
    first, second, third = (text_of(paper) for paper in village.paper.documents)
    assert "再発行" not in first
    assert second.count("【再発行 第1回】") == 2
    assert (third.count("【再発行 第2回】"), third.count("第1回")) == (2, 0)
    assert states(village) == [JobState.VOID, JobState.VOID, JobState.PRINTED]


async def test_escape_leaves_the_question_for_later_on_its_page(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await roster_printed(village, pilot, UNKNOWN)
        await answered(pilot, "escape")
        await pilot.press("ctrl+u")
        await settle(pilot)
        page = shown(village)
        await pilot.press("1")
        await settle(pilot)
        on_page = isinstance(village.app.screen, PrintJobsPage)
    assert "？ わからない" in page
    assert on_page
    assert states(village) == [JobState.PRINTED]


async def test_what_waits_for_paper_is_printed_once_and_by_itself(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await roster_printed(village, pilot, NO_PAPER)
        said, waiting = shown(village), states(village)
        village.paper.report = FINE
        village.app.printing.ask_health()
        await settle(pilot)
        village.app.printing.ask_health()
        await settle(pilot)
    assert "閉めると 出ます" in said
    assert (waiting, states(village)) == ([JobState.QUEUED], [JobState.PRINTED])
    assert len(village.paper.documents) == 1


async def test_what_waits_can_be_given_up(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await roster_printed(village, pilot, NO_PAPER)
        await pilot.press("ctrl+u")
        await settle(pilot)
        await pilot.press("x")
        await settle(pilot)
        village.paper.report = FINE
        village.app.printing.ask_health()
        await settle(pilot)
    assert states(village) == [JobState.VOID]
    assert village.paper.documents == []


async def test_papers_go_one_after_the_other_in_their_order(village: Village) -> None:
    village.paper.may_end.clear()
    async with village.app.run_test(size=SIZE) as pilot:
        await roster_printed(village, pilot)
        await pilot.press("p", "p")
        await begun(village, pilot)
        at_once = len(village.paper.documents)
        village.paper.may_end.set()
        await settle(pilot)
        await settle(pilot)
    assert at_once == 1
    assert village.paper.tickets == [1, 2, 3]
    assert states(village) == [JobState.PRINTED] * 3


async def test_behind_a_paper_nobody_knows_of_the_next_one_waits_for_nobody(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await roster_printed(village, pilot, UNKNOWN)
        await answered(pilot, "escape")
        village.paper.report = FINE
        await pilot.press("p")
        await settle(pilot)
    assert states(village) == [JobState.UNCERTAIN, JobState.PRINTED]


async def test_after_a_restart_the_desk_says_that_papers_wait_for_a_person(village: Village) -> None:
    job = village.journal.spool.queue(b"", "roster", 3, "roster of 3")
    village.journal.spool.move(job.id, JobState.SENT)
    async with village.app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        page = shown(village)
    assert "出たか わからない紙 1件" in page
    assert village.paper.documents == []


async def test_without_a_printer_nothing_is_queued(village: Village) -> None:
    village.app.live.paper = None
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("p")
        await settle(pilot)
        page = shown(village)
    assert "印刷機は ありません" in page
    assert states(village) == []


@pytest.mark.parametrize("language", Language)
def test_the_page_of_papers_looks_as_it_did(looks_as_it_did: Looks, village: Village, language: Language) -> None:
    async def act(village: Village, pilot: Pilot[Any]) -> None:
        await roster_printed(village, pilot)
        village.paper.report = UNKNOWN
        await pilot.press("p")
        await settle(pilot)
        await answered(pilot, "2")
        await answered(pilot, "escape")
        await pilot.press("ctrl+u")
        await settle(pilot)

    assert looks_as_it_did(village, act, language)
