"""The supervisor of a drill: broker, simulator and console as children, joined by loopback wires (docs/wires.md)."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from village_console.children import dying_with_us, free_ports, start_child
from village_console.drill_broker import BrokerKind, DrillBroker, demand_broker, prepare_broker
from village_console.import_town import import_town
from village_console.places import ScenarioHead, scenario_head
from village_console.records import drill_clock, open_journal
from village_console.settings import Settings, load_settings
from village_console.unplug import Unplugger
from village_console.viewing.broker_login import BrokerLogin
from village_console.village.errors import (
    ConsoleFailedError,
    DrillFolderIsUsedError,
    ScenarioIsWrongError,
    SimulatorFailedError,
)
from village_console.village.progress import Progress
from village_console.village.timing import mark
from village_console.words import Language, Words

WIRES = ("slot", "broker", "printer", "link")
END_TIMEOUT = 15.0
WRONG_WORDS = 2
"""Exit status of a program that was called or fed wrongly."""


@dataclass(frozen=True, slots=True)
class DrillPlan:
    """What to play, and how."""

    scenario: str
    folder: Path
    seed: int
    speed: float
    headless: bool
    language: str
    unplug: int = 0
    """How often the console is killed and started again in the running queue."""
    broker: BrokerKind = BrokerKind.NATS


@dataclass(frozen=True, slots=True)
class DrillOutcome:
    """What a drill left behind."""

    folder: Path
    report: dict[str, Any]
    """Empty when the drill was left before its end."""
    kills: int


def run_drill(plan: DrillPlan, progress: Progress) -> DrillOutcome:
    """Play a whole drill.

    Raises:
        DrillFolderIsUsedError: the folder holds an earlier drill.
        BrokerIsNotInstalledError: this machine has no such broker.
        SimulatorFailedError, BrokerDidNotStartError, ConsoleFailedError: a child failed; its log is in the folder.
    """
    broker = prepare(plan, progress)
    mark("prepared")
    with ExitStack() as children:
        broker.start(children)
        simulator = start_child(_play(plan, broker), children, None if plan.headless else plan.folder / "simulator.log")
        unplugger = Unplugger(plan.folder / "desk.jsonl", plan.unplug, plan.seed)
        _run_console(plan, simulator, unplugger)
        finished = _end_of(simulator, plan)
    mark("played")
    return DrillOutcome(plan.folder, _score(plan) if finished else {}, unplugger.kills)


def prepare(plan: DrillPlan, progress: Progress) -> DrillBroker:
    """Let the simulator make the town's files, import them, and write the wires; the broker is not started."""
    demand_broker(plan.broker)
    if (plan.folder / "journal.db").exists():
        raise DrillFolderIsUsedError(path=plan.folder)
    plan.folder.mkdir(parents=True, exist_ok=True)
    _simulator(plan, "prepare", plan.scenario, "--seed", str(plan.seed), "--out", str(plan.folder))
    wires = {wire: f"127.0.0.1:{port}" for wire, port in zip(WIRES, free_ports(len(WIRES)), strict=True)}
    (plan.folder / "wires.json").write_text(json.dumps(wires), "utf-8")
    broker = prepare_broker(plan.broker, plan.folder, wires["broker"], Words(Language(plan.language)))
    toml = _console_toml(plan, scenario_head(plan.scenario), wires, broker.login)
    (plan.folder / "console.toml").write_text(toml, "utf-8")
    _import(load_settings(plan.folder / "console.toml"), plan.folder, progress)
    return broker


def _import(settings: Settings, folder: Path, progress: Progress) -> None:
    journal = open_journal(settings, folder, drill_clock(settings))
    try:
        import_town(journal, settings.site.municipality, folder / "town", progress)
    finally:
        journal.close()


def _run_console(plan: DrillPlan, simulator: subprocess.Popen[bytes], unplugger: Unplugger) -> None:
    command = [sys.executable, "-m", "village_console", "desk", "--settings", str(plan.folder / "console.toml")]
    command += ["--headless"] if plan.headless else []
    while True:
        # A headless console hears no Ctrl-C of its own: the supervisor ends it. With a screen it needs the terminal.
        console = subprocess.Popen(dying_with_us(command), start_new_session=plan.headless)
        with unplugger.watching(console):
            status = _wait(console, simulator if plan.headless else None)
        if status == -signal.SIGKILL and unplugger.killed_it:
            continue
        if status:
            raise ConsoleFailedError(status=status, path=plan.folder)
        return


def _wait(console: subprocess.Popen[bytes], simulator: subprocess.Popen[bytes] | None) -> int:
    """Wait for the console; a headless one is ended when its simulator has failed."""
    try:
        while console.poll() is None:
            if simulator is not None and simulator.poll():
                return 0
            time.sleep(0.05)
        return console.returncode
    finally:
        if console.poll() is None:
            console.terminate()
            console.wait(END_TIMEOUT)


def _end_of(simulator: subprocess.Popen[bytes], plan: DrillPlan) -> bool:
    """Whether the drill was played to its end; a person may leave earlier."""
    if plan.headless:
        with suppress(subprocess.TimeoutExpired):
            simulator.wait(END_TIMEOUT)
    if simulator.poll() is None:
        simulator.terminate()
        return False
    if simulator.returncode:
        raise SimulatorFailedError(status=simulator.returncode, log=plan.folder / "simulator.log", said="")
    return (plan.folder / "evidence.jsonl").exists()


def _score(plan: DrillPlan) -> dict[str, Any]:
    _simulator(plan, "score", str(plan.folder))
    return json.loads((plan.folder / "report.json").read_text("utf-8"))


def _simulator(plan: DrillPlan, *arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "device_sim", "drill", *arguments], capture_output=True, check=False)
    if not done.returncode:
        return
    said = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode == WRONG_WORDS:
        raise ScenarioIsWrongError(said=said.removeprefix("device-sim: "))
    log = plan.folder / "simulator.log"
    log.write_bytes(done.stderr)
    raise SimulatorFailedError(status=done.returncode, log=log, said=said)


def _play(plan: DrillPlan, broker: DrillBroker) -> list[str]:
    speed = ["--seed", str(plan.seed), "--speed", f"{plan.speed:g}", "--out", str(plan.folder)]
    people = [] if plan.headless else ["--people-watch"]
    passwords = ["--passwords", str(broker.passwords)] if broker.passwords else []
    return [sys.executable, "-m", "device_sim", "drill", "play", plan.scenario, *speed, *people, *passwords]


def _console_toml(plan: DrillPlan, head: ScenarioHead, wires: dict[str, str], login: BrokerLogin) -> str:
    return f"""# Written for one drill; the console reads it like any other settings file.
language = "{plan.language}"

[site]
municipality = "{head.municipality}"
shelter = "{head.shelter}"
shelter_name = "{head.shelter_name}"

[mode]
run_mode = "drill"
world = "simulated"
incident = "{plan.scenario}-{plan.seed}"
title = "{Words(Language(plan.language)).say("drill.title", title=_title(plan, head))}"

[devices]
card_slot = "{wires["slot"]}"
card_ca = {json.dumps(str(plan.folder.resolve() / "town" / "card_ca.pem"), ensure_ascii=False)}
broker = "{wires["broker"]}"
broker_user = "{login.user}"
broker_password = "{login.password}"
printer = "{wires["printer"]}"

[drill]
link = "{wires["link"]}"
starts_at = {head.starts_at.isoformat()}
speed = {float(plan.speed)}
"""


def _title(plan: DrillPlan, head: ScenarioHead) -> str:
    return head.title_en if plan.language == Language.ENGLISH else head.title_ja
