"""One connection to nats-server, for a caller that waits: an event loop in a thread of its own, a time limit on everything.

On any doubt the connection is dropped and CarrierLostError raised: nats-py shows a refused publish as silence, and waits
for ever when a line goes bad (docs/wires.md 8).
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from village_console.sync.answers import NatsRefusedError, checked
from village_console.sync.carrier import CarrierLostError, Refused

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.msg import Msg

T = TypeVar("T")
PATIENCE = 5.0
"""Seconds for one question and its answer."""
WINDOW = 64
"""Questions that are on their way at once where their order does not matter."""
MOST_BYTES = 4 << 20
"""Of one batch that is read."""
_SLACK = 2.0
_PING = 10
"""Seconds between two signs of life on a line where nothing else happens."""
_VIOLATION = "authorization violation"
PAIRING = "pairing"
"""Whoever has no nkey comes by this name; it is no secret, and exists only while a laptop may ask to be admitted."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One message as a stream holds it."""

    subject: str
    seq: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is published and confirmed, or asked and answered."""

    subject: str
    data: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class Wire:
    """Belongs to one thread at a time; `hear` calls back from the loop's own thread."""

    def __init__(self, address: tuple[str, int], trust: ssl.SSLContext | None, seed: bytes | None, inbox: str) -> None:
        """`trust`: None only against a server without TLS, to show what that does. `seed`: our nkey; None: nobody yet."""
        self._address, self._trust, self._seed, self._inbox = address, trust, seed, inbox
        self._client: Client | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._gone = asyncio.Event()
        self.patience = PATIENCE
        self.websocket = False
        """Over HTTPS, where nothing else is let out."""
        self.on_lost: Callable[[], None] = lambda: None
        """Called from the loop's thread when the line is cut."""

    @property
    def is_open(self) -> bool:
        """Whether there is a line, as far as is known."""
        return self._client is not None and self._client.is_connected and not self._gone.is_set()

    def open(self) -> Refused | None:
        """Connect; a refusal is a value.

        Raises:
            CarrierLostError: nobody answers, or not in time.
        """
        self.close()
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._thread = threading.Thread(target=self._loop.run_forever, name="anchor-wire", daemon=True)
        self._thread.start()
        try:
            return self._run(self._connect(), 2 * self.patience)
        except CarrierLostError as lost:
            if refusal := _refusal_in(lost.__cause__):
                return refusal
            raise

    def close(self) -> None:
        """Drop the line at once; what was under way is not waited for."""
        loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        client, self._client = self._client, None
        if loop is None or thread is None:
            return
        with suppress(RuntimeError, TimeoutError, CancelledError):
            asyncio.run_coroutine_threadsafe(_drop(client), loop).result(_SLACK)
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(loop.stop)
        thread.join(_SLACK)
        if not thread.is_alive():
            loop.close()

    def ask(self, question: Question) -> bytes:
        """One question, one answer."""
        return self._run(self._ask(question), self.patience)

    def ask_many(self, questions: Sequence[Question]) -> list[bytes]:
        """Some questions whose order does not matter; the answers in their order."""
        answers: list[bytes] = []
        for start in range(0, len(questions), WINDOW):
            window = questions[start : start + WINDOW]
            answers += self._run(self._ask_all(window), self.patience)
        return answers

    def gather(self, subject: str, enough: int, seconds: float) -> list[bytes]:
        """What several answer to one question, up to so many; whoever is late is left out, and the line holds."""
        return self._run(self._gather(subject, enough, seconds), seconds + self.patience)

    def ask_plain(self, kind: type[T], subject: str, plain: object = None) -> T:
        """The same in JSON; raises NatsRefusedError where the answer is an error."""
        return checked(self.ask(Question(subject, b"" if plain is None else json.dumps(plain).encode())), kind)

    def read(self, stream: str, **request: object) -> tuple[list[Kept], int]:
        """One batch of what a stream holds, and how much follows."""
        return self._run(self._read(stream, {"max_bytes": MOST_BYTES, **request}), 2 * self.patience)

    def tell(self, subject: str, data: bytes) -> None:
        """Say something to whoever listens; it has reached the server when this returns."""
        self._run(self._tell(subject, data), self.patience)

    def hear(self, subject: str, heard: Callable[[str, bytes], None]) -> None:
        """From now on be told of everything that is published there: its subject and its content."""
        self._run(self._hear(subject, heard), self.patience)

    @property
    def version(self) -> tuple[int, int]:
        """Of the server."""
        if self._client is None:
            raise CarrierLostError
        version = self._client.connected_server_version
        return version.major, version.minor

    # In the loop

    async def _connect(self) -> None:
        from nats.aio.client import Client  # noqa: PLC0415 -- slow import

        self._gone = asyncio.Event()
        self._client = client = Client()
        host, port = self._address
        scheme = "wss" if self.websocket else "tls" if self._trust else "nats"
        secured: dict[str, Any] = {"tls": self._trust}
        if not self.websocket:
            secured |= {"tls_handshake_first": True, "tls_hostname": host}
        await client.connect(
            f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}",
            **(secured if self._trust else {}),
            nkeys_seed_str=self._seed.decode() if self._seed else None,
            user=None if self._seed else PAIRING, password=None if self._seed else PAIRING,
            inbox_prefix=self._inbox, allow_reconnect=False,
            max_reconnect_attempts=1, reconnect_time_wait=0,
            connect_timeout=max(1, round(self.patience)), ping_interval=_PING, max_outstanding_pings=2,
            error_cb=self._doubt, disconnected_cb=self._lose, closed_cb=self._lose,
        )  # fmt: skip

    async def _doubt(self, _error: Exception) -> None:
        """A refused subject, a full buffer: nobody can say which answer will never come. While connecting it is raised too."""
        if self._client is not None and self._client.is_connected:
            await self._lose()

    async def _lose(self) -> None:
        self._gone.set()
        self.on_lost()

    async def _ask(self, question: Question) -> bytes:
        from nats.errors import NoRespondersError  # noqa: PLC0415 -- slow import

        headers = dict(question.headers) or None
        try:
            return (await self._line().request(question.subject, question.data, self.patience, headers=headers)).data
        except NoRespondersError as error:
            raise NatsRefusedError(0, "nobody answers there") from error

    async def _ask_all(self, questions: Sequence[Question]) -> list[bytes]:
        return await asyncio.gather(*map(self._ask, questions))

    async def _tell(self, subject: str, data: bytes) -> None:
        await self._line().publish(subject, data)
        await self._line().flush(max(1, round(self.patience)))

    async def _gather(self, subject: str, enough: int, seconds: float) -> list[bytes]:
        client: Any = self._line()
        answers: list[bytes] = []
        ended = asyncio.Event()

        async def take(message: Msg) -> None:
            if "Status" not in (message.headers or {}):
                answers.append(message.data)
            if len(answers) >= enough:
                ended.set()

        inbox = client.new_inbox()
        coming = await client.subscribe(inbox, cb=take)
        await client.publish(subject, b"", reply=inbox)
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), seconds)
        await coming.unsubscribe()
        return answers

    async def _hear(self, subject: str, heard: Callable[[str, bytes], None]) -> None:
        async def tell(message: Msg) -> None:
            heard(message.subject, message.data)

        line: Any = self._line()  # its types are incomplete
        await line.subscribe(subject, cb=tell)
        await self._line().flush(max(1, round(self.patience)))

    async def _read(self, stream: str, request: Mapping[str, object]) -> tuple[list[Kept], int]:
        client: Any = self._line()
        kept: list[Kept] = []
        ended: asyncio.Future[Mapping[str, str]] = asyncio.get_running_loop().create_future()

        async def take(message: Msg) -> None:
            headers = message.headers or {}
            if "Nats-Subject" in headers:  # the server's own word; whoever laid it may have written a status to it
                kept.append(Kept(headers["Nats-Subject"], int(headers["Nats-Sequence"]), message.data))
            elif not ended.done():
                ended.set_result(headers)

        inbox = client.new_inbox()
        coming = await client.subscribe(inbox, cb=take)
        await client.publish(f"$JS.API.DIRECT.GET.{stream}", json.dumps(request).encode(), reply=inbox)
        headers = await ended
        await coming.unsubscribe()
        return kept, _left(kept, headers)

    def _line(self) -> Client:
        if self._client is None or self._gone.is_set() or not self._client.is_connected:
            raise CarrierLostError
        return self._client

    async def _while_it_holds(self, act: Coroutine[Any, Any, T], seconds: float) -> T:
        """An answer, or TimeoutError as soon as none can come any more: nats-py would go on waiting."""
        doing, gone = asyncio.ensure_future(act), asyncio.ensure_future(self._gone.wait())
        await asyncio.wait({doing, gone}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if doing.done():
            return doing.result()
        doing.cancel()
        raise TimeoutError

    def _run(self, act: Coroutine[Any, Any, T], seconds: float) -> T:
        from nats.errors import Error  # noqa: PLC0415 -- slow import

        if self._loop is None:
            act.close()
            raise CarrierLostError
        future = asyncio.run_coroutine_threadsafe(self._while_it_holds(act, seconds), self._loop)
        try:
            return future.result(seconds + _SLACK)
        except (OSError, Error, CancelledError, RuntimeError, ValueError, KeyError, CarrierLostError) as error:
            future.cancel()
            self.close()
            raise CarrierLostError(str(error) or type(error).__name__) from error


def _left(kept: Sequence[Kept], headers: Mapping[str, str]) -> int:
    """How much follows a batch that was read; raises CarrierLostError where some of it did not arrive."""
    if headers["Status"] == "404":
        return 0
    if headers["Status"] != "204" or (kept and int(headers["Nats-Last-Sequence"]) != kept[-1].seq):
        raise CarrierLostError(f"a batch ends with {headers['Status']}")
    return int(headers["Nats-Num-Pending"])


def _refusal_in(cause: BaseException | None) -> Refused | None:
    """Whether somebody answered and did not want us, or was not one of us."""
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Refused.OTHER_VILLAGE
    return Refused.NOT_ADMITTED if cause is not None and _VIOLATION in str(cause).lower() else None


async def _drop(client: Client | None) -> None:
    """Cut, not closed: a goodbye on a dead line takes half a minute."""
    transport: Any = getattr(client, "_transport", None)
    for writer in ("_io_writer", "_bare_io_writer"):
        if (stream := getattr(transport, writer, None)) is not None:
            stream.transport.abort()
    if (session := getattr(transport, "_client", None)) is not None:  # of a websocket
        with suppress(TimeoutError):
            await asyncio.wait_for(session.close(), 1)
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=1)


class _Hush(logging.Filter):
    """asyncio complains of how nats-py uses it, on stderr, in the middle of the screen."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith("returning true from eof_received()")


logging.getLogger("asyncio").addFilter(_Hush())
