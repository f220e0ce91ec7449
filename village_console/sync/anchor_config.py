"""What nats-server is told when it is the anchor of a village: who may write and read what, and how it keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from village_console.journal.admission import Member
from village_console.sync.anchor_streams import FACTS, HAVE, KEYS, MAX_PAYLOAD, SERVER_STATE, facts_of, have_of
from village_console.sync.wire import PAIRING

STORE_KEY = "VILLAGE_CONSOLE_STORE_KEY"
"""Environment variable with what the store is encrypted with: it stands in no file."""
MAX_CONNECTIONS = 1_000
REQUESTS, REPLIES = "pair.request.", "pair.reply."
"""Where a laptop that is nobody yet asks to be admitted, and where it is answered; a random name follows."""
_JSZ = "$SYS.REQ.SERVER.PING.JSZ"


@dataclass(frozen=True, slots=True)
class AnchorPlan:
    """One anchor."""

    listen: tuple[str, int]
    folder: Path
    """Configuration and log."""
    store: Path
    certificate: Path
    tls_key: str
    """Where the server reads the private key: no file on the disk."""
    management: str
    """Name (nkey) of the anchor itself."""
    consoles: Mapping[str, str]
    """Name (nkey) of each console, by device."""
    pairing: bool = False
    """Whether a laptop that is nobody yet may ask to be admitted."""
    room: int = 0
    """Bytes that the store may take: beyond them the server refuses with a word, on a full disk it only falls silent."""
    sync_always: bool = True
    """False only in a test: such an anchor is refused."""
    secured: bool = True
    """False only in a test, to show what a line without TLS does to what it carries."""


def consoles_of(members: Iterable[Member]) -> dict[str, str]:
    """Who may come: everybody who was admitted and not revoked."""
    return {m.dev: m.admitted.nkey for m in members if m.admitted and m.counts is None and m.admitted.nkey}


def anchor_conf(plan: AnchorPlan) -> str:
    """The configuration; it holds no secret."""
    host, port = plan.listen
    users = [f"{{ nkey: {plan.management} }}"]
    users += [console_user(device, nkey, [SERVER_STATE]) for device, nkey in plan.consoles.items()]
    users += [_PAIRING] if plan.pairing else []
    everybody, sync = "\n      ".join(users), "always" if plan.sync_always else '"2m"'
    files = f"cert_file: {json.dumps(str(plan.certificate))}, key_file: {json.dumps(plan.tls_key)}"
    tls = f'tls {{ {files}, handshake_first: true, timeout: 2, min_version: "1.3" }}' if plan.secured else ""
    return f"""server_name: anchor
listen: {json.dumps(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")}
log_file: {json.dumps(str(plan.folder / "anchor.log"))}
logfile_size_limit: 1000000
logfile_max_num: 2
max_payload: {MAX_PAYLOAD}
max_connections: {MAX_CONNECTIONS}
max_control_line: 4096
ping_interval: "10s"
write_deadline: "5s"
authorization {{ timeout: 2 }}
{tls}
jetstream {{
  store_dir: {json.dumps(str(plan.store))}, sync_interval: {sync}, max_file_store: {plan.room}, cipher: aes, key: ${STORE_KEY}
}}
system_account: SYSTEM
accounts {{
  SYSTEM {{ exports: [{{ service: "{_JSZ}" }}] }}
  VILLAGE {{
    jetstream: enabled
    imports: [{{ service: {{ account: SYSTEM, subject: "{_JSZ}" }}, to: "{SERVER_STATE}" }}]
    users: [
      {everybody}
    ]
  }}
}}
"""


_PAIRING = f"""{{ user: {PAIRING}, password: {PAIRING}, permissions: {{
        publish: {{ allow: ["{REQUESTS}*"] }}, subscribe: {{ allow: ["{REPLIES}*"] }} }} }}"""


def console_user(device: str, nkey: str, also: Iterable[str]) -> str:
    """A console writes under its own name, reads everything, and takes nothing out but keys of who was erased.

    `also`: what else it may ask.
    """
    publish = [
        facts_of(device), have_of(device), "keys.*.*", *also, f"$JS.API.STREAM.MSG.DELETE.{KEYS}",
        *(f"$JS.API.{verb}.{stream}" for verb in ("STREAM.INFO", "DIRECT.GET") for stream in (FACTS, HAVE, KEYS)),
    ]  # fmt: skip
    subscribe = [f"_INBOX.{device}.>", "facts.*", "have.*"]
    return (
        f"{{ nkey: {nkey}, permissions: {{\n        publish: {{ allow: {json.dumps(publish)} }}\n"
        f"        subscribe: {{ allow: {json.dumps(subscribe)} }} }} }}"
    )
