"""Two whole consoles that are paired over a network: the line comes up by itself, and a window is opened more than once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.carriers import new_console, place_of
from tests.town import registered, wait_until
from village_console.children import free_ports
from village_console.journal.journal import Journal
from village_console.settings import Sync, load_settings
from village_console.sync import lan as lan_module
from village_console.sync.desk import SyncDesk
from village_console.sync.lan import Lan
from village_console.sync.line import Standing
from village_console.sync.pairing import Joined, Unpaired
from village_console.sync.pairing_asking import join_over
from village_console.sync.pairing_window import Closed

pytestmark = pytest.mark.integration


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Journal]:
    """A laptop of a village of its own."""
    with closing(new_console(tmp_path / "new", 2)) as journal:
        yield journal


def test_a_window_that_is_opened_again_has_another_code_and_the_first_one_counts_no_more(
    tmp_path: Path, new: Journal
) -> None:
    address = ("127.0.0.1", free_ports(1)[0])
    with closing(new_console(tmp_path, 1)) as journal:
        lan = Lan(journal, place_of(1), tmp_path / "one", Sync(serve=True, listen=f"{address[0]}:{address[1]}"))
        desk = SyncDesk(journal, place_of(1), None, lan)
        lan.start()
        try:
            first, second = desk.open_window(), desk.open_window()
            assert first is not None
            assert second is not None
            assert wait_until(lambda: second.is_open, 15)
            assert first.window.closed is Closed.LEFT
            assert join_over(new, place_of(2), [address], first.window.code) is Unpaired.OTHER_CODE
            assert isinstance(join_over(new, place_of(2), [address], second.window.code), Joined)
        finally:
            lan.stop()


SETTINGS = """[site]
municipality = "015628"
shelter = "S2"
shelter_name = "小学校"
console = 2
[mode]
run_mode = "drill"
world = "simulated"
incident = "test"
# what a person wrote stays
[sync]
stick = ""
"""


def test_after_pairing_the_line_comes_up_with_nothing_more_typed_and_the_settings_know_the_anchor(
    tmp_path: Path, new: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lan_module, "ALONE_LOOKS_EVERY", 0.05)
    (tmp_path / "two").mkdir()
    settings = tmp_path / "two" / "console.toml"
    settings.write_text(SETTINGS, "utf-8")
    address = ("127.0.0.1", free_ports(1)[0])
    with closing(new_console(tmp_path, 1)) as journal:
        lans = [
            Lan(journal, place_of(1), tmp_path / "one", Sync(serve=True, listen=f"{address[0]}:{address[1]}")),
            Lan(new, place_of(2), settings.parent, Sync()),
        ]
        desks = [
            SyncDesk(one, place_of(n), None, lan)
            for n, (one, lan) in enumerate(zip((journal, new), lans, strict=True), 1)
        ]
        for lan in lans:
            lan.start()
        try:
            window = desks[0].open_window()
            assert window is not None
            assert wait_until(lambda: window.is_open, 15)
            assert isinstance(desks[1].join_over([address], window.window.code), Joined)
            assert lans[1].let_in_at(address, typed=True)
            assert wait_until(lambda: [lan.state.standing for lan in lans] == [Standing.LEVEL] * 2, 10)
            fact = new.append(registered("resident:haru", "佐藤 ハル")).hash
            assert wait_until(lambda: journal.find(fact) is not None, 3)
        finally:
            for lan in reversed(lans):
                lan.stop()
    assert window.window.closed is Closed.LEFT
    assert load_settings(settings).sync.anchor == f"{address[0]}:{address[1]}"
    assert "# what a person wrote stays" in settings.read_text("utf-8")
