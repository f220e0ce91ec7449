"""Every command: to add one, declare it here, put its `run` into a file beside this one, and its words under [cli.NAME]."""

from __future__ import annotations

import argparse
import re
from contextlib import suppress
from datetime import datetime, time
from pathlib import Path

from village_console.cli.command import Argument, Command
from village_console.village.clock import JST
from village_console.words import Language

MOST_SPEED = 1000.0
MOST_DAYS = 3660
MOST_SHEETS = 200


def host_and_port(text: str) -> tuple[str, int]:
    """`HOST:PORT` as two values."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise argparse.ArgumentTypeError("HOST:PORT")
    return host, int(port)


def nodes(text: str) -> list[tuple[str, int]]:
    """Hosts with commas between them, each with a port or without."""
    return [host_and_port(one if one.rpartition(":")[2].isdecimal() else f"{one}:4222") for one in text.split(",")]


def port(text: str) -> int:
    """A port alone."""
    return host_and_port(f"-:{text}")[1]


def speed(text: str) -> float:
    """How many times as fast as life."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= MOST_SPEED:
        raise argparse.ArgumentTypeError(f"0 < speed <= {MOST_SPEED:g}")
    return value


def text_file(text: str) -> str:
    """A file that can be read, or `-` for what is typed into the command."""
    if text != "-" and not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"{text}?")
    return text


def days(text: str) -> int:
    """A number of whole days."""
    if not text.isdecimal() or int(text) > MOST_DAYS:
        raise argparse.ArgumentTypeError(f"0 <= days <= {MOST_DAYS}")
    return int(text)


def sheets(text: str) -> int:
    """How many sheets at once."""
    if not text.isdecimal() or not 0 < int(text) <= MOST_SHEETS:
        raise argparse.ArgumentTypeError(f"1 <= sheets <= {MOST_SHEETS}")
    return int(text)


def village(text: str) -> str:
    """A village's name in the archive."""
    if not re.fullmatch("[0-9a-f]{16}", text):
        raise argparse.ArgumentTypeError("0123456789abcdef")
    return text


def moment(text: str) -> datetime | time:
    """A moment as somebody types it: `2026-11-03T19:30`, or `19:30`, whose day is found later (`on_its_day`)."""
    for read in (time.fromisoformat, datetime.fromisoformat):
        with suppress(ValueError):
            found = read(text)
            return found if found.tzinfo else found.replace(tzinfo=JST)
    raise argparse.ArgumentTypeError(f"{text}?  19:30, 2026-11-03T19:30")


SETTINGS = Argument("--settings", "cli.desk.settings", {"type": Path, "required": True, "metavar": "FILE"})
AS_OF = Argument("--as-of", "cli.why.as_of", {"type": moment, "metavar": "TIME"})
HEADLESS = Argument("--headless", "cli.drill.headless", {"action": "store_true"})

