"""The roll, the cover and their sensors: what a person does to the printer, and what stops it."""

from collections.abc import Callable
from dataclasses import replace
from threading import Lock

from device_sim.printers.status import Status


class PaperPath:
    """The state that outlives a power cut. Every change is told to `watch` in the order in which it happened."""

    def __init__(self) -> None:
        self._status = Status()
        self._lines_left: int | None = None
        self._watcher: Callable[[Status], None] | None = None
        self._lock = Lock()

    @property
    def status(self) -> Status:
        """What the sensors say now."""
        with self._lock:
            return self._status

    def watch(self, watcher: Callable[[Status], None]) -> None:
        """Tell `watcher` the present state and every later one; it takes the place of the one before."""
        with self._lock:
            self._watcher = watcher
            watcher(self._status)

    def end_after(self, lines: int) -> None:
        """Let the roll end when so many more lines are printed."""
        with self._lock:
            self._lines_left = lines
            self._change(replace(self._status, paper_end=lines <= 0))

    def use(self, lines: int) -> None:
        """Take so many lines from the roll."""
        with self._lock:
            if self._lines_left is None:
                return
            self._lines_left = max(0, self._lines_left - lines)
            if self._lines_left == 0 and not self._status.paper_end:
                self._change(replace(self._status, paper_end=True))

    def refill(self) -> None:
        """Put in a roll that does not end."""
        with self._lock:
            self._lines_left = None
            self._change(replace(self._status, paper_end=False, near_end=False))

    def near_end(self) -> None:
        """Let the roll be so thin that the sensor sees it."""
        with self._lock:
            self._change(replace(self._status, near_end=True))

    def cover(self, *, is_open: bool) -> None:
        """Open or close the cover."""
        with self._lock:
            self._change(replace(self._status, cover_open=is_open))

    def jam(self, *, is_jammed: bool) -> None:
        """Let the cutter be stuck, or free it."""
        with self._lock:
            self._change(replace(self._status, jammed=is_jammed))

    def _change(self, status: Status) -> None:
        self._status = status
        if self._watcher is not None:
            self._watcher(status)
