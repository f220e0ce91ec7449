"""The real program in a real terminal: a card is tapped over the wire, and a person reads the screen."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.drills.test_leaving import children_of
from tests.tmux import Pane, Tmux
from tests.town import card_row, resident_row, wait_until, write_csv
from village_console.children import free_ports
from village_console.village.printed_code import PrintedCode
from village_console.village.run_mode import RunMode, World

pytestmark = pytest.mark.integration

CONSOLE = [sys.executable, "-m", "village_console"]
STARTING = 30
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
"""What an input method makes of a scanner's digits."""
SETTINGS = """
[site]
municipality = "015628"
shelter = "S1"
shelter_name = "中央公民館"
[mode]
run_mode = "test"
world = "simulated"
incident = "tmux"
[devices]
card_slot = "{slot}"
"""


@dataclass(frozen=True, slots=True)
class Terminal(Pane):
    """80 columns, 24 lines, and a desk in it."""

    folder: Path
    slot: str

    def tap(self, number: str) -> None:
        """Hold somebody's card to the reader, with the simulator's own program."""
        where = ["--town", str(self.folder / "town"), "--slot", self.slot]
        subprocess.run(
            [sys.executable, "-m", "device_sim", "card", "my-number", "--person", number, *where],
            check=True, capture_output=True, timeout=30,
        )  # fmt: skip

    def left(self) -> str | None:
        """The exit status of the desk; None while it is open."""
        status = self.folder / "status"
        return (status.read_text().strip() or None) if status.exists() else None


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A desk that is open, in a town of one household."""
    town, settings = tmp_path / "town", tmp_path / "console.toml"
    slot = f"127.0.0.1:{free_ports(1)[0]}"
    settings.write_text(SETTINGS.format(slot=slot), "utf-8")
    town.mkdir()
    write_csv(
        town / "residents.csv", [resident_row(), resident_row("0000002", 氏名="佐藤 ハル", 氏名カナ="サトウ ハル")]
    )
    write_csv(town / "cards.csv", [card_row("0000001", 0x1001)])
    subprocess.run([*CONSOLE, "import", str(town), "--settings", str(settings)], check=True, capture_output=True)
    tmux = Tmux(tmp_path / "tmux")
    desk = shlex.join([*CONSOLE, "desk", "--settings", str(settings)])
    size = ("-x", "80", "-y", "24")
    tmux("new-session", "-d", *size, f"{desk}; echo $? >{shlex.quote(str(tmp_path / 'status'))}")
    yield Terminal(tmux, "%0", tmp_path, slot)
    with suppress(subprocess.CalledProcessError):  # it ended with its window
        tmux("kill-server")


def test_a_card_is_tapped_and_the_screen_says_who_came_in(terminal: Terminal) -> None:
    assert terminal.shows("中央公民館", within=STARTING), terminal.screen()
    assert "佐藤" not in terminal.screen()
    terminal.tap("0000001")
    assert terminal.shows("佐藤 正一", "受け付けました"), terminal.screen()
    assert terminal.shows("佐藤 ハル"), terminal.screen()
    assert len(terminal.screen().splitlines()) == 24
    terminal.press("0")
    assert terminal.shows("終わる"), terminal.screen()
    terminal.press("C-c")
    assert wait_until(lambda: terminal.left() is not None, 10), terminal.screen()
    assert terminal.left() == "0"
    assert wait_until(lambda: children_of(terminal.folder) == [], 5)


def test_a_scanner_that_types_is_heard_and_a_misread_digit_refused(terminal: Terminal) -> None:
    assert terminal.shows("中央公民館", within=STARTING), terminal.screen()
    code = PrintedCode(RunMode.TEST, World.SIMULATED, 1, 7, 4821).digits
    terminal.type(code.translate(FULL_WIDTH))
    terminal.press("Enter")
    assert terminal.shows("だれのカードか わかりません"), terminal.screen()
    time.sleep(1)  # a new question hears no key, and digits right behind an Escape are an Alt key to a terminal
    terminal.press("Escape")
    time.sleep(1)
    terminal.press(code[:-1] + str((int(code[-1]) + 1) % 10), "Enter")
    assert terminal.shows("番号の どこかが ちがいます"), terminal.screen()
    terminal.press("0")
    assert terminal.shows("終わる"), terminal.screen()
