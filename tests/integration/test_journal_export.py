"""An exported journal is checked by a program that shares nothing with this one: every change to it is found."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.town import received, write_people
from village_console.journal.export import export_journal
from village_console.journal.facts import PersonErased

if TYPE_CHECKING:
    from tests.conftest import JournalMaker

pytestmark = pytest.mark.integration

CHECKER = Path(__file__).parents[2] / "docs" / "verify_journal.py"
Line = dict[str, Any]
Change = Callable[[list[Line]], object]


def checked(path: Path) -> tuple[int, list[str]]:
    """Exit status and what it says, from a Python that has no way to this project."""
    said = subprocess.run(
        [sys.executable, "-I", str(CHECKER), str(path)], capture_output=True, text=True, check=False, cwd=path.parent
    )
    assert "Traceback" not in said.stderr
    return said.returncode, said.stdout.splitlines()


@pytest.fixture
def exported(make_journal: JournalMaker) -> Path:
    """Two consoles in one journal; one person of it is erased."""
    journal, other = make_journal(), make_journal("other.db")
    write_people(journal, 3)
    write_people(other, 2, first=50)
    journal.admit(other.public_key)
    journal.take_in(other.links(), other.keys_for(other.links()))
    journal.append(PersonErased(subject="resident:1", why="asked"))
    path = make_journal.folder / "journal.jsonl"
    assert export_journal(journal, path) == 11
    return path


def changed(path: Path, change: Change) -> Path:
    lines = [json.loads(line) for line in path.read_text("ascii").splitlines()]
    change(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "ascii")
    return path


def test_the_checker_is_short_and_imports_nothing_of_ours() -> None:
    text = CHECKER.read_text("utf-8")
    assert len(text.splitlines()) < 100
    assert "village_console" not in text


def test_a_good_export_holds(exported: Path) -> None:
    assert checked(exported) == (0, ["11 links, 2 chains, 0 problems"])


def test_an_export_gives_away_no_name_and_is_for_its_owner_alone(exported: Path) -> None:
    text = exported.read_text("ascii")
    plain = b"".join(bytes.fromhex(json.loads(line).get("body", "")) for line in text.splitlines())
    assert "佐藤".encode() not in plain
    assert exported.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("field", ["previous", "body", "sealed", "sealed_sha", "sig"])
def test_every_changed_byte_is_found(exported: Path, field: str) -> None:
    text, chance = exported.read_text("ascii"), random.Random(field)
    for _ in range(8):

        def flip(lines: list[Line]) -> None:
            link = chance.choice([line for line in lines[1:] if line[field]])
            content = bytearray.fromhex(link[field])
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            link[field] = content.hex()

        exported.write_text(text, "ascii")
        status, said = checked(changed(exported, flip))
        assert status == 1
        assert any(line.startswith("line ") for line in said)


@pytest.mark.parametrize("lost", range(1, 12))
def test_a_link_that_is_left_out_is_missed_even_when_it_was_the_last(exported: Path, lost: int) -> None:
    status, said = checked(changed(exported, lambda lines: lines.pop(lost)))
    assert status == 1
    assert any("are said to be here" in line for line in said)


def test_a_gap_is_named(exported: Path) -> None:
    _, said = checked(changed(exported, lambda lines: lines.pop(2)))
    assert [line.rpartition("/")[2] for line in said if line.endswith("gap")] == ["2: gap"]


@pytest.mark.parametrize("size", [0.3, 0.6, 0.9])
def test_a_file_that_was_cut_short_is_no_export(exported: Path, size: float) -> None:
    content = exported.read_bytes()
    exported.write_bytes(content[: int(len(content) * size)])
    assert checked(exported)[0] in {1, 2}


@pytest.mark.parametrize(
    "content", [b"", b"{}\n", b"a letter to the mayor\n", b'{"format": "something else"}\n', b"\xff"]
)
def test_a_file_that_is_no_export_is_said_to_be_none(exported: Path, content: bytes) -> None:
    exported.write_bytes(content)
    assert checked(exported) == (2, [])


def test_a_device_that_is_not_named_signs_nothing(exported: Path) -> None:
    status, said = checked(changed(exported, lambda lines: lines[0]["devices"].popitem()))
    assert status == 1
    assert any("no key of this device" in line for line in said)


def test_a_key_under_another_devices_name_is_not_believed(exported: Path) -> None:
    def swap(lines: list[Line]) -> None:
        devices = lines[0]["devices"]
        one, other = devices
        devices[one], devices[other] = devices[other], devices[one]

    status, said = checked(changed(exported, swap))
    assert status == 1
    assert sum("no key of this device" in line for line in said) == 11


def test_a_fork_is_named(make_journal: JournalMaker) -> None:
    journal, whole = make_journal(), make_journal("whole.db")
    whole.admit(journal.public_key)
    write_people(journal, 2)
    copy = {end: journal.path.with_name(journal.path.name + end).read_bytes() for end in ("", "-wal")}
    for end, content in copy.items():
        (make_journal.folder / f"clone.db{end}").write_bytes(content)
    clone = make_journal("clone.db")
    for twin, n in ((journal, 7), (clone, 8)):
        twin.append(received(f"resident:{n}"))
        whole.take_in(twin.links())
    path = make_journal.folder / "forked.jsonl"
    export_journal(whole, path)
    status, said = checked(path)
    assert status == 1
    assert [line.rpartition("/")[2] for line in said[:-1]] == ["5: fork into 2"]
