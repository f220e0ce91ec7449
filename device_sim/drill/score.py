"""Joins what was really so with what the desk saw and what the console wrote: report.json and report.md."""

from __future__ import annotations

from pathlib import Path

import msgspec

from device_sim.drill.after_action import after_action
from device_sim.drill.check_ins import CheckIns
from device_sim.drill.presumptions import Presumptions
from device_sim.drill.record import Record
from device_sim.drill.report import Report
from device_sim.population.registers import write_whole


def score(folder: Path) -> Report:
    """Score a drill's folder and write both reports into it; raises DrillFolderError, OSError."""
    record = Record.read(folder)
    check_ins, presumptions = CheckIns.of(record), Presumptions.of(record)
    report = Report.of(record, check_ins, presumptions)
    figures = msgspec.json.format(msgspec.json.encode(report), indent=2)
    write_whole(folder / "report.json", figures + b"\n")
    write_whole(folder / "report.md", after_action(record, report, check_ins, presumptions).encode())
    return report
