"""What can be asked of the simulator on the command line; imports nothing slow until a command runs."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

EXAMPLES = """examples:
  device-sim drill prepare nishiokoppe-evening --seed 1 --out ./drills/1
  device-sim drill play nishiokoppe-evening --seed 1 --speed 60 --out ./drills/1
  device-sim drill score ./drills/1
  device-sim card my-number --person 0000123 --town ./drills/1/town --slot 127.0.0.1:35963
  device-sim tv --broker 127.0.0.1:1883 --homes 20
  device-sim printer --port 9100 --out ./papers
"""

PLAY_EXAMPLE = """example:
  device-sim drill play nishiokoppe-evening --seed 1 --speed 60 --out ./drills/1

Reads wires.json, truth.jsonl and town/cards.csv of the folder (docs/wires.md), waits 30 seconds for console and
televisions, and writes desk.jsonl. The seed must be the one the folder was prepared with.
"""

SCENARIO = "name of a scenario in data/scenarios, or the path of its .toml file"


PASSWORDS = "CSV with the columns user and password: each set-top logs in at the broker as itself"

AddCommand = Callable[..., argparse.ArgumentParser]
"""`add_parser` of the commands that a new one joins."""


class _Late:
    """A command whose module is imported when it runs."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def __call__(self, options: argparse.Namespace) -> int:
        """Run it."""
        return getattr(import_module(self._module), self._name)(options)


def parser() -> argparse.ArgumentParser:
    """The whole command line; `run` of what it parses is the command."""
    top = argparse.ArgumentParser(
        "device-sim",
        description="Plays a village for the console: people, cards, televisions, printer.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    rooms = top.add_subparsers(metavar="COMMAND", required=True).add_parser
    drill = _add(rooms, "drill", "prepare, play and score a drill", EXAMPLES)
    verbs = drill.add_subparsers(metavar="prepare|play|score", required=True).add_parser
    _add_prepare(verbs)
    _add_play(verbs)
    _add_score(verbs)
    _add_card(
        _add(rooms, "card", "tap one card by hand", EXAMPLES).add_subparsers(metavar="KIND", required=True).add_parser
    )
    _add_tv(rooms)
    _add_printer(rooms)
    return top


def _add(add: AddCommand, name: str, about: str, examples: str) -> argparse.ArgumentParser:
    return add(
        name,
        help=about,
        description=f"{about[0].upper()}{about[1:]}.",
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_prepare(verbs: AddCommand) -> None:
    example = "example:\n  device-sim drill prepare nishiokoppe-evening --seed 1 --out ./drills/1\n"
    command = _add(verbs, "prepare", "write the files a town would give, and the sealed truth", example)
    command.add_argument("scenario", metavar="SCENARIO", help=SCENARIO)
    command.add_argument("--seed", type=_whole, metavar="N", help="the village's dice (default: the scenario's)")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the drill")
    command.set_defaults(run=_Late("device_sim.drill.commands", "prepare"))


def _add_play(verbs: AddCommand) -> None:
    command = _add(verbs, "play", "let the village come to the console's desk", PLAY_EXAMPLE)
    command.add_argument("scenario", metavar="SCENARIO", help=SCENARIO)
    command.add_argument(
        "--seed", type=_whole, metavar="N", help="must be that of the folder (default: the scenario's)"
    )
    command.add_argument("--speed", type=_speed, metavar="S", help="drill time in real time (default: the scenario's)")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the drill")
    command.add_argument(
        "--people-watch", action="store_true", help="people watch the screen: leave every answer standing for a moment"
    )
    command.add_argument("--passwords", type=Path, metavar="FILE", help=PASSWORDS)
    command.set_defaults(run=_Late("device_sim.drill.commands", "play"))


def _add_score(verbs: AddCommand) -> None:
    command = _add(
        verbs, "score", "join truth, desk and evidence into a report", "example:\n  device-sim drill score ./drills/1\n"
    )
    command.add_argument("folder", type=Path, metavar="DIR", help="folder of a drill that was played")
    command.set_defaults(run=_Late("device_sim.drill.commands", "score"))


def _add_card(kinds: AddCommand) -> None:
    example = "example:\n  device-sim card my-number --person 0000123 --town ./drills/1/town --slot 127.0.0.1:35963\n"
    command = _add(kinds, "my-number", "tap a resident's My Number card once", example)
    command.add_argument("--person", required=True, metavar="NUMBER", help="register number (住民番号)")
    command.add_argument("--town", type=Path, required=True, metavar="DIR", help="folder of cards.csv")
    command.add_argument("--slot", type=_address, required=True, metavar="HOST:PORT", help="where the reader listens")
    command.add_argument("--hold", type=_seconds, default=2.0, metavar="SECONDS", help="leave it there (default: 2)")
    command.set_defaults(run=_Late("device_sim.drill.by_hand", "my_number"))


def _add_tv(rooms: AddCommand) -> None:
    example = "example:\n  device-sim tv --broker 127.0.0.1:1883 --homes 20 --seconds 60\n"
    command = _add(rooms, "tv", "connect set-tops to a broker, every second television on", example)
    command.add_argument("--broker", type=_address, required=True, metavar="HOST:PORT", help="MQTT 3.1.1")
    command.add_argument("--homes", type=_count, required=True, metavar="N", help="how many")
    command.add_argument("--heartbeat", type=_seconds, default=120.0, metavar="SECONDS", help="(default: 120)")
    command.add_argument("--seconds", type=_seconds, metavar="SECONDS", help="leave after these (default: on Ctrl-C)")
    command.add_argument("--passwords", type=Path, metavar="FILE", help=PASSWORDS)
    command.set_defaults(run=_Late("device_sim.drill.by_hand", "tv"))


def _add_printer(rooms: AddCommand) -> None:
    example = "example:\n  device-sim printer --port 9100 --out ./papers\n"
    command = _add(rooms, "printer", "listen as a receipt printer and keep every paper as .txt and .png", example)
    command.add_argument("--port", type=_port, required=True, metavar="P", help="on 127.0.0.1; 0 takes a free one")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="where papers go")
    command.add_argument("--seconds", type=_seconds, metavar="SECONDS", help="leave after these (default: on Ctrl-C)")
    command.set_defaults(run=_Late("device_sim.drill.by_hand", "printer"))


def _address(text: str) -> object:
    from device_sim.drill.wires import Address  # noqa: PLC0415 -- slow import

    try:
        return Address.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _whole(text: str) -> int:
    return _number(text, least=0, most=None)


def _count(text: str) -> int:
    return _number(text, least=1, most=9_999)


def _port(text: str) -> int:
    return _number(text, least=0, most=65_535)


def _number(text: str, *, least: int, most: int | None) -> int:
    if not text.isdecimal() or int(text) < least or (most is not None and int(text) > most):
        upper = "" if most is None else f" to {most}"
        message = f'"{text}" is no whole number from {least}{upper}'
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _seconds(text: str) -> float:
    return _above_zero(text, "a number of seconds above 0")


def _speed(text: str) -> float:
    speed = _above_zero(text, "a speed above 0, at most 1000")
    if speed > 1000:
        message = f'"{text}" is not a speed above 0, at most 1000'
        raise argparse.ArgumentTypeError(message)
    return speed


def _above_zero(text: str, what: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        message = f'"{text}" is not {what}'
        raise argparse.ArgumentTypeError(message)
    return number
