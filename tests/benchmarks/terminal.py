"""A program on a real terminal of 80x24: what it has painted, and when."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

SIZE = (24, 80)
PATIENCE = 60.0


class Terminal:
    """Starts a program under a pty; use it as a context. `started` is the moment before the process was made."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
        environment = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self._master, self._painted = master, b""
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
        )
        os.close(slave)

    def __enter__(self) -> Self:
        """Be a context."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the program, politely first: a killed one leaves a file to mend to the next."""
        self.type(b"\x03")
        try:
            self.until(b"\x1b[?1049l", patience=3)
            self.process.wait(3)
        except (TimeoutError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self._master)

    def type(self, keys: bytes) -> None:
        """Press keys; those pressed too early wait in the terminal."""
        os.write(self._master, keys)

    def forget(self) -> None:
        """Read what has been painted up to now, and forget it."""
        while self._read(0.0):
            pass
        self._painted = b""

    def until(self, *marks: bytes, patience: float = PATIENCE) -> float:
        """Seconds on the performance clock when all marks had been painted; raises TimeoutError."""
        deadline = time.perf_counter() + patience
        while not all(mark in self._painted for mark in marks):
            if time.perf_counter() > deadline:
                message = f"{marks!r} were not painted; the last was {self._painted[-2000:]!r}"
                raise TimeoutError(message)
            self._read(0.05)
        return time.perf_counter()

    def _read(self, patience: float) -> bool:
        if not select.select([self._master], [], [], patience)[0]:
            return False
        try:
            part = os.read(self._master, 65536)
        except OSError:  # the program has gone
            time.sleep(0.01)
            return False
        self._painted += part
        return bool(part)
