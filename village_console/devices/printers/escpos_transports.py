"""python-escpos, for its transports alone: its `text()` sends Japanese as Chinese, and no text ever goes through it."""

from __future__ import annotations

import errno
import logging
import os
import tempfile
from functools import cache
from typing import Any

_PICKLES = "ESCPOS_CAPABILITIES_PICKLE_DIR"


@cache
def transports() -> Any:
    """The module with `Serial` and `Usb`.

    Imported as it is, it would un-pickle what lies in a folder that the environment names, leave an empty folder behind,
    and from then on write what it logs over the screen.
    """
    named, usual, handlers = os.environ.get(_PICKLES), tempfile.tempdir, list(logging.root.handlers)
    with tempfile.TemporaryDirectory() as private:
        os.environ[_PICKLES] = tempfile.tempdir = private
        try:
            from escpos import printer
        finally:
            tempfile.tempdir = usual
            os.environ.pop(_PICKLES)
            if named is not None:
                os.environ[_PICKLES] = named
            logging.root.handlers[:] = handlers or [logging.NullHandler()]
    return printer


def refusal(error: Exception) -> OSError:
    """Why a device was not opened; python-escpos says the same sentence of one that is not there and one that is not ours."""
    cause = error if isinstance(error, OSError) else error.__context__
    if isinstance(cause, OSError) and cause.errno == errno.EACCES:
        return PermissionError(str(error))
    return ConnectionError(str(error))
