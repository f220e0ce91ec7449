"""What several integration tests ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.anchors import Shelter


@pytest.fixture
def shelter(tmp_path: Path) -> Iterator[Callable[..., Shelter]]:
    """`shelter(3)`: three consoles and a running anchor."""
    made: list[Shelter] = []

    def make(count: int = 2, *, guarded: bool = True, secured: bool = True) -> Shelter:
        made.append(Shelter(tmp_path, count, guarded=guarded, secured=secured))
        return made[-1]

    yield make
    for one in made:
        one.close()
