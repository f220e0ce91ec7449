"""The anchor itself: the pinned nats-server as a child of one console, with the village's streams in it.

Killed, it comes back with the same store. A store that it cannot start with is set aside: every fact in it lies on laptops.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from village_console.children import start_child
from village_console.journal.journal import Journal
from village_console.journal.store import own
from village_console.sync.anchor import trust_in
from village_console.sync.anchor_config import STORE_KEY, AnchorPlan, anchor_conf, consoles_of
from village_console.sync.anchor_streams import FACTS, HAVE, KEYS, purpose_text, stream_configs
from village_console.sync.answers import NatsRefusedError, StreamTold
from village_console.sync.carrier import CarrierLostError
from village_console.sync.own import store_key, tls_pair
from village_console.sync.wire import Wire
from village_console.village.errors import (
    AnchorDidNotStartError,
    AnchorIsInUseError,
    AnchorPortIsTakenError,
    JournalIsInUseError,
)

TIMEOUT = 15.0
"""Seconds to come up; a store with a million facts takes one."""
TICK = 0.25
LOOK_EVERY = 5.0
"""Seconds between two looks at whether the streams answer: after a full disk they do not, until a new start."""
RESERVE, LEAST = 256 << 20, 1 << 20
"""Bytes of the disk that the store leaves alone, and without which the server is not even started."""
_DEAF, _LAME = 3, 2
"""After so many looks without an answer it is started again; after so many starts in vain with another store."""
_NO_STREAM = 10059


class AnchorServer:
    """Owns a thread and a child of it, and the store in `folder`; only one process can."""

    def __init__(self, journal: Journal, folder: Path, listen: tuple[str, int]) -> None:
        """Nothing is started yet."""
        self._journal, self._folder = journal, folder
        purpose = purpose_text(journal.purpose)
        tag = hashlib.sha256(journal.village + purpose.encode()).hexdigest()[:16]
        self._seed, nkey = _new_name()
        self.plan = AnchorPlan(listen, folder, folder / f"store-{tag}", folder / "anchor.crt", "", nkey, {})
        self._asked = False
        self.guarded = True
        """False only in a test: then the anchor's own user may take facts out."""
        self.reserve = RESERVE
        self._log_from = 0
        self._lock: TextIOWrapper | None = None
        self._tls_key = -1
        self._child: subprocess.Popen[bytes] | None = None
        self._ready, self._stopping, self._again = threading.Event(), threading.Event(), threading.Event()
        self._reloaded = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def log(self) -> Path:
        """What nats-server writes."""
        return self._folder / "anchor.log"

    @property
    def alive(self) -> bool:
        """Whether it serves now."""
        child = self._child
        return self._ready.is_set() and child is not None and child.poll() is None

    @property
    def pid(self) -> int | None:
        """Of the child."""
        return self._child.pid if self._child else None

    def start(self) -> None:
        """Come up and wait until consoles can come.

        Raises:
            AnchorIsInUseError, AnchorPortIsTakenError, AnchorDidNotStartError: as their names say.
        """
        try:
            self._lock = own(self._folder / "anchor")
        except JournalIsInUseError as error:
            raise AnchorIsInUseError(path=self._folder) from error
        try:
            self._begin()
        except (AnchorPortIsTakenError, AnchorDidNotStartError):
            self.stop()
            raise
        except OSError as error:  # of the disk
            self.stop()
            raise AnchorDidNotStartError(log=self.log) from error

    def stop(self) -> None:
        """End the server; its store stays."""
        self._stopping.set()
        self._reloaded.set()
        if self._thread is not None:
            self._thread.join(TIMEOUT)
            self._thread = None
        if self._tls_key >= 0:
            os.close(self._tls_key)
            self._tls_key = -1
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def reload(self) -> None:
        """Let in who was admitted meanwhile and put out who was revoked, now and not at the next tick; waits until it is so."""
        self._reloaded.clear()
        self._again.set()
        self._reloaded.wait(TIMEOUT)

    def let_ask(self, *, asked: bool) -> None:
        """Whether a laptop that is nobody yet may ask to be admitted; waits until it is so."""
        self._asked = asked
        self.reload()

    def manage(self) -> Wire:
        """A connection of the anchor's own user, who may do everything that the streams allow; the caller closes it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.plan.listen[0], self.plan.listen[0])  # noqa: S104 -- read, not bound
        trust = trust_in((), tls_pair(self._journal)[0]) if self.plan.secured else None
        wire = Wire((host, self.plan.listen[1]), trust, self._seed, "_INBOX.anchor")
        if wire.open() is not None:
            raise CarrierLostError("somebody else listens there")
        return wire

    def _begin(self) -> None:
        host, port = self.plan.listen
        try:
            socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
        except OSError as error:
            raise AnchorPortIsTakenError(address=f"{host}:{port}") from error
        certificate, key = tls_pair(self._journal)
        self.plan.certificate.write_text(certificate, "ascii")
        self._tls_key = os.memfd_create("anchor-tls-key")
        os.write(self._tls_key, key.encode())
        self.plan = replace(self.plan, tls_key=f"/proc/self/fd/{self._tls_key}")
        self._stopping.clear()
        self._ready.clear()
        self._thread = threading.Thread(target=self._keep_up, name="anchor-server", daemon=True)
        self._thread.start()
        if not self._ready.wait(TIMEOUT):
            raise AnchorDidNotStartError(log=self.log)

    # In the thread: a child dies with the thread that started it, so this one starts them all

    def _keep_up(self) -> None:
        in_vain = 0
        while not self._stopping.is_set():
            pause = LOOK_EVERY
            with suppress(OSError):  # a disk that takes nothing, or is gone
                if shutil.disk_usage(self._folder).free >= LEAST:
                    in_vain = 0 if self._serve() else in_vain + 1
                    if in_vain == _LAME:
                        self._set_store_aside()
                    pause = min(TICK * 2**in_vain, LOOK_EVERY)
            self._stopping.wait(pause)

    def _serve(self) -> bool:
        """Start once, and return when it has died, or must be started again; whether it had come up at all."""
        self.plan = replace(self.plan, room=self._room())
        self._log_from = _size(self.log)
        self._write_conf()
        self._let_count_again()
        program = str(Path(sys.executable).with_name("nats-server"))
        told = {STORE_KEY: f'"{store_key(self._journal)}"'}
        command = [program, "-c", str(self._conf)]
        with ExitStack() as children:
            self._child = child = start_child(command, children, self._folder / "anchor.out", told, (self._tls_key,))
            wire = self._came_up(child)
            if wire is None:
                return False
            children.callback(wire.close)
            self._ready.set()
            children.callback(self._ready.clear)
            self._watch(child, wire)
            return True

    @property
    def _conf(self) -> Path:
        return self._folder / "anchor.conf"

    def _write_conf(self) -> None:
        consoles = consoles_of(self._journal.members().values())
        self.plan = replace(self.plan, consoles=consoles, pairing=self._asked)
        self._conf.touch(0o600)
        self._conf.write_text(anchor_conf(self.plan), "utf-8")

    def _came_up(self, child: subprocess.Popen[bytes]) -> Wire | None:
        """A connection of our own once the streams are there."""
        deadline = time.monotonic() + TIMEOUT
        while child.poll() is None and time.monotonic() < deadline and not self._stopping.is_set():
            with suppress(CarrierLostError, NatsRefusedError):
                wire = self.manage()
                try:
                    self._lay_streams(wire)
                except (CarrierLostError, NatsRefusedError):
                    wire.close()
                    raise
                return wire
            self._stopping.wait(0.05)
        return None

    def _lay_streams(self, wire: Wire) -> None:
        for config in stream_configs(self._journal.village, self._journal.purpose, guarded=self.guarded):
            try:
                wire.ask_plain(StreamTold, f"$JS.API.STREAM.INFO.{config['name']}")
            except NatsRefusedError as error:
                if error.code != _NO_STREAM:
                    raise
                wire.ask_plain(StreamTold, f"$JS.API.STREAM.CREATE.{config['name']}", config)

    def _watch(self, child: subprocess.Popen[bytes], wire: Wire) -> None:
        """Until it has died or gone deaf; meanwhile consoles come and go."""
        deaf, looked = 0, time.monotonic()
        while child.poll() is None and deaf < _DEAF and not self._stopping.wait(TICK):
            if self._again.is_set() or consoles_of(self._journal.members().values()) != self.plan.consoles:
                self._again.clear()
                self._reload(child)
                self._reloaded.set()
            if time.monotonic() - looked > LOOK_EVERY:
                looked, deaf = time.monotonic(), 0 if _answers(wire) else deaf + 1
                if self._could_not_write() or self._room() > 2 * self.plan.room:
                    return

    def _reload(self, child: subprocess.Popen[bytes]) -> None:
        self._write_conf()
        said = self._times_reloaded()
        child.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + TIMEOUT
        while self._times_reloaded() == said and child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)

    def _times_reloaded(self) -> int:
        return self._said(b"Reloaded server configuration")

    def _could_not_write(self) -> bool:
        """After one write that failed a stream takes nothing more and answers nobody, until a new start."""
        return self._said(b"critical write error") > 0

    def _said(self, word: bytes) -> int:
        """How often the log says this since the last start."""
        with suppress(OSError):
            content = self.log.read_bytes()
            return content[self._log_from if len(content) >= self._log_from else 0 :].count(word)
        return 0

    def _room(self) -> int:
        """What the store may take: what it has, and what is free but for what belongs to check-ins."""
        held = sum(_size(Path(place, name)) for place, _, names in os.walk(self.plan.store) for name in names)
        return max(held + shutil.disk_usage(self._folder).free - self.reserve, LEAST)

    def _let_count_again(self) -> None:
        """The server goes by its index of a damaged block, and then throws every new message of a lost subject away."""
        for stream in (HAVE, KEYS):
            for index in self.plan.store.glob(f"**/streams/{stream}/msgs/index.db"):
                index.unlink(missing_ok=True)

    def _set_store_aside(self) -> None:
        """It cannot be used; one is kept to be looked at."""
        aside = self.plan.store.with_suffix(".aside")
        if self.plan.store.exists():
            shutil.rmtree(aside, ignore_errors=True)
            self.plan.store.rename(aside)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _answers(wire: Wire) -> bool:
    try:
        if not wire.is_open and wire.open() is not None:
            return False
        wire.ask_plain(StreamTold, f"$JS.API.STREAM.INFO.{FACTS}")
    except (CarrierLostError, NatsRefusedError):
        return False
    return True


def _new_name() -> tuple[bytes, str]:
    """A name for one life of the anchor, never written down: the seed and the nkey."""
    import nkeys as untyped  # noqa: PLC0415 -- slow import

    nkeys: Any = untyped
    seed = bytes(nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER))
    return seed, bytes(nkeys.from_seed(seed).public_key).decode("ascii")
