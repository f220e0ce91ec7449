"""Somebody on the LAN who stands between: takes TLS with a certificate of his own, and talks on to the real anchor."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self

from village_console.journal.journal import Journal
from village_console.sync.own import tls_pair


class Interceptor:
    """Reads and passes on everything, in both directions, until it is left."""

    def __init__(self, target: tuple[str, int], folder: Path, own: Journal) -> None:
        """`own`: whose certificate it shows."""
        self._target = target
        files = (folder / "between.crt", folder / "between.key")
        for path, text in zip(files, tls_pair(own), strict=True):
            path.write_text(text, "ascii")
        self._near = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._near.load_cert_chain(*files)
        self._far = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._far.check_hostname, self._far.verify_mode = False, ssl.CERT_NONE
        self._server = socket.create_server(("127.0.0.1", 0))
        self.read = bytearray()
        """What passed, in clear."""

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._server.getsockname()
        return host, port

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                threading.Thread(target=self._stand_between, args=(near,), daemon=True).start()

    def _stand_between(self, near: socket.socket) -> None:
        with suppress(OSError):
            far = self._far.wrap_socket(socket.create_connection(self._target, 2), server_hostname="anchor")
            both = (self._near.wrap_socket(near, server_side=True), far)
            for source, sink in (both, both[::-1]):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: ssl.SSLSocket, sink: ssl.SSLSocket) -> None:
        with suppress(OSError):
            while piece := source.recv(4096):
                self.read += piece
                sink.sendall(piece)
        for wire in (source, sink):
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
            wire.close()
