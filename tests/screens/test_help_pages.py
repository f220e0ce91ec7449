"""Help that does not fit on one page: every key of the desk is on one of its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.screens.test_binding import SIZE, seen, shown
from village_console.tui.commands import EVERYWHERE
from village_console.tui.reception_commands import RECEPTION_COMMANDS

if TYPE_CHECKING:
    from tests.screens.conftest import Village


async def test_every_key_of_reception_is_on_a_page_of_its_help(village: Village) -> None:
    async with village.app.run_test(size=SIZE) as pilot:
        await pilot.press("f1")
        first = await seen(village, pilot, "PageDown")
        await pilot.press("pagedown")
        await pilot.pause(0.2)
        both = first + shown(village)
        await pilot.press("pagedown")
        await pilot.pause(0.2)
        both += shown(village)
        await pilot.press("pageup", "pageup")
        await pilot.pause(0.2)
        assert shown(village).splitlines()[3:20] == first.splitlines()[3:20]
    wanted = [village.app.words.say(f"command.{c.name}.help") for c in (*RECEPTION_COMMANDS, *EVERYWHERE) if c.label]
    assert [said for said in wanted if said not in both] == []
