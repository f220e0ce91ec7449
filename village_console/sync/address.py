"""Where an anchor is, as people type it."""

from __future__ import annotations

import unicodedata

from village_console.settings import Sync, endpoint

Address = tuple[str, int]
_PORT = Sync().listen.rpartition(":")[2]


def address_in(text: str) -> Address | None:
    """What somebody typed as `host` or `host:port`, in full width, too; None when it is neither."""
    typed = unicodedata.normalize("NFKC", text).strip()
    found = endpoint(typed if ":" in typed else f"{typed}:{_PORT}")
    fits = found is not None and " " not in typed and 0 < found[1] < 1 << 16
    return found if fits else None
