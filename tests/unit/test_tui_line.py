"""A row is painted when it looks different, and lays the screen out anew only where it decides a size."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

from rich.style import Style
from rich.text import Text
from textual.app import App, ComposeResult

from village_console.tui.widgets.line import Line
from village_console.tui.widgets.row_list import RowList

RED, BLUE = Style(color="red"), Style(color="blue")


class Counted(Line):
    """Notes every time it really shows something, and whether the screen was laid out anew."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self.updates: list[bool] = []

    def update(self, content: Any = "", *, layout: bool = True) -> None:
        self.updates.append(layout)
        super().update(content, layout=layout)


class OneLine(App[None]):
    CSS = "Line { width: 20; height: 1; } #auto { width: auto; } RowList { height: 3; }"

    def compose(self) -> ComposeResult:
        yield Counted("fixed")
        yield Counted("auto")
        yield RowList[str](lambda item, on: Text(f"{'>' if on else ' '}{item}"), str, id="list")


@asynccontextmanager
async def shown(name: str = "fixed") -> AsyncGenerator[Counted]:
    app = OneLine()
    async with app.run_test(size=(40, 10)):
        line = app.query_one(f"#{name}", Counted)
        line.updates.clear()
        yield line


def painted(app: App[None], row: int) -> str:
    return "".join(segment.text for segment in app.screen._compositor.render_strips()[row]).rstrip()


async def test_the_same_row_again_is_not_painted_again() -> None:
    async with shown() as line:
        line.set(Text("受付", style=RED))
        line.set(Text("受付", style=RED))
        assert line.updates == [False]


async def test_other_letters_other_spans_and_another_ground_are_painted() -> None:
    async with shown() as line:
        for text in (Text("a"), Text("b"), Text.assemble(("b", RED)), Text.assemble(("b", BLUE)), Text("b", style=RED)):
            line.set(text)
        assert len(line.updates) == 5


async def test_what_was_shown_is_what_the_caller_has_not_changed_since() -> None:
    async with shown() as line:
        text = Text("a")
        line.set(text)
        text.append("b")
        line.set(text)
        assert len(line.updates) == 2


async def test_only_a_row_that_decides_a_size_lays_the_screen_out_anew() -> None:
    async with shown("auto") as line:
        line.set(Text("a"))
        line.set(Text("longer"))
        assert line.updates == [True, True]


async def test_a_list_shows_what_its_cursor_does() -> None:
    app = OneLine()
    async with app.run_test(size=(40, 10)) as pilot:
        rows = cast("RowList[str]", app.query_one("#list"))
        rows.show(["one", "two"])
        await pilot.pause()
        top = rows.region.y
        assert [painted(app, top), painted(app, top + 1)] == [">one", " two"]
        rows.move(1)
        await pilot.pause()
        assert [painted(app, top), painted(app, top + 1)] == [" one", ">two"]
