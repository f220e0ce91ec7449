"""Command line of the simulator. Exit codes: 0 done, 1 failed, 2 asked wrongly, 130 interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import NoReturn

from device_sim.command_line import parser

DONE, FAILED, ASKED_WRONGLY, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a usage error exits with 2."""
    options = parser().parse_args(arguments)
    before = {number: signal.signal(number, _interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        return _guarded(options.run, options)
    except KeyboardInterrupt:
        sys.stderr.write("device-sim: interrupted\n")
        # Else CPython dies of SIGINT at its end where the interrupt passed through source given to exec().
        exec("")  # noqa: S102 -- our own, and empty
        return INTERRUPTED
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def _guarded(run: Callable[[argparse.Namespace], int], options: argparse.Namespace) -> int:
    """Say what went wrong in one sentence."""
    from device_sim.cards.vpcd import NoReaderError  # noqa: PLC0415 -- slow import
    from device_sim.drill.casting import CastingError  # noqa: PLC0415 -- slow import
    from device_sim.drill.play_errors import PlayError  # noqa: PLC0415 -- slow import
    from device_sim.toml_file import TomlFileError  # noqa: PLC0415 -- slow import

    try:
        return run(options)
    except (TomlFileError, CastingError) as error:
        return _say(error, ASKED_WRONGLY)
    except (PlayError, NoReaderError, OSError) as error:
        return _say(error, FAILED)


def _say(error: Exception, code: int) -> int:
    sys.stderr.write(f"device-sim: {error}\n")
    return code


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    """End once: a second signal must not break into the putting away."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