COMMANDS = (
    Command("drill", (
        Argument("scenario"),
        HEADLESS,
        Argument("--speed", how={"type": speed}),
        Argument("--seed", how={"type": int}),
        Argument("--out", how={"type": Path, "metavar": "DIR"}),
        Argument("--unplug", how={"type": int, "default": 0, "metavar": "N"}),
        Argument("--broker", how={"choices": ["nats", "mosquitto"], "default": "nats"}),
        Argument("--lang", how={"choices": [str(language) for language in Language]}),
    )),
    Command("desk", (SETTINGS, HEADLESS)),
    Command("collect", (SETTINGS, Argument("--unit", how={"action": "store_true"}))),
    Command("import", (Argument("folder", how={"type": Path}), SETTINGS), file="import_files"),
    Command("verify", (SETTINGS,)),
    Command("export", (Argument("file", how={"type": Path}), SETTINGS)),
    Command("backup", (Argument("file", how={"type": Path}), SETTINGS)),
    Command("restore", (
        Argument("file", how={"type": Path}), SETTINGS, Argument("--force", how={"action": "store_true"}),
    )),
    Command("salvage", (SETTINGS,)),
    Command("init", (
        Argument("folder", how={"type": Path}),
        Argument("--municipality"),
        Argument("--shelter"),
        Argument("--name"),
        Argument("--unattended", how={"action": "store_true"}),
        Argument("--passphrase-file", "cli.init.passphrase_file", {"type": text_file, "metavar": "FILE"}),
    )),
    Command("keys", (
        Argument("verb", how={"choices": ["list", "add", "remove", "rekey", "test"]}),
        Argument("what", how={"nargs": "?"}),
        SETTINGS,
        Argument("--recipient", how={"metavar": "age1..."}),
        Argument("--label"),
        Argument("--passphrase-file", "cli.init.passphrase_file", {"type": text_file, "metavar": "FILE"}),
        Argument("--unlock-file", "cli.keys.unlock_file", {"type": text_file, "metavar": "FILE"}),
        Argument("--identity", how={"type": text_file, "metavar": "FILE"}),
    )),
    Command("doctor", (
        SETTINGS,
        Argument("--deep", how={"action": "store_true"}),
        Argument("--json", how={"action": "store_true"}),
    )),
    Command("broker", (
        Argument("verb", "cli.broker.config", {"choices": ["config"]}),
        Argument("--homes", how={"type": int, "default": 0, "metavar": "N"}),
        Argument("--listen", how={"type": host_and_port, "metavar": "ADDR"}),
        Argument("--tls", how={"action": "store_true"}),
        Argument("--also", how={"action": "append", "default": [], "metavar": "NAME"}),
        Argument("--console", how={"default": "console", "metavar": "NAME"}),
        Argument("--out", how={"type": Path, "metavar": "DIR"}),
    )),
    Command("hub", (
        Argument("verb", "cli.hub.config", {"choices": ["config"]}),
        SETTINGS,
        Argument("--nodes", how={"type": nodes, "metavar": "A,B,C"}),
        Argument("--routes", how={"type": port, "default": 6222, "metavar": "PORT"}),
        Argument("--wss", how={"type": port, "metavar": "PORT"}),
        Argument("--place", how={"type": Path, "default": Path("/etc/nats"), "metavar": "DIR"}),
        Argument("--out", how={"type": Path, "metavar": "DIR"}),
    )),
    Command("printer", (Argument("verb", how={"choices": ["setup"]}), SETTINGS)),
    Command("why", (Argument("what"), SETTINGS, AS_OF)),
    Command("report", (Argument("what", how={"choices": ["roster", "stranded"]}), SETTINGS, AS_OF)),
    Command("paper", (
        Argument("what", how={"choices": ["roster", "stranded", "sheet"]}),
        SETTINGS,
        Argument("--order", how={"choices": ["kana", "settlement", "household"], "default": "kana"}),
        Argument("--person", how={"metavar": "NUMBER"}),
        Argument("--blank", how={"type": sheets, "default": 1, "metavar": "N"}),
        Argument("--out", how={"type": Path, "metavar": "FILE"}),
    )),
    Command("sync", (
        Argument("verb", how={"choices": ["stick", "status", "join"]}),
        Argument("folder", how={"nargs": "?", "type": Path}),
        Argument("--at", how={"type": host_and_port, "metavar": "HOST:PORT"}),
        SETTINGS,
    )),
    Command("archive", (
        Argument("verb", how={"choices": ["setup", "run", "counts", "needs"]}),
        Argument("--dsn", how={"required": True, "metavar": "DSN"}),
        Argument("--settings", how={"type": Path, "metavar": "FILE"}),
        Argument("--village", how={"type": village, "metavar": "HEX"}),
        Argument("--once", how={"action": "store_true"}),
        Argument("--at", how={"type": moment, "metavar": "TIME"}),
        Argument("--mode", how={"choices": ["real", "drill", "test"], "default": "real"}),
    )),
    Command("looks", (
        SETTINGS,
        Argument("--since", how={"type": moment, "metavar": "TIME"}),
        Argument("--by", how={"metavar": "OPERATOR"}),
        Argument("--list", how={"action": "store_true"}),
    )),
    Command("staff", (
        Argument("verb", how={"choices": ["list", "add", "remove"]}),
        Argument("name", how={"nargs": "?", "default": ""}),
        SETTINGS,
        Argument("--role", how={"choices": ["desk", "head", "clerk", "coordinator"], "default": "desk"}),
        Argument("--passphrase-file", "cli.init.passphrase_file", {"type": text_file, "metavar": "FILE"}),
        Argument("--why", how={"default": ""}),
    ), file="operators"),
    Command("erase", (SETTINGS, Argument("--person", how={"required": True}), Argument("--why", how={"default": ""}))),
    Command("incident", (
        Argument("verb", how={"choices": ["export", "close", "reopen", "status", "anonymise"]}),
        SETTINGS,
        Argument("--days", how={"type": days, "default": 30, "metavar": "N"}),
        Argument("--why", how={"default": ""}),
        Argument("--out", how={"type": Path, "metavar": "FILE"}),
    )),
    Command("wipe", (SETTINGS, Argument("--name"))),
)  # fmt: skip
