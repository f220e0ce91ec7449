"""backup, restore, salvage and export as they are typed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.town import listed
from tests.unit.test_journal_salvage import PAGE
from village_console.__main__ import main
from village_console.cli.backup import slots_of
from village_console.journal import key_file
from village_console.journal.journal import Journal
from village_console.journal.key_file import read_keys
from village_console.journal.keys.ring import JOURNAL
from village_console.records import open_journal
from village_console.settings import load_settings
from village_console.village.clock import Clock
from village_console.words import Words

PASSPHRASE = "horse battery staple village"


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A console of three residents that keeps its key itself."""
    folder = tmp_path / "hall"
    assert main(["init", str(folder), "--unattended"]) == 0
    write(folder, 3)
    capsys.readouterr()
    return folder


def opened(folder: Path) -> Journal:
    return open_journal(load_settings(folder / "console.toml"), folder, Clock())


def write(folder: Path, count: int, first: int = 0) -> None:
    journal = opened(folder)
    for n in range(first, first + count):
        journal.append(listed(n, 1, "佐藤 ハル", "サトウ ハル"))
    journal.close()


def command(folder: Path, *words: str) -> int:
    return main([*words, "--settings", str(folder / "console.toml")])


def facts(folder: Path) -> int:
    journal = opened(folder)
    try:
        return journal.verify()
    finally:
        journal.close()


def test_a_copy_is_made_beside_an_open_desk(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk, copy = opened(folder), folder.parent / "copy"
    assert command(folder, "backup", str(copy)) == 0
    desk.close()
    said = capsys.readouterr().out
    assert Words().say("cli.backup.done", count=3, path=copy) in said
    assert Words().say("cli.backup.key_apart", key=folder / key_file.NAME) in said
    assert copy.exists()
    assert not slots_of(copy).exists()


def test_a_copy_is_never_written_over_another(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = folder.parent / "copy"
    copy.write_text("something else")
    assert command(folder, "backup", str(copy)) == 1
    assert capsys.readouterr().err == Words().say("cli.backup.is_there", path=copy) + "\n"
    assert copy.read_text() == "something else"


def test_there_is_nothing_to_copy_before_the_first_desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new"
    main(["init", str(folder), "--unattended"])
    capsys.readouterr()
    for words in (("backup", str(tmp_path / "copy")), ("salvage",)):
        (folder / JOURNAL).unlink(missing_ok=True)
        assert command(folder, *words) == 1
        assert capsys.readouterr().err == Words().say("cli.backup.no_journal", path=folder / JOURNAL) + "\n"


def test_a_restore_that_would_hide_facts_asks_for_force(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = folder.parent / "copy"
    command(folder, "backup", str(copy))
    write(folder, 2, first=10)
    capsys.readouterr()
    assert command(folder, "restore", str(copy)) == 1
    assert capsys.readouterr().err == Words().say("cli.restore.newer", count=2) + "\n"
    assert facts(folder) == 5
    assert command(folder, "restore", str(copy), "--force") == 0
    assert Words().say("cli.restore.aside", path=folder / f"{JOURNAL}.aside-1") in capsys.readouterr().out
    assert facts(folder) == 3


def test_a_locked_console_moves_to_a_new_laptop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hall, laptop, copy, text = (tmp_path / name for name in ("hall", "laptop", "copy", "passphrase"))
    main(["init", str(hall), "--unattended"])
    write(hall, 3)
    text.write_text(PASSPHRASE)
    assert command(hall, "keys", "add", "passphrase", "--passphrase-file", str(text)) == 0
    assert command(hall, "backup", str(copy)) == 0
    laptop.mkdir()
    (laptop / "console.toml").write_bytes((hall / "console.toml").read_bytes())
    monkeypatch.setenv("VILLAGE_CONSOLE_PASSPHRASE_FD", str(os.open(text, os.O_RDONLY)))
    assert command(laptop, "restore", str(copy)) == 0
    (key,) = read_keys(hall / key_file.NAME)
    key_file.write_keys(laptop / key_file.NAME, (key,))
    assert facts(laptop) == 3


def test_a_copy_without_its_key_is_not_restored_and_no_key_is_made(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy, laptop = folder.parent / "copy", folder.parent / "laptop"
    command(folder, "backup", str(copy))
    laptop.mkdir()
    (laptop / "console.toml").write_bytes((folder / "console.toml").read_bytes())
    capsys.readouterr()
    assert command(laptop, "restore", str(copy)) == 1
    assert capsys.readouterr().err == Words().say("cli.restore.no_key", folder=laptop) + "\n"
    assert [path.name for path in laptop.iterdir()] == ["console.toml"]


def test_a_damaged_journal_is_salvaged(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, 100, first=10)
    path = folder / JOURNAL
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // PAGE // 2 * PAGE)
        file.write(bytes(PAGE))
    status, said = command(folder, "salvage"), capsys.readouterr().out
    left = facts(folder)
    assert 103 >= left > 90
    assert Words().say("cli.salvage.done", facts=left, of=103, looks=0) in said
    assert status == int(left < 103)
    assert (Words().say("cli.salvage.peers") in said) == (left < 103)


def test_an_export_is_written_and_noted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder.parent / "journal.jsonl"
    assert command(folder, "export", str(path)) == 0
    assert capsys.readouterr().out == Words().say("cli.export.done", count=3, path=path) + "\n"
    assert len(path.read_text("ascii").splitlines()) == 4
    journal = opened(folder)
    assert [(look.act, look.about) for look in journal.looks()] == [
        ("exported", "journal.jsonl"), ("stored", "journal.jsonl"),
    ]  # fmt: skip
    journal.close()
