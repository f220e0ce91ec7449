"""What comes from elsewhere: bytes of a stranger, a television or a spoilt line, and facts of a laptop that errs."""

from __future__ import annotations

import zlib
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_type_hints

from hypothesis import strategies as st

from tests.town import HARU, KEN
from village_console.journal.facts import Fact, FactCorrected, FactTakenBack
from village_console.records import catalogue

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
NESTED_JSON = b'{"x":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
NESTED_PACKED = b"\x81\xa1x" + b"\x91" * 100_000 + b"\xc0"
NESTED_PARCEL = b"VCP1" + zlib.compress(NESTED_PACKED)
"""Nested deeper than any reader can follow."""

KINDS = {name: kind for name, kind in catalogue().kinds.items() if kind not in (FactCorrected, FactTakenBack)}
SUBJECTS = st.sampled_from([HARU, KEN, "household:015628:H0001", "order:2-1", "order:x", "say:1-1", "S1", ""])
MOMENTS = st.sampled_from(
    [
        datetime(1970, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(2199, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-12))),
        datetime(2026, 11, 3, 9, tzinfo=UTC),
    ]
)
WORDS = st.sampled_from([HARU, KEN, "order:2-1", "household:015628:H0001", "S1", "", "\x1b[31m", "[b]x[/"]) | st.text()
NUMBERS = st.sampled_from([0, 1, 60, 999_999, 1_000_000, -1, 10**30])
OF: dict[type, st.SearchStrategy[Any]] = {datetime: MOMENTS, str: WORDS, int: NUMBERS}


def about_anything(kind: type[Fact]) -> st.SearchStrategy[Fact]:
    hints = get_type_hints(kind)
    held = {field.name: hints[field.name] for field in fields(kind)}
    plain = {name: OF[of] for name, hint in held.items() for of in OF if hint in (of, of | None)}
    return st.builds(kind, **(plain | {"subject": SUBJECTS}))
