"""Hears televisions in one of three ways: ours | discard | commit_each. Asked on stdin, it answers rows and CPU seconds."""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

Rows = Callable[[], int]


def ours(port: int, folder: Path) -> Rows:
    """The console's collector on its own log."""
    from village_console.devices.ports import Health, Part
    from village_console.devices.tvs.set_top import SetTop
    from village_console.viewing.collector import Collector
    from village_console.viewing.television_log import TelevisionLog
    from village_console.village.clock import Clock

    log = TelevisionLog(folder / "ours.db", bytes(32))

    def healthy(_part: Part, _health: Health, _count: int) -> None:
        """Nobody asks."""

    Collector(("127.0.0.1", port), "bench-ours", SetTop(), log, Clock(), healthy).start()
    return log.count_events


def discard(port: int, _folder: Path) -> Rows:
    """Count and forget: the floor of what the library costs."""
    count = 0

    def hear(_client: mqtt.Client, _userdata: Any, _message: mqtt.MQTTMessage) -> None:
        nonlocal count
        count += 1

    _listen(port, "bench-discard", hear)
    return lambda: count


def commit_each(port: int, folder: Path) -> Rows:
    """The script that one would write first: plain SQLite, a commit for every message, then the library acknowledges."""
    table = sqlite3.connect(folder / "commit_each.db", check_same_thread=False, isolation_level=None)
    table.execute("PRAGMA journal_mode = WAL")
    table.execute("PRAGMA synchronous = FULL")
    table.execute(
        "CREATE TABLE IF NOT EXISTS events (device, boot, seq, kind, value, t, PRIMARY KEY (device, boot, seq))"
    )
    count = int(table.execute("SELECT count(*) FROM events").fetchone()[0])

    def hear(_client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        nonlocal count
        told = json.loads(message.payload)
        if "seq" in told:
            row = (message.topic, told["boot"], told["seq"], told["kind"], told["value"], told["t"])
            count += table.execute("INSERT OR IGNORE INTO events VALUES (?,?,?,?,?,?)", row).rowcount

    _listen(port, "bench-commit-each", hear)
    return lambda: count


def _listen(port: int, name: str, hear: Callable[[mqtt.Client, Any, mqtt.MQTTMessage], None]) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, clean_session=False)

    def subscribe(*_connected: object) -> None:
        client.subscribe("tv/#", 1)

    client.on_connect = subscribe
    client.on_message = hear
    client.connect("127.0.0.1", port)
    client.loop_start()


WAYS = {"ours": ours, "discard": discard, "commit_each": commit_each}

if __name__ == "__main__":
    rows = WAYS[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
    for _line in sys.stdin:
        sys.stdout.write(json.dumps({"rows": rows(), "cpu": time.process_time()}) + "\n")
        sys.stdout.flush()
