"""What becomes of facts when anchor, consoles, disks and lines fail: none is lost, none is doubled, and it heals by itself.

Every test says its figures; `pytest -s` shows them.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.anchors import Shelter, heads_in_the_end, people
from tests.proxy import BadLine
from tests.town import EVENING, FOLDS, KEY, KINDS, Catalogue, clock_at, wait_until
from village_console.journal.journal import Journal
from village_console.sync.anchor import AnchorIsFullError
from village_console.sync.carrier import CarrierLostError, Found
from village_console.sync.meeting import Meeting
from village_console.village.ids import FactHash

pytestmark = pytest.mark.integration
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def shelter(tmp_path: Path) -> Iterator[Callable[..., Shelter]]:
    """`shelter(3)`: three consoles and a running anchor."""
    made: list[Shelter] = []

    def make(count: int = 2, *, guarded: bool = True, secured: bool = True) -> Shelter:
        made.append(Shelter(tmp_path, count, guarded=guarded, secured=secured))
        return made[-1]

    yield make
    for one in made:
        one.close()


def say(what: str, confirmed: set[FactHash], here: Shelter, begun: float, **more: object) -> None:
    """Count what is lost and doubled at every console, and say it; fails when it is not nothing."""
    lost = doubled = 0
    for journal in here.consoles:
        hashes = [FactHash(link.hash.hex()) for link in journal.links()]
        lost += len(confirmed - set(hashes))
        doubled += len(hashes) - len(set(hashes))
    figures = {"confirmed": len(confirmed), "lost": lost, "doubled": doubled, **more}
    told = ", ".join(f"{name} {value}" for name, value in figures.items())
    sys.stdout.write(f"\n{what}: {told}, {time.monotonic() - begun:.1f} s\n")
    assert (lost, doubled) == (0, 0)


def lying_twice(here: Shelter) -> int:
    """Facts that were laid on the anchor again because nobody had heard that they lie there: harmless, and said."""
    parcels = [pulled.parcel for pulled in here.carriers[0].pull("") if pulled.parcel]
    hashes = [link.hash for parcel in parcels for link in parcel.links]
    return len(hashes) - len(set(hashes))


# Killed


def test_an_anchor_that_is_killed_again_and_again_while_consoles_push(shelter: Callable[..., Shelter]) -> None:
    here, begun, kills = shelter(3), time.monotonic(), 5
    confirmed: set[FactHash] = set()
    done = threading.Event()

    def kill() -> None:
        for _ in range(kills):
            time.sleep(0.4)
            kill_anchor(here)
        done.set()

    killer = threading.Thread(target=kill)
    killer.start()
    while not done.is_set():
        for journal in here.consoles:
            confirmed |= people(journal, 20, f"{journal.device}-{len(confirmed)}-")
        here.meet_anyhow()
    killer.join()
    healing = time.monotonic()
    rounds = here.rounds_until_level()
    seconds = round(time.monotonic() - healing, 1)
    twice = lying_twice(here)
    say("anchor killed -9", confirmed, here, begun, kills=kills, rounds=rounds, healed_in=seconds, lying_twice=twice)


def kill_anchor(here: Shelter) -> None:
    """And wait until it has come up again."""
    pid = here.server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: here.server.pid != pid and here.server.alive, 10)


def test_a_console_that_is_killed_in_the_middle_of_pushing(shelter: Callable[..., Shelter]) -> None:
    here, begun, kills = shelter(2), time.monotonic(), 4
    confirmed: set[FactHash] = set()
    here.meet()
    here.carriers[1].close()
    here.consoles[1].close()
    for n in range(kills):
        confirmed |= killed_console(here, 2, 0.9 + 0.15 * n)
    reopened = Journal(
        here.folder / "console-2" / "journal.db", KEY, here.consoles[0].purpose, Catalogue(KINDS, FOLDS), clock_at()
    )
    with closing(reopened):
        here.consoles[1] = reopened
        here.new_meetings()
        rounds = here.rounds_until_level()
        twice = lying_twice(here)
        say("console killed -9", confirmed, here, begun, kills=kills, rounds=rounds, lying_twice=twice)
        assert reopened.forks() == []


def killed_console(here: Shelter, number: int, seconds: float) -> set[FactHash]:
    port = str(here.server.plan.listen[1])
    command = [sys.executable, "-m", "tests.integration.anchor_console", str(here.folder), str(number), port]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as child:
        assert child.stdout is not None
        said = [child.stdout.readline()]
        time.sleep(seconds / 2)
        child.kill()
        said += child.stdout.read().splitlines()
    return {FactHash(line.strip()) for line in said if len(line.strip()) == 64}


# The store


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
            for n in range(20):
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
        assert wire.ask_plain("$JS.API.STREAM.PURGE.FACTS")["purged"] > 5
    late = here.join()
    here.server.reload()
    here.new_meetings()
    assert wait_until(lambda: here.meet_anyhow().taken.new >= 0 and late.device in here.consoles[0].members(), 5)
    rounds = here.rounds_until_level()
    say("purged", confirmed, here, begun, rounds=rounds)


def written_in_parcels(here: Shelter, name: str = "p") -> set[FactHash]:
    """Eight parcels of thirty people, that all but the last console have read."""
    confirmed: set[FactHash] = set()
    for n in range(8):
        confirmed |= people(here.consoles[n % 2], 30, f"{name}{n}-")
        here.meet_anyhow(here.meetings[:2])
    return confirmed


# The line


def test_flipped_bits_and_cuts_on_a_line_with_tls_break_it_and_nothing_else(shelter: Callable[..., Shelter]) -> None:
    here, begun, seed = shelter(2), time.monotonic(), 7
    confirmed: set[FactHash] = set()
    with BadLine(here.server.plan.listen, Random(seed), flips=0.015, cuts=0.015, spares=8) as line:
        carriers = [here.carrier(journal, line.address) for journal in here.consoles]
        meetings = [Meeting(*pair) for pair in zip(here.consoles, carriers, strict=True)]
        spoilt = 0
        for n in range(14):
            confirmed |= people(here.consoles[n % 2], 10, f"{n}-")
            spoilt += here.meet_anyhow(meetings).spoilt
        rounds = here.rounds_until_level()
        say("TLS", confirmed, here, begun, seed=seed, flipped=line.flipped, cut=line.cut, spoilt=spoilt, rounds=rounds)
        assert spoilt == 0
        assert line.flipped > 2 < line.cut


def test_flipped_bits_without_tls_are_stored_as_garbage_which_everybody_passes_over(
    shelter: Callable[..., Shelter],
) -> None:
    here, begun, seed = shelter(2, secured=False), time.monotonic(), 3
    here.meet()
    confirmed: set[FactHash] = set()
    with BadLine(here.server.plan.listen, Random(seed), flips=0.5, only_above=1_500) as line:
        with closing(here.carrier(here.consoles[0], line.address)) as carrier:
            meeting = Meeting(here.consoles[0], carrier)
            for n in range(6):
                confirmed |= people(here.consoles[0], 20, f"{n}-")
                here.meet_anyhow([meeting])
        spoilt = here.meet_anyhow([here.meetings[1]]).spoilt
        rounds = here.rounds_until_level()
        say("no TLS", confirmed, here, begun, seed=seed, flipped=line.flipped, garbage=spoilt, rounds=rounds)
        assert spoilt > 0


def test_a_line_that_swallows_everything_is_given_up_in_time(shelter: Callable[..., Shelter]) -> None:
    here, begun = shelter(1), time.monotonic()
    with BadLine(here.server.plan.listen, Random(1)) as line:
        carrier = here.carrier(here.consoles[0], line.address)
        meeting = Meeting(here.consoles[0], carrier)
        meeting.hold()
        confirmed = people(here.consoles[0], 3)
        line.swallows = True
        gone = time.monotonic()
        with pytest.raises(CarrierLostError):
            meeting.hold()
        waited = time.monotonic() - gone
        with pytest.raises(CarrierLostError):
            meeting.hold()
        line.swallows = False
        meeting.hold()
        say("blackhole", confirmed, here, begun, given_up_after=f"{waited:.1f} s")
        assert waited < 5


def test_a_slow_line_is_only_slow(shelter: Callable[..., Shelter]) -> None:
    here, begun = shelter(1), time.monotonic()
    with BadLine(here.server.plan.listen, Random(1), delay=0.05) as line:
        confirmed = people(here.consoles[0], 30)
        Meeting(here.consoles[0], here.carrier(here.consoles[0], line.address)).hold()
        say("50 ms each way", confirmed, here, begun)


# The disk


def test_an_anchor_whose_disk_is_full_refuses_and_keeps_what_it_confirmed(tmp_path: Path) -> None:
    folder = tmp_path / "anchor"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], check=False).returncode:
        pytest.skip("no rights to mount a small disk")
    try:
        fill_and_free(tmp_path, folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def fill_and_free(tmp_path: Path, folder: Path) -> None:
    here, begun = Shelter(tmp_path, 2), time.monotonic()
    try:
        confirmed = people(here.consoles[0], 20)
        here.meet()
        with suppress(OSError), (folder / "rubbish").open("wb", buffering=0) as file:
            while file.write(bytes(4_096)):
                pass
        refusals = 0
        for n in range(5):
            confirmed |= people(here.consoles[0], 50, f"full{n}-")
            with pytest.raises(CarrierLostError):
                here.meetings[0].hold()
            refusals += 1
        (folder / "rubbish").unlink()
        freed = time.monotonic()
        assert wait_until(lambda: here.meet_anyhow().pushed >= 0 and here.all_know_the_same(), 40)
        healed = f"{time.monotonic() - freed:.1f} s"
        say("anchor's disk full", confirmed, here, begun, refusals=refusals, healed_in=healed)
    finally:
        here.close()


def test_an_anchor_that_has_taken_its_share_of_the_disk_says_so(shelter: Callable[..., Shelter]) -> None:
    here, begun = shelter(2), time.monotonic()
    confirmed = people(here.consoles[0], 20)
    here.meet()
    here.server.stop()
    here.server.reserve = 1 << 60
    here.server.start()

    def write_and_meet_for_ever() -> None:
        for n in range(200):
            confirmed.update(people(here.consoles[0], 100, f"full{n}-"))
            here.meetings[0].hold()

    with pytest.raises(AnchorIsFullError):
        write_and_meet_for_ever()
    here.server.stop()
    here.server.reserve = 0
    here.server.start()
    rounds = here.rounds_until_level()
    say("anchor's share taken", confirmed, here, begun, rounds=rounds)


# Consoles


def test_a_cloned_console_loses_nothing_and_goes_on_under_a_new_incarnation(shelter: Callable[..., Shelter]) -> None:
    here, begun = shelter(2), time.monotonic()
    confirmed = people(here.consoles[1], 5)
    here.meet()
    here.carriers[1].close()
    here.consoles[1].close()
    shutil.copytree(here.folder / "console-2", here.folder / "console-3")
    purpose, catalogue = here.consoles[0].purpose, Catalogue(KINDS, FOLDS)
    twins = [Journal(here.folder / f"console-{n}" / "journal.db", KEY, purpose, catalogue, clock_at()) for n in (2, 3)]
    try:
        for n, twin in enumerate(twins):
            confirmed |= people(twin, 10, f"twin{n}-")
        here.consoles[1:] = twins
        here.new_meetings()
        rounds = here.rounds_until_level()
        incarnations = len({inc for twin in twins for inc, _ in twin.incarnations()})
        say(
            "clone",
            confirmed,
            here,
            begun,
            rounds=rounds,
            forks=len(here.consoles[0].forks()),
            incarnations=incarnations,
        )
        assert here.consoles[0].forks()
        assert incarnations > 1
    finally:
        for twin in twins:
            twin.close()


def test_clocks_that_are_years_apart_matter_to_nothing(shelter: Callable[..., Shelter]) -> None:
    here, begun = shelter(1), time.monotonic()
    for years in (-56, 5):
        here.join(clock=clock_at(EVENING + timedelta(days=years * 365)))
    here.server.reload()
    here.new_meetings()
    assert wait_until(lambda: here.meet_anyhow().pushed >= 0 and here.all_know_the_same(), 10)
    confirmed = {fact for journal in here.consoles for fact in people(journal, 20, journal.device)}
    rounds = here.rounds_until_level()
    say("clocks", confirmed, here, begun, rounds=rounds)


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
