"""The doctor looks at everything, says of each what it is and what to do, and never fails as a whole."""

from __future__ import annotations

import ast
import json
import os
import shutil
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

import village_console.doctor as package
from device_sim.printers.receipt_printer import ReceiptPrinter
from tests.town import clock_at
from village_console.__main__ import main
from village_console.doctor import machine, records, wires
from village_console.doctor.finding import SHAPES, Finding, State
from village_console.init import NewConsole, make_console
from village_console.journal.keys.change import add_slot
from village_console.journal.keys.ring import unattended
from village_console.journal.keys.secret import Recovery, personal_slot
from village_console.journal.keys.slots_file import Slots, read_slots, write_slots
from village_console.journal.sqlcipher import open_encrypted
from village_console.journal.store import Purpose, Store
from village_console.settings import Devices, Mode, Settings, Site, load_settings
from village_console.viewing.heartbeat import Echo, Heartbeat
from village_console.village.clock import JST
from village_console.village.run_mode import RunMode, World
from village_console.words import Language, Words, sentences

FINE, LOOK, MEND, UNKNOWN = State.FINE, State.LOOK, State.MEND, State.UNKNOWN
SITE = Site("015628", "S1", "中央公民館")


FOLDER = Path()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = make_console(tmp_path / "hall", NewConsole("015628", "S1", "中央公民館"), Words())
    assert made is not None
    return made


def known(devices: Devices | None = None, site: Site = SITE) -> Settings:
    return Settings(site, Mode(RunMode.REAL, World.PHYSICAL, "2026"), devices or Devices())


def brief(finding: Finding) -> tuple[State, str, str]:
    """What a test compares; and it must be sayable in both languages."""
    for language in Language:
        line = finding.line(Words(language))
        assert line.startswith(SHAPES[finding.state])
        assert "\n" not in line
        assert json.dumps(finding.plain(Words(language)))
    return finding.state, finding.said, finding.do


def test_a_new_console_has_nothing_that_must_be_mended(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--settings", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 14
    assert {line[0] for line in lines} == {"〇", "！", "？"}


def test_the_same_for_machines(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json", "--deep", "--settings", str(path)]) == 0
    found = {part["what"]: (part["state"], part["key"]) for part in json.loads(capsys.readouterr().out)}
    assert found["journal"] == ("fine", "journal_whole")
    assert found["characters"] == ("unknown", "characters")


def test_placeholders_are_complained_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path / "hall")]) == 0
    assert main(["doctor", "--settings", str(tmp_path / "hall" / "console.toml")]) == 1
    assert [line[:4] for line in capsys.readouterr().out.splitlines() if line.startswith("Ｘ")] == ["Ｘ 場所"]


