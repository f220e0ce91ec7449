"""A code's digits as the modules of a QR code, at the level that survives most dirt (H)."""

from __future__ import annotations

from typing import Any


def qr_modules(digits: str) -> list[list[bool]]:
    """Rows of modules, True where they are dark; without the white around them."""
    import segno  # noqa: PLC0415 -- slow import

    rows: Any = segno.make(digits, error="h", micro=False, boost_error=False).matrix
    return [[bool(module) for module in row] for row in rows]
