"""Somebody at a real terminal makes a console, opens it by passphrase, recovery key and card, and is refused with a wrong one."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.my_number import VirtualMyNumberCard
from device_sim.cards.vpcd import NoReaderError, VpcdLink
from village_console.children import free_ports
from village_console.init import NewConsole, make_console
from village_console.journal import key_file
from village_console.journal.keys import slots_file
from village_console.journal.keys.change import add_slot
from village_console.journal.keys.ring import by_device
from village_console.journal.keys.secret import Passphrase, personal_slot
from village_console.journal.keys.slot import Cost, Kind
from village_console.journal.keys.slots_file import read_slots
from village_console.words import Words

pytestmark = pytest.mark.integration

WORDS = "hisoka komatsuna okitsuku kawa"
OFFERED = re.compile(r"たとえば  ([a-z' -]+)")
PATIENCE = 30


class Terminal:
    """A program at a terminal, and somebody who reads what it says and types."""

    def __init__(self, *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        environment = os.environ | {"VILLAGE_CONSOLE_LANG": "ja", "TERM": "xterm"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "village_console", *arguments],
            stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.said = ""
        self._read = 0

    def hears(self, what: str) -> str:
        """Wait until something new is said, and return all that was said until then."""
        deadline = time.monotonic() + PATIENCE
        while what not in self.said[self._read :]:
            assert time.monotonic() < deadline, self.said
            assert self._more() or what in self.said[self._read :], self.said
        self._read = self.said.index(what, self._read) + len(what)
        return self.said

    def types(self, line: str) -> None:
        """Type a line; the echo is out before the question is asked."""
        os.write(self._ours, f"{line}\n".encode())

    def ends(self) -> int:
        """Wait for the end and return the exit status."""
        while self._more():
            pass
        return self._process.wait(PATIENCE)

    def close(self) -> None:
        """End it, whatever it is doing."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._ours)

    def _more(self) -> bool:
        if not select.select([self._ours], [], [], 1)[0]:
            return True
        try:
            read = os.read(self._ours, 65536)
        except OSError:  # the other end of a terminal has gone
            return False
        self.said += read.decode("utf-8", "replace")
        return bool(read)


@contextmanager
def at_terminal(*arguments: str) -> Generator[Terminal]:
    terminal = Terminal(*arguments)
    try:
        yield terminal
    finally:
        terminal.close()


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """A console of a simulated drill that only a passphrase opens, with a card slot."""
    folder = tmp_path / "hall"
    assert make_console(folder, NewConsole("015628", "S1", "公民館"), Words()) is not None
    (folder / "journal.db").unlink()
    settings = folder / "console.toml"
    text = settings.read_text("utf-8").replace('"real"', '"drill"').replace('"physical"', '"simulated"')
    settings.write_text(text.replace('card_slot = ""', f'card_slot = "127.0.0.1:{free_ports(1)[0]}"'), "utf-8")
    ring = by_device(folder)
    assert ring is not None
    add_slot(folder, personal_slot(Passphrase(WORDS), "受付", "2026-11-03", ring.keys, Cost(8, 1, 1)))
    (folder / key_file.NAME).unlink()
    return folder


def settings_of(folder: Path) -> tuple[str, str]:
    return ("--settings", str(folder / "console.toml"))


def test_somebody_makes_a_console_takes_the_offer_and_opens_it_again(tmp_path: Path) -> None:
    folder = tmp_path / "hall"
    with at_terminal("init", str(folder)) as terminal:
        offered = OFFERED.search(terminal.hears("新しい合言葉"))
        assert offered is not None
        terminal.types("")
        terminal.hears("もう一度")
        terminal.types(offered[1].strip())
        sheet = terminal.hears("両方を なくすと")
        assert terminal.ends() == 0
    assert {slot.kind for slot in read_slots(folder / slots_file.NAME).slots} == {Kind.PASSPHRASE, Kind.RECOVERY}
    assert not (folder / key_file.NAME).exists(), "the key is nowhere on the laptop"
    numbered = dict(re.findall(r"(\d+) ([ぁ-ゖ゙]+)", sheet))
    for secret in (offered[1].strip(), " ".join(numbered[str(n)] for n in range(1, 25))):
        with at_terminal("verify", *settings_of(folder)) as terminal:
            terminal.hears("合言葉")
            terminal.types(secret)
            assert terminal.ends() == 0
            assert secret not in terminal.said, "what is typed is not shown"


def test_a_wrong_passphrase_may_be_mended_and_a_slip_is_named(locked: Path) -> None:
    with at_terminal("verify", *settings_of(locked)) as terminal:
        terminal.hears("合言葉")
        terminal.types("not the right words")
        terminal.hears("合いません")
        terminal.hears("合言葉")
        terminal.types("abandon " * 23 + "xyzzy")
        terminal.hears("24番")
        terminal.hears("合言葉")
        terminal.types(WORDS)
        assert terminal.ends() == 0


def test_after_three_wrong_ones_it_ends_with_a_way_out(locked: Path) -> None:
    with at_terminal("verify", *settings_of(locked)) as terminal:
        begun = time.monotonic()
        for _ in range(3):
            terminal.hears("合言葉")
            terminal.types("not the right words")
        assert "E124" in terminal.hears("keys list")
        assert terminal.ends() == 1
        assert time.monotonic() - begun > 6, "one, two and three seconds: nobody guesses fast"


def test_the_desk_opens_after_the_passphrase(locked: Path) -> None:
    with at_terminal("desk", *settings_of(locked)) as terminal:
        terminal.hears("合言葉")
        assert "\x1b[?1049h" not in terminal.said, "asked before the screen is taken"
        terminal.types(WORDS)
        terminal.hears("\x1b[?1049h")
        terminal.hears("公民館")


def test_a_card_is_added_at_the_terminal_and_opens_the_record(locked: Path) -> None:
    mine = VirtualMyNumberCard(DrillCa.create(), Issue.plain(77, datetime(2026, 11, 3, tzinfo=UTC)))
    with at_terminal("keys", "add", "card", "--label", "佐藤", *settings_of(locked)) as terminal:
        terminal.hears("合言葉")
        terminal.types(WORDS)
        terminal.hears("置いてください")
        with lying(locked, mine):
            terminal.hears("あと 3回")
            terminal.types("1234")
            terminal.hears("足しました")
            assert terminal.ends() == 0
    with at_terminal("verify", *settings_of(locked)) as terminal:
        terminal.hears("そのまま Enter")
        terminal.types("")
        terminal.hears("置いてください")
        with lying(locked, mine):
            terminal.hears("あと 3回")
            terminal.types("0000")
            assert "暗証番号が ちがいます  残り 2回" in terminal.hears("残り 2回")
        terminal.hears("そのまま Enter")
        terminal.types("")
        terminal.hears("置いてください")
        with lying(locked, mine):
            terminal.hears("あと 2回")
            terminal.types("1234")
            assert terminal.ends() == 0
        assert "1234" not in terminal.said


@contextmanager
def lying(folder: Path, card: VirtualMyNumberCard) -> Generator[None]:
    """The card on the console's slot, as soon as that listens."""
    port = re.search(r'card_slot = "127.0.0.1:(\d+)"', (folder / "console.toml").read_text("utf-8"))
    assert port is not None
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with VpcdLink(card, "127.0.0.1", int(port[1])) as link:
                threading.Thread(target=link.serve, daemon=True).start()
                yield
                return
        except NoReaderError:
            assert time.monotonic() < deadline
            time.sleep(0.02)
