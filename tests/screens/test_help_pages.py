"""Help that does not fit on one page: every key of the desk is on one of its pages."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from tests.screens.acting import SIZE, seen, shown
from village_console.tui import screens
from village_console.tui.commands import EVERYWHERE
from village_console.tui.reception_commands import RECEPTION_COMMANDS
from village_console.tui.screens.desk import Desk
from village_console.words import Language, Words

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


def pages(of: type[Desk] = Desk) -> Iterator[type[Desk]]:
    """Every page at which help can be asked for."""
    for kind in of.__subclasses__():
        if kind.NAME and "help" not in kind.WITHOUT:
            yield kind
        yield from pages(kind)


@pytest.mark.parametrize("language", Language)
def test_every_page_at_which_help_can_be_asked_for_has_some_that_fits(language: Language) -> None:
    for module in pkgutil.iter_modules(screens.__path__):
        import_module(f"{screens.__name__}.{module.name}")
    words, found = Words(language), {page.NAME for page in pages()}
    assert len(found) > 15
    said = {name: words.say(f"help.{name}").strip().splitlines() for name in found}
    assert [name for name in sorted(found) if not said[name]] == []
    assert [line for lines in said.values() for line in lines if cell_len(line) > 78] == []
