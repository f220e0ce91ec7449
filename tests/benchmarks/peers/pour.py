"""Televisions of a whole village over one raw socket, so that the load costs little: PORT DEVICES RATE SECONDS BOOT."""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

BEGIN = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
WINDOW = 900
"""Messages without an answer; what the village's configuration lets be in flight, and a little less."""
TICK = 0.01


def packet(kind: int, *parts: bytes) -> bytes:
    """An MQTT packet."""
    body, length = b"".join(parts), b""
    left = len(body)
    while True:
        left, digit = divmod(left, 128)
        length += bytes([digit | (128 if left else 0)])
        if not left:
            return bytes([kind]) + length + body


def text(said: str) -> bytes:
    """A string as MQTT has it."""
    return struct.pack(">H", len(said)) + said.encode()


def publication(n: int, devices: int, boot: str) -> bytes:
    """The n-th event: every device speaks in turn."""
    at = (BEGIN + timedelta(seconds=n // devices)).isoformat()
    said = {"v": 1, "boot": boot, "seq": n // devices + 1, "t": at, "kind": "alive", "value": "on"}
    return packet(
        0x32, text(f"tv/stb-{n % devices:04}/log"), struct.pack(">H", n % 65_535 + 1),
        json.dumps(said, separators=(",", ":")).encode(),
    )  # fmt: skip


def main() -> None:
    """Connect, wait for a line on stdin, pour, and say how many the broker has acknowledged in how many seconds."""
    port, devices, rate, seconds, boot = (
        int(sys.argv[1]),
        int(sys.argv[2]),
        float(sys.argv[3]),
        float(sys.argv[4]),
        sys.argv[5],
    )
    wire = socket.create_connection(("127.0.0.1", port))
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    wire.sendall(packet(0x10, text("MQTT"), b"\x04\x02\x00\x3c", text(f"pour-{boot}")))
    if wire.recv(4)[:1] != b"\x20":
        sys.exit("the broker did not take the connection")
    total, acknowledged = int(rate * seconds), [0]
    said = [publication(n, devices, boot) for n in range(total)]

    def listen() -> None:
        heard = 0
        while acknowledged[0] < total and (some := wire.recv(65536)):
            heard += len(some)
            acknowledged[0] = heard // 4  # a PUBACK has four bytes

    threading.Thread(target=listen, daemon=True).start()
    sys.stdout.write("connected\n")
    sys.stdout.flush()
    sys.stdin.readline()
    begun, sent = time.monotonic(), 0
    while sent < total:
        due = min(total, int((time.monotonic() - begun) * rate), acknowledged[0] + WINDOW)
        if due > sent:
            wire.sendall(b"".join(said[sent:due]))
            sent = due
        time.sleep(TICK)
    while acknowledged[0] < total and time.monotonic() - begun < seconds + 60:
        time.sleep(TICK)
    sys.stdout.write(f"{acknowledged[0]} {time.monotonic() - begun:.3f}\n")
    sys.stdout.flush()


main()
