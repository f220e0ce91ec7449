"""The archive as a service: killed in the middle, its database restarted under it, asked on the command line."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from tests.archives import TABLES, Village, receive
from tests.postgres import PROGRAMS, Postgres, as_role, prepared, running_postgres
from tests.town import listed, person, wait_until
from village_console.__main__ import main
from village_console.archive.keep import Standing
from village_console.children import free_ports
from village_console.init import NewConsole, make_console
from village_console.journal.keys.printed import code_words, new_code
from village_console.records import open_journal
from village_console.settings import load_settings
from village_console.shelter.facts import EvacueeReceived
from village_console.shelter.facts import Path as Way
from village_console.sync.lan import Lan
from village_console.sync.own import Place
from village_console.village.clock import Clock
from village_console.village.ids import ARCHIVE, ShelterId
from village_console.words import Words

pytestmark = [
    pytest.mark.integration,
    pytest.mark.xdist_group("postgres"),
    pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL is not installed (make parts)"),
]
KILLS = 3
PEOPLE = 300


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with running_postgres() as running:
        yield running


@pytest.fixture
def here(server: Postgres, tmp_path: Path) -> Iterator[Village]:
    with closing(Village(server, tmp_path)) as made:
        made.at(0)
        yield made


def console(folder: Path) -> Path:
    """Settings of a console whose record has people in it."""
    path = make_console(folder, NewConsole("015628", "S1", "役場"), Words())
    assert path is not None
    with closing(open_journal(load_settings(path), folder, Clock())) as journal:
        for first in range(0, PEOPLE, 50):
            with journal.writing() as draft:
                for n in range(first, first + 50):
                    draft.append(listed(n, n // 2, "佐藤 花", "サトウ ハナ"))
                    draft.append(
                        EvacueeReceived(subject=person(n), shelter=ShelterId("S1"), receipt=f"S1-{n}", path=Way.CARD)
                    )
    return path


def rows_in(dsn: str) -> dict[str, list[tuple[object, ...]]]:
    """Everything, but which number the record has and which transaction wrote it."""
    with as_role(dsn, "admin") as admin:
        order = "SELECT to_jsonb(t) - 'record' FROM village_archive.{} t ORDER BY 1"
        return {table: admin.execute(order.format(table).encode()).fetchall() for table in TABLES}


def sink(settings: Path, dsn: str, *more: str) -> list[str]:
    return [sys.executable, "-m", "village_console", "archive", "run", "--settings", str(settings), "--dsn", dsn, *more]


def test_killed_anywhere_and_started_again_nothing_is_lost_or_doubled(server: Postgres, tmp_path: Path) -> None:
    settings = console(tmp_path / "hall")
    killed, whole = prepared(server, []), prepared(server, [])
    for dsn in (killed, whole):
        assert main(["archive", "setup", "--dsn", dsn, "--settings", str(settings)]) == 0
    random, seen = Random(1), set[int]()
    for _ in range(KILLS):
        with subprocess.Popen(sink(settings, killed), stderr=subprocess.DEVNULL) as running:
            with as_role(killed, "admin") as admin:
                assert wait_until(partial(is_writing, admin), 30)
            time.sleep(random.random() * 0.5)
            running.send_signal(signal.SIGKILL)
        seen.add(sum(map(len, rows_in(killed).values())))
    assert wait_until(lambda: main(["archive", "run", "--once", "--dsn", killed, "--settings", str(settings)]) == 0, 30)
    assert main(["archive", "run", "--once", "--dsn", whole, "--settings", str(settings)]) == 0
    assert rows_in(killed) == rows_in(whole)
    assert len(rows_in(whole)["facts"]) >= PEOPLE * 2
    sys.stdout.write(f"\nrows after each of {KILLS} kills: {sorted(seen)}\n")


def is_writing(admin: psycopg.Connection[Any]) -> bool:
    query = "SELECT FROM pg_stat_activity WHERE query LIKE '%%laid_%%' AND pid <> pg_backend_pid()"
    return admin.execute(query).fetchone() is not None


def test_a_database_that_restarts_is_waited_for_and_gets_what_was_written_meanwhile(
    here: Village, server: Postgres
) -> None:
    end = threading.Event()
    running = threading.Thread(target=here.keeper().run, args=(end,))
    running.start()
    try:
        receive(here.hall, 1)
        here.meet()
        assert wait_until(lambda: here.ask("SELECT count(*) FROM village_archive.stays") == [(1,)], 20)
        server.stop()
        receive(here.hall, 2)
        here.meet()
        assert wait_until(lambda: here.told[-1].standing is Standing.AWAY, 20)
        assert here.told[-1].said
        server.start()
        assert wait_until(lambda: here.told[-1].standing is Standing.LEVEL, 20)
        assert here.ask("SELECT count(*) FROM village_archive.stays") == [(2,)]
    finally:
        end.set()
        running.join()
    assert here.keep() == 0


def test_two_sinks_of_one_village_take_turns(here: Village) -> None:
    receive(here.hall, 1)
    here.meet()
    end = threading.Event()
    first = threading.Thread(target=here.keeper().run, args=(end,))
    first.start()
    try:
        assert wait_until(lambda: bool(here.told) and here.told[-1].standing is Standing.LEVEL, 20)
        second = threading.Thread(target=here.keeper().run, args=(end,))
        second.start()
        assert wait_until(lambda: here.told[-1].standing is Standing.TAKEN, 20)
    finally:
        end.set()
        first.join()
    second.join()
    assert here.ask("SELECT count(*) FROM village_archive.stays") == [(1,)]


def test_a_village_is_followed_over_its_anchor_and_ends_when_asked(
    server: Postgres, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, archive = (
        console(tmp_path / "hall"),
        make_console(tmp_path / "archive", NewConsole("015628", ARCHIVE, "役場"), Words()),
    )
    assert archive is not None
    archive.write_text(archive.read_text("utf-8").replace("console = 1", "console = 9"), "utf-8")
    dsn = prepared(server, [])
    environment = os.environ | {"VILLAGE_CONSOLE_LANG": "en"}
    with anchored(hall) as lan:
        joins(archive, lan, monkeypatch)
        assert main(["archive", "setup", "--dsn", dsn, "--settings", str(archive)]) == 0
        (role,) = set(re.findall(r"village_[0-9a-f]{16}", capsys.readouterr().out))
        own = dsn.replace("user=admin", f"user={role}")
        with subprocess.Popen(sink(archive, own), stderr=subprocess.PIPE, text=True, env=environment) as running:
            assert wait_until(lambda: count_of(dsn) == PEOPLE, 60)
            running.send_signal(signal.SIGTERM)
            said = running.communicate(timeout=20)[1]
    assert running.returncode == 0
    assert "Keeping the archive" in said
    assert "Level. New this time" in said
    assert said.rstrip().endswith("Ended. What was kept stays")
    capsys.readouterr()
    assert main(["archive", "counts", "--dsn", own]) == 0
    assert f"S1 役場  {PEOPLE}人" in capsys.readouterr().out
    assert main(["archive", "needs", "--dsn", own]) == 0
    assert main(["archive", "counts", "--dsn", own, "--mode", "drill"]) == 0
    assert "まだ 何も" in capsys.readouterr().out


@contextmanager
def anchored(hall: Path) -> Generator[Lan]:
    """The hall runs the shelter's anchor."""
    address = f"127.0.0.1:{free_ports(1)[0]}"
    for old, new in (
        ("serve = false", "serve = true"), ('listen = "0.0.0.0:4477"', f'listen = "{address}"'),
    ):  # fmt: skip
        text = hall.read_text("utf-8")
        assert old in text
        hall.write_text(text.replace(old, new), "utf-8")
    settings = load_settings(hall)
    with closing(open_journal(settings, hall.parent, Clock())) as journal:
        lan = Lan(journal, Place(1, "S1", "役場"), hall.parent, settings.sync)
        lan.start()
        try:
            yield lan
        finally:
            lan.stop()


