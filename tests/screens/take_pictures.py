"""Take the pictures of README and manual from a real drill in a real terminal (tmux at 80x24).

Usage: take_pictures.py        (writes docs/pictures/*.png)
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from picture import picture, rows_of

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SESSION = "village-console-pictures"
CONSOLE = Path(sys.executable).with_name("village-console")
DRILL_SPEED = 30


def tmux(*arguments: str) -> str:
    """Run one tmux command."""
    return subprocess.run(["tmux", "-u", *arguments], check=True, capture_output=True, text=True).stdout


def screen() -> str:
    """What the terminal shows, as plain text."""
    return tmux("capture-pane", "-t", SESSION, "-p")


def wait_for(pattern: str, seconds: float = 120) -> None:
    """Wait until the terminal shows what a regular expression describes; raises TimeoutError."""
    until = time.monotonic() + seconds
    while not re.search(pattern, screen()):
        if time.monotonic() > until:
            raise TimeoutError(f"{pattern!r} did not come:\n{screen()}")
        time.sleep(0.02)


def take(name: str) -> None:
    """Draw what the terminal shows."""
    picture(rows_of(tmux("capture-pane", "-t", SESSION, "-e", "-N", "-p"))).save(PICTURES / f"{name}.png")
    sys.stderr.write(f"{name}.png\n")


def main() -> None:
    """Play a drill and photograph it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp())
    options = f"--speed {DRILL_SPEED} --seed 1 --lang ja --out {folder}/drill"
    command = f"COLORTERM=truecolor {CONSOLE} drill nishiokoppe-evening {options}"
    try:
        tmux("new-session", "-d", "-s", SESSION, "-x", "80", "-y", "24", command)
        wait_for("4人世帯の 1人目")
        wait_for("いっしょに着いた")
        take("reception")
        wait_for("倍速  18:2[4-9]")
        tmux("send-keys", "-t", SESSION, "F3")
        wait_for("避難指示 18:00 全域")
        time.sleep(1)
        take("stranded")
        tmux("send-keys", "-t", SESSION, "F4")
        wait_for("よみ")
        time.sleep(1)
        take("roster")
    finally:
        subprocess.run(["tmux", "kill-session", "-t", SESSION], check=False)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
