"""What becomes of facts when anchor, consoles, disks and lines fail: none is lost, none is doubled, and it heals by itself.

Every test says its figures; `pytest -s` shows them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.anchors import Shelter, kill_anchor, lying_twice, people, say
from tests.proxy import BadLine
from tests.town import EVENING, FOLDS, KEY, KINDS, Catalogue, clock_at, registered, wait_until
from village_console.journal.journal import Journal
from village_console.sync.anchor import AnchorIsFullError
from village_console.sync.carrier import CarrierLostError
from village_console.sync.meeting import Meeting
from village_console.village.ids import FactHash

pytestmark = pytest.mark.integration
SEED, KILLS = 11, 4
ROOT = Path(__file__).resolve().parents[2]


# Killed


def test_an_anchor_that_is_killed_again_and_again_in_the_middle_of_a_push(shelter: Callable[..., Shelter]) -> None:
    here, begun, random = shelter(2), time.monotonic(), Random(SEED)
    confirmed = {fact for journal in here.consoles for fact in crowd(journal, 1_200)}
    done = threading.Event()

    def kill() -> None:
        for _ in range(KILLS):
            time.sleep(random.uniform(0.1, 0.5))
            kill_anchor(here)
        done.set()

    killer = threading.Thread(target=kill)
    killer.start()
    while not done.is_set():
        confirmed |= people(here.consoles[1], 5, f"later{len(confirmed)}-")
        here.meet_anyhow()
    killer.join()
    healing = time.monotonic()
    rounds = here.rounds_until_level()
    healed = f"{time.monotonic() - healing:.1f} s"
    broken, twice = sum(said != "None" for said in here.said), lying_twice(here)
    say("anchor killed -9", confirmed, here, begun, seed=SEED, kills=KILLS, broken_off=broken, healed_in=healed,
        rounds=rounds, lying_twice=twice)  # fmt: skip
    assert broken >= KILLS


def crowd(journal: Journal, count: int) -> set[FactHash]:
    """Many at once, as an import brings them: more than goes over before the next kill."""
    with journal.writing() as draft:
        return {draft.append(registered(f"resident:{journal.device}-{n}", "佐藤 ハル")).hash for n in range(count)}


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


def test_an_anchor_that_cannot_write_its_configuration_comes_back_when_it_can(shelter: Callable[..., Shelter]) -> None:
    here, begun = shelter(2), time.monotonic()
    confirmed = people(here.consoles[0], 20)
    here.meet()
    conf = here.server._conf
    conf.unlink()
    conf.mkdir()
    here.join()
    assert wait_until(lambda: not here.server.alive, 10)
    confirmed |= people(here.consoles[1], 20, "meanwhile")
    conf.rmdir()
    freed = time.monotonic()
    assert wait_until(lambda: here.server.alive, 20)
    here.new_meetings()
    rounds = here.rounds_until_level()
    say("no configuration", confirmed, here, begun, rounds=rounds, healed_in=f"{time.monotonic() - freed:.1f} s")


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
