"""Command line of the simulator: drills, and single devices by hand. Exit codes: 0 done, 1 failed, 2 asked wrongly, 130 interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

EXAMPLES = """examples:
  device-sim drill prepare nishiokoppe-evening --seed 1 --out ./drills/1
  device-sim drill play nishiokoppe-evening --seed 1 --speed 60 --out ./drills/1
  device-sim drill score ./drills/1
  device-sim card my-number --person 0000123 --town ./drills/1/town --slot 127.0.0.1:35963
  device-sim tv --broker 127.0.0.1:1883 --homes 20
  device-sim printer --port 9100 --out ./papers
"""

DRILL_EXAMPLES = """examples:
  device-sim drill prepare nishiokoppe-evening --seed 1 --out ./drills/1
  device-sim drill play nishiokoppe-evening --seed 1 --speed 60 --out ./drills/1
  device-sim drill score ./drills/1

play reads wires.json and truth.jsonl of the folder (docs/wires.md), and waits 30 seconds for the console.
"""

DONE, FAILED, ASKED_WRONGLY, INTERRUPTED = 0, 1, 2, 130

Run = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a usage error exits with 2."""
    options = parser().parse_args(arguments)
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _guarded(options.run, options)
    except KeyboardInterrupt:
        sys.stderr.write("device-sim: interrupted\n")
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = _parser(None, "device-sim", "Plays a village for the console: people, cards, televisions, printer.", EXAMPLES)
    rooms = top.add_subparsers(metavar="COMMAND", required=True)
    _add_drill(rooms)
    _add_card(rooms)
    _add_tv(rooms)
    _add_printer(rooms)
    return top


Rooms = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _parser(rooms: object, name: str, about: str, examples: str = "") -> argparse.ArgumentParser:
    raise NotImplementedError


if __name__ == "__main__":
    sys.exit(main())
