"""The app's side of the drill link: keys that the drill presses, and what its person at the desk saw."""

from __future__ import annotations

import asyncio
import contextlib
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from village_console.register.rows import Resident
from village_console.shelter.reception import Answer
from village_console.shelter.rules import Verdict
from village_console.shelter.views import Companion
from village_console.tui.messages import PressedByDrill
from village_console.tui.screens.desk import GUARD
from village_console.tui.shapes import BARS
from village_console.village.ids import FactHash

if TYPE_CHECKING:
    from village_console.tui.app import ConsoleApp

HANDS_OFF = 15.0
"""Seconds after a person's last key in which the drill presses none."""
BETWEEN_KEYS = 0.004
PAINT_TIMEOUT = 5.0
PAINT_TRY = 0.2
"""Seconds, real."""
_NAMES = {"/": "slash", "?": "question_mark", " ": "space", ".": "full_stop", "-": "minus"}


async def press(app: ConsoleApp, keys: list[str]) -> bool:
    """Press keys one after another; true once they are handled and painted, false when a person is typing.

    A person who begins to type in the middle keeps the keyboard, and who hides the screen keeps it hidden: the rest is not
    pressed.
    """
    for key in keys:
        if app.pages.hidden or app.live.clock.monotonic() - app.person_typed_at < HANDS_OFF:
            return False
        if app.desk.guarded:
            await asyncio.sleep(GUARD)
        app.post_message(_event(key))
        await asyncio.sleep(BETWEEN_KEYS)
    return await painted(app)


async def painted(app: ConsoleApp) -> bool:
    """Wait until the screen in front has been painted; a screen that goes to the back meanwhile never tells."""
    until = app.live.clock.monotonic() + PAINT_TIMEOUT
    while app.screen_stack and app.live.clock.monotonic() < until:
        await asyncio.sleep(BETWEEN_KEYS)
        desk, seen = app.desk, asyncio.Event()
        desk.call_after_refresh(seen.set)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(seen.wait(), PAINT_TRY)
            if desk.ready and app.desk is desk:
                return True
    return False


def tell_when_painted(app: ConsoleApp, tell_it: Callable[[], None]) -> None:
    """Tell the drill what a person could see by then."""
    if app.live.link is None:
        return

    async def wait_and_tell() -> None:
        """Only what has been painted is told."""
        await painted(app)
        tell_it()

    task = asyncio.ensure_future(wait_and_tell())
    app.telling.add(task)
    task.add_done_callback(app.telling.discard)


def hello(app: ConsoleApp) -> dict[str, Any]:
    """The first line for a simulator that has dialled."""
    console = app.live
    app.board_told = None
    app.call_later(app.refresh_board)
    return {
        "saw": "hello",
        "run_mode": console.run_mode.value,
        "world": console.world.value,
        "received": console.reception.presence().people,
    }


async def end(app: ConsoleApp) -> None:
    """Bring the board up to date, write the evidence; a headless console then leaves."""
    for order in app.live.watch.orders():
        await asyncio.to_thread(app.live.watch.gather, order)
    app.refresh_board()
    await asyncio.to_thread(app.live.export_evidence)
    if app.is_headless:
        app.set_timer(0.2, app.quit)
    else:
        say_ended(app)


def say_ended(app: ConsoleApp) -> None:
    """A drill with a person at the keyboard stays open until they leave."""
    app.say_in_band("same", BARS, "同", "〆", "drill.ended")


def tell(app: ConsoleApp, verdict: str, fact: FactHash | None = None, **more: Any) -> None:
    """Say which answer was painted."""
    if app.live.link is not None:
        seen = {"saw": "verdict", "verdict": verdict, "painted": app.live.clock.monotonic()} | more
        app.live.link.tell(seen | ({"fact": fact} if fact else {}))


def tell_verdict(app: ConsoleApp, answer: Answer) -> None:
    """Say what the band showed for an act at reception."""
    more: dict[str, Any] = {}
    if answer.resident is not None:
        more |= _person(answer.resident)
    if answer.stay is not None:
        more["receipt"] = answer.stay.receipt
    if answer.household:
        more["household"] = [_companion(companion) for companion in answer.household]
    if answer.verdict is Verdict.COMPANIONS_RECEIVED:
        pairs = zip(answer.people, answer.facts, strict=True)
        more["people"] = [_person(r) | {"receipt": s.receipt, "fact": fact} for (r, s), fact in pairs]
    tell(app, answer.verdict, answer.fact, **more)


def tell_board(app: ConsoleApp) -> None:
    """Say whom the board presumes stranded, when that has changed."""
    if app.live.link is None or app.board is None:
        return
    homes = [
        {"household": row.household.id.rpartition("/")[2], "people": sorted(m.number for m in row.missing)}
        for row in app.board.stranded
    ]
    if homes != app.board_told:
        app.board_told = homes
        app.live.link.tell({"saw": "board", "households": homes})


def _person(resident: Resident) -> dict[str, Any]:
    return {"resident": resident.number, "name": resident.name}


def _companion(companion: Companion) -> dict[str, Any]:
    return _person(companion.resident) | {"key": companion.key, "state": companion.state.value}


def _event(key: str) -> PressedByDrill:
    if len(key) > 1:
        return PressedByDrill(key, "\r" if key == "enter" else None)
    if key.isascii() and key.isalnum():
        return PressedByDrill(key, key)
    name = unicodedata.name(key, "unknown").lower().replace(" ", "_").replace("-", "_")
    return PressedByDrill(_NAMES.get(key, name), key)
