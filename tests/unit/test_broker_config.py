"""The broker's configuration is hardened, says why, and hands out passwords to their owners alone."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from village_console.__main__ import main
from village_console.broker_config import BrokerPlan, mosquitto_acl, mosquitto_conf, write_broker
from village_console.devices.tvs import Together
from village_console.words import Language, Words

FOLDER = Path("/srv/broker")
PLAN = BrokerPlan(2, "127.0.0.1", 1883, tls=False, folder=FOLDER)


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_whatever_a_killed_broker_could_forget_is_configured_away() -> None:
    assert {
        "max_queued_messages 100000", "max_inflight_messages 1000", "persistence true", "autosave_on_changes true",
        "autosave_interval 1", "allow_anonymous false", "use_username_as_clientid true", "listener 1883 127.0.0.1",
        f"acl_file {FOLDER}/acl", f"password_file {FOLDER}/passwords", f"persistence_location {FOLDER}/state/",
    } <= set(lines(mosquitto_conf(PLAN, Words())))  # fmt: skip


def test_no_setting_stands_twice() -> None:
    names = [line.split()[0] for line in lines(mosquitto_conf(PLAN, Words())) if not line.startswith("log_type")]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("language", Language)
def test_above_every_group_of_settings_stands_why(language: Language) -> None:
    groups = mosquitto_conf(PLAN, Words(language)).strip().split("\n\n")
    assert all(group.startswith("# ") for group in groups)
    assert len(groups) == 12


def test_a_set_top_writes_under_its_own_name_and_nobody_else_reads_all() -> None:
    assert lines(mosquitto_acl(PLAN, Words())) == [
        "pattern write tv/%u/#", "pattern read msg/%u/#",
        "pattern write tele/%u/#", "pattern write stat/%u/#", "pattern read cmnd/%u/#",
        "pattern readwrite %u/#",
        "user console", *(f"topic read {topic}" for topic in Together().topics), "topic read $SYS/#", "topic write msg/#",
        "topic write echonetlite2mqtt/elapi/v2/devices/+/properties/operationStatus/request",
        "topic readwrite console/console/pulse",
        "user console-doctor", "topic readwrite console/console/heartbeat",
        "user console-voice", "topic read tv/+/shown", "topic read tv/+/answer", "topic write msg/#",
    ]  # fmt: skip


def test_tls_refuses_what_is_old_and_an_open_door_without_it_is_called_one() -> None:
    tls = mosquitto_conf(BrokerPlan(0, "0.0.0.0", 8883, tls=True, folder=FOLDER), Words())
    bare = mosquitto_conf(BrokerPlan(0, "0.0.0.0", 1883, tls=False, folder=FOLDER), Words())
    warning = Words().say("broker.conf.plain")
    assert {"tls_version tlsv1.2", f"certfile {FOLDER}/tls/broker.crt"} <= set(lines(tls))
    assert (warning in tls, warning in bare, warning in mosquitto_conf(PLAN, Words())) == (False, True, False)


def test_passwords_are_different_and_only_the_doctor_shares_the_consoles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(_name: str) -> None:
        return None

    monkeypatch.setattr(shutil, "which", nowhere)
    plan = BrokerPlan(3, "127.0.0.1", 1883, tls=False, folder=tmp_path / "broker")
    assert write_broker(plan, Words()) is False
    with (plan.folder / "passwords.csv").open(encoding="utf-8", newline="") as file:
        given = {row["user"]: row["password"] for row in csv.DictReader(file)}
    assert list(given) == ["console", "console-doctor", "console-voice", "stb-0001", "stb-0002", "stb-0003"]
    assert given["console"] == given["console-doctor"]
    assert len(set(given.values())) == 4
    assert (plan.folder / "passwords").read_text("utf-8") == "".join(f"{u}:{p}\n" for u, p in given.items())
    kept = [(plan.folder / name).stat().st_mode & 0o077 for name in ("passwords", "passwords.csv", "acl", "state")]
    assert kept == [0, 0, 0, 0]


@pytest.mark.skipif(shutil.which("mosquitto_passwd") is None, reason="Mosquitto is not installed (make parts)")
def test_where_mosquitto_passwd_is_installed_no_password_is_left_in_the_brokers_file(tmp_path: Path) -> None:
    plan = BrokerPlan(1, "127.0.0.1", 1883, tls=False, folder=tmp_path)
    assert write_broker(plan, Words()) is True
    users = [line.split(":", 1) for line in (tmp_path / "passwords").read_text("utf-8").splitlines()]
    assert [user for user, _ in users] == plan.users
    assert all(hashed.startswith("$") for _, hashed in users)


def test_the_command_prints_and_writes_and_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["broker", "config", "--listen", "127.0.0.1:1884"]) == 0
    assert {"listener 1884 127.0.0.1", "pattern write tv/%u/#"} <= set(capsys.readouterr().out.splitlines())
    assert main(["broker", "config", "--tls", "--out", str(tmp_path / "b")]) == 0
    before = {path: path.read_bytes() for path in (tmp_path / "b").iterdir() if path.is_file()}
    assert main(["broker", "config", "--out", str(tmp_path / "b")]) == 1
    assert {path: path.read_bytes() for path in before} == before
    assert b"listener 8883 0.0.0.0" in before[tmp_path / "b" / "mosquitto.conf"]


def test_nobody_is_allowed_to_switch_a_plug() -> None:
    assert [line for line in lines(mosquitto_acl(PLAN, Words())) if "cmnd" in line] == ["pattern read cmnd/%u/#"]
    assert [line for line in lines(mosquitto_acl(PLAN, Words())) if line.endswith("/set")] == []


def test_plugs_and_bridges_get_a_name_and_a_password(tmp_path: Path) -> None:
    assert main(["broker", "config", "--also", "pow-1", "--also", "zigbee2mqtt", "--out", str(tmp_path)]) == 0
    with (tmp_path / "passwords.csv").open(encoding="utf-8", newline="") as file:
        assert [row["user"] for row in csv.DictReader(file)] == [
            "console", "console-doctor", "console-voice", "pow-1", "zigbee2mqtt",
        ]  # fmt: skip


@pytest.mark.parametrize("listen", ["1883", ":1883", "localhost:", "localhost:99999"])
def test_an_address_that_is_none_is_refused(listen: str) -> None:
    with pytest.raises(SystemExit) as left:
        main(["broker", "config", "--listen", listen])
    assert left.value.code == 2
