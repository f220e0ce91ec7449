"""What a byte stream for an ESC/POS printer is made of, once it has been taken apart."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """One byte to print; which character it is, alone or with the next byte, the printer's modes decide."""

    byte: int

    @property
    def raw(self) -> bytes:
        """The byte as it came."""
        return bytes((self.byte,))


@dataclass(frozen=True, slots=True)
class Command:
    """A command that waits in the receive buffer for its turn; `arguments` is what follows the bytes of its name."""

    name: str
    arguments: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class RealTimeCommand:
    """A command that is obeyed as soon as it is received, whatever waits before it."""

    name: str
    arguments: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    """Bytes that begin like a command and are none that this printer has."""

    raw: bytes


Received: TypeAlias = Text | Command | RealTimeCommand | UnknownCommand
