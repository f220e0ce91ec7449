"""A bad line: a TCP proxy that flips bits, cuts in the middle of a frame, is slow, or swallows everything for ever."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Self


@dataclass
class BadLine:
    """Between consoles and a port; what it does may be changed while it runs."""

    target: tuple[str, int]
    random: Random
    flips: float = 0.0
    """Chance that one bit of a piece is flipped."""
    cuts: float = 0.0
    """Chance that a piece is cut in two and the line with it."""
    delay: float = 0.0
    """Seconds, for every piece."""
    swallows: bool = False
    """Blackhole: whoever is connected stays so, and nothing arrives."""
    only_above: int = 0
    """Smaller pieces pass unharmed: questions, not parcels."""
    spares: int = 0
    """Pieces of every connection that pass unharmed first."""
    port: int = 0
    """Where it listens; 0: anywhere, and there again after it was unplugged."""
    flipped: int = 0
    cut: int = 0
    _sockets: list[socket.socket] = field(default_factory=list[socket.socket])
    _server: socket.socket | None = None

    def __enter__(self) -> Self:
        self.plug_in()
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()

    def plug_in(self) -> None:
        """Let consoles in."""
        self._server = socket.create_server(("127.0.0.1", self.port))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._server,), daemon=True).start()

    def unplug(self) -> None:
        """Cut everybody off, and let nobody in."""
        for wire in [self._server, *self._sockets]:
            if wire is not None:
                _shut(wire)
        self._sockets.clear()

    @property
    def address(self) -> tuple[str, int]:
        assert self._server is not None
        host, port = self._server.getsockname()
        return host, port

    def _accept(self, server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = server.accept()
                try:
                    far = socket.create_connection(self.target, 2)
                except OSError:
                    _shut(near)
                    continue
                self._sockets += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        passed = 0
        with suppress(OSError):
            while piece := source.recv(4096):
                passed += 1
                while self.swallows:
                    time.sleep(0.05)
                time.sleep(self.delay)
                if passed > self.spares and self.random.random() < self.cuts:
                    self.cut += 1
                    sink.sendall(piece[: len(piece) // 2])
                    break
                sink.sendall(self._spoilt(piece) if passed > self.spares else piece)
        _shut(source)
        _shut(sink)

    def _spoilt(self, piece: bytes) -> bytes:
        if len(piece) < self.only_above or self.random.random() >= self.flips:
            return piece
        self.flipped += 1
        spoilt = bytearray(piece)
        spoilt[self.random.randrange(len(spoilt))] ^= 1 << self.random.randrange(8)
        return bytes(spoilt)


def _shut(wire: socket.socket) -> None:
    with suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)
    wire.close()
