"""Shelters as the village's list names them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShelterPlace:
    """A shelter (避難所) of the village."""

    name: str
    capacity: int | None
    """People that are planned for (想定収容人数); None: not known."""
