"""`keys` and `init` as somebody types them: who can open the record is said, changed and noted."""

from __future__ import annotations

import os
import re
from contextlib import closing
from pathlib import Path

import pytest

from village_console.__main__ import main
from village_console.cli.recovery_sheet import recovery_sheet
from village_console.cli.unlocking import PASSPHRASE_FD, new_passphrase
from village_console.init import NewConsole, make_console
from village_console.journal import audit, key_file
from village_console.journal.keys import age, slots_file
from village_console.journal.keys import rekey as rekeying
from village_console.journal.keys.change import add_slot
from village_console.journal.keys.printed import digits, read_written
from village_console.journal.keys.ring import JOURNAL, Ring, by_device, by_secret
from village_console.journal.keys.secret import Passphrase, Recovery, TownHall, personal_slot
from village_console.journal.keys.slot import Cost, Kind
from village_console.journal.keys.slots_file import read_slots
from village_console.journal.sqlcipher import open_encrypted
from village_console.journal.store import own
from village_console.words import Language, Words

WORDS = "hisoka komatsuna okitsuku kawa"
PRINTED = Recovery(b"r" * 32)
Output = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A console that opens by itself, by a passphrase of small cost, and by a recovery key."""
    folder = tmp_path / "hall"
    assert make_console(folder, NewConsole("015628", "S1", "公民館"), Words()) is not None
    ring = by_device(folder)
    assert ring is not None
    for secret in (Passphrase(WORDS), PRINTED):
        add_slot(folder, personal_slot(secret, "受付", "2026-11-03", ring.keys, Cost(8, 1, 1)))
    return folder


@pytest.fixture
def locked(folder: Path) -> Path:
    """The same, and its key is no longer on the laptop."""
    (folder / key_file.NAME).unlink()
    return folder


@pytest.fixture
def passphrase(tmp_path: Path) -> str:
    """A file with the passphrase."""
    path = tmp_path / "passphrase.txt"
    path.write_text(f"{WORDS}\n", "utf-8")
    return str(path)


def keys(folder: Path, *said: str) -> int:
    return main(["keys", *said, "--settings", str(folder / "console.toml")])


def noted(folder: Path, ring: Ring | None) -> list[str]:
    """What stands in the record about keys."""
    assert ring is not None
    with closing(open_encrypted(folder / JOURNAL, ring.key_for(folder / JOURNAL))) as connection:
        return [look.about for look in audit.looks(connection) if look.act == "keys"]


def test_the_list_names_every_way_in(folder: Path, capsys: Output) -> None:
    assert keys(folder, "list") == 0
    lines = capsys.readouterr().out.splitlines()
    slots = read_slots(folder / slots_file.NAME).slots
    assert [line.split()[0] for line in lines] == ["device", *(slot.id for slot in slots)]
    assert ["合言葉" in lines[1], "回復の鍵" in lines[2], "受付" in lines[1]] == [True] * 3


def test_the_list_of_a_locked_console_asks_for_nothing(locked: Path, capsys: Output) -> None:
    assert keys(locked, "list") == 0
    assert "device" not in capsys.readouterr().out


def test_the_list_says_that_there_is_nothing_that_it_is_damaged_or_unfinished(folder: Path, capsys: Output) -> None:
    path = folder / slots_file.NAME
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"rekeying": ""', b'"rekeying": "abc"'))
    assert keys(folder, "list") == 1
    said = capsys.readouterr().out
    assert [Words().say(key) in said for key in ("keys.unfinished", "keys.damaged")] == [True, True]
    path.unlink()
    (folder / key_file.NAME).unlink()
    assert keys(folder, "list") == 0
    assert capsys.readouterr().out == Words().say("keys.none") + "\n"


def test_a_passphrase_is_added_from_a_file_and_noted(folder: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.txt"
    new.write_text("aki no yukata ga hoshii", "utf-8")
    assert keys(folder, "add", "passphrase", "--label", "夜の係", "--passphrase-file", str(new)) == 0
    slot = read_slots(folder / slots_file.NAME).slots[-1]
    assert (slot.kind, slot.label, slot.cost) == (Kind.PASSPHRASE, "夜の係", Cost())
    assert by_secret(folder, Passphrase("aki no yukata ga hoshii")) == by_device(folder)
    assert noted(folder, by_device(folder)) == [f"add passphrase {slot.id}"]


@pytest.mark.parametrize("text", ["1234", "aki aki aki aki aki", "a b c d e"])
def test_a_weak_passphrase_is_not_taken(folder: Path, tmp_path: Path, text: str, capsys: Output) -> None:
    before = (folder / slots_file.NAME).read_bytes()
    (tmp_path / "new.txt").write_text(text, "utf-8")
    assert keys(folder, "add", "passphrase", "--passphrase-file", str(tmp_path / "new.txt")) == 1
    assert (folder / slots_file.NAME).read_bytes() == before
    assert "四つ" in (said := capsys.readouterr().err) or "16" in said


@pytest.mark.parametrize("language", Language)
def test_a_recovery_key_is_shown_once_and_opens_as_it_was_printed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output, language: Language
) -> None:
    monkeypatch.setenv("VILLAGE_CONSOLE_LANG", language)
    assert keys(folder, "add", "recovery") == 0
    sheet = capsys.readouterr().out
    numbered = dict(
        re.findall(r"(\d+) (\w+)", "\n".join(line for line in sheet.splitlines() if re.match(r" ?\d", line)))
    )
    typed = read_written(" ".join(numbered[str(number)] for number in range(1, 25)))
    assert isinstance(typed, bytes)
    assert by_secret(folder, Recovery(typed)) == by_device(folder)


def test_the_sheet_fits_the_screen_and_has_the_code_twice_as_wide_as_high() -> None:
    plain = recovery_sheet(PRINTED.secret, "1a2b3c4d", Words(), colours=False).splitlines()
    painted = recovery_sheet(PRINTED.secret, "1a2b3c4d", Words(), colours=True).splitlines()
    code = [line for line in painted if "\x1b" in line]
    assert len(code) == 29 + 8
    assert {len(re.sub(r"\x1b\[\d+m", "", line)) for line in code} == {2 * (29 + 8)}
    assert sum("██" in line for line in plain) == 29
    assert all(line.endswith("\x1b[0m") for line in code)
    assert "1a2b3c4d" in plain[0]


def test_the_code_on_the_sheet_is_what_a_scanner_would_read() -> None:
    segno = pytest.importorskip("segno")
    plain = recovery_sheet(PRINTED.secret, "1a2b3c4d", Words(), colours=False).splitlines()
    drawn = [line[8:].ljust(58) for line in plain if "██" in line]
    modules = [[line[at : at + 2] == "██" for at in range(0, 58, 2)] for line in drawn]
    wanted = segno.make(digits(PRINTED.secret), error="m", micro=False)
    assert modules == [[bool(module) for module in row] for row in wanted.matrix]


def test_the_town_hall_is_given_a_slot_and_opens_a_locked_console(folder: Path, tmp_path: Path) -> None:
    identity, recipient = age.new_identity()
    assert keys(folder, "add", "escrow", "--recipient", recipient, "--label", "総務課") == 0
    ring = by_device(folder)
    (folder / key_file.NAME).unlink()
    secret = tmp_path / "town.txt"
    secret.write_text(f"# created: 2026-11-03\n# public key: {recipient}\n{identity}\n", "utf-8")
    assert by_secret(folder, TownHall(identity)) == ring
    assert keys(folder, "test", "--identity", str(secret)) == 0
    (tmp_path / "new.txt").write_text("aki no yukata ga hoshii", "utf-8")
    assert (
        keys(folder, "add", "passphrase", "--passphrase-file", str(tmp_path / "new.txt"), "--identity", str(secret))
        == 0
    )
    assert by_secret(folder, Passphrase("aki no yukata ga hoshii")) == ring


@pytest.mark.parametrize(
    "content", ["", "AGE-SECRET-KEY-1NONSENSE", age.new_identity()[0]], ids=["empty", "nonsense", "another"]
)
def test_another_towns_secret_opens_nothing(locked: Path, tmp_path: Path, content: str, capsys: Output) -> None:
    (tmp_path / "town.txt").write_text(content, "utf-8")
    assert keys(locked, "test", "--identity", str(tmp_path / "town.txt")) == 1
    assert "E124" in capsys.readouterr().err


@pytest.mark.parametrize("recipient", [[], ["--recipient", "age1nobody"]])
def test_an_escrow_without_a_recipient_is_refused(folder: Path, recipient: list[str]) -> None:
    assert keys(folder, "add", "escrow", *recipient) == 1
    assert len(read_slots(folder / slots_file.NAME).slots) == 2


def test_a_card_without_a_reader_is_refused(folder: Path, capsys: Output) -> None:
    assert keys(folder, "add", "card") == 1
    assert "card_slot" in capsys.readouterr().err
    assert len(read_slots(folder / slots_file.NAME).slots) == 2


@pytest.mark.parametrize("what", [[], ["secret"]])
def test_a_kind_that_does_not_exist_is_answered_with_those_that_do(
    folder: Path, what: list[str], capsys: Output
) -> None:
    assert keys(folder, "add", *what) == 1
    assert "device passphrase recovery card escrow" in capsys.readouterr().err


def test_the_laptops_own_key_is_taken_away_and_put_back(folder: Path, passphrase: str) -> None:
    ring = by_device(folder)
    assert keys(folder, "remove", "device") == 0
    assert by_device(folder) is None
    assert keys(folder, "add", "device", "--unlock-file", passphrase) == 0
    assert by_device(folder) == ring
    assert noted(folder, ring) == ["remove device", "add device"]


def test_the_last_slot_of_the_people_is_not_removed(folder: Path, capsys: Output) -> None:
    first, last = (slot.id for slot in read_slots(folder / slots_file.NAME).slots)
    assert [keys(folder, "remove", first), keys(folder, "remove", last), keys(folder, "remove", first)] == [0, 1, 1]
    assert [slot.id for slot in read_slots(folder / slots_file.NAME).slots] == [last]
    assert "先に" in capsys.readouterr().err


def test_a_rekey_of_a_locked_console_by_its_passphrase(locked: Path, passphrase: str) -> None:
    before = by_secret(locked, PRINTED)
    assert keys(locked, "rekey", "--unlock-file", passphrase) == 0
    after = by_secret(locked, PRINTED)
    assert after != before
    assert noted(locked, after) == ["rekey"]
    assert main(["verify", "--settings", str(locked / "console.toml")]) == 1, "it is still locked"


def test_nothing_is_rekeyed_while_the_desk_is_open(folder: Path, capsys: Output) -> None:
    before = by_device(folder)
    with own(folder / JOURNAL):
        assert keys(folder, "rekey") == 1
    assert "E103" in capsys.readouterr().err
    assert by_device(folder) == before


def test_a_slot_may_be_added_while_the_desk_is_open_and_that_it_is_not_noted_is_said(
    folder: Path, capsys: Output
) -> None:
    with own(folder / JOURNAL):
        assert keys(folder, "add", "recovery") == 0
    assert Words().say("keys.not_noted") in capsys.readouterr().err
    assert noted(folder, by_device(folder)) == []


@pytest.mark.parametrize("given", [WORDS, digits(PRINTED.secret), "  ｈｉｓｏｋａ komatsuna okitsuku　kawa"])
def test_whether_somebody_could_open_it_is_tried(folder: Path, tmp_path: Path, given: str) -> None:
    (tmp_path / "given.txt").write_text(given, "utf-8")
    assert keys(folder, "test", "--unlock-file", str(tmp_path / "given.txt")) == 0
    (folder / JOURNAL).unlink()
    assert keys(folder, "test", "--unlock-file", str(tmp_path / "given.txt")) == 1
    assert not (folder / JOURNAL).exists()


def test_what_opens_nothing_is_said(locked: Path, tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "given.txt").write_text("not the right words at all", "utf-8")
    assert keys(locked, "test", "--unlock-file", str(tmp_path / "given.txt")) == 1
    assert "E124" in capsys.readouterr().err


def test_a_passphrase_is_never_an_argument(capsys: Output) -> None:
    with pytest.raises(SystemExit):
        main(["keys", "add", "--help"])
    assert not re.search(r"--passphrase(?!-file)", capsys.readouterr().out)
    with pytest.raises(SystemExit):
        main(["keys", "list", "--settings", "console.toml", "--unlock-file", "/no such file"])


def test_a_locked_console_does_not_open_without_anybody(locked: Path, capsys: Output) -> None:
    for command in ("verify", "desk"):
        assert main([command, "--settings", str(locked / "console.toml")]) == 1
        assert "E121" in capsys.readouterr().err


def test_a_service_hands_the_passphrase_over_in_an_open_file(
    locked: Path, passphrase: str, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv(PASSPHRASE_FD, str(os.open(passphrase, os.O_RDONLY)))
    assert main(["verify", "--settings", str(locked / "console.toml")]) == 0
    monkeypatch.setenv(PASSPHRASE_FD, str(os.open(os.devnull, os.O_RDONLY)))
    assert main(["verify", "--settings", str(locked / "console.toml")]) == 1
    assert "E124" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["987", "x", "-1"])
def test_an_open_file_that_is_not_there_locks_nothing_up(
    locked: Path, number: str, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv(PASSPHRASE_FD, number)
    assert main(["verify", "--settings", str(locked / "console.toml")]) == 1
    assert "E121" in capsys.readouterr().err


def test_a_slot_that_was_slipped_in_stops_a_rekey_by_its_name(folder: Path, capsys: Output) -> None:
    slipped = personal_slot(Passphrase("of somebody who had no key"), "", "", (b"x" * 32,), Cost(8, 1, 1))
    add_slot(folder, slipped)
    assert keys(folder, "rekey") == 1
    assert f"keys remove {slipped.id}" in capsys.readouterr().err
    assert keys(folder, "remove", slipped.id) == 0
    assert keys(folder, "rekey") == 0


def test_a_rekey_that_cannot_be_finished_is_said_and_the_console_opens(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    def differing(_connection: object, schema: str) -> str:
        return schema

    monkeypatch.setattr(rekeying, "_digest", differing)
    assert keys(folder, "rekey") == 1
    monkeypatch.undo()
    assert main(["verify", "--settings", str(folder / "console.toml")]) == 0
    assert keys(folder, "list") == 0
    assert Words().say("keys.unfinished") in capsys.readouterr().out
    assert keys(folder, "rekey") == 0


class Typing:
    """Somebody who types these lines, one after another."""

    def __init__(self, *lines: str) -> None:
        self._lines = iter(lines)

    def __call__(self, _prompt: str) -> str:
        return next(self._lines)


def test_a_new_passphrase_is_typed_twice(capsys: Output) -> None:
    ask = Typing("too short", WORDS, "hisoka komatsuna okitsuku kaba", WORDS, f"  {WORDS} ")
    assert new_passphrase(Words(), ask) == WORDS
    assert [Words().say(key) in capsys.readouterr().err for key in ("unlock.differs",)] == [True]


def test_the_offer_is_taken_by_typing_it_again(capsys: Output) -> None:
    offers: list[str] = []

    def ask(_prompt: str) -> str:
        offers.append(
            capsys.readouterr().err.strip().splitlines()[-1].split("  ")[-1] if len(offers) == 0 else offers[0]
        )
        return "" if len(offers) == 1 else offers[0]

    assert new_passphrase(Words(), ask) == offers[0]
    assert len(offers[0].split()) == 5
