"""What the commands do. Progress goes to stderr, results to stdout."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from village_console.bootstrap import drill_clock, open_journal, run_desk
from village_console.drill import DrillOutcome, DrillPlan, run_drill
from village_console.import_town import Imported, Progress, import_town
from village_console.places import scenario_head
from village_console.settings import load_settings
from village_console.village.clock import Clock
from village_console.words import Words

WATCHED_SPEED = 20.0
"""Drill time against real time when somebody looks on."""


def drill(options: argparse.Namespace, words: Words) -> int:
    """Play a drill from beginning to report."""
    head = scenario_head(options.scenario)
    plan = DrillPlan(
        scenario=options.scenario,
        folder=(options.out or _new_folder(options.scenario)).resolve(),
        seed=head.seed if options.seed is None else options.seed,
        speed=options.speed or (head.speed if options.headless else WATCHED_SPEED),
        headless=options.headless,
        language=options.lang,
        unplug=options.unplug,
    )
    sys.stderr.write(words.say("cli.drill.begins", scenario=plan.scenario, seed=plan.seed, folder=plan.folder) + "\n")
    outcome = run_drill(plan, _progress(words))
    sys.stdout.write(_told(outcome, words))
    return 0 if not outcome.report.get("lost_acknowledged") else 1


def desk(options: argparse.Namespace, words: Words) -> int:  # noqa: ARG001 -- every command has one shape
    """Open the console of a settings file; its records lie beside the file."""
    return run_desk(load_settings(options.settings), options.settings.resolve().parent, headless=options.headless)


def import_files(options: argparse.Namespace, words: Words) -> int:
    """Import a town's files into the console of a settings file."""
    settings = load_settings(options.settings)
    journal = open_journal(settings, options.settings.resolve().parent, drill_clock(settings))
    try:
        imported = import_town(journal, settings.site.municipality, options.folder, _progress(words))
    finally:
        journal.close()
    sys.stdout.write(_repairs(imported, words))
    return 0


def verify(options: argparse.Namespace, words: Words) -> int:
    """Check the whole journal of a settings file."""
    settings = load_settings(options.settings)
    journal = open_journal(settings, options.settings.resolve().parent, drill_clock(settings))
    try:
        count = journal.verify()
    finally:
        journal.close()
    sys.stdout.write(words.say("cli.verify.done", count=count) + "\n")
    return 0


def _new_folder(scenario: str) -> Path:
    from platformdirs import user_state_path  # noqa: PLC0415 -- slow import

    return user_state_path("village_console") / "drills" / f"{Clock().now():%Y%m%d-%H%M%S}-{scenario}"


def _progress(words: Words) -> Progress:
    """A line that grows on a terminal, and only the end elsewhere."""

    def tell(done: int, of: int) -> None:
        if sys.stderr.isatty() and done < of:
            sys.stderr.write(f"\r{words.say('cli.importing', done=done, of=of)}")
        elif done == of:
            sys.stderr.write(f"{words.say('cli.importing', done=done, of=of)}\n")
        sys.stderr.flush()

    return tell


def _repairs(imported: Imported, words: Words) -> str:
    lines = [
        words.say(
            "import.line", file=r.file, line=r.line, what=words.say(f"repair.{r.what}"), before=r.before, after=r.after
        )
        for r in imported.repairs
    ]
    lines.append(words.say("import.repairs", count=len(imported.repairs)))
    lines.append(
        words.say(
            "import.done", residents=imported.residents, cards=imported.cards, televisions=imported.televisions,
            unchanged=imported.unchanged,
        )
    )  # fmt: skip
    return "\n".join(lines) + "\n"


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
