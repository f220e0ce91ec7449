"""python-escpos, for its transports alone: its `text()` sends Japanese as Chinese, and no text ever goes through it."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from typing import Any

_PICKLES = "ESCPOS_CAPABILITIES_PICKLE_DIR"


@cache
def transports() -> Any:
    """The module with `Serial` and `Usb`.

    Imported as it is, it would un-pickle what lies in a folder that the environment names, and leave an empty folder behind.
    """
    named, usual = os.environ.get(_PICKLES), tempfile.tempdir
    with tempfile.TemporaryDirectory() as private:
        os.environ[_PICKLES] = tempfile.tempdir = private
        try:
            from escpos import printer
        finally:
            tempfile.tempdir = usual
            os.environ.pop(_PICKLES)
            if named is not None:
                os.environ[_PICKLES] = named
    return printer
