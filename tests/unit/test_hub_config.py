"""What `hub config` prints: a hub that keeps what it confirms, with a village's consoles and nobody else in its account."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest

from tests.carriers import new_console
from village_console.__main__ import main
from village_console.hub_config import HubNode, HubVillage, hub_village, node_conf, village_conf
from village_console.sync.hub import HubAddress
from village_console.sync.own import nkey, nkey_seed
from village_console.words import Language, Words

NODES = [HubNode(f"hub-{n}", f"hub{n}.example.jp") for n in (1, 2, 3)]
VILLAGE = HubVillage("00ff", "aaaa", {"aaaa": "UA", "bbbb": "UB"})


@pytest.fixture
def settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["init", str(tmp_path / "hall"), "--unattended"]) == 0
    capsys.readouterr()
    return str(tmp_path / "hall" / "console.toml")


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_every_node_writes_before_it_confirms_and_speaks_to_the_two_others_under_tls() -> None:
    for node in NODES:
        conf = node_conf(node, NODES, [VILLAGE], Words())
        assert "sync_interval: always" in conf
        assert sorted(re.findall(r"tls://hub(\d)", conf)) == sorted({"1", "2", "3"} - {node.name[-1]})
        assert conf.count("tls {") == 2
        assert "handshake_first: true" in conf


@pytest.mark.parametrize("language", Language)
def test_above_every_group_of_settings_stands_why(language: Language) -> None:
    node = HubNode("hub-1", "hub1.example.jp", websocket=443)
    groups = re.split(r"\n\n", node_conf(node, NODES, [VILLAGE], Words(language)).strip())
    assert all(group.startswith("# ") for group in groups)
    assert len(groups) == 8


def test_no_village_is_told_of_others_by_what_the_nodes_answer() -> None:
    conf = "\n".join(lines(node_conf(NODES[0], NODES, [VILLAGE], Words())))
    assert re.findall(r"\$SYS[\w.]*", conf) == ["$SYS.REQ.SERVER.PING.VARZ"]


def test_only_the_founder_makes_streams_and_everybody_writes_under_its_own_name() -> None:
    founder, other = re.findall(r"publish: \{ allow: \[(.*)\] \}", village_conf(VILLAGE, Words()))
    assert founder.count("STREAM.CREATE") == 3
    assert set(re.findall(r'"([^"]+)"', other)) == {
        "facts.bbbb", "have.bbbb", "keys.*.*", "server.varz", "$JS.API.STREAM.MSG.GET.FACTS", "$JS.API.STREAM.MSG.DELETE.KEYS",
        *(f"$JS.API.{verb}.{name}" for verb in ("STREAM.INFO", "DIRECT.GET") for name in ("FACTS", "HAVE", "KEYS")),
    }  # fmt: skip


def test_the_villages_file_has_every_console_and_no_secret(tmp_path: Path) -> None:
    with closing(new_console(tmp_path, 1)) as first, closing(new_console(tmp_path, 2, first)) as second:
        text = village_conf(hub_village(first), Words())
        assert all(nkey(journal) in text for journal in (first, second))
        assert not any(nkey_seed(journal).decode() in text for journal in (first, second))


def test_the_command_writes_a_folder_for_every_node_once_and_the_villages_file_again(
    settings: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "hub"
    whole = ["hub", "config", "--settings", settings, "--nodes", "a,b:4333,c", "--wss", "443", "--out", str(out)]
    assert main(whole) == 0
    assert 'hub = ["wss://a:443", "wss://b:443", "wss://c:443"]' in capsys.readouterr().out
    assert len({path.name for path in out.rglob("*.conf")}) == 2
    assert len(list(out.rglob("*.conf"))) == 6
    assert main(whole) == 1
    again = ["hub", "config", "--settings", settings, "--out", str(out / "hub-1")]
    assert main(again) == 0
    assert len(list(out.rglob("*.conf"))) == 6


@pytest.mark.parametrize("nodes", ["a", "a,b", "a,a,b", "a,b,c,d"])
def test_a_hub_that_could_not_lose_one_is_not_configured(
    settings: str, nodes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hub", "config", "--settings", settings, "--nodes", nodes]) == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("text", ["tls://hub1.example.jp:4222", "wss://hub1.example.jp:443", "tls://[fd00::1]:4222"])
def test_an_address_is_read_as_it_was_typed(text: str) -> None:
    assert str(HubAddress.read(text)) == text
