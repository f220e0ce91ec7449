"""Facts a second into an anchor that syncs before it confirms: our carrier, beside one message for each fact as raw as can be.

The peer is a bare socket client with frames rendered before; ours packs 200 real links to a message, and waits for each.
"""

from __future__ import annotations

import json
import socket
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.anchors import running_anchor
from tests.benchmarks.measured import Measured, medians
from tests.carriers import new_console
from tests.town import registered
from village_console.journal.envelope import Link
from village_console.journal.journal import Journal
from village_console.sync.anchor import AnchorCarrier, trust_in
from village_console.sync.anchor_server import AnchorServer
from village_console.sync.own import nkey_seed, tls_pair
from village_console.sync.parcel import Parcel, parcels
from village_console.sync.statement import Signed

FACTS = 20_000
"""Of ours; the peers send a part of it, one at a time."""
ONE_BY_ONE, PIPELINED = 1_000, 6_000
WINDOW = 256
ROUNDS = 3


def measure() -> list[Measured]:
    """Facts a second, ours beside each peer, in turns against the same server."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        journals = [new_console(folder, 1)]
        journals += [new_console(folder, number, journals[0]) for number in (2, 3)]
        with running_anchor(folder, journals[0]) as server:
            links = real_links(journals[1])
            ours, single, pipelined = medians(
                ROUNDS,
                lambda _round: ours_per_second(server, journals[1], links),
                lambda _round: raw_per_second(server, journals[2], links[:ONE_BY_ONE], 1),
                lambda _round: raw_per_second(server, journals[2], links[:PIPELINED], WINDOW),
            )
        for journal in journals:
            journal.close()
    said = f"{FACTS:,} real links of {sum(map(size_of, links)) // len(links)} B, TLS, encrypted store, sync_interval always"
    peer = "raw socket, one pre-rendered message a fact"
    return [
        Measured("sync", ours, pipelined, "facts/s", f"{said}; peer: {peer}, {WINDOW} in flight"),
        Measured("sync_one_by_one", ours, single, "facts/s", f"the same; peer: {peer}, 1 in flight"),
    ]


def real_links(journal: Journal) -> list[Link]:
    """Facts as a desk writes them, sealed and signed."""
    while (missing := FACTS - len(journal.owed({}))) > 0:
        with journal.writing() as draft:
            for number in range(min(missing, 1_000)):
                draft.append(registered(f"resident:{missing}-{number}", "佐藤 ハル"))
    return journal.owed({})[:FACTS]


def size_of(link: Link) -> int:
    """As it travels."""
    return len(link.body) + len(link.sealed) + len(link.sig) + len(link.previous) + len(link.sealed_sha)


def ours_per_second(server: AnchorServer, journal: Journal, links: Sequence[Link]) -> float:
    """Through the whole carrier: packing, the resume point, the expected number, the statement."""
    with closing(AnchorCarrier(journal, server.plan.listen)) as carrier:
        carrier.heads()
        begun = perf_counter()
        carrier.push((Parcel(piece) for piece in parcels(links)), None, lambda _end: Signed(b"", b""))
        return len(links) / (perf_counter() - begun)


def raw_per_second(server: AnchorServer, journal: Journal, links: Sequence[Link], window: int) -> float:
    """The peer: bytes that were ready before, and nothing but counting the confirmations."""
    subject, inbox = f"facts.{journal.device}", f"_INBOX.{journal.device}.raw"
    frames = [frame(subject, inbox, link) for link in links]
    with raw_connection(server, journal) as wire:
        wire.sendall(f"SUB {inbox} 1\r\nPING\r\n".encode())
        answers = confirmations(wire)
        begun = perf_counter()
        for start in range(0, len(frames), window):
            some = frames[start : start + window]
            wire.sendall(b"".join(some))
            for _ in some:
                next(answers)
        return len(frames) / (perf_counter() - begun)


def frame(subject: str, inbox: str, link: Link) -> bytes:
    """One message of the NATS protocol."""
    content = link.previous + link.body + link.sealed + link.sealed_sha + link.sig
    return f"PUB {subject} {inbox} {len(content)}\r\n".encode() + content + b"\r\n"


def confirmations(wire: socket.socket) -> Iterator[None]:
    """One for each message that is on the server's disk: every answer is one line of JSON with the number that it got."""
    rest = b""
    while True:
        *lines, rest = (rest + wire.recv(65_536)).split(b"\r\n")
        for line in lines:
            if b'"error"' in line:
                raise RuntimeError(line.decode())
            if b'"seq":' in line:
                yield None


@contextmanager
def raw_connection(server: AnchorServer, journal: Journal) -> Generator[socket.socket]:
    """TLS and nkey as for any console."""
    import nkeys as untyped

    nkeys: Any = untyped
    trust = trust_in((), tls_pair(server._journal)[0])
    with socket.create_connection(server.plan.listen) as bare, trust.wrap_socket(bare) as wire:
        told = json.loads(wire.recv(4_096).split(b" ", 1)[1].split(b"\r\n")[0])
        pair = nkeys.from_seed(nkey_seed(journal))
        signature = urlsafe(pair.sign(told["nonce"].encode()))
        me = {
            "nkey": pair.public_key.decode(),
            "sig": signature,
            "verbose": False,
            "pedantic": False,
            "lang": "raw",
            "version": "1",
        }
        wire.sendall(b"CONNECT " + json.dumps(me).encode() + b"\r\nPING\r\n")
        assert b"PONG" in wire.recv(4_096)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield wire


def urlsafe(content: bytes) -> str:
    """Base64 as NATS has it."""
    import base64

    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
