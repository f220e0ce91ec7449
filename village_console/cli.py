"""What the commands do. Progress goes to stderr, results to stdout."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from village_console.bootstrap import drill_clock, open_journal, run_desk
from village_console.broker_config import BrokerPlan, mosquitto_acl, mosquitto_conf, write_broker
from village_console.doctor.finding import Finding, status_of, told
from village_console.doctor.rounds import examine
from village_console.drill import DrillOutcome, DrillPlan, run_drill
from village_console.import_town import Imported, Progress, import_town
from village_console.init import NewConsole, make_console
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


def init(options: argparse.Namespace, words: Words) -> int:
    """Make a console in a new folder."""
    given = {name: getattr(options, name) for name in ("municipality", "shelter", "name") if getattr(options, name)}
    path = make_console(options.folder, NewConsole(**given), words)
    if path is None:
        sys.stderr.write(words.say("init.exists", folder=options.folder) + "\n")
        return 1
    sys.stdout.write(words.say("init.done", path=path, key=options.folder / "journal.key") + "\n")
    return 0


def doctor(options: argparse.Namespace, words: Words) -> int:
    """Look at everything; 1 when something must be mended."""
    findings: list[Finding] = []
    for finding in examine(options.settings, deep=options.deep):
        findings.append(finding)
        if not options.json:
            sys.stdout.write(told([finding], words, as_json=False))
            sys.stdout.flush()
    if options.json:
        sys.stdout.write(told(findings, words, as_json=True))
    return status_of(findings)


def broker(options: argparse.Namespace, words: Words) -> int:
    """Print the village's broker's configuration, or write it with its passwords."""
    host, port = options.listen or (("0.0.0.0", 8883) if options.tls else ("127.0.0.1", 1883))  # noqa: S104 -- with TLS
    folder: Path = (options.out or Path("/etc/mosquitto/village")).resolve()
    plan = BrokerPlan(options.homes, host, port, tls=options.tls, folder=folder, console=options.console)
    if options.out is None:
        sys.stdout.write(f"{mosquitto_conf(plan, words)}\n# {folder / 'acl'}\n{mosquitto_acl(plan, words)}")
        return 0
    hashed = write_broker(plan, words)
    if hashed is None:
        sys.stderr.write(words.say("broker.out_exists", folder=folder) + "\n")
        return 1
    sys.stdout.write(words.say("broker.written", folder=folder) + "\n")
    if not hashed:
        sys.stdout.write(words.say("broker.hash_yourself", folder=folder) + "\n")
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
