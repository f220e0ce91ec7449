"""A small invented town on a stopped clock, and the app over it."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.screens.acting import SIZE, shown, uncertain_cells
from village_console.bootstrap import make_station
from village_console.devices.ports import (
    CardRead,
    Device,
    Health,
    Part,
    PrintOutcome,
    PrintReport,
    Ticket,
    TvEvent,
    TvEventKind,
)
from village_console.devices.printers.escpos import encode
from village_console.import_town import import_town
from village_console.journal.journal import Journal
from village_console.papers.document import Document
from village_console.records import open_journal
from village_console.settings import Devices, Mode, Settings, Site
from village_console.tui.app import ConsoleApp
from village_console.tui.station import DeviceSigns, Printed
from village_console.viewing.television_log import TelevisionLog
from village_console.village.clock import JST, Clock
from village_console.village.run_mode import RunMode, World
from village_console.words import Language

NOW = datetime(2026, 11, 3, 18, 2, 11, tzinfo=JST)
ISSUER = "VILLAGE-CONSOLE-DRILL"

RESIDENTS = """住民番号,世帯番号,氏名,氏名カナ,生年月日,性別,続柄,集落,住所,電話番号,要支援
0000001,H0001,佐藤 正一,サトウ ショウイチ,S17.5.3,男,世帯主,上興部,上興部12番地,0158-00-1811,
0000002,H0001,佐藤 ハル,サトウ ハル,S19.9.21,女,妻,上興部,上興部12番地,0158-00-1811,1
0000003,H0001,佐藤 健,サトウ ケン,S46.1.19,男,子,上興部,上興部12番地,0158-00-1812,
0000004,H0001,佐藤 美咲,サトウ ミサキ,H21.4.2,女,孫,上興部,上興部12番地,0158-00-1812,
0000005,H0002,山﨑 トミ子,ヤマザキ トミコ,S15.2.8,女,世帯主,上藻,上藻27番地,0158-00-2701,1
0000006,H0003,𠮷田 清,ヨシダ キヨシ,S25.7.7,男,世帯主,東興,東興3番地,0158-00-0301,
0000007,H0003,𠮷田 幸子,ヨシダ サチコ,S27.12.1,女,妻,東興,東興3番地,0158-00-0301,
0000008,H0004,グエン・ティ・ミン・チャウ,グエン ティ ミン チャウ,1998-06-15,女,世帯主,六興,六興8番地,0158-00-0801,
0000009,H0005,葛󠄀西 トシ,カサイ トシ,S22.1.19,女,世帯主,札滑,札滑4番地,0158-00-0401,
0000010,H0006,髙橋 﨑男,タカハシ サキオ,S33.3.3,男,世帯主,札滑,札滑9番地,0158-00-0901,
"""
TELEVISIONS = """端末番号,世帯番号,登録者住民番号,同意_災害
stb-0001,H0001,0000001,あり
stb-0002,H0002,0000005,あり
stb-0003,H0003,0000006,あり
stb-0004,H0004,0000008,なし
"""
CARDS = "住民番号,カード種別,発行者,シリアル番号\n" + "".join(
    f"{number:07d},my_number,{ISSUER},{number:x}\n" for number in range(1, 10)
)


def no_devices(_signs: DeviceSigns) -> list[Device]:
    """Cards and televisions are acted by the tests."""
    return []


class PaperInMemory:
    """A printer that keeps what it was given; how it is can be set."""

    columns = 48

    def __init__(self) -> None:
        self.report = PrintReport(PrintOutcome.PRINTED, Health.READY)
        self.documents: list[Document] = []
        self.tickets: list[int] = []
        self.may_end = threading.Event()
        """Cleared: the paper takes until it is set."""
        self.may_end.set()

    def health(self) -> Health:
        return self.report.health

    def lacking(self, pages: Sequence[Document]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(cluster for page in pages for cluster in encode(page).missing))

    def print(self, document: Document, ticket: Ticket) -> Printed:
        self.tickets.append(ticket.number)
        if self.report.outcome is PrintOutcome.NOT_SENT:
            return Printed(self.report, ())
        self.documents.append(document)
        ticket.sent()
        self.may_end.wait(10)
        return Printed(self.report, ())


class Village:
    """The app's surroundings, for a test to act upon."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.clock.drive(NOW.timestamp(), self.clock.monotonic(), 0)
        self.settings = Settings(
            Site("015628", "S1", "中央公民館"),
            Mode(RunMode.DRILL, World.SIMULATED, "test", "夕方の訓練（本当の災害ではありません）"),
            Devices(broker="127.0.0.1:1", scanner=False),  # a pilot types as fast as a scanner
        )
        self.journal: Journal = open_journal(self.settings, folder, self.clock)
        for name, text in (("residents", RESIDENTS), ("televisions", TELEVISIONS), ("cards", CARDS)):
            (folder / f"{name}.csv").write_text(text, "utf-8")
        import_town(self.journal, "015628", folder)
        self.televisions = TelevisionLog(folder / "televisions.db", bytes(32))
        self.paper = PaperInMemory()
        station = make_station(self.settings, folder, self.journal, self.televisions, self.clock)
        self.app = ConsoleApp.on(replace(station, paper=self.paper, make_devices=no_devices))

    def at(self, **later: float) -> None:
        """Move the clock."""
        moment = self.clock.epoch() + timedelta(**later).total_seconds()
        self.clock.drive(moment, self.clock.monotonic(), 0)

    def card(self, number: int) -> CardRead:
        """A resident's card as the reader would report it."""
        return CardRead("my_number", ISSUER, number.to_bytes(1, "big"), World.SIMULATED)

    def hear(self, device: str, value: str, minutes_before: float = 1) -> None:
        """Let a television have said ON or OFF."""
        at = self.clock.now() - timedelta(minutes=minutes_before)
        self.televisions.store(
            [TvEvent(device, "set_top", TvEventKind.POWER, value, at, at, False, False, "0" * 8, 1, b"")], []
        )

    def close(self) -> None:
        self.televisions.close()
        self.journal.close()


@pytest.fixture(autouse=True)
def steady_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cursor that blinks would be in one picture and not in the next."""
    monkeypatch.setattr(Input.cursor_blink, "_default", False)


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """A village with an app that has not yet been run."""
    made = Village(tmp_path)
    yield made
    made.close()


Act = Callable[[Village, Pilot[Any]], Awaitable[object]]
"""What somebody does at the keyboard."""


class Looks(Protocol):
    """Whether the screen after an act is the picture that was kept."""

    def __call__(self, village: Village, act: Act, language: Language = Language.JAPANESE) -> bool: ...


ASKED_AT_THE_START = {Part.PRINTER, Part.DISK}


@pytest.fixture
def looks_as_it_did(snap_compare: Callable[..., bool]) -> Looks:
    """A picture is taken when every device has answered and all that it changed is painted; every cell of it is certain."""

    def looks(village: Village, act: Act, language: Language = Language.JAPANESE) -> bool:
        app, text = village.app, ""

        async def play(pilot: Pilot[Any]) -> None:
            if language is Language.ENGLISH:
                app.change_language()
            nonlocal text
            await act(village, pilot)
            for _ in range(100):
                if not app.stands or app.signs.health.keys() >= ASKED_AT_THE_START:
                    break
                await pilot.pause(0.05)
            if app.stands:
                app.desk.paint_frame()
                await pilot.pause()
            text = shown(village)

        same = snap_compare(app, terminal_size=SIZE, run_before=play)
        assert uncertain_cells(text) == []
        return same

    return looks
