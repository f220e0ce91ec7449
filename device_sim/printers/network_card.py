"""The printer's network side: a TCP port that talks to one connection at a time, the others wait their turn."""

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread

LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.05
RECEIVED_AT_ONCE = 1460
WAITING_CONNECTIONS = 8


class NetworkCard:
    """Passes on what comes in to `receive`, which returns False to hang up, and sends answers to whoever is connected.

    A connection that is silent for `idle_seconds` is closed, so that one who forgot to leave does not block the others.
    Raises OSError when the port is taken; port 0 chooses a free one.
    """

    def __init__(self, port: int, receive: Callable[[bytes], bool], idle_seconds: float) -> None:
        self._receive = receive
        self._idle_seconds = idle_seconds
        self._listener = socket.create_server((LOOPBACK, port), backlog=WAITING_CONNECTIONS)
        self._listener.settimeout(POLL_SECONDS)
        self._connection: socket.socket | None = None
        self._closing = Event()
        self._lock = Lock()
        self._thread = Thread(target=self._serve, name="printer network", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that listens."""
        return int(self._listener.getsockname()[1])

    def send(self, answer: bytes) -> None:
        """Send `answer` to the present connection; without one it is lost."""
        with self._lock:
            if self._connection is not None:
                with suppress(OSError):
                    self._connection.sendall(answer)

    def close(self) -> None:
        """Hang up and stop listening. What `receive` waits for must have been released before."""
        self._closing.set()
        connection = self._connection
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _serve(self) -> None:
        with self._listener:
            while not self._closing.is_set():
                with suppress(OSError):
                    connection, _ = self._listener.accept()
                    self._attend(connection)

    def _attend(self, connection: socket.socket) -> None:
        connection.settimeout(self._idle_seconds)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection:
            self._set_connection(connection)
            with suppress(OSError):
                while not self._closing.is_set() and (received := connection.recv(RECEIVED_AT_ONCE)):
                    if not self._receive(received):
                        break
            self._set_connection(None)

    def _set_connection(self, connection: socket.socket | None) -> None:
        with self._lock:
            self._connection = connection
