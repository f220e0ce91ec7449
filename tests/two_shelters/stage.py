"""The stage: two consoles in folders of their own, a stick between them, a line that can be unplugged, and a narrator."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
import tomllib
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.proxy import BadLine
from tests.tmux import Pane, Tmux
from tests.town import resident_row, write_csv
from village_console.children import free_ports

PROGRAM = [sys.executable, "-m", "village_console"]
COLUMNS, LINES, NARRATOR = 80, 24, 2
NAMES = {1: "中央公民館", 2: "上興部会館"}
"""As the town's list has them."""
TOWN = (
    ("0000001", "H0001", "佐藤 正一", "サトウ ショウイチ", "上興部"),
    ("0000002", "H0001", "佐藤 ハル", "サトウ ハル", "上興部"),
    ("0000003", "H0002", "山﨑 トミ子", "ヤマザキ トミコ", "上藻"),
    ("0000004", "H0003", "𠮷田 清", "ヨシダ キヨシ", "東興"),
    ("0000005", "H0003", "𠮷田 幸子", "ヨシダ サチコ", "東興"),
    ("0000006", "H0004", "髙橋 﨑男", "タカハシ サキオ", "札滑"),
)
SETTINGS = """language = "ja"
[site]
municipality = "015628"
shelter = "S{number}"
shelter_name = "{name}"
console = {number}
[mode]
run_mode = "drill"
world = "simulated"
incident = "two-shelters"
title = "二つの避難所"
[sync]
stick = "{stick}"
{line}
"""


class PlayStoppedError(Exception):
    """A screen does not show what it should."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One of the two consoles."""

    number: int
    folder: Path
    pane: Pane

    @property
    def name(self) -> str:
        return NAMES[self.number]


@dataclass(frozen=True, slots=True)
class Stage:
    """What the play is played on."""

    folder: Path
    tmux: Tmux
    one: Desk
    two: Desk
    line: BadLine
    fast: bool
    """Nobody watches: no pause is longer than the program needs."""

    def narrate(self, act: str, seconds: float = 5) -> None:
        """Say what is going to happen, and leave time to read it."""
        with (Path(__file__).parent / "narration.toml").open("rb") as file:
            said = tomllib.load(file)[act]
        for line, language in enumerate(("ja", "en")):
            sentence = said[language].replace("#", "##")
            self.tmux("set", "-g", f"status-format[{line}]", f"#[align=left,bold] {sentence}")
        self.pause(seconds)

    def look_at(self, desk: Desk) -> None:
        """Where only one console has room, show this one."""
        self.tmux("select-window", "-t", desk.pane.name)
        self.tmux("select-pane", "-t", desk.pane.name)

    def pause(self, seconds: float) -> None:
        if not self.fast:
            time.sleep(seconds)

    def press(self, desk: Desk, *keys: str) -> None:
        """One key after another, as a person presses them: a desk does not hear the same key twice within a blink."""
        self.look_at(desk)
        for key in keys:
            self.pause(1)
            desk.pane.press(key)
            time.sleep(0.4)

    def type(self, desk: Desk, text: str) -> None:
        """Letters, so that one can watch them come."""
        self.look_at(desk)
        for letter in text:
            desk.pane.type(letter)
            time.sleep(0.01 if self.fast else 0.08)
        time.sleep(0.4)

    def wait_for(self, desk: Desk, *sentences: str, within: float = 15) -> str:
        """The screen once all of it stands there."""
        if not desk.pane.shows(*sentences, within=within):
            raise PlayStoppedError(f"{desk.name}: {' / '.join(sentences)}\n{desk.pane.screen()}")
        self.pause(3)
        return desk.pane.screen()


@contextmanager
def stage(folder: Path, *, fast: bool = False, size: tuple[int, int] | None = None) -> Generator[Stage]:
    """Two desks that are open; `size`: columns and lines of the terminal in which they will be shown."""
    port = free_ports(1)[0]
    with BadLine(("127.0.0.1", port), Random(1)) as line:
        addresses = {1: f'serve = true\nlisten = "127.0.0.1:{port}"', 2: f'anchor = "127.0.0.1:{line.port}"'}
        folders = {number: _furnish(folder, number, addresses[number]) for number in NAMES}
        _import_town(folder, folders[1])
        tmux = Tmux(folder / "tmux")
        panes = _open(tmux, size, [_desk_command(folders[number]) for number in NAMES])
        desks = [Desk(number, folders[number], pane) for number, pane in zip(NAMES, panes, strict=True)]
        try:
            yield Stage(folder, tmux, desks[0], desks[1], line, fast)
        finally:
            with suppress(subprocess.CalledProcessError):  # it ended with its windows
                tmux("kill-server")


def _furnish(folder: Path, number: int, line: str) -> Path:
    stick, own = folder / "stick", folder / f"console-{number}"
    stick.mkdir(parents=True, exist_ok=True)
    own.mkdir()
    settings = SETTINGS.format(number=number, name=NAMES[number], stick=stick, line=line)
    (own / "console.toml").write_text(settings, "utf-8")
    return own


def _import_town(folder: Path, own: Path) -> None:
    town = folder / "town"
    town.mkdir()
    rows = [
        resident_row(n, home, 氏名=name, 氏名カナ=kana, 集落=settlement) for n, home, name, kana, settlement in TOWN
    ]
    write_csv(town / "residents.csv", rows)
    command = [*PROGRAM, "import", str(town), "--settings", str(own / "console.toml")]
    subprocess.run(command, check=True, capture_output=True)


def _desk_command(own: Path) -> str:
    return shlex.join([*PROGRAM, "desk", "--settings", str(own / "console.toml")])


def _open(tmux: Tmux, size: tuple[int, int] | None, commands: list[str]) -> list[Pane]:
    """Side by side where there is room, else one over the other, else in two windows that the narrator turns over."""
    wide, high = size or (2 * COLUMNS + 1, LINES + NARRATOR)
    first, second = commands
    session = ["-x", str(wide), "-y", str(high - NARRATOR), "-P", "-F", "#{pane_id}"]
    panes = [tmux("new-session", "-d", *session, first).strip()]
    for name, value in (("status", str(NARRATOR)), ("status-position", "top"), ("status-style", "bg=default,fg=default"),
                        ("status-format[0]", ""), ("status-format[1]", ""), ("mouse", "on"), ("escape-time", "10")):  # fmt: skip
        tmux("set", "-g", name, value)
    way = ["-h"] if wide > 2 * COLUMNS else ["-v"] if high > 2 * LINES + NARRATOR else None
    if way is None:
        tmux("bind", "o", "next-window")  # the other side, as where both are seen
    split = ["new-window", "-d"] if way is None else ["split-window", *way]
    panes.append(tmux(*split, "-P", "-F", "#{pane_id}", second).strip())
    return [Pane(tmux, name) for name in panes]
