"""A slip in a settings file is answered with the file, the line, the key, and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.town import EVENING
from village_console.settings import Devices, Drill, Mode, Settings, Site, endpoint, line_of, load_settings
from village_console.village.errors import SettingsAreWrongError
from village_console.village.run_mode import RunMode, World

WHOLE = """# A console of a drill
language = "en"

[site]
municipality = "015628"
shelter = "S1"
shelter_name = "中央公民館"
console = 2

[mode]
run_mode = "drill"
world = "simulated"
incident = "evening-1"
title = "夕方の訓練"

[devices]
card_slot = "127.0.0.1:40001"
broker = "127.0.0.1:40002"
printer = "127.0.0.1:40003"
printer_record = "epson-80-180dpi"

[drill]
link = "127.0.0.1:40004"
starts_at = 2026-11-03T18:00:00+09:00
speed = 10.0
"""
SHORT = """[site]
municipality = "015628"
shelter = "S1"
shelter_name = "中央公民館"

[mode]
run_mode = "real"
world = "physical"
incident = "2026"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "console.toml"


def loaded(path: Path, text: str) -> Settings:
    path.write_text(text, "utf-8")
    return load_settings(path)


def wrong(path: Path, text: str) -> dict[str, Any]:
    """What a text is refused with; the file is left out when it is the right one, the library's own words always."""
    with pytest.raises(SettingsAreWrongError) as refused:
        loaded(path, text)
    values = dict(refused.value.values)
    assert values.pop("path") == path
    values.pop("found", None)
    return values


def test_a_whole_file_is_read(path: Path) -> None:
    assert loaded(path, WHOLE) == Settings(
        Site("015628", "S1", "中央公民館", 2),
        Mode(RunMode.DRILL, World.SIMULATED, "evening-1", "夕方の訓練"),
        Devices("127.0.0.1:40001", "127.0.0.1:40002", "127.0.0.1:40003", "epson-80-180dpi"),
        Drill("127.0.0.1:40004", EVENING, 10.0),
        "en",
    )


def test_what_is_not_said_has_a_value_that_does_no_harm(path: Path) -> None:
    found = loaded(path, SHORT)
    assert (found.devices, found.drill, found.language, found.site.console) == (
        Devices("", "", "", "epson-80"),
        None,
        "ja",
        1,
    )


def keys(text: str) -> Iterator[tuple[int, str, str]]:
    """Every key and table of a text: its line, where it stands, its name."""
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.fullmatch(r"\[(\w+)\]", line):
            table = f"{header[1]}."
            yield number, "", header[1]
        elif key := re.match(r"\w+(?= =)", line):
            yield number, table, key[0]


def slips(name: str) -> list[str]:
    """Slips of the finger: a letter lost, doubled, or in the place of the next."""
    at = len(name) // 2
    swapped = name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]
    return [name[:at] + name[at + 1 :], name[:at] + name[at] + name[at:], swapped]


@pytest.mark.parametrize(("number", "table", "name"), list(keys(WHOLE)))
def test_every_slip_in_a_key_is_answered_with_its_line_and_what_was_meant(
    path: Path, number: int, table: str, name: str
) -> None:
    for slip in slips(name):
        lines: list[str] = [*WHOLE.splitlines()]
        lines[number - 1] = re.sub(rf"^(\[?){name}\b", rf"\g<1>{slip}", lines[number - 1])
        if slip != name:
            assert wrong(path, "\n".join(lines)) == {
                "line": number, "problem": "unknown_key", "key": table + slip, "near": name,
            }  # fmt: skip


def test_a_key_that_resembles_none_is_answered_without_a_guess(path: Path) -> None:
    assert wrong(path, SHORT + 'zzz = "x"\n') == {
        "line": 10,
        "problem": "unknown_key_only",
        "key": "mode.zzz",
        "near": "",
    }


