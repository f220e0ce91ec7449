"""What tests of a drill's player share."""

from __future__ import annotations

import pytest

from device_sim.cards.drill_ca import DrillCa


@pytest.fixture(scope="session")
def drill_ca() -> DrillCa:
    """Made once: new keys for every test would cost more than the test."""
    return DrillCa.create()


@pytest.fixture
def one_ca(drill_ca: DrillCa, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every drill of the test has the same card authority."""
    monkeypatch.setattr(DrillCa, "create", lambda: drill_ca)
