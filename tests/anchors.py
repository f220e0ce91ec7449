"""Real anchors: a nats-server over which consoles of one village meet, to be killed, shortened and spoilt."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

from tests.carriers import new_console
from tests.town import DRILL, registered, wait_until
from village_console.children import free_ports
from village_console.journal.journal import Journal
from village_console.journal.store import Purpose
from village_console.sync.anchor import AnchorCarrier
from village_console.sync.anchor_config import consoles_of
from village_console.sync.anchor_server import AnchorServer
from village_console.sync.answers import Answer
from village_console.sync.carrier import CarrierLostError, Found, Refused
from village_console.sync.meeting import Meeting, Outcome
from village_console.sync.wire import Question
from village_console.village.clock import Clock
from village_console.village.ids import FactHash

PATIENCE = 2.0
"""Seconds: nobody is far away here."""
UNHURRIED = 20.0
"""The same where nothing is meant to be late, beside other tests on a busy machine."""


@contextmanager
def running_anchor(
    folder: Path, journal: Journal, *, guarded: bool = True, secured: bool = True
) -> Generator[AnchorServer]:
    """An anchor of this console that runs until the block ends; not `guarded`: its own user may take facts out."""
    server = AnchorServer(journal, folder / "anchor", ("127.0.0.1", free_ports(1)[0]))
    server.guarded = guarded
    server.plan = replace(server.plan, secured=secured)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def carrier_to(server: AnchorServer, journal: Journal, address: tuple[str, int] | None = None) -> AnchorCarrier:
    """A console's way to it, perhaps by a detour."""
    carrier = AnchorCarrier(journal, address or server.plan.listen, secured=server.plan.secured)
    carrier.patience = PATIENCE
    return carrier


@contextmanager
def anchor_carriers(folder: Path, journals: Sequence[Journal]) -> Generator[list[AnchorCarrier]]:
    """One carrier each for consoles of one village, over one running anchor: what the conformance suite asks for."""
    with ExitStack() as ending:
        server = ending.enter_context(running_anchor(folder, journals[0]))
        carriers = [carrier_to(server, journal) for journal in journals]
        for carrier in carriers:
            ending.callback(carrier.close)
        yield carriers


FORBIDDEN = {
    "forged_fact": ("facts.{other}", b"forged"),
    "forged_statement": ("have.{other}", b"forged"),
    "purge": ("$JS.API.STREAM.PURGE.FACTS", b""),
    "delete_stream": ("$JS.API.STREAM.DELETE.FACTS", b""),
    "delete_fact": ("$JS.API.STREAM.MSG.DELETE.FACTS", b'{"seq":1}'),
}
"""What no console may say to a server, `own` and `other` being devices."""


class Shelter:
    """Some consoles of one village, and an anchor that the first of them runs."""

    def __init__(self, folder: Path, count: int, *, guarded: bool = True, secured: bool = True) -> None:
        self._ending = ExitStack()
        self.folder = folder
        self.consoles: list[Journal] = []
        self.said: list[str] = []
        """How each meeting over a bad line ended."""
        for _ in range(count):
            self.join()
        running = running_anchor(folder, self.consoles[0], guarded=guarded, secured=secured)
        self.server = self._ending.enter_context(running)
        self.carriers = [self.carrier(journal) for journal in self.consoles]
        self.meetings = [Meeting(*pair) for pair in zip(self.consoles, self.carriers, strict=True)]

    def join(self, purpose: Purpose = DRILL, clock: Clock | None = None) -> Journal:
        """One more laptop, admitted by the first."""
        founder = self.consoles[0] if self.consoles else None
        journal = new_console(self.folder, len(self.consoles) + 1, founder, clock, purpose)
        self._ending.callback(journal.close)
        self.consoles.append(journal)
        return journal

    def carrier(self, journal: Journal, address: tuple[str, int] | None = None) -> AnchorCarrier:
        carrier = carrier_to(self.server, journal, address)
        self._ending.callback(carrier.close)
        return carrier

    def meet(self, rounds: int = 3) -> None:
        for _ in range(rounds):
            for meeting in self.meetings:
                meeting.hold()

    def meet_anyhow(self, meetings: Sequence[Meeting] = (), rounds: int = 1) -> Outcome:
        """Meet over a line that may break at any time; what came of it together."""
        total = Outcome()
        for _ in range(rounds):
            for meeting in meetings or self.meetings:
                try:
                    outcome = meeting.hold()
                except CarrierLostError as lost:
                    self.said.append(str(lost))
                else:
                    self.said.append(str(outcome.refused))
                    total.taken.add(outcome.taken)
                    total.pushed, total.spoilt = total.pushed + outcome.pushed, total.spoilt + outcome.spoilt
                    total.repaired += outcome.repaired
        return total

    def new_meetings(self) -> None:
        """As after all consoles were started again."""
        for carrier in self.carriers:
            carrier.close()
        self.carriers = [self.carrier(journal) for journal in self.consoles]
        self.meetings = [Meeting(*pair) for pair in zip(self.consoles, self.carriers, strict=True)]

    def while_stopped(self, act: Callable[[Path], object]) -> None:
        """Stop the anchor, do something to its store, and start it again at the same address."""
        self.server.stop()
        act(self.server.plan.store)
        self.server.start()

    def rounds_until_level(self, most: int = 12) -> int:
        """How many times everybody has to meet until all know the same; fails when it is never so."""
        for n in range(1, most + 1):
            self.meet_anyhow()
            if self.all_know_the_same():
                return n
        raise AssertionError(f"they never came to know the same: {self.said[-20:]}")

    def all_know_the_same(self) -> bool:
        first = self.consoles[0]
        return all(
            (journal.have(), journal.keys_held(), journal.rows.everything())
            == (first.have(), first.keys_held(), first.rows.everything())
            for journal in self.consoles
        )

    def close(self) -> None:
        self._ending.close()


