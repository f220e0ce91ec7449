"""`collect`: hear the televisions day and night, in a process of its own."""

from __future__ import annotations

import argparse
import sys

from village_console.cli.unlocking import unlock
from village_console.collect import Line, run_collect, unit_of
from village_console.settings import endpoint, load_settings
from village_console.village.clock import Clock
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Collect until SIGTERM or Ctrl-C, then 0; 1 when there is nothing to collect from, or a desk collects."""
    path = options.settings.resolve()
    settings = load_settings(path)
    if options.unit:
        sys.stdout.write(unit_of(path))
        return 0
    address = endpoint(settings.devices.broker)
    if address is None or settings.drill is not None:
        key = "cli.collect.no_broker" if address is None else "cli.collect.is_drill"
        sys.stderr.write(words.say(key, path=path) + "\n")
        return 1
    clock = Clock()

    def tell(line: Line) -> None:
        """A line with the time when the broker, or what is lost, has changed."""
        health, heard, lost, dropped = line
        said = words.say(f"cli.collect.line.{health}", address=settings.devices.broker, heard=heard)
        losses = words.say("cli.collect.losses", lost=lost, dropped=dropped) if lost or dropped else ""
        sys.stderr.write(f"{clock.now():%Y-%m-%d %H:%M:%S}  {said}{losses}\n")
        sys.stderr.flush()

    def consented(count: int) -> None:
        """Say how many televisions are listened to."""
        sys.stderr.write(words.say("cli.collect.begins", count=count, address=settings.devices.broker) + "\n")

    run_collect(settings, address, path.parent, unlock(settings, path.parent, words), tell, consented)
    sys.stderr.write(words.say("cli.collect.ended") + "\n")
    return 0
