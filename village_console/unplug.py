"""Pull the plug: kill the console in a running queue, so that a drill can show that nothing is lost."""

from __future__ import annotations

import random
import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

FIRST_AFTER = 20
"""Acts at the desk before the first kill."""
APART = (15, 45)
"""Acts between two kills."""


class Unplugger:
    """Kills a console with SIGKILL after so many acts at the desk, as often as it was told."""

    def __init__(self, desk_log: Path, times: int, seed: int) -> None:
        """`desk_log` is what the simulator writes of every act."""
        self._desk_log = desk_log
        self._times = times
        self._random = random.Random(seed)  # noqa: S311 -- a drill's dice
        self._next_at = FIRST_AFTER
        self.kills = 0
        self.killed_it = False

    @contextmanager
    def watching(self, console: subprocess.Popen[bytes]) -> Generator[None]:
        """Watch one console while it lives."""
        self.killed_it = False
        done = threading.Event()
        thread = threading.Thread(target=self._watch, args=(console, done), daemon=True)
        if self.kills < self._times:
            thread.start()
        try:
            yield
        finally:
            done.set()
            if thread.is_alive():
                thread.join()

    def _watch(self, console: subprocess.Popen[bytes], done: threading.Event) -> None:
        while not done.wait(0.02):
            if self._acts() >= self._next_at:
                # Somewhere within the next act, not between two of them.
                done.wait(self._random.uniform(0, 0.15))
                self.killed_it = console.poll() is None
                console.kill()
                self.kills += self.killed_it
                self._next_at = self._acts() + self._random.randint(*APART)
                return

    def _acts(self) -> int:
        return self._desk_log.read_bytes().count(b"\n") if self._desk_log.exists() else 0
