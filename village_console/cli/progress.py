"""The one line in which the command line says how far a long work has come."""

from __future__ import annotations

import math
import sys
from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress as Lines
from rich.progress import ProgressColumn, Task
from rich.text import Text

from village_console.village.progress import Progress
from village_console.words import Words


@contextmanager
def progress_line(words: Words, key: str) -> Generator[Progress]:
    """A line on stderr that is renewed, with the time that is left, on a terminal; elsewhere only the end is written.

    `key` is its sentence, with the values `done` and `of`.
    """
    console = Console(stderr=True)
    if not console.is_terminal or console.is_dumb_terminal:
        yield _Plain(words, key)
        return
    with Lines(_Sentence(words, key), console=console) as shown:
        task = shown.add_task("", total=None)

        def tell(done: int, of: int) -> None:
            """Move the bar; at its end it goes."""
            shown.update(task, completed=done, total=of)
            if done == of:  # what comes after may write to the terminal itself
                shown.stop()

        yield tell


class _Plain:
    """The end, once."""

    def __init__(self, words: Words, key: str) -> None:
        self._words, self._key, self._ended = words, key, False

    def __call__(self, done: int, of: int) -> None:
        if done == of and not self._ended:
            self._ended = True
            sys.stderr.write(self._words.say(self._key, done=done, of=of) + "\n")
            sys.stderr.flush()


class _Sentence(ProgressColumn):
    """Words and figures: a drawn bar is of characters whose width is not the same on every terminal."""

    def __init__(self, words: Words, key: str) -> None:
        super().__init__()
        self._words, self._key = words, key

    def render(self, task: Task) -> Text:
        """What is done, of how much, and how long it will still take."""
        if task.total is None:
            return Text("")
        said = self._words.say(self._key, done=int(task.completed), of=int(task.total))
        left = task.time_remaining
        if task.finished or left is None:
            return Text(said)
        minutes, seconds = divmod(math.ceil(left), 60)
        return Text(f"{said}  {self._words.say('cli.left', time=f'{minutes}:{seconds:02}')}")
