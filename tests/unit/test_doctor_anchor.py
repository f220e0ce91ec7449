"""The doctor says how the village's anchor is, in sentences of both languages."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.anchors import running_anchor
from village_console.children import free_ports
from village_console.doctor.anchor import anchor
from village_console.doctor.finding import Finding, State
from village_console.init import NewConsole, make_console
from village_console.records import open_journal
from village_console.settings import Mode, Settings, Site, Sync, load_settings
from village_console.sync.own import Place, admit_itself
from village_console.village.clock import Clock
from village_console.village.run_mode import RunMode, World
from village_console.words import Language, Words


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert make_console(tmp_path / "hall", NewConsole("015628", "S1", "中央公民館"), Words())
    return tmp_path / "hall"


def settings(folder: Path, sync: Sync) -> Settings:
    known = load_settings(folder / "console.toml")
    return Settings(known.site, known.mode, known.devices, sync=sync)


def found(folder: Path, sync: Sync) -> list[tuple[State, str]]:
    findings: list[Finding] = list(anchor(settings(folder, sync), folder))
    assert all(finding.line(Words(language)) for finding in findings for language in Language)
    return [(finding.state, finding.said) for finding in findings]


def test_a_village_of_one_console_needs_no_anchor(folder: Path) -> None:
    assert found(folder, Sync()) == []


def test_where_nothing_was_ever_written_nothing_is_said(tmp_path: Path) -> None:
    known = Settings(Site("015628", "S1", "x"), Mode(RunMode.REAL, World.PHYSICAL, "2026"), sync=Sync("127.0.0.1:1"))
    assert list(anchor(known, tmp_path)) == []


def test_an_anchor_that_does_not_answer_is_to_be_looked_at_and_not_an_error(folder: Path) -> None:
    assert found(folder, Sync(f"127.0.0.1:{free_ports(1)[0]}")) == [(State.LOOK, "anchor_no_answer")]


def test_while_the_desk_runs_the_doctor_does_not_know(folder: Path) -> None:
    sync = Sync("127.0.0.1:4477")
    with closing(open_journal(settings(folder, sync), folder, Clock())):
        assert found(folder, sync) == [(State.UNKNOWN, "anchor_busy")]


def test_an_anchor_of_another_village_is_to_be_mended(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert make_console(other, NewConsole(), Words())
    with closing(open_journal(settings(other, Sync()), other, Clock())) as stranger:
        admit_itself(stranger, Place(1, "S1", "x"))
        with running_anchor(other, stranger) as server:
            host, port = server.plan.listen
            assert found(folder, Sync(f"{host}:{port}")) == [(State.MEND, "anchor_other_village")]
