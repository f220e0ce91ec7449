"""How a device is, whatever it is; and how one is started and stopped."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol


class Health(StrEnum):
    """How a device is. No answer is a value of its own: it is not fine, and not broken."""

    READY = "ready"
    ABSENT = "absent"
    """Not configured on this laptop."""
    NO_ANSWER = "no_answer"
    """There, and silent."""
    GONE = "gone"
    """Nothing is there, or the line was lost: power, cable, network."""
    ONE_WAY = "one_way"
    """There, on a line that never says anything back."""
    NO_DRIVER = "no_driver"
    """The part of the system that speaks to it is not installed."""
    NOT_ALLOWED = "not_allowed"
    """The system does not let this user speak to it."""
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    NEAR_END = "near_end"
    FAULT = "fault"
    ELSEWHERE = "elsewhere"
    """Well, in the hands of another process of this laptop."""
    GAPS = "gaps"
    """Messages are known to be lost: numbers were skipped."""
    DROPPED = "dropped"
    """The broker says that it threw messages away."""
    LITTLE_ROOM = "little_room"
    """The disk will be full some day; so many megabytes are left."""
    TV_WAITS = "tv_waits"
    """So little room is left that televisions are no longer written down: it belongs to check-ins."""
    BEHIND = "behind"
    """Other consoles know things that have not arrived here."""
    DAMAGED = "damaged"
    """Pages of the journal are not as they were written."""


class Part(StrEnum):
    """The devices of the status line."""

    READER = "reader"
    TELEVISIONS = "televisions"
    TV_LOG = "tv_log"
    """What televisions said; in the status line only when something of it is lost."""
    PRINTER = "printer"
    SYNC = "sync"
    """Other consoles; in the status line only where there are any."""
    DISK = "disk"
    PROGRAM = "program"
    """The console itself; in the status line only when a part of it has ended."""


OnHealth = Callable[[Part, Health, int], None]
"""Called from a device's thread: which part, how it is, and a count where one makes sense (televisions heard, messages lost)."""


class Device(Protocol):
    """Something that owns a thread; `start` returns at once, `stop` waits for the thread."""

    def start(self) -> None:
        """Begin to work."""
        ...

    def stop(self) -> None:
        """End and free everything."""
        ...
