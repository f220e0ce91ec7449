"""wires.json of a drill's folder: where slot, broker, printer and link are (docs/wires.md, section 1)."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec

from device_sim.drill.play_errors import DrillFolderError


class Address(NamedTuple):
    """A TCP address."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read `HOST:PORT`; raises ValueError."""
        host, colon, port = text.rpartition(":")
        if not (host and colon and port.isdecimal() and 0 < int(port) < 65536):
            message = f'"{text}" is no address; write it as 127.0.0.1:9100'
            raise ValueError(message)
        return cls(host, int(port))

    def __str__(self) -> str:
        """`HOST:PORT`."""
        return f"{self.host}:{self.port}"


class Wires(msgspec.Struct, frozen=True, kw_only=True):
    """The addresses of one drill, as `HOST:PORT`."""

    slot: str
    broker: str
    printer: str
    link: str

    def __post_init__(self) -> None:
        """Refuse what is no address."""
        for wire in (self.slot, self.broker, self.printer, self.link):
            Address.parse(wire)

    @classmethod
    def read(cls, path: Path) -> Wires:
        """Read wires.json; raises DrillFolderError."""
        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except FileNotFoundError as error:
            message = f"{path} is missing: whoever starts console and simulator writes it (docs/wires.md)"
            raise DrillFolderError(message) from error
        except (OSError, msgspec.DecodeError) as error:
            message = f"{path}: {error}"
            raise DrillFolderError(message) from error
