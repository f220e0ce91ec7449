"""The hub as a carrier: three nodes of nats-server that somebody else runs, seen as an anchor is, over TLS or WSS.

What is different from an anchor: one node may be gone while the others go on, a replica may lag behind its leader, the
certificate is an authority's, and the streams are made by the village's own console.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from village_console.journal.journal import Journal
from village_console.settings import Sync
from village_console.sync.anchor import AnchorCarrier
from village_console.sync.anchor_streams import FACTS, HUB_STATE, Mark, facts_of, stream_configs
from village_console.sync.answers import MessageTold, NatsRefusedError, NodeTold, StreamTold, checked
from village_console.sync.carrier import CarrierLostError, Found, Refused
from village_console.sync.own import nkey_seed
from village_console.sync.wire import Kept, Wire
from village_console.village.errors import HubAuthorityIsUnreadError, WebsocketIsMissingError

REPLICAS, MOST_NODES = 3, 9
ELECTION = 12.0
"""Seconds in which those that are left agree on a new leader: four to nine of them, by the server's own clock."""
CUT_OFF = 4.0
"""Seconds after which a node that knows of no leader may be one that the others cannot reach."""
ASK_AGAIN = 0.5
_LAG, _TRIES = 0.1, 10
_NO_STREAM, _NO_MESSAGE, _IS_THERE = 10059, 10037, 10058


@dataclass(frozen=True, slots=True)
class HubAddress:
    """One way in."""

    host: str
    port: int
    websocket: bool = False

    @classmethod
    def read(cls, text: str) -> HubAddress:
        """From `tls://host:port` or `wss://host:port`, as settings have it."""
        parts = urlsplit(text)
        return cls(parts.hostname or "", parts.port or 0, parts.scheme == "wss")

    def __str__(self) -> str:
        """As it is typed."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'wss' if self.websocket else 'tls'}://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class NodeState:
    """What a node says of itself; None: it does not say."""

    name: str
    sync_always: bool | None
    routes_secured: bool | None
    nodes: int | None
    """How many belong to the hub, those that are gone too."""


@dataclass(frozen=True, slots=True)
class HubState:
    """What the nodes say that answer, and how the streams lie on them."""

    nodes: tuple[NodeState, ...]
    replicas: int
    """Of the stream that has the fewest."""
    offline: tuple[str, ...]
    """Nodes that hold a replica and are gone, or are not level yet."""


class NotLaidError(Exception):
    """The village's streams are not there, and this console cannot make them."""


class NoLeaderError(CarrierLostError):
    """The nodes that this one reaches are too few, or have not agreed yet."""


