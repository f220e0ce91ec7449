"""A printed code as two pictures for a page: a QR code and a Code 128, for they are spoilt by different things."""

from __future__ import annotations

from typing import Any, cast

from village_console.papers.qr import qr_modules
from village_console.village.printed_code import PrintedCode

_QUIET_QR = 4
_QUIET_BARS = 10
"""Modules that stay white around a code, or no reader finds it."""
_BAR_HEIGHT = 40


def code_values(code: PrintedCode | None) -> dict[str, str] | None:
    """What a template draws of a code; nothing of a person is in it."""
    if code is None:
        return None
    return {"qr": _qr(code.digits), "bars": _bars(code.digits), "read": " ".join(code.groups)}


def _qr(digits: str) -> str:
    rows = qr_modules(digits)
    side = len(rows) + 2 * _QUIET_QR
    dots = [
        f"M{x + _QUIET_QR} {y + _QUIET_QR}h1v1h-1z"
        for y, line in enumerate(rows)
        for x, dark in enumerate(line)
        if dark
    ]
    return _picture(side, side, "".join(dots))


def _bars(digits: str) -> str:
    import barcode  # noqa: PLC0415 -- slow import

    made: Any = cast("Any", barcode).get("code128", digits)
    (modules,) = made.build()
    bars = [f"M{x + _QUIET_BARS} 0h1v{_BAR_HEIGHT}h-1z" for x, dark in enumerate(modules) if dark == "1"]
    return _picture(len(modules) + 2 * _QUIET_BARS, _BAR_HEIGHT, "".join(bars))


def _picture(width: int, height: int, path: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'preserveAspectRatio="none" shape-rendering="crispEdges"><path d="{path}" fill="#000"/></svg>'
    )
