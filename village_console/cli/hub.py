"""`hub`: what the operator of a three-node hub is given (ハブ)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from village_console.cli.record import record
from village_console.hub_config import NODES, HubNode, hub_village, node_conf, village_conf
from village_console.journal.key_file import write_whole
from village_console.sync.hub import HubAddress
from village_console.sync.own import Place, admit_itself
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Print it, or write it; 1 without the village's key, with too few nodes, or when files are there already."""
    nodes = _nodes(options)
    if nodes and len({(node.host, node.port) for node in nodes}) not in NODES:
        sys.stderr.write(words.say("hub.need_three", count=len(nodes)) + "\n")
        return 1
    with record(options, words) as opened:
        if opened.journal.village_seed is None:
            sys.stderr.write(words.say("hub.need_key") + "\n")
            return 1
        site = opened.settings.site
        admit_itself(opened.journal, Place(site.console, site.shelter, site.shelter_name))
        village = hub_village(opened.journal)
    account = village_conf(village, words)
    files = {Path(village.file): account}
    for node in nodes:
        files[Path(node.name) / "hub.conf"] = node_conf(node, nodes, [village], words)
        files[Path(node.name) / village.file] = account
    if nodes:
        del files[Path(village.file)]
    if options.out is None:
        sys.stdout.write("\n".join(f"# ---- {path}\n{text}" for path, text in files.items()))
        return 0
    return _write(options, files, nodes, words)


def _nodes(options: argparse.Namespace) -> list[HubNode]:
    named: list[tuple[str, int]] = options.nodes or []
    return [
        HubNode(f"hub-{n}", host, port, options.routes, options.wss, folder=options.place)
        for n, (host, port) in enumerate(named, start=1)
    ]


def _write(options: argparse.Namespace, files: Mapping[Path, str], nodes: Sequence[HubNode], words: Words) -> int:
    folder: Path = options.out
    place: Path = options.place
    if nodes and any((folder / path).exists() for path in files):
        sys.stderr.write(words.say("hub.out_exists", folder=folder) + "\n")
        return 1
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        write_whole(folder / path, text.encode())
    if not nodes:
        sys.stdout.write(words.say("hub.updated", file=folder / next(iter(files)), place=place) + "\n")
        return 0
    ways = [HubAddress(node.host, node.websocket or node.port, node.websocket is not None) for node in nodes]
    addresses = ", ".join(f'"{way}"' for way in ways)
    sys.stdout.write(words.say("hub.written", folder=folder, place=place) + "\n")
    sys.stdout.write(words.say("hub.settings", addresses=addresses) + "\n")
    return 0
