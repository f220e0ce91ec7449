"""Who may open a journal, and what is said to everybody else."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.town import KEN, received
from village_console.journal import sqlcipher
from village_console.journal.journal import Journal
from village_console.journal.key_file import read_or_make_key
from village_console.journal.store import SCHEMA_VERSION, Purpose, own
from village_console.village.errors import (
    EngineIsTooOldError,
    JournalIsDamagedError,
    JournalIsInUseError,
    JournalIsNewerError,
    JournalKeyIsWrongError,
    KeyFileIsOpenError,
    RunModeDiffersError,
)

if TYPE_CHECKING:
    from tests.conftest import JournalMaker

WRONG_KEY = b"\xff" * 32


def test_a_second_owner_in_the_same_process_is_refused(make_journal: JournalMaker) -> None:
    journal = make_journal()
    with pytest.raises(JournalIsInUseError) as refused:
        make_journal()
    assert (refused.value.code, refused.value.values) == ("E103", {"path": journal.path})


def test_a_second_owner_in_another_process_is_refused(make_journal: JournalMaker) -> None:
    journal = make_journal()
    code = (
        "import sys; from pathlib import Path; from village_console.journal.store import own\n"
        "try: own(Path(sys.argv[1]))\n"
        "except Exception as error: print(error.code)"
    )
    said = subprocess.run([sys.executable, "-c", code, str(journal.path)], capture_output=True, text=True, check=True)
    assert said.stdout == "E103\n"


def test_a_refused_owner_does_not_disturb_the_first(make_journal: JournalMaker) -> None:
    journal = make_journal()
    with pytest.raises(JournalIsInUseError):
        make_journal()
    journal.append(received())
    assert journal.verify() == 1


def test_two_journals_in_one_folder_do_not_disturb_each_other(make_journal: JournalMaker) -> None:
    one, other = make_journal("one.db"), make_journal("other.db")
    one.append(received())
    assert (one.verify(), other.verify()) == (1, 0)


def test_a_closed_journal_is_free_again(make_journal: JournalMaker) -> None:
    make_journal().close()
    assert make_journal().verify() == 0


def test_every_file_has_an_incarnation_of_its_own_and_keeps_it(make_journal: JournalMaker) -> None:
    one, other = make_journal("one.db"), make_journal("other.db")
    first = one.append(received())
    one.close()
    second = make_journal("one.db").append(received())
    elsewhere = other.append(received())
    assert (second.dev, second.inc, second.seq) == (first.dev, first.inc, 2)
    assert (elsewhere.dev, elsewhere.inc) != (first.dev, first.inc)


def test_a_wrong_key_is_refused_in_silence(make_journal: JournalMaker, capfd: pytest.CaptureFixture[str]) -> None:
    journal = make_journal()
    journal.close()
    capfd.readouterr()
    with pytest.raises(JournalKeyIsWrongError) as refused:
        make_journal(key=WRONG_KEY)
    assert (refused.value.code, refused.value.values) == ("E102", {"path": journal.path})
    assert capfd.readouterr() == ("", "")


def test_after_a_wrong_key_the_right_one_still_opens(make_journal: JournalMaker) -> None:
    make_journal().close()
    with pytest.raises(JournalKeyIsWrongError):
        make_journal(key=WRONG_KEY)
    assert make_journal().verify() == 0


def test_a_file_that_is_no_journal_is_refused_and_left_as_it_is(make_journal: JournalMaker) -> None:
    path = make_journal.folder / "journal.db"
    path.write_bytes(b"a letter to the mayor" * 500)
    with pytest.raises(JournalKeyIsWrongError):
        make_journal()
    assert path.read_bytes() == b"a letter to the mayor" * 500


def test_a_newer_journal_is_refused_and_left_as_it_is(make_journal: JournalMaker) -> None:
    journal = make_journal()
    journal.append(received())
    journal.close()
    with make_journal.connect() as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(JournalIsNewerError) as refused:
        make_journal()
    assert (refused.value.code, refused.value.values) == (
        "E101", {"path": journal.path, "found": SCHEMA_VERSION + 1, "known": SCHEMA_VERSION},
    )  # fmt: skip
    with make_journal.connect() as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    assert make_journal().verify() == 1


@pytest.mark.parametrize(
    "other",
    [
        Purpose("real", "simulated", "evening"),
        Purpose("test", "simulated", "evening"),
        Purpose("drill", "physical", "evening"),
        Purpose("drill", "simulated", "morning"),
    ],
)
def test_a_journal_of_another_mode_world_or_incident_is_refused(make_journal: JournalMaker, other: Purpose) -> None:
    journal = make_journal()
    journal.close()
    with pytest.raises(RunModeDiffersError) as refused:
        make_journal(purpose=other)
    assert (refused.value.code, refused.value.values) == (
        "E203",
        {
            "path": journal.path,
            "found": "drill/simulated/evening",
            "wanted": f"{other.mode}/{other.world}/{other.incident}",
        },
    )
    assert make_journal().verify() == 0


def test_a_journal_waits_for_the_disk_at_every_commit(make_journal: JournalMaker) -> None:
    make_journal().close()
    with make_journal.connect() as connection:
        pragmas = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert pragmas == ["wal", 2]


def test_an_engine_that_can_corrupt_a_journal_is_refused(
    make_journal: JournalMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OldEngine:
        sqlite_version_info = (3, 51, 2)
        sqlite_version = "3.51.2"

    monkeypatch.setattr(sqlcipher, "_engine", OldEngine)
    with pytest.raises(EngineIsTooOldError) as refused:
        make_journal()
    assert (refused.value.code, refused.value.values) == ("E106", {"found": "3.51.2"})


@pytest.mark.parametrize("folder", ["防災 訓練", "a#b", "what?", "100%", "%41", "a&b=c", "'quoted'"])
def test_the_folder_may_have_any_name(make_journal: JournalMaker, folder: str) -> None:
    journal: Journal = make_journal(f"{folder}/journal.db")
    journal.append(received())
    journal.close()
    place = make_journal.folder / folder
    assert {path.name for path in place.iterdir()} == {"journal.db", "journal.db.lock", "journal.db.tip"}
    assert {path.name for path in make_journal.folder.iterdir()} == {folder}
    assert make_journal(f"{folder}/journal.db").verify() == 1


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "journal.key"
    key = read_or_make_key(path)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_or_make_key(path) == key


def test_no_two_keys_are_alike(tmp_path: Path) -> None:
    assert read_or_make_key(tmp_path / "one.key") != read_or_make_key(tmp_path / "other.key")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o601])
def test_a_key_that_others_can_use_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "journal.key"
    read_or_make_key(path)
    path.chmod(mode)
    with pytest.raises(KeyFileIsOpenError) as refused:
        read_or_make_key(path)
    assert (refused.value.code, refused.value.values) == ("E105", {"path": path})


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_key_that_only_its_owner_can_read_is_taken(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "journal.key"
    key = read_or_make_key(path)
    path.chmod(mode)
    assert read_or_make_key(path) == key


@pytest.mark.parametrize("text", ["", "00" * 31, "00" * 33, "not a key", "鍵", "zz" * 32])
def test_a_key_file_without_a_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "journal.key"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    with pytest.raises(JournalKeyIsWrongError) as refused:
        read_or_make_key(path)
    assert refused.value.values == {"path": path}


def test_the_newest_fact_is_looked_at_before_anything_is_built_upon_it(make_journal: JournalMaker) -> None:
    journal = make_journal()
    for person in ("resident:haru", "resident:ken"):
        journal.append(received(person))
    journal.close()
    with make_journal.connect() as connection:
        connection.execute("UPDATE facts SET sig = zeroblob(64) WHERE seq = 2")
    with pytest.raises(JournalIsDamagedError) as damaged:
        make_journal()
    assert damaged.value.values == {"path": journal.path, "seq": 2, "what": "signature"}


def test_a_damaged_journal_is_free_for_whoever_mends_it(make_journal: JournalMaker) -> None:
    journal = make_journal()
    journal.append(received())
    journal.close()
    with make_journal.connect() as connection:
        connection.execute("UPDATE facts SET sig = zeroblob(64)")
    with pytest.raises(JournalIsDamagedError):
        make_journal()
    own(journal.path).close()


@pytest.mark.parametrize("noted", [b"", b"x" * 128, b"\xff" * 128, b"abc 5\n"])
def test_a_note_of_the_end_that_is_lost_or_torn_says_nothing(make_journal: JournalMaker, noted: bytes) -> None:
    journal = make_journal()
    journal.append(received())
    journal.close()
    journal.path.with_name("journal.db.tip").write_bytes(noted)
    journal = make_journal()
    assert [why for _, why in journal.incarnations()] == ["made"]
    assert journal.append(received(KEN)).seq == 2


def test_rows_of_another_programs_making_are_folded_again(make_journal: JournalMaker) -> None:
    journal = make_journal()
    journal.append(received())
    rows = journal.rows.everything()
    journal.close()
    with make_journal.connect() as connection:
        connection.execute("DELETE FROM rows")
        connection.execute("UPDATE meta SET value = 'another program' WHERE name = 'fingerprint'")
    assert make_journal().rows.everything() == rows
