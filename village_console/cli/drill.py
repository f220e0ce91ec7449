"""`drill`: play a drill from beginning to report."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from platformdirs import user_state_path

from village_console.cli.progress import progress_line
from village_console.drill import DrillOutcome, DrillPlan, run_drill
from village_console.drill_broker import BrokerKind
from village_console.places import scenario_head
from village_console.village.clock import Clock
from village_console.words import Words

WATCHED_SPEED = 20.0
"""Drill time against real time when somebody looks on."""


def run(options: argparse.Namespace, words: Words) -> int:
    """Play; 1 when somebody whom the desk was shown as received is missing in the journal."""
    head = scenario_head(options.scenario)
    plan = DrillPlan(
        scenario=options.scenario,
        folder=(options.out or _new_folder(options.scenario)).resolve(),
        seed=head.seed if options.seed is None else options.seed,
        speed=options.speed or (head.speed if options.headless else WATCHED_SPEED),
        headless=options.headless,
        language=options.lang or words.language.value,
        unplug=options.unplug,
        broker=BrokerKind(options.broker),
    )
    sys.stderr.write(words.say("cli.drill.begins", scenario=plan.scenario, seed=plan.seed, folder=plan.folder) + "\n")
    with progress_line(words, "cli.importing") as progress:
        outcome = run_drill(plan, progress)
    sys.stdout.write(_told(outcome, words))
    return 0 if not outcome.report.get("lost_acknowledged") else 1


def _new_folder(scenario: str) -> Path:
    return user_state_path("village_console") / "drills" / f"{Clock().now():%Y%m%d-%H%M%S}-{scenario}"


def _told(outcome: DrillOutcome, words: Words) -> str:
    if not outcome.report:
        return words.say("cli.drill.left", folder=outcome.folder) + "\n"
    report = outcome.report
    lines = [
        words.say(
            "cli.drill.counts", acknowledged=report["checkins_acknowledged"], journal=report["checkins_in_journal"],
            lost=report["lost_acknowledged"],
        ),
        words.say(
            "cli.drill.stranded", flagged=report["stranded_flagged"], true=report["stranded_true"],
            precision=report["stranded_precision"], recall=report["stranded_recall"],
        ),
        words.say("cli.drill.report", path=outcome.folder / "report.md"),
    ]  # fmt: skip
    if outcome.kills:
        lines.insert(0, words.say("cli.drill.unplugged", count=outcome.kills))
    return "\n".join(lines) + "\n"
