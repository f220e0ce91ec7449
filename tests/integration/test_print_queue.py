"""A real CUPS: a scheduler of the test's own, a queue that keeps what it prints, `lp` between it and the console."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.a4_papers import roster
from tests.town import wait_until
from village_console.devices.printers.system_queue import SystemQueue
from village_console.papers.a4.compiling import compose
from village_console.village.errors import PrintQueueRefusedError

pytestmark = pytest.mark.integration

CUPSD = "/usr/sbin/cupsd"
CONFIG = """
Listen {run}/cups.sock
WebInterface No
Browsing No
DefaultAuthType None
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
  </Limit>
</Policy>
"""
FILES = """
ServerRoot {run}/etc
RequestRoot {run}/spool
TempDir {run}/spool/tmp
CacheDir {run}/cache
StateDir {run}/state
ErrorLog {run}/error.log
AccessLog {run}/access.log
PageLog {run}/page.log
SystemGroup root
User lp
Group lp
"""


@pytest.fixture
def run() -> Iterator[Path]:
    """A folder with a short name: the path of a socket has a limit."""
    folder = Path(mkdtemp(prefix="cups", dir="/tmp"))
    folder.chmod(0o755)
    for name in ("etc/ppd", "spool/tmp", "cache", "state/certs"):
        (folder / name).mkdir(parents=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


class Printer:
    """What a printer on the network is to CUPS: a port that takes a job and closes."""

    def __init__(self) -> None:
        self.paper = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                job, _ = self._listener.accept()
                with job:
                    while data := job.recv(65536):
                        self.paper += data

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


@pytest.fixture
def printer() -> Iterator[Printer]:
    made = Printer()
    yield made
    made.close()


@pytest.fixture
def queue(run: Path, printer: Printer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Printer]:
    """The queue `front` of a scheduler of our own, with a printer at its end."""
    if not Path(CUPSD).exists() or os.getuid() != 0:
        pytest.skip("cups is not installed, or this is not root")
    (run / "cupsd.conf").write_text(CONFIG.format(run=run), "utf-8")
    (run / "cups-files.conf").write_text(FILES.format(run=run), "utf-8")
    monkeypatch.setenv("CUPS_SERVER", f"{run}/cups.sock")
    command = [CUPSD, "-f", "-c", f"{run}/cupsd.conf", "-s", f"{run}/cups-files.conf"]
    scheduler = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert wait_until((run / "cups.sock").exists, 15)
        device = f"socket://127.0.0.1:{printer.port}"
        subprocess.run(["lpadmin", "-p", "front", "-E", "-v", device], check=True, capture_output=True, timeout=20)
        yield printer
    finally:
        scheduler.terminate()
        scheduler.wait(10)


def test_the_very_bytes_come_out_of_the_queue(queue: Printer) -> None:
    composed = compose(roster())
    job = SystemQueue("front").lay(composed.pdf, "roster", composed.paper.title)
    assert job.startswith("front-")
    assert wait_until(lambda: queue.paper == composed.pdf, 20)


def test_a_queue_that_refuses_says_why(queue: Printer) -> None:
    subprocess.run(["cupsreject", "front"], check=True, capture_output=True, timeout=20)
    with pytest.raises(PrintQueueRefusedError) as said:
        SystemQueue("front").lay(b"%PDF-1.7", "roster", "名簿")
    assert said.value.values["queue"] == "front"
    assert "not accepting" in str(said.value.values["said"])
    assert queue.paper == b""


def test_a_queue_of_another_name_is_refused(queue: Printer) -> None:
    with pytest.raises(PrintQueueRefusedError):
        SystemQueue("back").lay(b"%PDF-1.7", "roster", "名簿")
    assert queue.paper == b""
