"""The broker of a drill: nats-server, which comes with this program, or a real Mosquitto as `broker config` makes it."""

from __future__ import annotations

import csv
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from village_console.broker_config import CONSOLE, BrokerPlan, write_broker
from village_console.children import free_ports, start_child
from village_console.settings import endpoint
from village_console.viewing.broker_login import BrokerLogin
from village_console.village.errors import BrokerDidNotStartError, BrokerIsNotInstalledError
from village_console.words import Words

TIMEOUT = 10.0
"""Seconds."""
SYSTEM_PROGRAMS = "/usr/sbin:/usr/local/sbin"
"""Where Mosquitto lies; not on the path of everybody."""


class BrokerKind(StrEnum):
    """Which broker a drill is played on."""

    NATS = "nats"
    MOSQUITTO = "mosquitto"


@dataclass(frozen=True, slots=True)
class DrillBroker:
    """One drill's broker, prepared and not started."""

    kind: BrokerKind
    folder: Path
    """The drill's."""
    address: str
    login: BrokerLogin
    """The console's."""

    @property
    def passwords(self) -> Path | None:
        """Where the set-tops find theirs (docs/wires.md 1)."""
        return self.folder / "broker" / "passwords.csv" if self.login.user else None

    def start(self, children: ExitStack) -> None:
        """Start it and wait until it listens; raises BrokerDidNotStartError."""
        if self.kind is BrokerKind.NATS:
            start_broker(self.folder, self.address, children)
        else:
            log = self.folder / "broker.log"
            child = start_child([mosquitto(), "-c", str(self.folder / "broker" / "mosquitto.conf")], children, log)
            wait_for_broker(self.address, log, child)


def prepare_broker(kind: BrokerKind, folder: Path, address: str, words: Words) -> DrillBroker:
    """Make what the broker needs, from the televisions that the town's files name."""
    if kind is BrokerKind.NATS:
        return DrillBroker(kind, folder, address, BrokerLogin())
    with (folder / "town" / "televisions.csv").open(encoding="utf-8-sig", newline="") as file:
        televisions = tuple(row["端末番号"] for row in csv.DictReader(file))
    pair = endpoint(address)
    assert pair is not None  # noqa: S101 -- the supervisor has just chosen it
    plan = BrokerPlan(
        0, *pair, tls=False, folder=folder / "broker", televisions=televisions, runs_as="root" if _is_root() else ""
    )
    if not write_broker(plan, words):
        raise BrokerIsNotInstalledError(program="mosquitto_passwd")
    with (plan.folder / "passwords.csv").open(encoding="utf-8", newline="") as file:
        passwords = {row["user"]: row["password"] for row in csv.DictReader(file)}
    return DrillBroker(kind, folder, address, BrokerLogin(CONSOLE, passwords[CONSOLE]))


def demand_broker(kind: BrokerKind) -> None:
    """Look before anything is prepared; raises BrokerIsNotInstalledError."""
    if kind is BrokerKind.MOSQUITTO:
        mosquitto()


def mosquitto() -> str:
    """The program; raises BrokerIsNotInstalledError."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path=SYSTEM_PROGRAMS)
    if found is None or shutil.which("mosquitto_passwd") is None:
        raise BrokerIsNotInstalledError(program="mosquitto" if found is None else "mosquitto_passwd")
    return found


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
    program = str(Path(sys.executable).with_name("nats-server"))
    wait_for_broker(address, log, start_child([program, "-c", str(config)], children, log.with_suffix(".out")))


def wait_for_broker(address: str, log: Path, child: subprocess.Popen[bytes]) -> None:
    """Until somebody listens; raises BrokerDidNotStartError when the child has ended, or takes too long."""
    pair = endpoint(address)
    deadline = time.monotonic() + TIMEOUT
    while pair is not None and child.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(pair, 0.5):
            return
        time.sleep(0.05)
    raise BrokerDidNotStartError(log=log)


def _is_root() -> bool:
    """Mosquitto would become a user to whom the drill's folder is closed."""
    return os.geteuid() == 0
