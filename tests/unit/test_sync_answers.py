"""An answer of nats-server is of its shape, an error of the server's, or none: then the line is lost, and nothing else ends."""

from __future__ import annotations

from typing import Any

import pytest

from tests.foreign import NESTED_JSON
from village_console.sync.answers import (
    Answer,
    Confirmed,
    MessageTold,
    NatsRefusedError,
    NodeTold,
    ServerTold,
    StreamTold,
    checked,
)
from village_console.sync.carrier import CarrierLostError

INFO = (
    b'{"type":"io.nats.jetstream.api.v1.stream_info_response","created":"2026-11-03T09:00:00Z",'
    b'"config":{"name":"FACTS","num_replicas":3,"metadata":{"village":"ab"}},"state":{"messages":7,"last_seq":9,"bytes":1},'
    b'"cluster":{"leader":"one","replicas":[{"name":"two","current":true,"active":1},{"name":"three","current":false,"offline":true}]}}'
)
GOOD: dict[type[Any], bytes] = {
    Answer: b'{"success":true}',
    Confirmed: b'{"stream":"FACTS","seq":12}',
    StreamTold: INFO,
    MessageTold: b'{"message":{"subject":"facts.a","seq":4,"data":""}}',
    ServerTold: b'{"data":{"config":{"sync_always":true}}}',
    NodeTold: b'{"server":{"name":"one"},"data":{"jetstream":{"config":{"sync_always":true},"meta":{"cluster_size":3}}}}',
}
OTHER_SHAPES = [
    b"", b"[]", b"12", b"null", b"\xff", b"{", b'{"seq":"x"}', b'{"seq":null}', b'{"error":[]}', b'{"error":{"err_code":"x"}}',
    b'{"config":7,"state":{},"created":1}', b'{"data":[],"server":1,"message":2,"seq":[]}', NESTED_JSON,
]  # fmt: skip


@pytest.mark.parametrize("kind", GOOD)
def test_an_answer_is_read_whatever_else_it_tells(kind: type[Any]) -> None:
    assert isinstance(checked(GOOD[kind], kind), kind)


def test_what_is_told_of_a_stream() -> None:
    told = checked(INFO, StreamTold)
    assert (told.config.num_replicas, told.config.metadata, told.state.last_seq) == (3, {"village": "ab"}, 9)
    assert [(one.name, one.current, one.offline) for one in told.cluster.replicas] == [
        ("two", True, False),
        ("three", False, True),
    ]


def test_what_a_server_does_not_tell_is_not_taken_for_a_no() -> None:
    assert checked(b"{}", ServerTold).data.config is None
    assert checked(b"{}", NodeTold).data.jetstream.config is None
    told = checked(b'{"data":{"config":{}}}', ServerTold).data.config
    assert told is not None
    assert not told.sync_always


@pytest.mark.parametrize("kind", GOOD)
def test_an_error_is_the_servers_own_word(kind: type[Any]) -> None:
    with pytest.raises(NatsRefusedError, match="wrong last sequence: 4") as refused:
        checked(b'{"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 4"}}', kind)
    assert refused.value.code == 10071


@pytest.mark.parametrize("kind", [Confirmed, StreamTold, MessageTold])
@pytest.mark.parametrize("said", OTHER_SHAPES)
def test_another_shape_is_a_lost_line(kind: type[Any], said: bytes) -> None:
    with pytest.raises(CarrierLostError):
        checked(said, kind)


@pytest.mark.parametrize("kind", [ServerTold, NodeTold])
@pytest.mark.parametrize(
    "said", [b"", b"[]", b"null", b'{"data":[]}', b'{"data":{"config":7,"jetstream":7}}', NESTED_JSON]
)
def test_a_server_that_tells_of_itself_in_another_shape_is_a_lost_line(kind: type[Any], said: bytes) -> None:
    with pytest.raises(CarrierLostError):
        checked(said, kind)
