"""A printer on a serial port, by python-escpos."""

from __future__ import annotations

from typing import Any

from village_console.devices.printers.escpos_transports import refusal, transports
from village_console.devices.printers.lines import AT_ONCE


class SerialLine:
    """One open port."""

    def __init__(self, path: str, baud: int) -> None:
        """Open it; raises OSError."""
        from escpos.exceptions import Error

        port: Any = transports().Serial(path, baudrate=baud)
        try:
            port.open()
        except Error as error:
            raise refusal(error) from error
        self._port = port  # which closes the device when nobody holds it any more
        self._device = port.device

    def write(self, data: bytes, seconds: float) -> None:
        """Write, within a limit that python-escpos does not set."""
        self._device.write_timeout = seconds
        self._device.write(data)

    def read(self, seconds: float) -> bytes:
        """Read what is there; python-escpos would wait until there are 16 bytes."""
        self._device.timeout = seconds
        first = bytes(self._device.read(1))
        return first + bytes(self._device.read(min(self._device.in_waiting, AT_ONCE))) if first else b""

    def close(self) -> None:
        """Close it."""
        self._device.close()