@pytest.mark.parametrize(
    ("good", "bad", "line", "key"),
    [
        ('language = "en"', 'language = "jp"', 2, "language"),
        ('municipality = "015628"', "municipality = 15628", 5, "site.municipality"),
        ("console = 2", 'console = "two"', 8, "site.console"),
        ('run_mode = "drill"', 'run_mode = "dril"', 11, "mode.run_mode"),
        ('world = "simulated"', 'world = "virtual"', 12, "mode.world"),
        ('card_slot = "127.0.0.1:40001"', 'card_slot = "127.0.0.1"', 17, "devices.card_slot"),
        ('broker = "127.0.0.1:40002"', 'broker = "127.0.0.1;40002"', 18, "devices.broker"),
        ('printer = "127.0.0.1:40003"', "printer = 9100", 19, "devices.printer"),
        ('printer = "127.0.0.1:40003"', 'printer = "127.0.0.1:9100x"', 19, "devices.printer"),
        ('printer_record = "epson-80-180dpi"', "printer_record = 42", 20, "devices.printer_record"),
        ('link = "127.0.0.1:40004"', 'link = ":"', 23, "drill.link"),
        ("starts_at = 2026-11-03T18:00:00+09:00", "starts_at = 2026-11-03T18:00:00", 24, "drill.starts_at"),
        ("starts_at = 2026-11-03T18:00:00+09:00", 'starts_at = "evening"', 24, "drill.starts_at"),
        ("speed = 10.0", 'speed = "fast"', 25, "drill.speed"),
    ],
)
def test_a_value_that_cannot_be_is_answered_with_its_line_and_key(
    path: Path, good: str, bad: str, line: int, key: str
) -> None:
    assert WHOLE.splitlines()[line - 1] == good
    assert wrong(path, WHOLE.replace(good, bad)) == {"line": line, "problem": "wrong_value", "key": key}


@pytest.mark.parametrize(
    ("lost", "line", "key"),
    [
        ('shelter = "S1"\n', 1, "site.shelter"),
        ('incident = "2026"\n', 6, "mode.incident"),
        (SHORT[SHORT.index("[mode]") :], 0, "mode"),
        (SHORT[: SHORT.index("[mode]")], 0, "site"),
    ],
)
def test_what_is_missing_is_named_with_the_line_of_its_table(path: Path, lost: str, line: int, key: str) -> None:
    assert wrong(path, SHORT.replace(lost, "")) == {"line": line, "problem": "wrong_value", "key": key}


def test_a_table_that_is_no_table_is_named(path: Path) -> None:
    assert wrong(path, "devices = 3\n" + SHORT) == {"line": 1, "problem": "wrong_value", "key": "devices"}


def test_what_is_no_toml_is_answered_with_its_line(path: Path) -> None:
    assert wrong(path, SHORT.replace("[mode]", "[mode")) == {"line": 6, "problem": "not_toml"}


def test_a_file_that_is_not_there_or_not_text_is_named(path: Path) -> None:
    with pytest.raises(SettingsAreWrongError) as absent:
        load_settings(path)
    assert absent.value.values == {"path": path, "line": 0, "problem": "no_file"}
    path.write_bytes(SHORT.encode("cp932"))
    with pytest.raises(SettingsAreWrongError) as garbled:
        load_settings(path)
    assert garbled.value.values == {"path": path, "line": 0, "problem": "not_text"}


def test_a_drill_may_begin_in_any_time_zone(path: Path) -> None:
    found = loaded(path, WHOLE.replace("18:00:00+09:00", "09:00:00Z")).drill
    assert found is not None
    assert found.starts_at - EVENING == timedelta(0)


@pytest.mark.parametrize(
    ("address", "pair"),
    [("127.0.0.1:9100", ("127.0.0.1", 9100)), ("printer.local:1", ("printer.local", 1)), ("::1:80", ("::1", 80)), ("", None),
     ("127.0.0.1", None), (":80", None), ("host:", None), ("host:port", None)],
)  # fmt: skip
def test_an_address_is_a_host_and_a_port(address: str, pair: tuple[str, int] | None) -> None:
    assert endpoint(address) == pair


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [("a = 1\nb = 2", "b", 2), ("[t]\nx = 1", "t", 1), ("  [ t ]", "t", 1), ("t.x = 1", "x", 1), ("xx = 1", "x", 0),
     ("# x = 1", "x", 0), ("y = 'x = 1'", "x", 0)],
)  # fmt: skip
def test_the_line_of_a_key_is_the_one_on_which_it_stands(text: str, key: str, line: int) -> None:
    assert line_of(text, key) == line


@pytest.mark.parametrize(
    ("port", "fits"), [(1, True), (1883, True), (65535, True), (0, False), (65536, False), (99999, False)]
)
def test_a_port_is_between_1_and_65535(path: Path, port: int, fits: bool) -> None:
    path.write_text(WHOLE.replace("127.0.0.1:40002", f"127.0.0.1:{port}"), "utf-8")
    if fits:
        assert load_settings(path).devices.broker.endswith(f":{port}")
        return
    with pytest.raises(SettingsAreWrongError) as refused:
        load_settings(path)
    assert (refused.value.values["key"], refused.value.values["line"]) == ("devices.broker", 18)
