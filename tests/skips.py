"""Where a part of the machine is missing a test is skipped; in CI that is a failure: green means that everything ran."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Pytest calls it with every test, before, in and after; an expected failure is no skip."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        why: Any = report.longrepr
        report.outcome = "failed"
        report.longrepr = f"not run in CI, where everything has to run: {why[2] if isinstance(why, tuple) else why}"
    return report
