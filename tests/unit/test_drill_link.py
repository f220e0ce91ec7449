"""The drill link: the simulator sets the clock and presses keys, and hears what the person at the desk saw."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.foreign import NESTED_JSON
from tests.town import EVENING, clock_at
from village_console.children import free_ports
from village_console.drill_link import LONGEST_LINE, Desk, DrillLink
from village_console.village.clock import Clock
from village_console.village.errors import PortIsTakenError

HELLO = {"saw": "hello", "run_mode": "drill", "world": "simulated", "received": 0}


class Person:
    """The person at the desk: what was pressed, and whether keys are taken."""

    def __init__(self) -> None:
        self.pressed: list[list[str]] = []
        self.has_ended = False
        self.takes_keys = True

    async def press(self, keys: list[str]) -> bool:
        self.pressed.append(keys)
        return self.takes_keys

    async def end(self) -> None:
        self.has_ended = True


class Simulator:
    """The other end of the link."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def dial(cls, port: int) -> Simulator:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def hear(self) -> dict[str, Any] | None:
        """The next line; None when the console has hung up."""
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(5):
                line = await self._reader.readline()
            return json.loads(line) if line else None
        return None

    async def say(self, order: object) -> None:
        await self.say_raw(json.dumps(order).encode() + b"\n")

    async def say_raw(self, line: bytes) -> None:
        self._writer.write(line)
        await self._writer.drain()

    async def hang_up(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


@pytest.fixture
def clock() -> Clock:
    return clock_at()


@pytest.fixture
def person() -> Person:
    return Person()


@pytest.fixture
def port() -> int:
    return free_ports(1)[0]


@pytest_asyncio.fixture
async def link(port: int, person: Person, clock: Clock) -> AsyncIterator[DrillLink]:
    link = DrillLink(("127.0.0.1", port), clock)
    await link.open(Desk(person.press, person.end, lambda: HELLO))
    yield link
    await link.close()


@pytest_asyncio.fixture
async def simulator(link: DrillLink, port: int) -> AsyncIterator[Simulator]:
    assert link is not None
    simulator = await Simulator.dial(port)
    assert await simulator.hear() == HELLO
    yield simulator
    await simulator.hang_up()


async def test_the_clock_follows_the_simulator(simulator: Simulator, clock: Clock) -> None:
    at = EVENING + timedelta(hours=1)
    await simulator.say({"do": "clock", "epoch": at.timestamp(), "monotonic": clock.monotonic(), "speed": 0})
    await simulator.say({"do": "press", "id": 1, "keys": []})
    await simulator.hear()
    assert clock.now() == at


async def test_the_clock_runs_as_many_times_as_fast_as_it_is_told(simulator: Simulator, clock: Clock) -> None:
    started = clock.monotonic() - 10
    await simulator.say({"do": "clock", "epoch": EVENING.timestamp(), "monotonic": started, "speed": 60})
    await simulator.say({"do": "press", "id": 1, "keys": []})
    await simulator.hear()
    assert timedelta(minutes=10) <= clock.now() - EVENING < timedelta(minutes=15)
    assert clock.speed == 60


@pytest.mark.parametrize("took", [True, False])
async def test_keys_are_pressed_and_answered_with_their_number(
    simulator: Simulator, person: Person, *, took: bool
) -> None:
    person.takes_keys = took
    await simulator.say({"do": "press", "id": 7, "keys": ["f3", "o", "4", "enter"]})
    assert await simulator.hear() == {"saw": "pressed", "id": 7, "took": took}
    assert person.pressed == [["f3", "o", "4", "enter"]]


async def test_orders_in_one_go_are_obeyed_in_their_order(simulator: Simulator, person: Person) -> None:
    orders = [{"do": "press", "id": n, "keys": [str(n)]} for n in range(5)]
    await simulator.say_raw(b"".join(json.dumps(order).encode() + b"\n" for order in orders))
    assert [await simulator.hear() for _ in orders] == [{"saw": "pressed", "id": n, "took": True} for n in range(5)]
    assert person.pressed == [[str(n)] for n in range(5)]


async def test_at_the_end_the_evidence_is_written_before_it_is_said(simulator: Simulator, person: Person) -> None:
    await simulator.say({"do": "end"})
    assert await simulator.hear() == {"saw": "ended"}
    assert person.has_ended


@pytest.mark.parametrize(
    "line",
    [b"", b"nonsense", b"{}", b"[]", b'{"do":"dance"}', b'{"do":"press","id":1}', b'{"do":"press","id":"1","keys":[]}',
     b'{"do":"clock","epoch":"now","monotonic":0,"speed":1}', b'{"do":"end","please":true}', b"\xff\xfe", b"\x00",
     b'{"do":"press","id":1,"keys":["\xff"]}', NESTED_JSON, b'{"do":"clock","epoch":1e999,"monotonic":0,"speed":1}'],
)  # fmt: skip
async def test_nonsense_is_answered_and_the_link_lives_on(simulator: Simulator, person: Person, line: bytes) -> None:
    await simulator.say_raw(line + b"\n")
    answer = await simulator.hear()
    assert answer is not None
    assert answer["saw"] == "nonsense"
    await simulator.say({"do": "press", "id": 2, "keys": ["a"]})
    assert await simulator.hear() == {"saw": "pressed", "id": 2, "took": True}
    assert person.pressed == [["a"]]


async def test_a_line_without_end_is_hung_up_upon_and_the_next_call_is_taken(simulator: Simulator, port: int) -> None:
    await simulator.say_raw(b"x" * (2 * LONGEST_LINE) + b"\n")
    assert await simulator.hear() is None
    again = await Simulator.dial(port)
    assert await again.hear() == HELLO
    await again.hang_up()


async def test_a_simulator_that_dials_again_hears_from_now_on(link: DrillLink, simulator: Simulator, port: int) -> None:
    await simulator.hang_up()
    again = await Simulator.dial(port)
    assert await again.hear() == HELLO
    link.tell({"saw": "verdict", "verdict": "received"})
    assert await again.hear() == {"saw": "verdict", "verdict": "received"}
    await again.say({"do": "press", "id": 1, "keys": []})
    assert await again.hear() == {"saw": "pressed", "id": 1, "took": True}
    await again.hang_up()


async def test_the_one_who_dialled_last_is_told_though_the_first_has_not_hung_up(
    link: DrillLink, simulator: Simulator, port: int
) -> None:
    again = await Simulator.dial(port)
    assert await again.hear() == HELLO
    await simulator.hang_up()
    await asyncio.sleep(0.05)
    link.tell({"saw": "board", "households": []})
    assert await again.hear() == {"saw": "board", "households": []}
    await again.hang_up()


async def test_what_was_seen_is_told_in_japanese_as_it_is(link: DrillLink, simulator: Simulator) -> None:
    link.tell({"saw": "verdict", "name": "葛\U000e0100西 トシ"})
    assert await simulator.hear() == {"saw": "verdict", "name": "葛\U000e0100西 トシ"}


async def test_to_tell_nobody_is_no_fault(link: DrillLink) -> None:
    link.tell({"saw": "board", "households": []})


async def test_a_console_that_leaves_hangs_up(link: DrillLink, simulator: Simulator, port: int) -> None:
    await link.close()
    assert await simulator.hear() is None
    with pytest.raises(OSError, match="Connect call failed"):
        await Simulator.dial(port)


async def test_a_port_that_is_taken_is_named(link: DrillLink, port: int, person: Person, clock: Clock) -> None:
    assert link is not None
    with pytest.raises(PortIsTakenError) as refused:
        await DrillLink(("127.0.0.1", port), clock).open(Desk(person.press, person.end, lambda: HELLO))
    assert refused.value.values == {"address": f"127.0.0.1:{port}", "what": "link"}
