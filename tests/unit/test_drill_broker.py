"""What a drill's broker is made of, before anything is started."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.town import television_row, write_csv
from village_console import drill_broker
from village_console.children import free_ports
from village_console.drill_broker import BrokerKind, DrillBroker, demand_broker, prepare_broker, wait_for_broker
from village_console.viewing.broker_login import BrokerLogin
from village_console.village.errors import BrokerDidNotStartError, BrokerIsNotInstalledError
from village_console.words import Words

ADDRESS = "127.0.0.1:21883"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    (tmp_path / "town").mkdir()
    rows = [television_row(device, "H0001") for device in ("stb-0007", "stb-0011")]
    write_csv(tmp_path / "town" / "televisions.csv", rows, "utf-8-sig")
    return tmp_path


@pytest.fixture
def without_mosquitto(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(drill_broker, "SYSTEM_PROGRAMS", str(tmp_path))


def test_nats_needs_nothing_and_asks_nobody_for_a_password(town: Path, without_mosquitto: None) -> None:
    assert without_mosquitto is None
    demand_broker(BrokerKind.NATS)
    broker = prepare_broker(BrokerKind.NATS, town, ADDRESS, Words())
    assert (broker.login, broker.passwords) == (BrokerLogin(), None)
    assert not (town / "broker").exists()


def test_without_mosquitto_it_is_named_before_anything_is_made(without_mosquitto: None) -> None:
    assert without_mosquitto is None
    with pytest.raises(BrokerIsNotInstalledError) as missing:
        demand_broker(BrokerKind.MOSQUITTO)
    assert missing.value.values == {"program": "mosquitto"}


def test_without_the_program_that_hashes_passwords_there_is_no_broker(town: Path, without_mosquitto: None) -> None:
    assert without_mosquitto is None
    program = town / "mosquitto"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    with pytest.raises(BrokerIsNotInstalledError) as missing:
        demand_broker(BrokerKind.MOSQUITTO)
    assert missing.value.values == {"program": "mosquitto_passwd"}
    with pytest.raises(BrokerIsNotInstalledError):
        prepare_broker(BrokerKind.MOSQUITTO, town, ADDRESS, Words())


@pytest.mark.skipif(
    not any((Path(folder) / "mosquitto_passwd").exists() for folder in os.get_exec_path()), reason="no mosquitto_passwd"
)
def test_every_television_of_the_town_and_the_console_get_a_password(town: Path) -> None:
    broker = prepare_broker(BrokerKind.MOSQUITTO, town, ADDRESS, Words())
    given = town / "broker" / "passwords.csv"
    assert broker.passwords == given
    with given.open(encoding="utf-8", newline="") as file:
        known = {row["user"]: row["password"] for row in csv.DictReader(file)}
    assert list(known) == ["console", "console-doctor", "console-voice", "stb-0007", "stb-0011"]
    assert broker.login == BrokerLogin("console", known["console"])
    conf = (town / "broker" / "mosquitto.conf").read_text("utf-8")
    for line in ("listener 21883 127.0.0.1", "allow_anonymous false", "autosave_on_changes true"):
        assert line in conf.splitlines()
    assert ("user root" in conf.splitlines()) is (os.geteuid() == 0)
    assert not set(known.values()) & set((town / "broker" / "passwords").read_text().replace(":", "\n").split())


def test_a_broker_that_ends_at_once_is_a_sentence_with_its_log(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(BrokerDidNotStartError) as failed:
        wait_for_broker(ADDRESS, tmp_path / "broker.log", child)
    assert (failed.value.values, child.returncode) == ({"log": tmp_path / "broker.log"}, 3)


def test_nats_listens_when_it_is_said_to(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"
    with ExitStack() as children:
        DrillBroker(BrokerKind.NATS, tmp_path, address, BrokerLogin()).start(children)
        assert (tmp_path / "broker.conf").exists()
