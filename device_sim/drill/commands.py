"""`device-sim drill prepare | play | score`: results on stdout, progress on stderr."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from device_sim.drill.play import Play
from device_sim.drill.player import Player
from device_sim.drill.prepare import Prepared
from device_sim.drill.prepare import prepare as prepare_folder
from device_sim.drill.progress import progress
from device_sim.drill.report import Report
from device_sim.drill.scenario import Scenario
from device_sim.drill.score import score as score_folder


def prepare(options: argparse.Namespace) -> int:
    """Write the town's files and the truth."""
    scenario = scenario_of(options.scenario)
    sys.stdout.write(_prepared(prepare_folder(scenario, options.seed, options.out)))
    return 0


def play(options: argparse.Namespace) -> int:
    """Play a folder that was prepared."""
    scenario = scenario_of(options.scenario)
    seed = scenario.drill.seed if options.seed is None else options.seed
    game = Play.load(
        options.out,
        options.speed or scenario.drill.speed,
        people_watch=options.people_watch,
        passwords=options.passwords,
    )
    game.demand(scenario, seed)
    player = Player(game)
    with progress(player.status, sys.stderr):
        status = player.run()
    sys.stdout.write(f"{options.out / 'desk.jsonl'}: checked in {status.checked_in} of {status.coming}\n")
    return 0


def score(options: argparse.Namespace) -> int:
    """Write report.json and report.md."""
    sys.stdout.write(_scored(score_folder(options.folder), options.folder))
    return 0


def scenario_of(name: str) -> Scenario:
    """A scenario by its name, or by the path of its file; raises ScenarioError."""
    return Scenario.load(Path(name)) if name.endswith(".toml") else Scenario.find(name)


def _prepared(done: Prepared) -> str:
    t = done.totals
    return (
        f"{done.town}: {t.residents} residents in {t.households} households, "
        f"{done.cards} cards, {t.televisions} televisions (seed {done.seed})\n"
        f"{done.truth}: {t.arriving} people arrive in {t.parties} parties, {t.stranded} are stranded "
        f"in {t.stranded_homes} homes\n"
    )


def _scored(report: Report, folder: Path) -> str:
    taps = report.tap_to_feedback_ms
    return (
        f"checked in: shown {report.checkins_acknowledged}, in the journal {_known(report.checkins_in_journal)}, "
        f"lost {_known(report.lost_acknowledged)}, doubled {_known(report.doubled)}\n"
        f"stranded: presumed {_known(report.stranded_flagged)}, true {report.stranded_true}, "
        f"precision {_known(report.stranded_precision)}, recall {_known(report.stranded_recall)}\n"
        f"tap to answer: p50 {_known(taps.p50)} ms, p95 {_known(taps.p95)} ms, p99 {_known(taps.p99)} ms, n {taps.n}\n"
        f"{folder / 'report.md'}\n"
    )


def _known(figure: float | None) -> str:
    return "not known" if figure is None else str(figure)
