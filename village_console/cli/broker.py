"""`broker`: the configuration of a village's broker."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from village_console.broker_config import BrokerPlan, mosquitto_acl, mosquitto_conf, write_broker
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Print it, or write it with its passwords; 1 when files are there already."""
    host, port = options.listen or (("0.0.0.0", 8883) if options.tls else ("127.0.0.1", 1883))  # noqa: S104 -- with TLS
    folder: Path = (options.out or Path("/etc/mosquitto/village")).resolve()
    plan = BrokerPlan(
        options.homes,
        host,
        port,
        tls=options.tls,
        folder=folder,
        console=options.console,
        televisions=tuple(options.also),
    )
    if options.out is None:
        sys.stdout.write(f"{mosquitto_conf(plan, words)}\n# {folder / 'acl'}\n{mosquitto_acl(plan, words)}")
        return 0
    hashed = write_broker(plan, words)
    if hashed is None:
        sys.stderr.write(words.say("broker.out_exists", folder=folder) + "\n")
        return 1
    sys.stdout.write(words.say("broker.written", folder=folder) + "\n")
    if not hashed:
        sys.stdout.write(words.say("broker.hash_yourself", folder=folder) + "\n")
    return 0
