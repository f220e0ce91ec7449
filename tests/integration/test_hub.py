"""Consoles that meet at a real hub: three nodes of nats-server as `hub config` writes them, under an authority of its own."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.anchors import FORBIDDEN, heads_in_the_end, people, say
from tests.carriers import new_console
from tests.hubs import Authority, Hub, Prefecture
from tests.town import wait_until
from village_console.children import free_ports
from village_console.doctor.finding import State
from village_console.doctor.hub import _look
from village_console.journal.admission import console_subject, signed
from village_console.journal.facts import ConsoleRevoked
from village_console.settings import Sync
from village_console.sync.anchor_streams import facts_of
from village_console.sync.answers import Answer
from village_console.sync.carrier import CarrierLostError, Found, Refused
from village_console.sync.hub import HubAddress, HubCarrier
from village_console.sync.lan import Lan
from village_console.sync.meeting import Meeting
from village_console.sync.own import Place
from village_console.sync.wire import Kept, Question

pytestmark = pytest.mark.integration
Village = Callable[..., Prefecture]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("hub")
    with Hub(folder / "hub", websocket=True) as running, closing(new_console(folder, 1)) as somebody:
        running.let_in(somebody)
        running.start()
        yield running


@pytest.fixture
def village(hub: Hub, tmp_path: Path) -> Iterator[Village]:
    """`village(2)`: two consoles of a village of its own, connected, each to another node."""
    with ExitStack() as ending:

        def make(count: int, name: str = "village") -> Prefecture:
            here = Prefecture(tmp_path / name, count, hub)
            ending.callback(here.close)
            here.begin()
            return here

        yield make


def test_what_one_console_writes_all_know_after_one_meeting_each(village: Village) -> None:
    here = village(3)
    people(here.consoles[0], 450)
    people(here.consoles[1], 3, "q")
    here.meet()
    assert here.all_know_the_same()
    assert sum(subject.startswith("resident:") for _, subject in here.consoles[2].rows.everything()) == 453


def test_a_meeting_at_which_nothing_is_new_writes_nothing(village: Village) -> None:
    here = village(2)
    people(here.consoles[0], 5)
    here.meet()
    before = here.carriers[0].heads()
    here.meet()
    assert here.carriers[0].heads() == before


def test_another_village_sees_nothing_and_cannot_ask_after_it(village: Village) -> None:
    ours, theirs = village(1, "ours"), village(1, "theirs")
    people(ours.consoles[0], 5)
    ours.meet()
    theirs.meet()
    here, there = ours.carriers[0].heads(), theirs.carriers[0].heads()
    assert isinstance(here, Found)
    assert isinstance(there, Found)
    assert [len(here.statements), len(there.statements)] == [1, 1]
    assert not theirs.consoles[0].have().keys() & ours.consoles[0].have().keys()
    assert here.carrier != there.carrier
    with pytest.raises(CarrierLostError):
        theirs.carriers[0]._line().ask_plain(Answer, "$SYS.REQ.SERVER.PING.JSZ", {"accounts": True, "streams": True})
    theirs.carriers[0].heads()
    told = theirs.carriers[0]._line().gather("server.varz", 3, 2)
    assert len(told) == 3
    assert not any(ours.consoles[0].village.hex().encode() in answer for answer in told)


def test_the_streams_are_made_by_the_villages_own_console_and_by_no_other(hub: Hub, tmp_path: Path) -> None:
    with ExitStack() as ending:
        here = Prefecture(tmp_path, 2, hub)
        ending.callback(here.close)
        founder, other = (here.carrier(journal) for journal in here.consoles)
        assert heads_in_the_end(other, lambda heads: heads is Refused.NOT_LAID)
        assert heads_in_the_end(founder, lambda heads: isinstance(heads, Found))
        assert isinstance(other.heads(), Found)


HERE_FORBIDDEN = FORBIDDEN | {
    "fewer_replicas": ("$JS.API.STREAM.UPDATE.FACTS", b'{"name":"FACTS","num_replicas":1}'),
    "peer": ("$JS.API.STREAM.PEER.REMOVE.FACTS", b'{"peer":"node-1"}'),
    "leader": ("$JS.API.STREAM.LEADER.STEPDOWN.FACTS", b""),
    "meta_leader": ("$JS.API.META.LEADER.STEPDOWN", b""),
}


@pytest.mark.parametrize(("subject", "content"), HERE_FORBIDDEN.values(), ids=HERE_FORBIDDEN)
def test_not_even_the_founder_can_do_what_is_not_its_own(village: Village, subject: str, content: bytes) -> None:
    here = village(1)
    other = "0" * 16
    before = here.carriers[0].heads()
    with pytest.raises(CarrierLostError):
        here.carriers[0]._line().ask(Question(subject.format(other=other), content))
    assert here.carriers[0].heads() == before


def test_a_console_that_the_hub_does_not_know_and_one_that_was_revoked_stay_out(village: Village) -> None:
    here = village(2)
    late = here.join()
    assert here.carrier(late).heads() is Refused.NOT_ADMITTED
    here.hub.let_in(here.consoles[0])
    assert heads_in_the_end(here.carrier(late), lambda heads: isinstance(heads, Found))
    seed, lost = here.consoles[0].village_seed, here.consoles[1]
    assert seed is not None
    word = ConsoleRevoked(
        subject=console_subject(lost.public_key), public=lost.public_key.hex(), counts={},
        n=here.consoles[0].members()[lost.device].n + 1, why="lost",
    )  # fmt: skip
    here.consoles[0].say(signed(word, seed))
    here.hub.let_in(here.consoles[0])
    assert heads_in_the_end(here.carriers[1], lambda heads: heads is Refused.NOT_ADMITTED)


def test_a_certificate_of_another_authority_or_for_another_name_is_refused(
    village: Village, hub: Hub, tmp_path: Path
) -> None:
    here = village(1)
    port, journal = hub.nodes[0].port, here.consoles[0]
    stranger = Authority(tmp_path / "stranger")
    with closing(HubCarrier(journal, [HubAddress("127.0.0.1", port)], stranger.file)) as carrier:
        assert carrier.heads() is Refused.STRANGE_CERTIFICATE
    with closing(HubCarrier(journal, [HubAddress("localhost", port)], hub.authority.file)) as carrier:
        assert carrier.heads() is Refused.STRANGE_CERTIFICATE
    with closing(HubCarrier(journal, [HubAddress("127.0.0.1", port)])) as carrier:
        assert carrier.heads() is Refused.STRANGE_CERTIFICATE


@pytest.mark.filterwarnings("ignore:.*ClientWSTimeout:DeprecationWarning")  # nats-py 2.16 with aiohttp 3.11 and later
def test_a_console_comes_over_a_websocket_where_nothing_else_is_let_out(village: Village, hub: Hub) -> None:
    pytest.importorskip("aiohttp")
    here = village(2)
    people(here.consoles[0], 50)
    here.meetings[0].hold()
    carrier = hub.carrier(here.consoles[1], websocket=True)
    meeting = Meeting(here.consoles[1], carrier)
    assert meeting.hold().taken.new >= 50
    people(here.consoles[1], 300, "back")
    assert meeting.hold().pushed >= 300
    here.meet()
    assert here.all_know_the_same()


def test_a_replayed_parcel_is_refused_by_its_number_whichever_node_is_asked(village: Village) -> None:
    here = village(1)
    people(here.consoles[0], 1)
    here.meet()
    last = here.carriers[0]._last_of_ours()
    assert last > 0
    for first in range(3):
        with closing(here.hub.carrier(here.consoles[0], first)) as carrier:
            carrier.heads()
            assert carrier._last_of_ours() == last
            answer = carrier._line().ask(
                Question(facts_of(here.consoles[0].device), b"x", {"Nats-Expected-Last-Subject-Sequence": "0"})
            )
            assert b'"err_code":10071' in answer


def test_one_node_that_confirms_before_it_has_written_is_enough_to_refuse_the_hub(tmp_path: Path) -> None:
    with ExitStack() as ending:
        hub = ending.enter_context(Hub(tmp_path / "hub"))
        hub.nodes[1] = replace(hub.nodes[1], sync_always=False)
        here = Prefecture(tmp_path, 1, hub)
        ending.callback(here.close)
        hub.start()
        carrier = here.carrier(here.consoles[0])
        assert wait_until(lambda: carrier.heads() is Refused.NOT_DURABLE and len(carrier.nodes()) == 3, 10)
        assert [node.sync_always for node in carrier.nodes()] == [True, False, True]
        finding = _look(carrier, "")
        assert (finding.state, finding.said, finding.values) == (State.MEND, "hub_not_durable", {"names": "node-1"})


def test_the_doctor_is_told_by_the_nodes_themselves(village: Village) -> None:
    here = village(1)
    assert wait_until(lambda: here.carriers[0].state().offline == (), 10)
    assert [node.name for node in here.carriers[0].nodes()] == ["node-0", "node-1", "node-2"]
    assert _look(here.carriers[0], "").state is State.FINE


def test_a_replica_that_lags_is_waited_for_and_has_not_lost_what_it_has_not_got_yet(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = village(1)
    for n in range(3):
        people(here.consoles[0], 1, f"p{n}-")
        here.meet(1)
    carrier = here.carriers[0]
    found, place = carrier.heads(), list(carrier.pull(""))[-1].place
    assert isinstance(found, Found)
    line, lags = carrier._line(), iter([True, True])
    read = line.read

    def lagging(stream: str, **request: object) -> tuple[list[Kept], int]:
        late = stream == "FACTS" and request.get("seq") == found.end and next(lags, False)
        return ([], 0) if late else read(stream, **request)

    monkeypatch.setattr(line, "read", lagging)
    assert list(carrier.pull(place)) == []
    assert next(lags, None) is None


def test_a_hub_that_has_lost_everything_is_filled_again_by_the_village(tmp_path: Path) -> None:
    with ExitStack() as ending:
        hub = ending.enter_context(Hub(tmp_path / "hub"))
        here = Prefecture(tmp_path, 2, hub)
        ending.callback(here.close)
        hub.start()
        here.begin()
        begun, confirmed = time.monotonic(), people(here.consoles[0], 60)
        here.meet()
        hub.kill((0, 1, 2))
        for node in hub.nodes:
            shutil.rmtree(node.store)
        hub.start()
        late = here.join()
        hub.let_in(here.consoles[0])
        here.begin()
        rounds = here.rounds_until_level()
        assert late.have() == here.consoles[0].have()
        say("hub, all disks lost", confirmed, here, begun, rounds=rounds)


def test_what_comes_in_by_the_anchor_goes_out_by_the_hub_and_back(hub: Hub, tmp_path: Path) -> None:
    """Console 1 is the anchor and has the hub, console 2 only the LAN, console 3 only the hub."""
    anchor = f"127.0.0.1:{free_ports(1)[0]}"
    ways = tuple(f"tls://{node.host}:{node.port}" for node in hub.nodes)
    settings = [
        Sync(serve=True, listen=anchor, hub=ways, hub_ca=str(hub.authority.file)),
        Sync(anchor=anchor),
        Sync(anchor="127.0.0.1:9", hub=ways, hub_ca=str(hub.authority.file)),
    ]
    with ExitStack() as ending:
        here = Prefecture(tmp_path, 3, hub)
        ending.callback(here.close)
        for n, (journal, sync) in enumerate(zip(here.consoles, settings, strict=True)):
            lan = Lan(journal, Place(n + 1, f"S{n + 1}", "中央公民館"), tmp_path / f"console-{n + 1}", sync)
            lan.start()
            ending.callback(lan.stop)
        facts = [fact for n, journal in enumerate(here.consoles) for fact in people(journal, 1, f"at{n}")]
        assert wait_until(lambda: all(journal.find(f) is not None for journal in here.consoles for f in facts), 20)