def test_every_slip_is_named_with_its_line_and_the_rest_is_looked_at(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = path.read_text("utf-8").replace("console = 1", 'console = "x"').replace("printer =", "priner =")
    path.write_text(text.replace('run_mode = "real"\n', ""), "utf-8")
    numbers = [n for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if line.startswith(("console", "[mode", "priner"))]  # noqa: E501  # fmt: skip
    assert main(["doctor", "--settings", str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[1].split()[0] for line in lines if line.startswith("Ｘ")] == list(map(str, numbers))
    assert len([line for line in lines if line.startswith("？")]) == 2 + 6


@pytest.mark.parametrize("text", [None, b"\xff", b"a = = b"])
def test_a_file_that_cannot_be_read_is_one_finding(tmp_path: Path, text: bytes | None) -> None:
    path = tmp_path / "console.toml"
    if text is not None:
        path.write_bytes(text)
    assert [brief(finding) for finding in records.settings(path)] == [(MEND, "slip", "mend_line")]
    assert main(["doctor", "--settings", str(path)]) == 1


@pytest.mark.parametrize(
    ("version", "expected"), [((3, 11, 2), (FINE, "version", "nothing")), ((3, 9, 1), (MEND, "too_old", "upgrade"))]
)
def test_python(version: tuple[int, ...], expected: tuple[State, str, str]) -> None:
    assert brief(machine.python(version)) == expected


def test_the_engine_and_the_font_are_there_or_are_not() -> None:
    assert brief(machine.engine()) == (FINE, "version", "nothing")
    assert brief(machine.font()) == (FINE, "font_there", "nothing")
    assert brief(machine.font("no_such_font")) == (MEND, "font_none", "setup")


@pytest.mark.parametrize(("year", "state"), [(1970, MEND), (2025, MEND), (2026, FINE), (2099, MEND)])
def test_a_year_that_cannot_be(year: int, state: State) -> None:
    assert brief(machine.clock(clock_at(datetime(year, 11, 3, tzinfo=JST))))[0] is state


@pytest.mark.parametrize(("free", "state"), [(5 * 10**9, FINE), (10**9, LOOK), (10**8, MEND)])
def test_room_on_the_disk(free: int, state: State, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def usage(_folder: Path) -> SimpleNamespace:
        return SimpleNamespace(free=free)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    assert brief(machine.disk(tmp_path))[0] is state


@pytest.mark.parametrize(
    ("size", "term", "encoding", "expected"),
    [
        ((80, 24), "xterm", "utf-8", (FINE, "terminal_size", "nothing")),
        ((79, 24), "xterm", "UTF-8", (LOOK, "terminal_size", "enlarge")),
        ((80, 24), "linux", "utf-8", (LOOK, "terminal_size", "use_terminal")),
        ((80, 24), "xterm", "ascii", (MEND, "terminal_none", "use_utf8")),
        (None, "", "utf-8", (UNKNOWN, "terminal_none", "nothing")),
    ],
)
def test_the_terminal(size: tuple[int, int] | None, term: str, encoding: str, expected: tuple[State, str, str]) -> None:
    assert brief(machine.terminal(os.terminal_size(size) if size else None, term, encoding)) == expected


@pytest.mark.parametrize(
    ("code", "fits"),
    [("015628", True), ("131016", True), ("011002", True), ("015627", False), ("1562", False), ("０１５６２８", False)],
)
def test_the_sixth_digit_of_a_municipality_code_checks_the_others(code: str, fits: bool) -> None:
    assert records.is_municipality_code(code) is fits


def test_a_place_with_a_wrong_code_is_named() -> None:
    assert brief(records.place(known())) == (FINE, "placed", "nothing")
    assert brief(records.place(known(site=Site("015629", "S1", "会館")))) == (MEND, "code_wrong", "fill_place")


def test_the_key(path: Path) -> None:
    folder = path.parent
    assert brief(records.key(folder)) == (FINE, "key_kept", "nothing")
    (folder / "journal.key").chmod(0o644)
    assert "E105" in records.key(folder).line(Words())
    (folder / "journal.key").unlink()
    assert brief(records.key(folder)) == (MEND, "key_none", "nothing")
    (folder / "journal.db").unlink()
    assert brief(records.key(folder)) == (LOOK, "key_none", "desk_makes")
    assert not (folder / "journal.key").exists()


def test_a_locked_console_is_fine_with_two_slots_and_its_inside_is_not_known(path: Path) -> None:
    folder, settings = path.parent, load_settings(path)
    ring = unattended(folder)
    for secret, found in ((Recovery(b"r" * 32), "key_single"), (Recovery(b"s" * 32), "key_slots")):
        add_slot(folder, personal_slot(secret, "", "", ring.keys))
        (folder / "journal.key").unlink(missing_ok=True)
        assert records.key(folder).said == found
        assert brief(records.key(folder))[0] is (FINE if found == "key_slots" else LOOK)
    assert brief(records.journal(settings, folder, deep=True)) == (UNKNOWN, "journal_locked", "verify_it")
    keys = folder / "journal.keys"
    write_slots(keys, Slots(read_slots(keys).slots, rekeying="abc"))
    assert brief(records.key(folder)) == (LOOK, "key_unfinished", "finish_rekey")
    keys.write_bytes(keys.read_bytes().replace(b'"abc"', b'"abd"'))
    assert "E122" in records.key(folder).line(Words())
    keys.write_bytes(b"{")
    assert "E122" in records.key(folder).line(Words())


@pytest.mark.parametrize("deep", [False, True])
def test_the_journal(path: Path, deep: bool) -> None:
    settings, folder = load_settings(path), path.parent
    assert records.journal(settings, folder, deep=deep).state is FINE
    key = bytes.fromhex((folder / "journal.key").read_text())
    store = Store(folder / "journal.db", key, Purpose("real", "physical", settings.mode.incident))
    assert brief(records.journal(settings, folder, deep=deep)) == (UNKNOWN, "journal_open", "close_desk")
    store.close()
    connection = open_encrypted(folder / "journal.db", key)
    connection.execute("INSERT INTO heads VALUES ('d', 'i', 3, x'00', 0, 3, x'00')")
    connection.close()
    assert "E104" in records.journal(settings, folder, deep=deep).line(Words())
    (folder / "journal.db").unlink()
    assert brief(records.journal(settings, folder, deep=deep)) == (LOOK, "journal_none", "desk_makes")


def test_a_journal_of_another_purpose_is_named(path: Path) -> None:
    assert "E203" in records.journal(
        Settings(SITE, Mode(RunMode.DRILL, World.SIMULATED, "x")), path.parent, deep=False
    ).line(Words())


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def test_cards(tmp_path: Path, listener: socket.socket) -> None:
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    reader, service = known(Devices(pcsc=True)), tmp_path / "pcscd"
    assert brief(wires.cards(known())) == (LOOK, "cards_none", "set_pcsc")
    assert brief(wires.cards(known(Devices(card_slot=address)))) == (LOOK, "cards_slot_busy", "stop_other")
    listener.close()
    assert brief(wires.cards(known(Devices(card_slot=address)))) == (FINE, "cards_slot", "nothing")
    assert brief(wires.cards(reader, service)) == (MEND, "cards_pcsc_none", "start_pcscd")
    with socket.socket(socket.AF_UNIX) as daemon:
        daemon.bind(str(service))
        daemon.listen()
        assert brief(wires.cards(reader, service)) == (FINE, "cards_pcsc", "nothing")


@pytest.mark.parametrize("echo", Echo)
def test_what_came_of_a_heartbeat(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    def hear(*_asked: object) -> Heartbeat:
        return Heartbeat(echo, "5", "Not authorized")

    monkeypatch.setattr(wires, "hear_own_heartbeat", hear)
    state, said, do = brief(wires.broker(known(Devices(broker="127.0.0.1:1883", broker_user="console"))))
    assert (state is FINE, said) == (echo is Echo.HEARD, f"broker_{echo}")
    assert (do == "nothing") is (echo is Echo.HEARD)


def test_a_broker_that_is_not_there(listener: socket.socket) -> None:
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    listener.close()
    assert brief(wires.broker(known(Devices(broker=address)))) == (MEND, "broker_no_answer", "start_broker")
    assert brief(wires.broker(known())) == (LOOK, "broker_none", "set_broker")


def test_the_printer() -> None:
    with ReceiptPrinter() as twin:
        assert brief(wires.printer(known(Devices(printer=twin.address)), FOLDER)) == (FINE, "printer_ready", "nothing")
        address = twin.address
        one_way = Devices(printer=address, printer_record="one-way-80")
        assert brief(wires.printer(known(one_way), FOLDER)) == (UNKNOWN, "printer_one_way", "look_paper")
        twin.mute()
        assert brief(wires.printer(known(Devices(printer=address)), FOLDER)) == (
            UNKNOWN,
            "printer_no_answer",
            "look_printer",
        )
    assert brief(wires.printer(known(Devices(printer=address)), FOLDER)) == (MEND, "printer_gone", "look_printer")
    assert brief(wires.printer(known(), FOLDER)) == (LOOK, "printer_none", "nothing")


def test_whatever_the_doctor_says_has_its_sentence() -> None:
    said = sentences(Language.JAPANESE).keys()
    files = sorted(Path(package.__file__).parent.glob("*.py"))
    calls = [
        [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Finding" and len(node.args) > 2
    ]
    assert len(calls) > 20
    assert {f"doctor.said.{key}" for call in calls if (key := call[2])} <= said
    assert {f"doctor.do.{call[3]}" for call in calls if len(call) > 3 and call[3]} <= said
