"""Bytes from elsewhere: what a stranger's laptop, a television or a spoilt line may say."""

from __future__ import annotations

import zlib

from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
NESTED_JSON = b'{"x":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
NESTED_PACKED = b"\x81\xa1x" + b"\x91" * 100_000 + b"\xc0"
NESTED_PARCEL = b"VCP1" + zlib.compress(NESTED_PACKED)
"""Nested deeper than any reader can follow."""
