"""A fleet without a broker: what it keeps, what it counts and what it refuses."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from device_sim.tvs.fleet import Fleet, UnknownDeviceError
from device_sim.tvs.set_top import Publication, SetTop
from device_sim.tvs.tally import Tally, TallyKeeper

LOG = Publication("tv/stb-0001/log", b"{}")


@pytest.fixture
def nowhere() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def fleet(nowhere: int) -> Iterator[Fleet]:
    box = SetTop("stb-0001")
    with Fleet("127.0.0.1", nowhere) as fleet:
        (greeting,) = box.power_up("00000001")
        fleet.connect("stb-0001", greeting, box.will())
        yield fleet


def test_without_a_broker_publications_are_kept(fleet: Fleet) -> None:
    for _ in range(100):
        fleet.publish("stb-0001", LOG)
    assert not fleet.drain(0.05)
    assert (fleet.pending, fleet.acknowledged, fleet.tally.up) == (100, 0, 0)


def test_waiting_for_a_broker_that_does_not_come_ends(fleet: Fleet) -> None:
    assert not fleet.wait_connected(0.05)


def test_a_power_cut_loses_what_the_box_had_in_memory(fleet: Fleet) -> None:
    fleet.publish("stb-0001", LOG)
    fleet.publish("stb-0001", LOG)
    fleet.cut("stb-0001")
    assert fleet.drain(5)
    assert fleet.tally == Tally(handed_in=2, acknowledged=0, lost=2, up=0)


def test_a_box_without_power_can_not_publish_and_comes_back_with_a_new_boot(fleet: Fleet) -> None:
    fleet.cut("stb-0001")
    with pytest.raises(UnknownDeviceError, match="stb-0001"):
        fleet.publish("stb-0001", LOG)
    with pytest.raises(UnknownDeviceError):
        fleet.cut("stb-0001")
    box = SetTop("stb-0001")
    (greeting,) = box.power_up("00000002")
    fleet.connect("stb-0001", greeting, box.will())
    fleet.publish("stb-0001", LOG)
    assert fleet.pending == 1


def test_a_box_is_connected_only_once(fleet: Fleet) -> None:
    with pytest.raises(ValueError, match="already"):
        fleet.connect("stb-0001", LOG, LOG)


def test_only_what_the_broker_acknowledges_may_be_published(fleet: Fleet) -> None:
    with pytest.raises(ValueError, match="QoS 1"):
        fleet.publish("stb-0001", Publication("tv/stb-0001/log", b"{}", qos=0))
    assert fleet.pending == 0


def test_closing_counts_as_lost_what_never_arrived_and_leaves_no_thread(fleet: Fleet) -> None:
    fleet.publish("stb-0001", LOG)
    fleet.close()
    fleet.close()
    assert (fleet.pending, fleet.tally.lost) == (0, 1)
    assert "set-tops" not in {thread.name for thread in threading.enumerate()}


def test_a_fleet_that_was_never_started_can_be_closed(nowhere: int) -> None:
    Fleet("127.0.0.1", nowhere).close()


def test_figures_added_by_many_threads_add_up() -> None:
    keeper = TallyKeeper()

    def count() -> None:
        for _ in range(1000):
            keeper.add(handed_in=1)
            keeper.add(acknowledged=1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert keeper.wait_for(lambda tally: tally.acknowledged == 4000, 10)
    for thread in threads:
        thread.join()
    assert keeper.now() == Tally(handed_in=4000, acknowledged=4000)
    assert keeper.now().pending == 0
