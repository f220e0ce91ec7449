"""Twenty seconds of the queue that `make bench ONLY=queue` holds for three minutes: nobody is lost."""

from __future__ import annotations

import pytest

from tests.benchmarks.queue import hold

pytestmark = pytest.mark.integration
PATIENT = 1500.0
"""Milliseconds; a machine that tests something else besides is slow, and a queue that stands still is slower."""


def test_a_queue_with_undos_households_and_pulled_cards_loses_nobody() -> None:
    held = hold(residents=400, seconds=20, calm=2)
    assert held.lost == set()
    assert held.people == 20
    assert min(held.pulled, held.undone, held.households) >= 1
    assert max(held.feedback) < PATIENT
