"""The same small drill on nats-server and on a real, hardened Mosquitto: the same people, the same words, nothing lost."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.drills.conftest import CONSOLE, Played, play
from village_console.drill_broker import SYSTEM_PROGRAMS
from village_console.journal.keys.ring import unattended
from village_console.places import data_folder
from village_console.viewing.television_log import TelevisionLog

pytestmark = [
    pytest.mark.drill,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        shutil.which("mosquitto", path=SYSTEM_PROGRAMS) is None and shutil.which("mosquitto") is None,
        reason="Mosquitto is not installed (.ci/install-broker-parts)",
    ),
]
SMALL = {"residents": 125, "households": 60, "tv_homes": 38}
SPEED = "600"
TOTALS = (
    "residents", "households", "parties", "checkins_acknowledged", "checkins_in_journal", "lost_acknowledged", "doubled",
    "stranded_flagged", "stranded_true", "stranded_precision", "stranded_recall", "roster_lines",
)  # fmt: skip


@pytest.fixture(scope="module")
def scenario() -> Iterator[str]:
    """The evening with fewer people, under a name of its own."""
    folder = data_folder() / "scenarios"
    text = (folder / "nishiokoppe-evening.toml").read_text("utf-8")
    for key, value in SMALL.items():
        text, count = re.subn(rf"^{key} = \d+$", f"{key} = {value}", text, flags=re.MULTILINE)
        assert count == 1
    path = folder / "small-evening-of-a-test.toml"
    path.write_text(text, "utf-8")
    yield path.stem
    path.unlink()


@pytest.fixture(scope="module")
def nats(scenario: str, tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tmp_path_factory.mktemp("nats") / "drill", "--speed", SPEED, "--broker", "nats", scenario=scenario)


@pytest.fixture(scope="module")
def mosquitto(scenario: str, tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(
        tmp_path_factory.mktemp("mosquitto") / "drill", "--speed", SPEED, "--broker", "mosquitto", scenario=scenario
    )


def log_of(drill: Played) -> dict[str, Any]:
    path = drill.folder / "televisions.db"
    with closing(TelevisionLog(path, unattended(drill.folder).key_for(path))) as log:
        return {"events": log.count_events(), "missing": log.missing(), "dead": log.dead_letters()}


def test_the_totals_are_the_same_on_both_and_nobody_is_lost(nats: Played, mosquitto: Played) -> None:
    assert (nats.status, mosquitto.status) == (0, 0), nats.stderr + mosquitto.stderr
    totals = [{key: drill.report[key] for key in TOTALS} for drill in (nats, mosquitto)]
    assert totals[0] == totals[1]
    assert (totals[0]["lost_acknowledged"], totals[0]["doubled"]) == (0, 0)
    assert totals[0]["checkins_in_journal"] > 0
    assert nats.lines("truth.jsonl") == mosquitto.lines("truth.jsonl")


def test_what_the_televisions_said_is_the_same_on_both_and_whole(nats: Played, mosquitto: Played) -> None:
    assert log_of(nats) == log_of(mosquitto)
    assert (log_of(mosquitto)["missing"], log_of(mosquitto)["dead"]) == (0, [])
    ended = [line for line in mosquitto.lines("desk.jsonl") if line["kind"] == "ended"]
    assert ended[0]["tv_published"] == ended[0]["tv_acknowledged"] >= log_of(mosquitto)["events"] > 0


def test_on_mosquitto_nobody_speaks_without_a_password_of_their_own(mosquitto: Played) -> None:
    folder = mosquitto.folder / "broker"
    conf = (folder / "mosquitto.conf").read_text("utf-8").splitlines()
    assert {"allow_anonymous false", "use_username_as_clientid true"} <= set(conf)
    with (folder / "passwords.csv").open(encoding="utf-8", newline="") as file:
        passwords = {row["user"]: row["password"] for row in csv.DictReader(file)}
    assert len(set(passwords.values())) == len(passwords) - 2 == SMALL["tv_homes"] + 1
    assert f'broker_password = "{passwords["console"]}"' in (mosquitto.folder / "console.toml").read_text("utf-8")
    refused = [line for line in (mosquitto.folder / "broker.log").read_text().splitlines() if "not authori" in line]
    assert refused == []


def test_another_broker_is_refused_with_the_usage() -> None:
    done = subprocess.run(
        [*CONSOLE, "drill", "nishiokoppe-evening", "--broker", "amqtt"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "nats" in done.stderr, "mosquitto" in done.stderr) == (2, True, True)
