"""Child processes: none outlives the thread that started it, however that ends."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path


def start_child(
    command: list[str],
    children: ExitStack,
    log: Path | None,
    environment: Mapping[str, str] | None = None,
    files: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child that writes into a log, or else to our stderr; it is ended when `children` are.

    `environment`: what it is told beyond ours. `files`: descriptors that stay open in it, under their numbers.
    """
    out = children.enter_context(log.open("ab")) if log else None
    child = subprocess.Popen(
        dying_with_us(command), stdin=subprocess.DEVNULL, stdout=out or sys.stderr, stderr=out, start_new_session=True,
        env={**os.environ, **(environment or {})}, pass_fds=files,
    )  # fmt: skip
    children.callback(_stop, child)
    return child


def dying_with_us(command: list[str]) -> list[str]:
    """The same command, killed when this process dies."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", *command] if setpriv else command


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens at now, below those that outgoing connections are given: a television could take one."""
    found: list[int] = []
    for port in random.sample(range(20_000, 32_000), 500):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            found.append(port)
        if len(found) == count:
            break
    return found


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
