"""A network of its own for every console (network namespaces), joined by a bridge; cables can be pulled, and made slow."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pytest


@dataclass(frozen=True, slots=True)
class Network:
    """Hosts 1 to n at 10.77.0.n, each with one cable to the bridge."""

    name: str
    hosts: int

    def address(self, host: int) -> str:
        return f"10.77.0.{host}"

    def inside(self, host: int) -> list[str]:
        """What goes before a command that is to run there."""
        return ["ip", "netns", "exec", self._host(host)]

    def pull(self, host: int) -> None:
        """Nobody is told: whoever is connected stays so, and nothing arrives."""
        self._switch("link", "set", f"p{host}", "down")

    def plug_in(self, host: int) -> None:
        self._switch("link", "set", f"p{host}", "up")

    def limit(self, host: int, rate: str) -> None:
        """So many bits in a second, in both directions."""
        limit = ["root", "tbf", "rate", rate, "burst", "16kb", "latency", "500ms"]
        _run(*self.inside(host), "tc", "qdisc", "replace", "dev", "eth0", *limit)
        _run(*self.inside(0), "tc", "qdisc", "replace", "dev", f"p{host}", *limit)

    def make(self) -> None:
        _run("ip", "netns", "add", self._host(0))
        self._switch("link", "add", "bridge", "type", "bridge")
        self._switch("link", "set", "bridge", "up")
        for host in range(1, self.hosts + 1):
            _run("ip", "netns", "add", self._host(host))
            self._switch("link", "add", f"p{host}", "type", "veth", "peer", "name", "eth0", "netns", self._host(host))
            self._switch("link", "set", f"p{host}", "master", "bridge", "up")
            own = ["ip", "-n", self._host(host)]
            _run(*own, "address", "add", f"{self.address(host)}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                _run(*own, "link", "set", device, "up")

    def unmake(self) -> None:
        for host in range(self.hosts + 1):
            with suppress(subprocess.CalledProcessError):
                _run("ip", "netns", "delete", self._host(host))

    def _host(self, host: int) -> str:
        return f"{self.name}-{host}"

    def _switch(self, *arguments: str) -> None:
        _run("ip", "-n", self._host(0), *arguments)


@contextmanager
def network(hosts: int) -> Generator[Network]:
    """Made for one test and taken down after it; nothing of the machine's own network is touched."""
    if os.getuid() != 0 or shutil.which("ip") is None or shutil.which("tc") is None:
        pytest.skip("network namespaces need root and iproute2")
    made = Network(f"vc{os.getpid()}", hosts)
    try:
        made.make()
        yield made
    finally:
        made.unmake()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
