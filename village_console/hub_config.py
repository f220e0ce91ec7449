"""What the operator of a hub gives nats-server: a file for each of its nodes, and one for every village that may come."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from village_console.journal.journal import Journal
from village_console.sync.anchor_config import MAX_CONNECTIONS, console_user, consoles_of
from village_console.sync.anchor_streams import FACTS, HAVE, HUB_STATE, KEYS, MAX_PAYLOAD, purpose_text
from village_console.words import Words

NODES = (3, 5)
"""How many can lose one, or two, and go on."""
_VARZ = "$SYS.REQ.SERVER.PING.VARZ"
_TAG = 16


@dataclass(frozen=True, slots=True)
class HubNode:
    """One server of the hub."""

    name: str
    host: str
    """Under which consoles and the other nodes reach it, as its certificate names it."""
    port: int = 4222
    routes: int = 6222
    """Where the other nodes come in."""
    websocket: int | None = None
    listen: str = "0.0.0.0"  # noqa: S104 -- with TLS
    folder: Path = Path("/etc/nats")
    """Its configuration, and `tls` with its certificate."""
    store: Path = Path("/var/lib/nats")
    sync_always: bool = True
    """False only in a test: such a hub is refused."""


@dataclass(frozen=True, slots=True)
class HubVillage:
    """Who may come from one village, in one run mode and incident."""

    tag: str
    founder: str
    """The console that lays the streams when they are not there yet."""
    consoles: Mapping[str, str]
    """Name (nkey) of each console, by device."""

    @property
    def file(self) -> str:
        """Name of its file, the same on every node."""
        return f"village-{self.tag}.conf"


def hub_village(journal: Journal) -> HubVillage:
    """As the journal knows it now: everybody who was admitted and not revoked."""
    tag = hashlib.sha256(journal.village + purpose_text(journal.purpose).encode()).hexdigest()[:_TAG]
    return HubVillage(tag, journal.device, consoles_of(journal.members().values()))


def node_conf(node: HubNode, nodes: Iterable[HubNode], villages: Iterable[HubVillage], words: Words) -> str:
    """What one node is started with; it holds no secret."""
    others = [other for other in nodes if other.name != node.name]
    parts = _node_parts(node, others, [village.file for village in villages])
    told = {"folder": node.folder, "name": node.name}
    return "\n".join([_comment(words.say("hub.conf.head", **told)), *_commented(parts, words)])


def village_conf(village: HubVillage, words: Words) -> str:
    """The account of a village; it holds no secret, and is the same on every node."""
    users = "\n    ".join(_user(village, device, nkey) for device, nkey in village.consoles.items())
    head = _comment(words.say("hub.village.head", file=village.file, count=len(village.consoles)))
    return f"""{head}
VILLAGE_{village.tag} {{
  jetstream: {{ max_streams: 3 }}
  imports: [{{ service: {{ account: SYSTEM, subject: "{_VARZ}" }}, to: "{HUB_STATE}" }}]
  users: [
    {users}
  ]
}}
"""


def _user(village: HubVillage, device: str, nkey: str) -> str:
    lays = [f"$JS.API.STREAM.CREATE.{name}" for name in (FACTS, HAVE, KEYS)] if device == village.founder else []
    return console_user(device, nkey, [HUB_STATE, f"$JS.API.STREAM.MSG.GET.{FACTS}", *lays])


def _node_parts(node: HubNode, others: Iterable[HubNode], files: Iterable[str]) -> Iterator[tuple[str, str]]:
    tls = node.folder / "tls"
    own = f"cert_file: {_quoted(tls / 'node.crt')}, key_file: {_quoted(tls / 'node.key')}"
    yield "name", f"server_name: {node.name}\nlisten: {_quoted(f'{node.listen}:{node.port}')}"
    yield (
        "limits",
        (
            f"max_payload: {MAX_PAYLOAD}\nmax_connections: {10 * MAX_CONNECTIONS}\nmax_control_line: 4096\n"
            'ping_interval: "10s"\nwrite_deadline: "10s"\nauthorization { timeout: 5 }'
        ),
    )
    yield "tls", f'tls {{ {own}, handshake_first: true, timeout: 5, min_version: "1.3" }}'
    if node.websocket is not None:
        yield "websocket", f"websocket {{ listen: {_quoted(f'{node.listen}:{node.websocket}')}, tls {{ {own} }} }}"
    routes = ", ".join(_quoted(f"tls://{other.host}:{other.routes}") for other in others)
    yield (
        "cluster",
        (
            f"cluster {{\n  name: village-hub, listen: {_quoted(f'{node.listen}:{node.routes}')}, no_advertise: true\n"
            f"  routes: [{routes}]\n  tls {{ {own}, ca_file: {_quoted(tls / 'ca.crt')}, timeout: 5 }}\n}}"
        ),
    )
    sync = "always" if node.sync_always else '"2m"'
    yield "store", f"jetstream {{ store_dir: {_quoted(node.store)}, sync_interval: {sync} }}"
    included = "\n".join(f"  include {_quoted(file)}" for file in files)
    yield (
        "accounts",
        (
            f"system_account: SYSTEM\naccounts {{\n"
            f'  SYSTEM {{ exports: [{{ service: "{_VARZ}", response: stream }}] }}\n{included}\n}}'
        ),
    )


def _quoted(text: object) -> str:
    return json.dumps(str(text))


def _commented(parts: Iterable[tuple[str, str]], words: Words) -> Iterator[str]:
    for name, lines in parts:
        yield f"\n{_comment(words.say(f'hub.conf.{name}'))}\n{lines}"
    yield ""


def _comment(sentences: str) -> str:
    return "\n".join(f"# {line}".rstrip() for line in sentences.strip().splitlines())
