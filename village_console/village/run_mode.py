"""Two questions, two words: what a record means, and what is behind the devices."""

from __future__ import annotations

from enum import StrEnum


class RunMode(StrEnum):
    """What a record means (本番 / 訓練 / 試験). Stands on every fact, paper and export."""

    REAL = "real"
    DRILL = "drill"
    TEST = "test"


class World(StrEnum):
    """What is behind the devices: residents' own cards and televisions, or the simulator's."""

    PHYSICAL = "physical"
    SIMULATED = "simulated"
