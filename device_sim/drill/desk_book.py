"""Writes desk.jsonl as the drill goes on: every line is with the system before the next act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

import msgspec

from device_sim.drill.desk_lines import Aside, BoardSeen, DeskEntry
from device_sim.drill.desk_link import Arrival
from device_sim.drill.link_words import Board, Nonsense, Verdict
from device_sim.drill.play_errors import DrillFolderError


class DeskBook:
    """The open desk.jsonl; may be written from any thread."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        """`now` is drill time. Raises DrillFolderError when the folder holds an earlier play."""
        try:
            self._file = path.open("xb", buffering=0)
        except FileExistsError as error:
            message = f"{path} is of an earlier play: take a new folder"
            raise DrillFolderError(message) from error
        except OSError as error:
            message = f"{path} cannot be written: {error.strerror}"
            raise DrillFolderError(message) from error
        self.now = now
        self._lock = Lock()

    def __enter__(self) -> Self:
        """Open since it was made."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        with self._lock:
            self._file.close()

    def write(self, line: DeskEntry) -> None:
        """Append a line; after closing it is dropped."""
        encoded = msgspec.json.encode(line) + b"\n"
        with self._lock:
            if not self._file.closed:
                self._file.write(encoded)

    def board(self, board: Board) -> None:
        """Append what the board presumes now."""
        self.write(BoardSeen(at=self.now(), households=board.households))

    def asides(self, arrivals: list[Arrival]) -> None:
        """Append what nobody had asked for."""
        for _, seen in arrivals:
            if isinstance(seen, Verdict):
                self.write(Aside(at=self.now(), verdict=seen.verdict, resident=seen.resident))
            elif isinstance(seen, Nonsense):
                self.write(Aside(at=self.now(), verdict=None, said=seen.why))
