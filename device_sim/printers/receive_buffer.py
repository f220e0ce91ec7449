"""What the printer has received and not yet done: a buffer of few bytes, which blocks the sender when it is full."""

from collections import deque
from threading import Condition

from device_sim.printers.commands import Received


class ReceiveBuffer:
    """Commands in the order received, `capacity` bytes of them; for one thread that puts and one that takes."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._commands: deque[Received] = deque()
        self._held_bytes = 0
        self._stopped = False
        self._closed = False
        self._changed = Condition()

    def put(self, command: Received) -> bool:
        """Add `command` as soon as there is room; False when the buffer was closed instead.

        A command longer than the whole buffer is let into an empty one: a printer takes an image as it comes.
        """
        size = len(command.raw)
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self._held_bytes or self._has_room(size))
            if self._closed:
                return False
            self._commands.append(command)
            self._held_bytes += size
            self._changed.notify_all()
            return True

    def take(self) -> Received | None:
        """Return the oldest command, as soon as there is one and the printer is online; None when closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or (self._commands and not self._stopped))
            if self._closed:
                return None
            command = self._commands.popleft()
            self._held_bytes -= len(command.raw)
            self._changed.notify_all()
            return command

    def stop(self, *, stopped: bool) -> None:
        """Let nothing be taken while the printer is offline."""
        with self._changed:
            self._stopped = stopped
            self._changed.notify_all()

    def clear(self) -> None:
        """Forget what waits."""
        with self._changed:
            self._commands.clear()
            self._held_bytes = 0
            self._changed.notify_all()

    def close(self) -> None:
        """Forget what waits, and release whoever waits for the buffer, for good."""
        with self._changed:
            self._closed = True
            self._commands.clear()
            self._changed.notify_all()

    @property
    def held_bytes(self) -> int:
        """How many bytes wait."""
        with self._changed:
            return self._held_bytes

    def _has_room(self, size: int) -> bool:
        return self._held_bytes + size <= self._capacity
