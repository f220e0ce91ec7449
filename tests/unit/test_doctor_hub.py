"""The doctor calls a hub safe only when its nodes say so themselves, in sentences of both languages."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from village_console.children import free_ports
from village_console.doctor.finding import Finding, State
from village_console.doctor.hub import hub, judged
from village_console.init import NewConsole, make_console
from village_console.records import open_journal
from village_console.settings import Settings, Sync, load_settings
from village_console.sync import hub as hub_module
from village_console.sync.hub import HubState, NodeState
from village_console.village.clock import Clock
from village_console.words import Language, Words

NODES = tuple(NodeState(f"hub-{n}", sync_always=True, routes_secured=True, nodes=3) for n in (1, 2, 3))
GOOD = HubState(NODES, 3, ())


def one_is(**otherwise: object) -> HubState:
    return replace(GOOD, nodes=(NODES[0], replace(NODES[1], **otherwise), NODES[2]))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (GOOD, (State.FINE, "hub_level")),
        (one_is(sync_always=False), (State.MEND, "hub_not_durable")),
        (one_is(sync_always=None), (State.UNKNOWN, "hub_not_known")),
        (one_is(nodes=None), (State.UNKNOWN, "hub_not_known")),
        (replace(GOOD, nodes=()), (State.UNKNOWN, "hub_not_known")),
        (replace(GOOD, replicas=1), (State.MEND, "hub_alone")),
        (HubState((replace(NODES[0], nodes=1),), 1, ()), (State.MEND, "hub_alone")),
        (one_is(routes_secured=False), (State.MEND, "hub_bare")),
        (replace(GOOD, nodes=NODES[:2]), (State.LOOK, "hub_node_gone")),
        (replace(GOOD, offline=("hub-2",)), (State.LOOK, "hub_node_gone")),
    ],
)
def test_only_a_hub_that_says_all_of_it_is_fine(state: HubState, expected: tuple[State, str]) -> None:
    finding = judged(state, 7)
    assert (finding.state, finding.said) == expected
    assert all(finding.line(Words(language)) for language in Language)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert make_console(tmp_path / "hall", NewConsole("015628", "S1", "中央公民館"), Words())
    return tmp_path / "hall"


def settings(folder: Path, *ways: str, ca: str = "") -> Settings:
    known = load_settings(folder / "console.toml")
    return Settings(known.site, known.mode, known.devices, sync=Sync(hub=ways, hub_ca=ca))


def found(folder: Path, *ways: str, ca: str = "") -> list[tuple[State, str]]:
    findings: list[Finding] = list(hub(settings(folder, *ways, ca=ca), folder))
    assert all(finding.line(Words(language)) for finding in findings for language in Language)
    return [(finding.state, finding.said) for finding in findings]


def test_where_no_hub_is_named_nothing_is_said(folder: Path) -> None:
    assert found(folder) == []


def test_a_hub_that_does_not_answer_is_to_be_looked_at_and_not_an_error(folder: Path) -> None:
    ways = [f"tls://127.0.0.1:{port}" for port in free_ports(3)]
    assert found(folder, *ways) == [(State.LOOK, "hub_no_answer")]


def test_while_the_desk_runs_the_doctor_does_not_know(folder: Path) -> None:
    with closing(open_journal(settings(folder), folder, Clock())):
        assert found(folder, "tls://127.0.0.1:4222") == [(State.UNKNOWN, "anchor_busy")]


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_of_certificates_that_cannot_be_read_is_named(folder: Path, content: str | None) -> None:
    ca = folder / "ca.crt"
    if content is not None:
        ca.write_text(content)
    assert found(folder, "tls://127.0.0.1:4222", ca=str(ca)) == [(State.MEND, "explained")]


def test_a_websocket_without_the_part_for_it_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_name: str) -> None:
        return None

    monkeypatch.setattr(hub_module, "find_spec", nothing)
    assert found(folder, "wss://127.0.0.1:443") == [(State.MEND, "explained")]
