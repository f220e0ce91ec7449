"""An anchor's store that is damaged, wiped, emptied or put back: it heals from what consoles hold.

Every test says its figures; `pytest -s` shows them.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from msgspec import Struct

from tests.anchors import Shelter, heads_in_the_end, kill_anchor, people, say
from tests.proxy import BadLine
from tests.town import wait_until
from village_console.journal.subject_keys import SubjectKey
from village_console.sync.anchor_streams import key_place, packed_key
from village_console.sync.answers import Confirmed, checked
from village_console.sync.carrier import Found, Refused
from village_console.sync.meeting import Meeting
from village_console.sync.wire import Question
from village_console.village.ids import FactHash

pytestmark = pytest.mark.integration


def biggest_block(store: Path, stream: str) -> Path:
    return max(store.glob(f"**/streams/{stream}/msgs/*.blk"), key=lambda path: path.stat().st_size)


def flip(stream: str, where: float) -> Callable[[Path], None]:
    def act(store: Path) -> None:
        block = biggest_block(store, stream)
        content = bytearray(block.read_bytes())
        content[min(int(len(content) * where), len(content) - 20)] ^= 1
        block.write_bytes(content)

    return act


def cut_in_half(store: Path) -> None:
    block = biggest_block(store, "FACTS")
    block.write_bytes(block.read_bytes()[: block.stat().st_size // 2])


def zeros(store: Path) -> None:
    block = biggest_block(store, "FACTS")
    content = bytearray(block.read_bytes())
    content[1_000:5_096] = bytes(4_096)
    block.write_bytes(content)


def no_description(store: Path) -> None:
    for description in store.glob("**/streams/*/meta.inf"):
        description.write_bytes(b"{}")


def another_disk(store: Path) -> None:
    shutil.rmtree(store)


def rubbish(store: Path) -> None:
    for path in (path for path in store.rglob("*") if path.is_file()):
        path.write_bytes(os.urandom(path.stat().st_size))


DAMAGES: dict[str, Callable[[Path], None]] = {
    "a bit in the middle": flip("FACTS", 0.5),
    "a bit at the beginning": flip("FACTS", 0.01),
    "a bit in the last parcel": flip("FACTS", 1.0),
    "a bit among the keys": flip("KEYS", 0.3),
    "a bit among the statements": flip("HAVE", 0.6),
    "4 KB of zeros": zeros,
    "a block cut in half": cut_in_half,
    "no description of the streams": no_description,
    "another disk": another_disk,
    "rubbish in every file": rubbish,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_store_heals_from_what_consoles_hold(shelter: Callable[..., Shelter], damage: str) -> None:
    here, begun = shelter(3), time.monotonic()
    confirmed = written_in_parcels(here)
    here.while_stopped(DAMAGES[damage])
    confirmed |= people(here.consoles[0], 5, "later")
    rounds = here.rounds_until_level()
    say(damage, confirmed, here, begun, rounds=rounds)


@pytest.mark.parametrize("grows", [False, True], ids=["as it was", "and grows again"])
def test_an_older_copy_of_the_store_is_noticed(shelter: Callable[..., Shelter], grows: bool) -> None:
    here, begun = shelter(3), time.monotonic()
    confirmed = written_in_parcels(here)
    copy = here.folder / "copy"
    here.while_stopped(lambda store: shutil.copytree(store, copy))
    confirmed |= written_in_parcels(here, "later")

    def put_back(store: Path) -> None:
        shutil.rmtree(store)
        shutil.copytree(copy, store)

    before = here.carriers[0].heads()
    here.while_stopped(put_back)
    if grows:
        stranger = here.join()
        here.server.reload()
        with closing(here.carrier(stranger)) as carrier:
            assert heads_in_the_end(carrier, lambda heads: isinstance(heads, Found))
            for n in range(10):
                confirmed |= people(stranger, 1, f"grown{n}")
                here.meet_anyhow([Meeting(stranger, carrier)])
            after = carrier.heads()
            assert isinstance(before, Found)
            assert isinstance(after, Found)
            assert after.end >= before.end
        here.new_meetings()
    rounds = here.rounds_until_level()
    say(f"older copy, grows: {grows}", confirmed, here, begun, rounds=rounds)


def test_a_purged_stream_is_filled_again(shelter: Callable[..., Shelter]) -> None:
    here, begun = shelter(3, guarded=False), time.monotonic()
    confirmed = written_in_parcels(here)
    with closing(here.server.manage()) as wire:
        assert wire.ask_plain(Purged, "$JS.API.STREAM.PURGE.FACTS").purged > 5
    late = here.join()
    here.server.reload()
    here.new_meetings()
    assert wait_until(lambda: here.meet_anyhow().taken.new >= 0 and late.device in here.consoles[0].members(), 5)
    rounds = here.rounds_until_level()
    say("purged", confirmed, here, begun, rounds=rounds)


class Purged(Struct):
    purged: int


SPOILT_KEYS: dict[str, Callable[[SubjectKey], bytes]] = {
    "no key": lambda _: b"spoilt",
    "another key": lambda held: packed_key(replace(held, key=bytes(32))),
    "a bit of the key": lambda held: packed_key(replace(held, key=bytes((held.key[0] ^ 1,)) + held.key[1:])),
}


@pytest.mark.parametrize("spoilt", SPOILT_KEYS)
def test_a_key_that_is_spoilt_where_it_lies_is_laid_again_by_whoever_has_it(
    shelter: Callable[..., Shelter], spoilt: str
) -> None:
    here, begun = shelter(3), time.monotonic()
    confirmed = people(here.consoles[0], 40)
    here.meet_anyhow(here.meetings[:2])
    with closing(here.server.manage()) as wire:
        for held in here.consoles[0].keys_held()[::3]:
            checked(wire.ask(Question(key_place(held), SPOILT_KEYS[spoilt](held))), Confirmed)
    rounds = here.rounds_until_level()
    say(f"spoilt keys: {spoilt}", confirmed, here, begun, rounds=rounds)
    assert len(here.consoles[2].keys_held()) == 40


def written_in_parcels(here: Shelter, name: str = "p") -> set[FactHash]:
    """Eight parcels of thirty people, that all but the last console have read."""
    confirmed: set[FactHash] = set()
    for n in range(8):
        confirmed |= people(here.consoles[n % 2], 30, f"{name}{n}-")
        here.meet_anyhow(here.meetings[:2])
    return confirmed


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(6))
def test_everything_at_once_for_a_minute_each(shelter: Callable[..., Shelter], seed: int) -> None:
    random, begun = Random(seed), time.monotonic()
    here = shelter(4)
    confirmed: set[FactHash] = set()
    damages = list(DAMAGES.values())
    with BadLine(here.server.plan.listen, random, flips=0.005, cuts=0.005, spares=8) as line:
        carriers = [here.carrier(journal, line.address) for journal in here.consoles]
        meetings = [Meeting(*pair) for pair in zip(here.consoles, carriers, strict=True)]
        while time.monotonic() - begun < 60:
            journal = random.choice(here.consoles)
            confirmed |= people(journal, random.randint(1, 60), f"{len(confirmed)}-")
            here.meet_anyhow([random.choice(meetings)])
            if random.random() < 0.03:
                here.while_stopped(random.choice(damages))
            elif random.random() < 0.05:
                kill_anchor(here)
        rounds = here.rounds_until_level(30)
        say("soak", confirmed, here, begun, seed=seed, rounds=rounds, flipped=line.flipped, cut=line.cut)


def a_folder_that_is_a_file(store: Path) -> None:
    shutil.rmtree(store / "jetstream")
    (store / "jetstream").write_bytes(b"no folder")


def test_a_store_with_which_no_server_starts_is_set_aside_and_a_new_one_is_filled(
    shelter: Callable[..., Shelter],
) -> None:
    here, begun = shelter(3), time.monotonic()
    confirmed = written_in_parcels(here)
    here.while_stopped(a_folder_that_is_a_file)
    assert (here.server.plan.store.with_suffix(".aside") / "jetstream").read_bytes() == b"no folder"
    rounds = here.rounds_until_level()
    say("no server starts", confirmed, here, begun, rounds=rounds)


def test_a_server_that_is_too_old_is_refused_and_nothing_is_laid_there(
    shelter: Callable[..., Shelter], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = shelter(2)
    people(here.consoles[1], 1)
    monkeypatch.setattr("village_console.sync.anchor.OLDEST_SERVER", (99, 0))
    outcome = here.meetings[1].hold()
    assert (outcome.refused, outcome.pushed, outcome.taken.new) == (Refused.TOO_OLD, 0, 0)
