"""A real pcscd with fourteen virtual readers, apart from the machine's own: in its own mount namespace, one at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from device_sim.cards.vpcd import Card, VpcdLink
from tests.town import wait_until

PORT = 28025
"""Below 32768: above, somebody's outgoing connection may sit on it, and pcscd would go on without readers."""
SLOTS = 14
"""Two to a driver; pcscd looks at each every 0.4 s, so that many taps in a minute need many readers. 16 are the most."""
DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
FOLDER = Path(f"/tmp/village-console-pcscd-{os.getuid()}")  # noqa: S108 -- one for the whole machine, behind a lock
SOCKET = FOLDER / "run" / "pcscd.comm"
PATIENCE = 60
"""Seconds to wait for another test run's pcscd."""
APART = ["unshare", "--mount", "--propagation", "private", *(["--map-root-user"] if os.getuid() else [])]
DAEMON = f"""mount -t tmpfs none /run && mkdir /run/pcscd && mount --bind {FOLDER}/run /run/pcscd &&
exec setpriv --pdeathsig KILL pcscd --foreground --error --config {FOLDER}/conf"""


class Pcscd:
    """The daemon, to be killed and started again."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until all readers are listed: pcscd without its port goes on without readers, for ever."""
        for _ in range(3):
            with (FOLDER / "log").open("ab") as log:
                self._process = subprocess.Popen([*APART, "sh", "-c", DAEMON], stdout=log, stderr=log)
            if wait_until(lambda: self._process is None or self._process.poll() is not None or lists_readers(), 5):
                if self._process.poll() is None:
                    return
                break
            self.kill()
        raise AssertionError(f"pcscd lists no readers:\n{(FOLDER / 'log').read_text()}")

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the daemon; every card drops off."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(10)
            self._process = None

    def lay(self, card: Card, slot: int = 0, pull_after: int | None = None) -> VpcdLink:
        """A card that is to be put on one of the readers."""
        return VpcdLink(card, "127.0.0.1", PORT + slot, pull_after=pull_after)


def lists_readers() -> bool:
    """Whether a client sees every reader; asked by a program of its own, so that no test's library remembers a failure."""
    if not SOCKET.exists():
        return False
    listed = subprocess.run(["opensc-tool", "-l"], capture_output=True, text=True, check=False, timeout=10)
    return listed.stdout.count("Virtual PCD") == SLOTS


@contextmanager
def lock() -> Generator[None]:
    """Nobody else's pcscd on this machine meanwhile."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as file:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    pytest.skip(f"another test run has held {FOLDER}/lock for {PATIENCE} s")
                time.sleep(0.1)
        yield


def what_lacks() -> str | None:
    """Why these tests cannot run here; None when they can."""
    for program in ("pcscd", "opensc-tool", "unshare", "setpriv"):
        if shutil.which(program) is None:
            return f"{program} is not installed (make parts)"
    if not DRIVER.exists():
        return "vsmartcard-vpcd is not installed (make parts)"
    if find_spec("smartcard") is None:
        return "pyscard is not installed (make parts)"
    if subprocess.run([*APART, "true"], capture_output=True, check=False).returncode:
        return "this user may not have a mount namespace of its own"
    return None


def write_configuration() -> None:
    """One copy of the driver for every two readers: two entries with the same file would mix up their cards."""
    for folder in ("run", "conf", "drivers"):
        (FOLDER / folder).mkdir(exist_ok=True)
    (FOLDER / "log").write_bytes(b"")
    entries: list[str] = []
    for port in range(PORT, PORT + SLOTS, 2):
        driver = shutil.copy(DRIVER, FOLDER / "drivers" / f"libifdvpcd-{port}.so")
        entries.append(
            f'FRIENDLYNAME "Virtual PCD {port}"\nDEVICENAME /dev/null:{port}\nLIBPATH {driver}\nCHANNELID {port}\n'
        )
    (FOLDER / "conf" / "vpcd").write_text("\n".join(entries))


def run_pcscd() -> Iterator[Pcscd]:
    """A pcscd for one module: `pcscd = pytest.fixture(scope="module")(run_pcscd)`."""
    if lacks := what_lacks():
        pytest.skip(lacks)
    with lock(), pytest.MonkeyPatch.context() as patch:
        write_configuration()
        # libpcsclite reads this once in a process: so it is the same path in every module.
        patch.setenv("PCSCLITE_CSOCK_NAME", str(SOCKET))
        daemon = Pcscd()
        daemon.start()
        try:
            yield daemon
        finally:
            daemon.kill(signal.SIGTERM)
