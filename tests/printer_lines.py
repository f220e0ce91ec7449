"""The twin behind lines that are no network: a terminal pair as a serial port or device file, and a USB bus of its own."""

from __future__ import annotations

import contextlib
import errno
import os
import pty
import select
import socket
import threading
import tty
from array import array
from types import SimpleNamespace
from typing import Any, Self

from usb import backend, core

from device_sim.printers.receipt_printer import ReceiptPrinter

VENDOR, PRODUCT = 0x04B8, 0x0202
OUT, IN = 0x03, 0x84
"""Not where python-escpos would look for them by itself."""


class TerminalPair:
    """A twin at the far end of a terminal pair; `path` is the near end, as /dev/ttyUSB0 or /dev/usb/lp0 would be."""

    def __init__(self, twin: ReceiptPrinter) -> None:
        self._far, self._near = pty.openpty()
        tty.setraw(self._near)
        self.path = os.ttyname(self._near)
        host, _, port = twin.address.rpartition(":")
        self._wire = socket.create_connection((host, int(port)))
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._carry)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.pull()
        self._thread.join()
        os.close(self._near)

    def pull(self) -> None:
        """Pull the cable."""
        self._closing.set()

    def _carry(self) -> None:
        with self._wire, contextlib.suppress(OSError):
            while not self._closing.is_set():
                ready, _, _ = select.select([self._far, self._wire], [], [], 0.05)
                if self._far in ready:
                    self._wire.sendall(os.read(self._far, 512))
                if self._wire in ready:
                    answer = self._wire.recv(512)
                    if not answer:
                        break
                    os.write(self._far, answer)
        os.close(self._far)


_BACKEND: Any = backend.IBackend
"""Its methods are typed as if they returned nothing."""


class Bus(_BACKEND):
    """A USB bus with the twin on it, as pyusb sees one: everything above it is the real python-escpos and pyusb."""

    def __init__(self, twin: ReceiptPrinter) -> None:
        host, _, port = twin.address.rpartition(":")
        self._wire = socket.create_connection((host, int(port)))
        self.resets = 0
        self.plugged = True
        self.allowed = True

    def unplug(self) -> None:
        """Pull the cable."""
        self.plugged = False
        self._wire.close()

    def enumerate_devices(self) -> list[int]:
        return [1] if self.plugged else []

    def get_device_descriptor(self, dev: int) -> Any:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=VENDOR, idProduct=PRODUCT, bcdDevice=0x100, iManufacturer=0, iProduct=0,
            iSerialNumber=0, bNumConfigurations=1, address=dev, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: int, config: int) -> Any:  # noqa: ARG002
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev: int, intf: int, alt: int, config: int) -> Any:  # noqa: ARG002
        if (intf, alt) != (0, 0):
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=2, bInterfaceClass=7,
            bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: int, ep: int, intf: int, alt: int, config: int) -> Any:  # noqa: ARG002
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=(IN, OUT)[ep], bmAttributes=2, wMaxPacketSize=64, bInterval=0,
            bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: int) -> int:
        if not self.allowed:
            message = "access denied"
            raise core.USBError(message, errno=errno.EACCES)
        return dev

    def close_device(self, dev_handle: int) -> None:
        """Nothing to close."""

    def set_configuration(self, dev_handle: int, config_value: int) -> None:
        """There is only one."""

    def get_configuration(self, dev_handle: int) -> int:  # noqa: ARG002
        return 1

    def claim_interface(self, dev_handle: int, intf: int) -> None:
        """Nobody else wants it."""

    def release_interface(self, dev_handle: int, intf: int) -> None:
        """As above."""

    def reset_device(self, dev_handle: int) -> None:  # noqa: ARG002
        self.resets += 1

    def bulk_write(self, dev_handle: int, ep: int, intf: int, data: array[int], timeout: int) -> int:  # noqa: ARG002
        self._must_be_there()
        assert ep == OUT
        self._wire.settimeout(timeout / 1000)
        try:
            return self._wire.send(bytes(data))
        except TimeoutError as error:
            message = "timed out"
            raise core.USBTimeoutError(message) from error

    def bulk_read(self, dev_handle: int, ep: int, intf: int, buff: array[int], timeout: int) -> int:  # noqa: ARG002
        self._must_be_there()
        assert ep == IN
        self._wire.settimeout(timeout / 1000)
        try:
            data = self._wire.recv(len(buff))
        except TimeoutError as error:
            message = "timed out"
            raise core.USBTimeoutError(message) from error
        buff[: len(data)] = array("B", data)
        return len(data)

    def _must_be_there(self) -> None:
        if not self.plugged:
            message = "no such device"
            raise core.USBError(message)
