"""Real hubs: three nodes of nats-server, as `hub config` prints them, with an authority of their own."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.anchors import PATIENCE, Shelter
from tests.town import wait_until
from village_console.children import free_ports, start_child
from village_console.hub_config import HubNode, HubVillage, hub_village, node_conf, village_conf
from village_console.journal.journal import Journal
from village_console.sync.anchor_streams import FACTS
from village_console.sync.carrier import CarrierLostError, Found
from village_console.sync.hub import HubAddress, HubCarrier
from village_console.sync.meeting import Meeting
from village_console.village.clock import Clock
from village_console.words import Words

HOST = "127.0.0.1"


class Authority:
    """Signs certificates of nodes, and is believed by whoever has its file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Authority of a prefecture")])
        self._certificate = self._sign(self._name, self._key.public_key(), x509.BasicConstraints(True, None))
        self.file = folder / "ca.crt"
        self.file.write_bytes(self._certificate.public_bytes(Encoding.PEM))

    def equip(self, folder: Path, host: str = HOST) -> None:
        """Lay certificate, key and authority there under the names that the configuration has."""
        folder.mkdir(parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
        certificate = self._sign(x509.Name([]), key.public_key(), names)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "node.key").write_bytes(pem)
        (folder / "node.crt").write_bytes(certificate.public_bytes(Encoding.PEM))
        (folder / "ca.crt").write_bytes(self.file.read_bytes())

    def _sign(self, name: x509.Name, key: ec.EllipticCurvePublicKey, extension: x509.ExtensionType) -> x509.Certificate:
        now = Clock().now()
        span = now - timedelta(days=1), now + timedelta(days=30)
        builder = x509.CertificateBuilder(self._name, name, key, x509.random_serial_number(), *span)
        return builder.add_extension(extension, critical=not list(name) or name == self._name).sign(
            self._key, hashes.SHA256()
        )


class Prefecture(Shelter):
    """Some consoles of one village that meet at a hub, each by way of another node."""

    def __init__(self, folder: Path, count: int, hub: Hub) -> None:
        self._ending = ExitStack()
        self.folder, self.hub = folder, hub
        self.consoles, self.said = [], []
        for _ in range(count):
            self.join()
        hub.let_in(self.consoles[0])

    def begin(self) -> None:
        """Connect, and wait until the hub is one: its nodes must first agree on who leads."""
        self.carriers = [self.carrier(journal) for journal in self.consoles]
        self.meetings = [Meeting(*pair) for pair in zip(self.consoles, self.carriers, strict=True)]
        for carrier in self.carriers:
            assert wait_until(lambda carrier=carrier: found(carrier), 20)

    def carrier(self, journal: Journal, address: tuple[str, int] | None = None) -> HubCarrier:
        assert address is None
        carrier = self.hub.carrier(journal, self.consoles.index(journal) % 3)
        self._ending.callback(carrier.close)
        return carrier


def found(carrier: HubCarrier) -> bool:
    """Whether it can be looked at now."""
    try:
        return isinstance(carrier.heads(), Found)
    except CarrierLostError:
        return False


class Hub:
    """Three nodes in folders of their own; each may be killed and started again."""

    def __init__(self, folder: Path, *, websocket: bool = False, sync_always: bool = True) -> None:
        self.folder = folder
        self.authority = Authority(folder)
        ports = free_ports(9)
        self.nodes = [
            HubNode(
                f"node-{n}", HOST, ports[3 * n], ports[3 * n + 1], ports[3 * n + 2] if websocket else None, HOST,
                folder / str(n), folder / str(n) / "store", sync_always,
            )
            for n in range(3)
        ]  # fmt: skip
        for node in self.nodes:
            self.authority.equip(node.folder / "tls")
        self.villages: dict[str, HubVillage] = {}
        self._children: list[tuple[ExitStack, subprocess.Popen[bytes]] | None] = [None] * 3
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._ending.close()

    def let_in(self, journal: Journal) -> None:
        """Write down who may come from this village, as the operator does; a hub that runs reads it at once."""
        village = hub_village(journal)
        is_new = village.tag not in self.villages
        self.villages[village.tag] = village
        for node in self.nodes:
            (node.folder / village.file).write_text(village_conf(village, Words()), "utf-8")
            conf = node_conf(node, self.nodes, self.villages.values(), Words())
            (node.folder / "hub.conf").write_text(conf, "utf-8")
        for _ in range(2 if is_new else 1):  # as the file says: a new village only counts after the second time
            self._reload()

    def _reload(self) -> None:
        for n, running in enumerate(self._children):
            if running is not None:
                said = self._times_reloaded(n)
                running[1].send_signal(signal.SIGHUP)
                assert wait_until(lambda n=n, said=said: self._times_reloaded(n) > said, 5)

    def _times_reloaded(self, n: int) -> int:
        return (self.nodes[n].folder / "out").read_bytes().count(b"Reloaded server configuration")

    def start(self, numbers: Sequence[int] = (0, 1, 2)) -> None:
        """Start these nodes, and wait until they listen."""
        for n in numbers:
            ending = ExitStack()
            command = [str(Path(sys.executable).with_name("nats-server")), "-c", str(self.nodes[n].folder / "hub.conf")]
            self._children[n] = ending, start_child(command, ending, self.nodes[n].folder / "out")
        assert wait_until(lambda: all(self._listens(n) for n in numbers), 30)

    def kill(self, numbers: Sequence[int]) -> None:
        """With -9, all at once."""
        for n in numbers:
            if (running := self._children[n]) is not None:
                running[1].kill()
        for n in numbers:
            if (running := self._children[n]) is not None:
                running[0].close()
                self._children[n] = None

    def stop(self) -> None:
        self.kill((0, 1, 2))

    def leader(self, carrier: HubCarrier) -> int:
        """Which node leads the stream of facts, as a carrier is told that is open."""
        name = carrier._stream(FACTS).cluster.leader
        return [node.name for node in self.nodes].index(name)

    def carrier(self, journal: Journal, first: int = 0, *, websocket: bool = False) -> HubCarrier:
        """A console's way to it, that begins at one of the nodes."""
        nodes = [*self.nodes[first:], *self.nodes[:first]]
        ways = [HubAddress(node.host, node.websocket or 0 if websocket else node.port, websocket) for node in nodes]
        carrier = HubCarrier(journal, ways, self.authority.file)
        carrier.patience = PATIENCE
        self._ending.callback(carrier.close)
        return carrier

    def _listens(self, n: int) -> bool:
        with suppress(OSError), socket.create_connection((HOST, self.nodes[n].port), 1):
            return True
        return False
