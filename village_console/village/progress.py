"""How a long work says how far it has come."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told now and then how much is done, of how much; at the end both are the same."""
