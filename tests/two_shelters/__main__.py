"""`make two-shelters`: plays it in this terminal for a person to watch, or without one; exit status 0 when both became equal."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from tests.two_shelters.play import DISPUTED, play
from tests.two_shelters.stage import COLUMNS, LINES, NARRATOR, PlayStoppedError, Stage, stage
from tests.two_shelters.verdict import judge


@dataclass
class _Result:
    passed: bool = False
    said: str = "the terminal was closed before the end"


def main() -> int:
    """Play; the session stays open for whoever watches."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--folder", type=Path, default=Path("drills/two-shelters"), help="where it is played, made anew"
    )
    options.add_argument("--fast", action="store_true", help="without pauses")
    options.add_argument("--headless", action="store_true", help="nobody watches: ends by itself")
    chosen = options.parse_args()
    if shutil.which("tmux") is None:
        sys.stderr.write("tmux is needed: apt-get install tmux\n")
        return 1
    watched = sys.stdout.isatty() and not chosen.headless
    columns, lines = shutil.get_terminal_size()
    size = (columns, lines) if watched else None
    if size is not None and (size[0] < COLUMNS or size[1] < LINES + NARRATOR):
        sys.stderr.write(f"This terminal has {size[0]}x{size[1]}; {COLUMNS}x{LINES + NARRATOR} is the least, ")
        sys.stderr.write(f"{2 * COLUMNS + 1}x{LINES + NARRATOR} shows both consoles. Or: --headless\n")
        return 1
    folder: Path = chosen.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    result = _Result()
    with stage(folder, fast=chosen.fast, size=size) as played:
        if watched:
            threading.Thread(target=_play, args=(played, result), daemon=True).start()
            environment = {name: value for name, value in os.environ.items() if name != "TMUX"}
            subprocess.run([*played.tmux.command, "attach"], env=environment, check=False)
        else:
            _play(played, result)
    sys.stdout.write(result.said + "\n")
    return 0 if result.passed else 1


def _play(played: Stage, result: _Result) -> None:
    try:
        seen = play(played)
        played.narrate("equal", 0)
        verdict = judge([played.one, played.two], played.folder, seen, DISPUTED)
    except PlayStoppedError as error:
        result.said = f"FAILED: this was never on the screen\n{error}"
    except subprocess.CalledProcessError as error:  # whoever watched has closed the session
        result.said = f"FAILED: {error}"
        return
    else:
        result.passed, result.said = verdict.passed, str(verdict)
    played.line.plug_in()
    played.narrate("passed" if result.passed else "failed", 0)


if __name__ == "__main__":
    sys.exit(main())
