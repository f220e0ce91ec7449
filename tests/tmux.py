"""Real programs in real terminals that a test can read and type into: a tmux of our own, with one or several panes."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.town import wait_until


@dataclass(frozen=True, slots=True)
class Tmux:
    """A server of our own: neither its settings nor its other windows are the user's."""

    socket: Path

    def __call__(self, *arguments: str) -> str:
        """What it answers; raises CalledProcessError when it refuses, or has ended."""
        return subprocess.run([*self.command, *arguments], check=True, capture_output=True, text=True).stdout

    @property
    def command(self) -> list[str]:
        return ["tmux", "-u", "-f", "/dev/null", "-S", str(self.socket)]


@dataclass(frozen=True, slots=True)
class Pane:
    """One terminal in it."""

    tmux: Tmux
    name: str
    """As tmux calls it: `%0`."""

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p", "-t", self.name)

    def shows(self, *sentences: str, within: float = 10) -> bool:
        return wait_until(lambda: all(sentence in self.screen() for sentence in sentences), within)

    def press(self, *keys: str) -> None:
        self.tmux("send-keys", "-t", self.name, *keys)

    def type(self, text: str) -> None:
        """Letter by letter, as they are."""
        self.tmux("send-keys", "-t", self.name, "-l", text)