def people(journal: Journal, count: int, name: str = "p") -> set[FactHash]:
    """So many people are written down; returns what was confirmed to the desk."""
    return {journal.append(registered(f"resident:{name}{number}", "佐藤 ハル")).hash for number in range(count)}


def heads_in_the_end(carrier: AnchorCarrier, wanted: Callable[[Found | Refused], bool]) -> bool:
    """Whether a carrier finds what is wanted within seconds: an anchor learns of a new word by and by."""

    def there() -> bool:
        try:
            return wanted(carrier.heads())
        except CarrierLostError:
            return False

    return wait_until(there, UNHURRIED)


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


def kill_anchor(here: Shelter) -> None:
    """And wait until it has come up again."""
    pid = here.server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: here.server.pid != pid and here.server.alive, 10)


class AnchorStore:
    """For the conformance suite (tests/contract/test_carriers.py): an anchor that the first console to use it runs."""

    strange_places: tuple[str, ...] = (
        "nonsense",
        "999999999",
        "1.00/1.00",
        "999999999.ab/999999999.cd",
        "/",
        "-1./-1.",
    )

    def __init__(self, folder: Path) -> None:
        """Nothing runs yet."""
        self._folder, self._ending = folder, ExitStack()
        self.server: AnchorServer | None = None
        self._let_in: dict[str, str] = {}

    def carrier(self, journal: Journal) -> AnchorCarrier:
        """A new carrier of a console, as after a restart; whoever was admitted since is let in first."""
        if self.server is None:
            self.server = self._ending.enter_context(running_anchor(self._folder, journal, guarded=False))
        server = self.server
        if journal.village == server._journal.village and (word := journal.members()[journal.device].admitted):
            server._journal.heed((word,))  # pairing brings the village's word with the laptop
        if (admitted := consoles_of(server._journal.members().values())) != self._let_in:
            self._let_in = admitted
            server.reload()
        carrier = carrier_to(server, journal)
        carrier.patience = UNHURRIED
        self._ending.callback(carrier.close)
        if journal.village == server._journal.village:
            its_own = server._journal.members()[server._journal.device].admitted
            journal.heed((its_own,) if its_own else ())  # as after pairing: not everybody has heard of this one yet
            heads_in_the_end(carrier, lambda heads: heads is not Refused.NOT_ADMITTED)
        return carrier

    def spoil(self) -> None:
        """The oldest parcel is gone, and something that nobody can decode lies at the end."""
        if self.server is None:
            raise IndexError("nothing lies there yet")
        with closing(self.server.manage()) as wire:
            oldest = wire.read("FACTS", seq=1, batch=1)[0][0]
            wire.ask_plain(Answer, "$JS.API.STREAM.MSG.DELETE.FACTS", {"seq": oldest.seq})
            spoilt = oldest.data[:-3] + b"\0" + oldest.data[-2:]
            wire.ask(Question("facts.0000000000000000", spoilt))

    def content(self) -> object:
        """Everything that lies there, to be compared."""
        if self.server is None:
            return ()
        with closing(self.server.manage()) as wire:
            return [wire.read(stream, seq=1, batch=10_000)[0] for stream in ("FACTS", "HAVE", "KEYS")]

    def close(self) -> None:
        """End the anchor."""
        self._ending.close()
