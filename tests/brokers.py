"""Real brokers for televisions, each on a port of its own, to be killed and started again."""

from __future__ import annotations

import csv
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from tests.town import wait_until
from village_console.broker_config import BrokerPlan, write_broker
from village_console.children import free_ports
from village_console.viewing.broker_login import BrokerLogin
from village_console.words import Words

_MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
HAS_MOSQUITTO = _MOSQUITTO is not None and shutil.which("mosquitto_passwd") is not None


class Broker:
    """A program and its configuration; its store outlives it."""

    program = ""
    conf = ""
    """The name of its configuration."""

    def __init__(self, folder: Path) -> None:
        """Nothing is started yet."""
        self.folder, self.port = folder, free_ports(1)[0]
        self.passwords: dict[str, str] = {}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return "127.0.0.1", self.port

    def login(self, user: str = "console") -> BrokerLogin:
        """What somebody signs in with; nothing where nobody is asked who he is."""
        return BrokerLogin(user, self.passwords[user]) if self.passwords else BrokerLogin()

    def start(self) -> None:
        """Run until it is killed; on return it listens."""
        with (self.folder / "log").open("ab") as log:
            command = [self.program, "-c", self.folder / self.conf]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        assert wait_until(self._listens, 20), (self.folder / "log").read_text()

    def kill(self) -> None:
        """kill -9: it has no chance to write anything more."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    def _listens(self) -> bool:
        with socket.socket() as wire:
            return wire.connect_ex(self.address) == 0


class Nats(Broker):
    """nats-server that syncs before it acknowledges."""

    program, conf = str(Path(sys.executable).with_name("nats-server")), "nats.conf"

    def __init__(self, folder: Path, mqtt: str = "ack_wait: 1s") -> None:
        """What was not acknowledged comes again after `ack_wait`; its own 30 s are too long for a test."""
        super().__init__(folder)
        (folder / self.conf).write_text(
            f"server_name: village\nlisten: 127.0.0.1:{free_ports(1)[0]}\n"
            f'jetstream {{ store_dir: "{folder / "store"}", sync_interval: always }}\n'
            f"mqtt {{ host: 127.0.0.1, port: {self.port}, {mqtt} }}\n"
        )


class Mosquitto(Broker):
    """Mosquitto as `broker config` sets it up for a village."""

    program, conf = _MOSQUITTO or "mosquitto", "mosquitto.conf"

    def __init__(self, folder: Path, homes: int = 1, televisions: tuple[str, ...] = ()) -> None:
        """Write its configuration and everybody's password."""
        super().__init__(folder)
        runs_as = "root" if os.geteuid() == 0 else ""  # it would become `mosquitto`, whom pytest's folder is closed to
        self.plan = BrokerPlan(
            homes, "127.0.0.1", self.port, tls=False, folder=folder, televisions=televisions, runs_as=runs_as
        )
        assert write_broker(self.plan, Words())
        with (folder / "passwords.csv").open(encoding="utf-8", newline="") as file:
            self.passwords = {row["user"]: row["password"] for row in csv.DictReader(file)}


class OpenMosquitto(Broker):
    """Mosquitto that lets everybody in."""

    program, conf = Mosquitto.program, "open.conf"

    def __init__(self, folder: Path) -> None:
        """Write the two lines that it needs."""
        super().__init__(folder)
        (folder / self.conf).write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\n")
