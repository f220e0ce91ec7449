"""What the tests of the screens do again and again: look, wait, count."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.pilot import Pilot

from village_console.papers.document import Document, TextLine
from village_console.register.rows import Resident
from village_console.shelter.rows import Stay
from village_console.tui.app import ConsoleApp
from village_console.tui.screens.desk import GUARD

if TYPE_CHECKING:
    from tests.screens.conftest import Village

SIZE = (80, 24)
AT_LEAST, AT_MOST = 0.35, 10.0
"""Seconds that a screen is given: longer than a key is held back for having bounced."""
HELD_UP = 0.5
"""The same where a test holds some work up until it has looked."""


def painted(village: Village) -> list[list[Segment]]:
    """Everything on the screen, row by row."""
    return [list(strip) for strip in village.app.screen._compositor.render_strips()]


def shown(village: Village) -> str:
    """Everything on the screen as text."""
    return "\n".join("".join(segment.text for segment in row) for row in painted(village))


def uncertain_cells(text: str) -> list[str]:
    """What a terminal may draw otherwise than we think: rows that are not eighty cells, characters one or two cells wide."""
    rows = [line for line in text.splitlines() if cell_len(line) != SIZE[0]]
    characters = {c for c in text if (east_asian_width(c) == "A" and category(c) != "Mn") or category(c) == "So"}
    return [*rows, *sorted(characters)]


def names_here(village: Village) -> set[str]:
    """Who has a stay."""
    residents = village.journal.rows.all(Resident)
    return {residents[stay.resident].name for stay in village.journal.rows.all(Stay).values()}


def text_of(paper: Document) -> str:
    """What stands on a paper."""
    lines = (line for line in paper.lines if isinstance(line, TextLine))
    return "\n".join("".join(span.text for span in line.spans) for line in lines)


async def settle(pilot: Pilot[int], at_most: float = AT_MOST) -> None:
    """Let messages, work of other threads and repaints pass: until two looks in a row find nothing to wait for."""
    app, quiet, deadline = pilot.app, 0, monotonic() + at_most
    assert isinstance(app, ConsoleApp)
    await pilot.pause(AT_LEAST)
    while quiet < 2 and monotonic() < deadline:
        await pilot.pause()
        at_work = app._beat._dirty or any(not worker.is_finished for worker in app.workers)
        quiet = 0 if at_work else quiet + 1


async def seen(village: Village, pilot: Pilot[int], sentence: str) -> str:
    """Wait until a sentence is on the screen, and a question hears keys; returns the screen."""
    for _ in range(200):
        if sentence in shown(village):
            break
        await pilot.pause(0.05)
    text = shown(village)
    assert sentence in text, text
    await pilot.pause(GUARD + 0.05)
    while village.app.desk.guarded:
        await pilot.pause(0.05)
    return text


@contextmanager
def at_once(village: Village) -> Generator[None]:
    """What is pressed within comes in one instant, however slow the machine is."""
    moment = village.clock.monotonic()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(village.clock, "monotonic", lambda: moment)
        yield
