"""The line to a receipt printer: TCP, a device file, a serial port, USB. What kind it is stands in the printer's record."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from typing import Protocol

from village_console.devices.ports import PrinterRecord, Transport
from village_console.village.errors import PrinterAddressIsWrongError

CONNECT_TIMEOUT = 1.5
"""Seconds in which a printer on the network is there."""
AT_ONCE = 64
_SHAPES = {
    Transport.TCP: r"(?P<host>\S+):(?P<port>\d+)",
    Transport.FILE: r"(?P<path>/\S+)",
    Transport.SERIAL: r"(?P<path>/\S+)",
    Transport.USB: r"(?P<vendor>[0-9a-fA-F]{4}):(?P<product>[0-9a-fA-F]{4})",
}


class NoDriverError(OSError):
    """The system part that speaks over this kind of line is not installed."""


class Line(Protocol):
    """An open line. Whatever is wrong with it is an OSError."""

    def write(self, data: bytes, seconds: float) -> None:
        """Hand over all of it within so many seconds."""
        ...

    def read(self, seconds: float) -> bytes:
        """Some bytes, or none after so many seconds; a line that is gone is an OSError, never silence."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


def line_to(address: str, record: PrinterRecord) -> Callable[[], Line]:
    """What opens the line to a printer; raises PrinterAddressIsWrongError when the address is of another kind of line."""
    found = re.fullmatch(_SHAPES[record.transport], address)
    if found is None:
        raise PrinterAddressIsWrongError(address=address, transport=record.transport)
    match record.transport:
        case Transport.TCP:
            there = found["host"], int(found["port"])
            return lambda: TcpLine(there)
        case Transport.FILE:
            from village_console.devices.printers.device_file import DeviceFileLine  # noqa: PLC0415 -- optional device

            return lambda: DeviceFileLine(found["path"])
        case Transport.SERIAL:
            from village_console.devices.printers.serial_line import SerialLine  # noqa: PLC0415 -- optional device

            return lambda: SerialLine(found["path"], record.baud)
        case Transport.USB:
            from village_console.devices.printers.usb_line import UsbLine  # noqa: PLC0415 -- optional device

            return UsbLine(int(found["vendor"], 16), int(found["product"], 16)).opened


class TcpLine:
    """Port 9100. Our own: python-escpos has no limit of time for a connection, and takes a closed one for silence."""

    def __init__(self, address: tuple[str, int]) -> None:
        """Connect; raises OSError."""
        self._socket = socket.create_connection(address, CONNECT_TIMEOUT)

    def write(self, data: bytes, seconds: float) -> None:
        """Send."""
        self._socket.settimeout(seconds)
        self._socket.sendall(data)

    def read(self, seconds: float) -> bytes:
        """Receive."""
        self._socket.settimeout(seconds)
        try:
            data = self._socket.recv(AT_ONCE)
        except TimeoutError:
            return b""
        if not data:
            raise ConnectionResetError
        return data

    def close(self) -> None:
        """Hang up."""
        self._socket.close()