def joins(archive: Path, lan: Lan, monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive is let in on the command line; the first thing typed there is no code."""
    code = new_code()
    window = lan.open_window(code)
    assert window is not None
    assert wait_until(lambda: window.is_open, 20)
    listen = tomllib.loads((lan._folder / "console.toml").read_text("utf-8"))["sync"]["listen"]
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"what?\n{' '.join(code_words(code, 'english'))}\n"))
    assert main(["sync", "join", "--at", listen, "--settings", str(archive)]) == 0
    assert f'anchor = "{listen}"' in archive.read_text("utf-8")


def count_of(dsn: str) -> int:
    with psycopg.connect(dsn) as asked:
        row = asked.execute("SELECT count(*) FROM village_archive.stays").fetchone()
    return row[0] if row else 0


def test_what_is_wrong_with_a_database_is_a_sentence_with_a_number(
    server: Postgres, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = str(console(tmp_path / "hall"))
    empty = server.new_database()
    assert main(["archive", "run", "--dsn", empty]) == 2
    for dsn, verb, code in (
        ("host=/nowhere dbname=x", ["counts"], "E771"),
        (empty, ["counts"], "E772"),
        (empty, ["run", "--once", "--settings", settings], "E772"),
        (empty, ["run", "--settings", settings], "E772"),
        ("no dsn", ["counts"], "E774"),
    ):
        capsys.readouterr()
        assert main(["archive", *verb, "--dsn", dsn]) == 1
        said = capsys.readouterr().err
        assert code in said.splitlines()[-2], said


def test_without_its_part_the_command_says_how_to_install_it(tmp_path: Path) -> None:
    script = "import sys; sys.modules['psycopg'] = None; from village_console.__main__ import main; sys.exit(main())"
    command = [sys.executable, "-c", script, "archive", "counts", "--dsn", "x"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("E770")
    assert "Traceback" not in done.stderr
