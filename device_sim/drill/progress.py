"""Says how far a drill is: a bar on a terminal, a line every two seconds elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Protocol, TextIO

from device_sim.drill.player import Status

EVERY, EVERY_ON_TERMINAL = 2.0, 0.2
"""Real seconds."""

Ask = Callable[[], Status]


class Show(Protocol):
    """Shows one status."""

    def __call__(self, status: Status) -> None:
        """Show it."""
        ...


@contextmanager
def progress(ask: Ask, out: TextIO) -> Generator[None]:
    """Show on `out` what `ask` says, again and again while the block lasts, and once at its end."""
    with _bar() if out.isatty() else _lines(out) as show:
        done = Event()
        pause = EVERY_ON_TERMINAL if out.isatty() else EVERY
        thread = Thread(target=_repeat, args=(ask, show, done, pause), name="progress", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
            show(ask())


def _repeat(ask: Ask, show: Show, done: Event, pause: float) -> None:
    while not done.wait(pause):
        show(ask())


@contextmanager
def _lines(out: TextIO) -> Generator[Show]:
    def show(status: Status) -> None:
        """A line for each."""
        out.write(f"{status}\n")
        out.flush()

    yield show


@contextmanager
def _bar() -> Generator[Show]:
    from rich.console import Console  # noqa: PLC0415 -- slow import
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415 -- slow import

    with Progress(BarColumn(), TextColumn("{task.description}"), console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)

        def show(status: Status) -> None:
            """Move the bar."""
            bar.update(task, description=str(status), completed=status.checked_in, total=max(1, status.coming))

        yield show
