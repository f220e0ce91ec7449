"""Takes a byte stream apart into commands, however the network has split it."""

from device_sim.printers.command_grammar import GRAMMAR, LONGEST_PREFIX, OPENINGS, Shape
from device_sim.printers.commands import Command, RealTimeCommand, Received, Text, UnknownCommand

FIRST_PRINTABLE = 0x20


class CommandStream:
    """An incremental parser: the same bytes give the same commands in any split, and no bytes make it raise.

    A real-time command is one only where a command may begin: inside the data of an image it is image.
    """

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, received: bytes) -> list[Received]:
        """Return the commands that `received` completes."""
        self._pending += received
        commands: list[Received] = []
        start = 0
        while start < len(self._pending):
            command = _command_at(self._pending, start)
            if command is None:
                break
            commands.append(command)
            start += len(command.raw)
        del self._pending[:start]
        return commands

    @property
    def pending(self) -> bytes:
        """The beginning of a command whose end has not arrived."""
        return bytes(self._pending)


def _command_at(received: bytearray, start: int) -> Received | None:
    """Return the command that begins at `start`, or None while its end is missing."""
    if received[start] >= FIRST_PRINTABLE:
        return Text(received[start])
    for length in range(1, LONGEST_PREFIX + 1):
        prefix = bytes(received[start : start + length])
        if len(prefix) < length:
            return None
        if prefix in GRAMMAR:
            return _shaped(GRAMMAR[prefix], received, start)
        if prefix not in OPENINGS:
            return _unknown(prefix)
    return None


def _shaped(shape: Shape, received: bytearray, start: int) -> Received | None:
    arguments_at = start + len(shape.prefix)
    length = shape.arguments(received, arguments_at)
    if length is None or len(received) < arguments_at + length:
        return None
    raw = bytes(received[start : arguments_at + length])
    if not shape.name:
        return UnknownCommand(raw)
    kind = RealTimeCommand if shape.name.startswith("DLE") else Command
    return kind(shape.name, raw[len(shape.prefix) :], raw)


def _unknown(prefix: bytes) -> UnknownCommand:
    """A control byte after an introducer is left standing: it may begin a command that is known."""
    if len(prefix) > 1 and prefix[-1] < FIRST_PRINTABLE:
        return UnknownCommand(prefix[:-1])
    return UnknownCommand(prefix)