class HubCarrier(AnchorCarrier):
    """The same four verbs; the node that answered last is asked first."""

    name = "hub"

    def __init__(self, journal: Journal, addresses: Sequence[HubAddress], authority: Path | None = None) -> None:
        """`authority`: PEM file with the certificates that are believed; None: those of the system."""
        super().__init__(journal, (addresses[0].host, addresses[0].port))
        self._addresses, self._authority = list(addresses), authority
        self._closed = 0
        """How often it was closed: a round of the nodes ends with that."""
        self._asked: tuple[NodeState, ...] = ()
        self._durable: Wire | None = None
        """The wire on which the nodes were asked whether they sync always, and all did."""

    def close(self) -> None:
        """Drop the connection, and try no other node."""
        self._closed += 1
        super().close()

    def heads(self) -> Found | Refused:
        """Look at what lies there, and whether it is ours at all; a node that is cut off from the others is left for the next."""
        deadline, closed = time.monotonic() + ELECTION, self._closed
        while True:
            try:
                found = super().heads()
            except NotLaidError:
                return Refused.NOT_LAID
            except NoLeaderError:
                if time.monotonic() > deadline or self._closed != closed:
                    raise
                self._next()
            else:
                silent = found is Refused.NOT_DURABLE and all(node.sync_always is None for node in self._asked)
                return Refused.NOT_KNOWN if silent else found

    def nodes(self, most: int = MOST_NODES, seconds: float = 2 * ASK_AGAIN) -> tuple[NodeState, ...]:
        """What those say of themselves that answer; call after `heads`, refused or not."""
        nodes = (_node_state(answer) for answer in self._line().gather(HUB_STATE, most, seconds))
        return tuple(sorted(nodes, key=lambda node: node.name))

    def state(self) -> HubState:
        """All that a doctor asks; call after `heads`."""
        info = [self._stream(str(config["name"])) for config in self._configs()]
        replicas = [one for stream in info for one in stream.cluster.replicas]
        return HubState(
            self.nodes(),
            min(stream.config.num_replicas for stream in info),
            tuple(sorted({one.name for one in replicas if one.offline or not one.current})),
        )

    # The line

    def _open(self) -> Refused | None:
        if self._wire is not None and self._wire.is_open:
            return None
        self._lying, closed, refused = None, self._closed, None
        for address in list(self._addresses):
            super().close()
            with suppress(CarrierLostError):
                refused = self._open_at(address)
                if refused is None:
                    return None
            if self._closed != closed:
                break
            self._next()
        if refused is None:
            raise CarrierLostError("no node answers")
        return refused

    def _next(self) -> None:
        """Begin with another node from now on."""
        super().close()
        self._addresses.append(self._addresses.pop(0))

    def _open_at(self, address: HubAddress) -> Refused | None:
        if address.websocket and find_spec("aiohttp") is None:
            raise WebsocketIsMissingError(address=address)
        inbox = f"_INBOX.{self._journal.device}"
        wire = Wire((address.host, address.port), self._trust(), nkey_seed(self._journal), inbox)
        wire.websocket = address.websocket
        refused = self._use(wire)
        return Refused.STRANGE_CERTIFICATE if refused is Refused.OTHER_VILLAGE else refused

    def _trust(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self._authority)
        except OSError as error:
            raise HubAuthorityIsUnreadError(path=self._authority) from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    # Looking

    def _is_durable(self) -> bool:
        """Whether every node that answers says of itself that it syncs before it confirms; no word is no."""
        if self._durable is not self._wire:
            self._asked = self.nodes(REPLICAS, ASK_AGAIN)
            if not self._asked or not all(node.sync_always for node in self._asked):
                return False
            self._durable = self._wire
        return True

    def _stream(self, name: str) -> StreamTold:
        """Of its leader; waits while there is none, for a line that holds is not let go for that at once."""
        deadline = time.monotonic() + CUT_OFF
        while time.monotonic() < deadline:
            for answer in self._line().gather(f"$JS.API.STREAM.INFO.{name}", 1, ASK_AGAIN):
                try:
                    return checked(answer, StreamTold)
                except NatsRefusedError as error:
                    if error.code == _NO_STREAM:
                        self._lay_streams()
                    else:
                        time.sleep(_LAG)
        raise NoLeaderError

    def _last(self, stream: str, subjects: Sequence[str]) -> list[Kept]:
        """Only once the stream has a leader: before that nobody would answer, and the line would be given up."""
        self._stream(stream)
        return super()._last(stream, subjects)

    def _configs(self) -> list[dict[str, Any]]:
        return stream_configs(self._journal.village, self._journal.purpose, replicas=REPLICAS)

    def _lay_streams(self) -> None:
        if self._journal.village_seed is None:
            raise NotLaidError
        for config in self._configs():
            try:
                self._line().ask_plain(StreamTold, f"$JS.API.STREAM.CREATE.{config['name']}", config)
            except NatsRefusedError as error:
                if error.code != _IS_THERE:
                    raise CarrierLostError(str(error)) from error

    def _behind(self, stream: str, mark: Mark) -> Iterator[Kept]:
        """A replica that lags behind its leader would seem to have lost what it has not got yet: wait for it a moment."""
        for _ in range(_TRIES if stream == FACTS else 0):
            kept = self._line().read(stream, seq=max(self._end, 1), batch=1)[0]
            if kept or not self._end:
                break
            time.sleep(_LAG)
        return super()._behind(stream, mark)

    def _last_of_ours(self) -> int:
        """Of the leader: a replica that lags would let us write behind what we do not know of."""
        question = {"last_by_subj": facts_of(self._journal.device)}
        try:
            return self._line().ask_plain(MessageTold, f"$JS.API.STREAM.MSG.GET.{FACTS}", question).message.seq
        except NatsRefusedError as error:
            if error.code == _NO_MESSAGE:
                return 0
            raise


def hub_carrier(journal: Journal, settings: Sync) -> HubCarrier:
    """The way to the hub that the settings name."""
    authority = Path(settings.hub_ca) if settings.hub_ca else None
    return HubCarrier(journal, [HubAddress.read(way) for way in settings.hub], authority)


def _node_state(answer: bytes) -> NodeState:
    """Of what a node answers: what is false it leaves out, of what it does not tell at all nothing is known."""
    try:
        told = checked(answer, NodeTold)
    except NatsRefusedError:
        told = NodeTold()
    streams, name = told.data.jetstream, told.server.name
    if streams.config is None:
        return NodeState(name, None, None, None)
    return NodeState(name, streams.config.sync_always, told.data.cluster.tls_required, streams.meta.cluster_size)
