"""`doctor`: look at everything, and say what to do."""

from __future__ import annotations

import argparse
import sys

from village_console.doctor.finding import Finding, status_of, told
from village_console.doctor.rounds import examine
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Tell every finding as it comes; 1 when something must be mended."""
    findings: list[Finding] = []
    for finding in examine(options.settings, deep=options.deep):
        findings.append(finding)
        if not options.json:
            sys.stdout.write(told([finding], words, as_json=False))
            sys.stdout.flush()
    if options.json:
        sys.stdout.write(told(findings, words, as_json=True))
    return status_of(findings)
