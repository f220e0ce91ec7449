"""A printer on USB by python-escpos and libusb, where no device file is made for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Self

from village_console.devices.printers.escpos_transports import refusal, transports
from village_console.devices.printers.lines import AT_ONCE, NoDriverError

_INPUT = 0x80
_BULK = 4096


class UsbLine:
    """One printer by vendor and product. Opening resets it, so that it is opened once and kept until something is wrong."""

    def __init__(self, vendor: int, product: int) -> None:
        """Nothing is opened yet."""
        self._vendor, self._product = vendor, product
        self._port: Any = None
        """It lets go of the device when nobody holds it any more."""
        self._device: Any = None
        self._in = self._out = 0

    def opened(self) -> Self:
        """The line, open; raises OSError, and NoDriverError where libusb is not installed."""
        if self._device is None:
            self._open()
        return self

    def write(self, data: bytes, seconds: float) -> None:
        """Write, within a limit that python-escpos does not set."""
        deadline = time.monotonic() + seconds
        while data:
            left = max(1, int((deadline - time.monotonic()) * 1000))
            data = data[int(self._tried(self._device.write, self._out, data[:_BULK], left)) :]

    def read(self, seconds: float) -> bytes:
        """Read; a time-out is silence."""
        from usb.core import USBTimeoutError  # noqa: PLC0415 -- optional device

        try:
            return bytes(self._tried(self._device.read, self._in, AT_ONCE, max(1, int(seconds * 1000))))
        except USBTimeoutError:
            return b""

    def close(self) -> None:
        """Keep it: the next opening would reset the printer."""

    def _open(self) -> None:
        from escpos.exceptions import Error
        from usb.core import NoBackendError, USBError  # noqa: PLC0415 -- optional device

        port: Any = transports().Usb(self._vendor, self._product)
        try:
            port.open()
            ends = [end.bEndpointAddress for end in port.device.get_active_configuration()[(0, 0)]]
        except NoBackendError as error:
            raise NoDriverError(str(error)) from error
        except (Error, USBError) as error:
            raise refusal(error) from error
        self._in = next((end for end in ends if end & _INPUT), port.in_ep)
        self._out = next((end for end in ends if not end & _INPUT), port.out_ep)
        self._port, self._device = port, port.device

    def _tried(self, act: Callable[..., Any], *given: object) -> Any:
        """What an act on the device gives; when the device is gone, the next one opens it anew."""
        from usb.core import USBError, USBTimeoutError  # noqa: PLC0415 -- optional device

        try:
            return act(*given)
        except USBTimeoutError:
            raise
        except USBError:
            self._device = None
            raise
