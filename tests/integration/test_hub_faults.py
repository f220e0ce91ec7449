"""What becomes of facts when nodes of a hub are killed: none is lost, none is doubled, and it goes on by itself.

Every test says its figures; `pytest -s` shows them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random

import pytest

from tests.anchors import PATIENCE, lying_twice, say
from tests.hubs import Hub, Prefecture
from tests.town import registered, wait_until
from village_console.sync.anchor_streams import have_of
from village_console.sync.answers import NatsRefusedError
from village_console.sync.carrier import CarrierLostError, Found
from village_console.sync.hub import HubCarrier
from village_console.sync.lan import HUB_LONGEST
from village_console.sync.line import Line, LineState, Standing
from village_console.sync.wire import Question
from village_console.village.ids import FactHash

pytestmark = pytest.mark.integration


class Lines:
    """The live lines of all consoles, as the desk has them."""

    def __init__(self, here: Prefecture) -> None:
        self.here, self.said = here, [LineState(Standing.SEARCHING) for _ in here.consoles]
        self.confirmed: set[FactHash] = set()
        self._lines = [self._line(n) for n in range(len(here.consoles))]

    def _line(self, n: int) -> Line:
        def stands(state: LineState) -> None:
            self.said[n] = state

        def connect(_address: tuple[str, int]) -> HubCarrier:
            carrier = self.here.carrier(self.here.consoles[n])
            carrier.patience = 2 * PATIENCE
            return carrier

        line = Line(self.here.consoles[n], lambda: [("hub", 0)], stands, Random(n))
        line.connect, line.longest = connect, HUB_LONGEST
        line.start()
        return line

    def write(self, name: str) -> FactHash:
        """The first desk writes: on its own disk at once, whatever becomes of the hub."""
        begun = time.monotonic()
        fact = self.here.consoles[0].append(registered(f"resident:{name}", "佐藤 ハル")).hash
        assert time.monotonic() - begun < 0.5
        self.confirmed.add(fact)
        return fact

    def seconds_until_known(self, fact: FactHash, most: float) -> float:
        """Until every desk knows a fact."""
        begun = time.monotonic()
        assert wait_until(lambda: all(journal.find(fact) is not None for journal in self.here.consoles), most)
        return time.monotonic() - begun

    def stop(self) -> None:
        for line in self._lines:
            line.stop()


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Lines]:
    with ExitStack() as ending:
        hub = ending.enter_context(Hub(tmp_path / "hub"))
        here = Prefecture(tmp_path, 2, hub)
        ending.callback(here.close)
        hub.start()
        here.begin()
        lines = Lines(here)
        ending.callback(lines.stop)
        lines.seconds_until_known(lines.write("first"), 10)
        yield lines


def test_the_leader_is_killed_and_the_hub_goes_on(lines: Lines) -> None:
    hub, begun = lines.here.hub, time.monotonic()
    leader = hub.leader(lines.here.carriers[0])
    hub.kill([leader])
    resumed = lines.seconds_until_known(lines.write("leader gone"), 20)
    hub.start([leader])
    lines.seconds_until_known(lines.write("leader back"), 20)
    say("hub, leader killed -9", lines.confirmed, lines.here, begun, resumed_in=f"{resumed:.1f} s")
    assert resumed < 20


def test_with_two_nodes_gone_nothing_is_confirmed_and_the_desk_goes_on(lines: Lines) -> None:
    hub, begun = lines.here.hub, time.monotonic()
    hub.kill((0, 1))
    facts = [lines.write(f"alone {n}") for n in range(20)]
    with closing(hub.carrier(lines.here.consoles[1], 2)) as carrier:
        carrier._open()
        with pytest.raises((CarrierLostError, NatsRefusedError)):
            carrier._line().ask(Question(have_of(lines.here.consoles[1].device), b"who confirms this?"))
    assert lines.here.consoles[1].find(facts[0]) is None
    hub.start([0])
    resumed = lines.seconds_until_known(facts[-1], 30)
    say("hub, two nodes killed -9", lines.confirmed, lines.here, begun, resumed_in=f"{resumed:.1f} s")
    assert resumed < 20


def test_all_nodes_are_killed_in_the_middle_of_pushing_and_come_back(lines: Lines) -> None:
    hub, begun = lines.here.hub, time.monotonic()
    before = end_of(lines)
    with lines.here.consoles[0].writing() as draft:
        lines.confirmed |= {draft.append(registered(f"resident:p{n}", "佐藤 ハル")).hash for n in range(600)}
    assert wait_until(lambda: end_of(lines) > before, 10)
    hub.kill((0, 1, 2))
    fact = lines.write("all gone")
    assert wait_until(lambda: lines.said[0].standing is Standing.LOST, 20)
    hub.start((0, 1, 2))
    resumed = lines.seconds_until_known(fact, 60)
    lines.here.carriers[0].heads()
    twice = lying_twice(lines.here)
    say(
        "hub, all nodes killed -9", lines.confirmed, lines.here, begun, resumed_in=f"{resumed:.1f} s", lying_twice=twice
    )
    assert resumed < 30


def end_of(lines: Lines) -> int:
    """How many parcels the hub has."""
    found = lines.here.carriers[0].heads()
    assert isinstance(found, Found)
    return found.end
