"""The supervisor of a drill: broker, simulator and console as children, joined by loopback wires (docs/wires.md)."""

from __future__ import annotations

import json
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from village_console.bootstrap import drill_clock, open_journal
from village_console.import_town import Imported, Progress, import_town
from village_console.places import ScenarioHead, scenario_head
from village_console.settings import Settings, load_settings
from village_console.unplug import Unplugger
from village_console.village.errors import (
    BrokerDidNotStartError,
    ConsoleFailedError,
    DrillFolderIsUsedError,
    ScenarioIsWrongError,
    SimulatorFailedError,
)
from village_console.words import Language, Words

WIRES = ("slot", "broker", "printer", "link")
BROKER_TIMEOUT = 10.0
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
        SimulatorFailedError, BrokerDidNotStartError, ConsoleFailedError: a child failed; its log is in the folder.
    """
    prepare(plan, progress)
    wires = json.loads((plan.folder / "wires.json").read_text("utf-8"))
    with ExitStack() as children:
        start_broker(plan.folder, wires["broker"], children)
        simulator = _start(_play(plan), children, None if plan.headless else plan.folder / "simulator.log")
        unplugger = Unplugger(plan.folder / "desk.jsonl", plan.unplug, plan.seed)
        _run_console(plan, simulator, unplugger)
        finished = _end_of(simulator, plan)
    return DrillOutcome(plan.folder, _score(plan) if finished else {}, unplugger.kills)


def prepare(plan: DrillPlan, progress: Progress) -> Imported:
    """Let the simulator make the town's files, import them, and write the wires."""
    if (plan.folder / "journal.db").exists():
        raise DrillFolderIsUsedError(path=plan.folder)
    plan.folder.mkdir(parents=True, exist_ok=True)
    _simulator(plan, "prepare", plan.scenario, "--seed", str(plan.seed), "--out", str(plan.folder))
    wires = {wire: f"127.0.0.1:{port}" for wire, port in zip(WIRES, free_ports(len(WIRES)), strict=True)}
    (plan.folder / "wires.json").write_text(json.dumps(wires), "utf-8")
    (plan.folder / "console.toml").write_text(_console_toml(plan, scenario_head(plan.scenario), wires), "utf-8")
    return _import(load_settings(plan.folder / "console.toml"), plan.folder, progress)


def start_broker(folder: Path, address: str, children: ExitStack) -> None:
    """Start nats-server with MQTT and a store that is synced before it acknowledges; raises BrokerDidNotStartError."""
    host, _, port = address.rpartition(":")
    config, log = folder / "broker.conf", folder / "broker.log"
    config.write_text(
        f"""server_name: drill
listen: "127.0.0.1:{free_ports(1)[0]}"
log_file: "{log}"
jetstream {{ store_dir: "{folder / "broker"}", sync_interval: always }}
mqtt {{ host: "{host}", port: {port}, max_ack_pending: 2000, ack_wait: "2s" }}
""",
        "utf-8",
    )
    _start([str(Path(sys.executable).with_name("nats-server")), "-c", str(config)], children, log.with_suffix(".out"))
    deadline = time.monotonic() + BROKER_TIMEOUT
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection((host, int(port)), 0.5):
            return
        time.sleep(0.05)
    raise BrokerDidNotStartError(log=log)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens at now, below those that outgoing connections are given: a television could take one."""
    found: list[int] = []
    for port in random.sample(range(20_000, 32_000), 500):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            found.append(port)
        if len(found) == count:
            break
    return found


def _import(settings: Settings, folder: Path, progress: Progress) -> Imported:
    journal = open_journal(settings, folder, drill_clock(settings))
    try:
        return import_town(journal, settings.site.municipality, folder / "town", progress)
    finally:
        journal.close()


def _run_console(plan: DrillPlan, simulator: subprocess.Popen[bytes], unplugger: Unplugger) -> None:
    command = [sys.executable, "-m", "village_console", "desk", "--settings", str(plan.folder / "console.toml")]
    command += ["--headless"] if plan.headless else []
    while True:
        # A headless console hears no Ctrl-C of its own: the supervisor ends it. With a screen it needs the terminal.
        console = subprocess.Popen(_dying_with_us(command), start_new_session=plan.headless)
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


def _play(plan: DrillPlan) -> list[str]:
    speed = ["--seed", str(plan.seed), "--speed", f"{plan.speed:g}", "--out", str(plan.folder)]
    people = [] if plan.headless else ["--people-watch"]
    return [sys.executable, "-m", "device_sim", "drill", "play", plan.scenario, *speed, *people]


def _start(command: list[str], children: ExitStack, log: Path | None) -> subprocess.Popen[bytes]:
    out = children.enter_context(log.open("ab")) if log else None
    child = subprocess.Popen(
        _dying_with_us(command), stdin=subprocess.DEVNULL, stdout=out or sys.stderr, stderr=out, start_new_session=True
    )
    children.callback(_stop, child)
    return child


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _dying_with_us(command: list[str]) -> list[str]:
    """A child must not outlive the supervisor, however that ends."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", *command] if setpriv else command


def _console_toml(plan: DrillPlan, head: ScenarioHead, wires: dict[str, str]) -> str:
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
broker = "{wires["broker"]}"
printer = "{wires["printer"]}"

[drill]
link = "{wires["link"]}"
starts_at = {head.starts_at.isoformat()}
speed = {float(plan.speed)}
"""


def _title(plan: DrillPlan, head: ScenarioHead) -> str:
    return head.title_en if plan.language == Language.ENGLISH else head.title_ja
