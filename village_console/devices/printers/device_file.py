"""A printer behind a device file: `/dev/usb/lp0`, as Linux makes it of a USB printer without a library.

Our own: python-escpos' `File` cannot read, and such a file is opened once at a time, so that nothing could be asked.
"""

from __future__ import annotations

import errno
import os
import select
import stat
import time

from village_console.devices.printers.lines import AT_ONCE


class DeviceFileLine:
    """One open device file."""

    def __init__(self, path: str) -> None:
        """Open it; raises OSError, also for what is no device: a file by a misspelt name would swallow papers."""
        self._file = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        if not stat.S_ISCHR(os.fstat(self._file).st_mode):
            self.close()
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV), path)

    def write(self, data: bytes, seconds: float) -> None:
        """Write; a printer that has stopped takes nothing more."""
        deadline, rest = time.monotonic() + seconds, memoryview(data)
        while rest:
            _, ready, _ = select.select([], [self._file], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            rest = rest[os.write(self._file, rest) :]

    def read(self, seconds: float) -> bytes:
        """Read."""
        ready, _, _ = select.select([self._file], [], [], seconds)
        return os.read(self._file, AT_ONCE) if ready else b""

    def close(self) -> None:
        """Close it."""
        os.close(self._file)
