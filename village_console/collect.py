"""The collector as a process of its own, day and night: owns televisions.db, ends on SIGTERM, waits for its broker for ever."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from village_console.asked_to_end import asked_to_end
from village_console.devices.ports import Health, OnHealth, Part
from village_console.devices.tvs import Together
from village_console.journal.keys.ring import JOURNAL, TELEVISIONS, Ring
from village_console.journal.sqlcipher import EngineError
from village_console.settings import Settings
from village_console.viewing.broker_login import broker_login
from village_console.viewing.collector import Collector
from village_console.viewing.consented import Consents, ConsentsBesideDesk
from village_console.viewing.television_log import TelevisionLog
from village_console.village.clock import Clock

LOOK_EVERY = 1.0
TELL_EVERY = 60.0
"""Seconds between two lines when nothing has changed."""
Line = tuple[Health, int, int, int]
"""How the collector is, televisions heard lately, messages lost, messages dropped by the broker."""


def make_collector(
    address: tuple[str, int],
    settings: Settings,
    log: TelevisionLog,
    clock: Clock,
    on_health: OnHealth,
    consents: Consents,
) -> Collector:
    """The collector of this console, logged in and not started."""
    collector = Collector(address, settings.console_name, Together(), log, clock, on_health)
    collector.log_in(broker_login(settings))
    collector.ask_first(consents)
    return collector


def run_collect(
    settings: Settings,
    address: tuple[str, int],
    folder: Path,
    ring: Ring,
    tell: Callable[[Line], None],
    consented: Callable[[int], None],
) -> None:
    """Collect until SIGTERM or SIGINT. `consented` is told once how many televisions may be kept.

    Raises:
        TelevisionLogIsInUseError: a desk or another collector owns the log.
    """
    clock = Clock()
    with ExitStack() as opened, asked_to_end() as end:
        log = TelevisionLog(folder / TELEVISIONS, ring.key_for(folder / TELEVISIONS))
        opened.callback(log.close)
        consents = ConsentsBesideDesk(folder / JOURNAL, ring.key_for(folder / JOURNAL), clock)
        opened.callback(consents.close)
        consented(len(consents.devices()))
        bulletin = _Bulletin(log, clock, tell)
        collector = make_collector(address, settings, log, clock, bulletin.take, consents)
        opened.callback(collector.stop)
        collector.start()
        while not end.wait(LOOK_EVERY):
            collector.tell_health()
            bulletin.look()


class _Bulletin:
    """A line whenever something has changed, and now and then; and the word for desks that read beside this process."""

    def __init__(self, log: TelevisionLog, clock: Clock, tell: Callable[[Line], None]) -> None:
        self._log, self._clock, self._tell = log, clock, tell
        self._health, self._heard = Health.NO_ANSWER, 0
        self._left: Health | None = None
        self._told: tuple[Health, int, int] | None = None
        self._told_at = float("-inf")

    def take(self, part: Part, health: Health, count: int) -> None:
        """From the collector's threads."""
        if part is Part.TELEVISIONS:
            self._health, self._heard = health, count

    def look(self) -> None:
        """From the main thread."""
        health = self._health
        try:
            if health is not self._left:
                self._log.note_collector(health)
                self._left = health
            losses = (self._log.missing(), self._log.dropped())
        except EngineError:  # the disk refuses: the collector says so itself, and tries again
            health, losses = Health.FAULT, self._told[1:] if self._told else (0, 0)
        now = self._clock.monotonic()
        if (health, *losses) != self._told or now - self._told_at >= TELL_EVERY:
            self._told, self._told_at = (health, *losses), now
            self._tell((health, self._heard, *losses))


def unit_of(settings_file: Path) -> str:
    """A systemd unit that keeps this collector running."""
    return f"""[Unit]
Description=village-console collect
After=network-online.target
Wants=network-online.target

[Service]
ExecStart={sys.executable} -m village_console collect --settings {settings_file}
Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
"""
