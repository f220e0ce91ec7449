"""What nats-server answers (JetStream wire API), as far as it is looked at; what is of another shape is no answer."""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct, field, json

from village_console.sync.carrier import CarrierLostError
from village_console.village.foreign import UNREADABLE

T = TypeVar("T")


class NatsRefusedError(Exception):
    """The server answers with an error of its own; `code` is its JetStream error number, 0 where it has none."""

    def __init__(self, code: int, text: str) -> None:
        """As the server said it."""
        super().__init__(f"{code} {text}")
        self.code, self.text = code, text


class Trouble(Struct):
    """An error of the server's."""

    err_code: int = 0
    description: str = ""


class Answer(Struct):
    """Any answer: that it is no error may be all that is asked."""

    error: Trouble | None = None


class Confirmed(Struct):
    """A message is on disk, and this is its number."""

    seq: int


class StreamConfig(Struct):
    """How a stream was made."""

    num_replicas: int = 1
    metadata: dict[str, str] = field(default_factory=dict[str, str])


class StreamState(Struct):
    """What lies in a stream."""

    messages: int
    last_seq: int


class Replica(Struct):
    """A node that holds a copy beside the leader's."""

    name: str
    current: bool = False
    offline: bool = False


class Cluster(Struct):
    """Where a stream lies."""

    leader: str = ""
    replicas: list[Replica] = field(default_factory=list[Replica])


class StreamTold(Struct):
    """STREAM.INFO."""

    config: StreamConfig
    state: StreamState
    created: str
    cluster: Cluster = field(default_factory=Cluster)


class MessageTold(Struct):
    """STREAM.MSG.GET, without what the message holds."""

    message: Confirmed


class JetStreamConfig(Struct):
    """How a server keeps its streams; what is false it leaves out."""

    sync_always: bool = False


class JetStreamTold(Struct):
    """JSZ; `config`: None where it does not tell."""

    config: JetStreamConfig | None = None


class Meta(Struct):
    """Who agrees on where streams lie."""

    cluster_size: int = 1


class NodeStreams(JetStreamTold):
    """The same in VARZ."""

    meta: Meta = field(default_factory=Meta)


class Routes(Struct):
    """How nodes speak with one another."""

    tls_required: bool = False


class Node(Struct):
    """VARZ."""

    jetstream: NodeStreams = field(default_factory=NodeStreams)
    cluster: Routes = field(default_factory=Routes)


class NodeName(Struct):
    """Who answers."""

    name: str = ""


class NodeTold(Struct):
    """What a node says of itself by way of VARZ."""

    server: NodeName = field(default_factory=NodeName)
    data: Node = field(default_factory=Node)


class ServerTold(Struct):
    """What a server says of itself by way of JSZ."""

    data: JetStreamTold = field(default_factory=JetStreamTold)


def checked(answer: bytes, kind: type[T]) -> T:
    """An answer of this shape; raises NatsRefusedError when it is an error, CarrierLostError when it is neither."""
    try:
        trouble = json.decode(answer, type=Answer).error
        if trouble is None:
            return json.decode(answer, type=kind)
    except UNREADABLE as error:
        raise CarrierLostError(str(error)) from error
    raise NatsRefusedError(trouble.err_code, trouble.description)
