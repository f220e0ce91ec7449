"""A drill is wiped on demand, its key first; a real record never is."""

from __future__ import annotations

from pathlib import Path

import pytest

from village_console.incident.wipe import WipeVerdict, may_wipe, wipe, wipe_televisions
from village_console.journal import key_file
from village_console.journal.keys import slots_file
from village_console.journal.keys.ring import JOURNAL, TELEVISIONS
from village_console.journal.store import own
from village_console.village.errors import JournalIsInUseError
from village_console.village.run_mode import RunMode

OTHERS = ("console.toml", "roster.txt", "residents.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a console leaves, and what others put beside it."""
    for name in (JOURNAL, TELEVISIONS):
        for end in ("", "-wal", "-shm", ".lock", ".tip", ".rekey"):
            (tmp_path / (name + end)).write_bytes(b"sealed")
    for name in (key_file.NAME, key_file.NAME + ".part", slots_file.NAME, *OTHERS):
        (tmp_path / name).write_bytes(b"plain")
    return tmp_path


@pytest.mark.parametrize(
    ("mode", "typed", "verdict"),
    [
        (RunMode.DRILL, "evening-1", WipeVerdict.WIPED),
        (RunMode.TEST, " evening-1\n", WipeVerdict.WIPED),
        (RunMode.DRILL, "evening", WipeVerdict.OTHER_NAME),
        (RunMode.DRILL, "", WipeVerdict.OTHER_NAME),
        (RunMode.REAL, "evening-1", WipeVerdict.IS_REAL),
    ],
)
def test_only_a_drill_whose_name_was_typed_may_be_wiped(mode: RunMode, typed: str, verdict: WipeVerdict) -> None:
    assert may_wipe(mode, "evening-1", typed) is verdict


def test_keys_and_records_go_and_the_rest_is_named(folder: Path) -> None:
    assert wipe(folder) == tuple(sorted(OTHERS))
    assert sorted(path.name for path in folder.iterdir()) == sorted(OTHERS)


def test_in_a_drills_own_folder_everything_goes(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "kept").touch()
    (folder / "wires.json").write_text("{}", "utf-8")
    (folder / "town").mkdir()
    (folder / "town" / "residents.csv").touch()
    (folder / "link").symlink_to(elsewhere)
    assert wipe(folder) == ()
    assert list(folder.iterdir()) == []
    assert (elsewhere / "kept").exists(), "a link is taken away, not followed"


def test_the_keys_own_bytes_are_written_over_before_anything_else_goes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[tuple[str, bool]] = []
    unlink = Path.unlink

    def watched(path: Path, missing_ok: bool = False) -> None:
        gone.append((path.name, path.read_bytes() == b"plain"))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", watched)
    wipe(folder)
    assert {name for name, _ in gone[:3]} == {key_file.NAME, key_file.NAME + ".part", slots_file.NAME}
    assert [still for _, still in gone[:3]] == [False, False, False]


@pytest.mark.parametrize("name", [JOURNAL, TELEVISIONS])
def test_while_somebody_writes_nothing_is_wiped(folder: Path, name: str) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(".lock")}
    with own(folder / name), pytest.raises(JournalIsInUseError):
        wipe(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(".lock")} == before


def test_the_televisions_log_can_go_alone(folder: Path) -> None:
    wipe_televisions(folder)
    assert [path.name for path in folder.iterdir() if path.name.startswith(TELEVISIONS)] == []
    assert (folder / JOURNAL).exists()
    assert (folder / key_file.NAME).read_bytes() == b"plain"
