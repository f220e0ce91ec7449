"""What is slow to load is loaded after the first paint, or only when it is used: modules are counted, not milliseconds."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import village_console
from village_console.__main__ import main
from village_console.words import Language, sentences

SLOW = {
    "PIL", "cryptography", "escpos", "fontTools", "numpy", "paho", "pandas", "smartcard", "sqlite_utils",
    "village_console.doctor", "village_console.drill",
}  # fmt: skip
AT_FIRST_PAINT = """
import sys
from pathlib import Path
from village_console.__main__ import main
from village_console.tui.app import ConsoleApp

painted, open_, begin = [], ConsoleApp._painted, ConsoleApp._begin

def first_painted(app):
    painted.append(set(sys.modules))
    open_(app)

async def begun(app):
    await begin(app)
    app.call_later(app.quit)

ConsoleApp._painted, ConsoleApp._begin = first_painted, begun
status = main(["desk", "--settings", sys.argv[1], "--headless", "--timing"])
Path(sys.argv[2]).write_text("\\n".join(sorted(painted[0])))
Path(sys.argv[3]).write_text("\\n".join(sorted(sys.modules)))
sys.exit(status)
"""
"""The real desk, which notes what is loaded when its first screen stands and the records have not yet been opened."""


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A console with televisions and a printer, neither of which answers."""
    assert main(["init", str(tmp_path / "hall"), "--unattended"]) == 0
    path = tmp_path / "hall" / "console.toml"
    text = path.read_text("utf-8")
    for name in ("broker", "printer"):
        text, found = re.subn(rf'^{name} = ""', f'{name} = "127.0.0.1:1"', text, flags=re.MULTILINE)
        assert found == 1
    path.write_text(text, "utf-8")
    return path


def test_nothing_slow_is_loaded_before_the_first_paint_of_the_desk(settings: Path, tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    run_desk(settings, before, after)
    loaded = set(before.read_text().split())
    assert {"textual", "village_console.tui.app", "village_console.tui.screens.reception"} <= loaded
    assert loaded & SLOW == set()
    assert {"paho", "cryptography"} <= set(
        after.read_text().split()
    )  # needed afterwards: the test would have seen them


def test_the_desk_tells_its_stretches_when_it_is_left(
    settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VILLAGE_CONSOLE_LANG", "en")
    said = run_desk(settings, tmp_path / "before", tmp_path / "after")
    stretches = re.findall(r"^ *\d+ ms  (.+)$", said, re.MULTILINE)
    names = ("start", "imports", "first_paint", "journal", "devices", "work")
    assert stretches == [sentences(Language.ENGLISH)[f"timing.{name}"] for name in names]


def run_desk(settings: Path, before: Path, after: Path) -> str:
    """Run it to its end; what it wrote to stderr."""
    command = [sys.executable, "-c", AT_FIRST_PAINT, str(settings), str(before), str(after)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_the_command_line_alone_loads_neither_screens_nor_records() -> None:
    script = "import sys, village_console.__main__; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "village_console.__main__" in loaded
    assert (
        loaded & (SLOW | {"textual", "rich", "msgspec", "cryptography", "sqlcipher3", "village_console.journal"})
        == set()
    )


def test_every_import_inside_a_function_says_why() -> None:
    root = Path(village_console.__file__).parent
    found = [
        (path.name, reason.strip())
        for path in sorted(root.rglob("*.py"))
        for reason in re.findall(r"# noqa: PLC0415(?: --)?([^\n]*)", path.read_text("utf-8"))
    ]
    assert found
    assert [(name, reason) for name, reason in found if len(reason.split()) < 2] == []
