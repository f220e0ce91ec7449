"""Catching up from paper (紙からの記録): people who were received by hand while nothing worked, at the time that stands there."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, time, timedelta

_HOUR_AND_MINUTE = re.compile(r"(\d{1,2}):?(\d{2})")


def moment_of(written: str, now: datetime) -> datetime | None:
    """The moment that `1810` or `18:10` means: today's, or yesterday's where today's is still to come; None: no time of day."""
    found = _HOUR_AND_MINUTE.fullmatch(unicodedata.normalize("NFKC", written).strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    moment = datetime.combine(now.date(), time(int(found[1]), int(found[2])), now.tzinfo)
    return moment if moment <= now else moment - timedelta(days=1)
