"""Where the files lie that the program brings along: in a checkout, and in an installed wheel."""

from __future__ import annotations

from pathlib import Path


def data_folder() -> Path:
    """The folder `data`."""
    package = Path(__file__).parent
    checkout = package.parent / "data"
    return checkout if checkout.is_dir() else package / "data"
