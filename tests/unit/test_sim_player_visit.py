"""What a party does at the desk when the console answers otherwise than it should."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from device_sim.drill import desk
from device_sim.drill.desk_act import Cause, Outcome, acknowledged, act_line
from device_sim.drill.desk_lines import ByName, CardGiven, Companions, GivenUp, OrderGiven, Tap
from device_sim.drill.link_words import Received, Verdict
from device_sim.drill.paper_tray import printer_at
from device_sim.drill.play import Play
from device_sim.drill.play_errors import DrillFolderError, PlayError
from device_sim.drill.player import Player
from device_sim.drill.truth_lines import InjectTruth
from device_sim.drill.wallet import Wallet
from device_sim.drill.wires import Address
from tests.fake_console import FakeConsole
from tests.small_drill import HOMES, IMPATIENT, ORDER, START, after, lay_out, party, play, truth, verdicts

WELCOME = frozenset({"received", "already_here"})

# Time runs in it: it is played while nothing else is tested.
pytestmark = [pytest.mark.drill, pytest.mark.usefixtures("one_ca")]


@pytest.fixture
def console(tmp_path: Path) -> Iterator[FakeConsole]:
    """One party: one card, one companion."""
    drill = truth((), (party("H0001", 5, HOMES["H0001"], taps=("0000001",)),))
    with FakeConsole(lay_out(tmp_path, drill), tmp_path) as console:
        yield console


def heard(verdict: str, resident: str | None = None, people: tuple[Received, ...] = ()) -> tuple[float, Verdict]:
    return 2.0, Verdict(verdict=verdict, painted=1.5, resident=resident, people=people, fact="f1")


def test_an_act_is_measured_to_arrival_and_to_paint() -> None:
    line = act_line(Tap, START, Outcome(Cause("H1", "1"), 1.0, WELCOME), heard("received", "1"))
    assert (line.latency_ms, line.painted_ms, line.mismatch) == (1000.0, 500.0, False)
    assert [(who.resident, who.fact) for who in line.acknowledged] == [("1", "f1")]


def test_an_act_without_an_answer_is_no_mismatch() -> None:
    line = act_line(Tap, START, Outcome(Cause("H1", "1"), 1.0, WELCOME), None)
    assert (line.verdict, line.latency_ms, line.mismatch, line.acknowledged) == (None, None, False, ())


@pytest.mark.parametrize(("verdict", "resident"), [("received", "2"), ("unknown_card", None), ("elsewhere", "1")])
def test_another_person_or_another_verdict_is_a_mismatch(verdict: str, resident: str | None) -> None:
    assert act_line(Tap, START, Outcome(Cause("H1", "1"), 1.0, WELCOME), heard(verdict, resident)).mismatch


def test_other_companions_than_asked_are_a_mismatch() -> None:
    people = (Received(resident="2", name="n"),)
    outcome = Outcome(Cause("H1", "1").asking(["2", "3"]), 1.0, frozenset({"companions_received"}))
    assert act_line(Companions, START, outcome, heard("companions_received", "1", people)).mismatch


def test_a_refused_card_acknowledges_nobody() -> None:
    assert acknowledged(heard("unreadable", "1")[1]) == ()


def test_a_card_that_the_console_does_not_know_is_followed_by_the_name(console: FakeConsole, tmp_path: Path) -> None:
    console.knows_cards = False
    lines = play(tmp_path)
    assert verdicts(lines, Tap) == ["unknown_card"] * 3
    assert verdicts(lines, ByName) == ["received", "received"]
    assert sorted(console.here()) == ["0000001", "0000002"]


def test_an_offer_without_the_companion_is_followed_by_the_name(console: FakeConsole, tmp_path: Path) -> None:
    console.offers = False
    lines = play(tmp_path)
    assert verdicts(lines, Companions) == []
    assert [line.resident for line in lines if isinstance(line, ByName)] == ["0000002"]


def test_an_order_that_is_not_acknowledged_is_given_again(console: FakeConsole, tmp_path: Path) -> None:
    drill = truth((InjectTruth(at=ORDER, act="order", level=4),), ())
    (tmp_path / "truth.jsonl").write_bytes(drill.encoded())
    console.swallowed_orders = 1
    lines = play(tmp_path, replace(IMPATIENT, verdict=0.2))
    assert verdicts(lines, OrderGiven) == [None, "order_recorded"]


def test_who_cannot_be_found_is_given_up_by_name(console: FakeConsole, tmp_path: Path) -> None:
    console.offers = False
    console.mistakes["0000002"] = ""
    lines = play(tmp_path, replace(IMPATIENT, verdict=0.2))
    assert verdicts(lines, ByName) == [None, None]
    assert [line.resident for line in lines if isinstance(line, GivenUp)] == ["0000002"]


@pytest.fixture
def card_to_give(tmp_path: Path) -> Iterator[FakeConsole]:
    """One party without a card in hand; the first of them is given one."""
    given = InjectTruth(
        at=after(5), act="hand_card", household="H0001", resident="0000001", serial="01fd000000000001", card="felica"
    )
    drill = truth((given,), (party("H0001", 5, HOMES["H0001"]),))
    with FakeConsole(lay_out(tmp_path, drill), tmp_path) as console:
        yield console


def test_somebody_without_a_card_is_given_one_and_known_by_it(card_to_give: FakeConsole, tmp_path: Path) -> None:
    lines = play(tmp_path)
    assert verdicts(lines, Tap) == ["unknown_card", "already_here"]
    assert verdicts(lines, CardGiven) == ["bound_and_received"]
    assert verdicts(lines, ByName) == []
    assert [who.resident for line in lines if isinstance(line, CardGiven) for who in line.acknowledged] == ["0000001"]
    assert [line.inject for line in lines if isinstance(line, Tap | CardGiven)] == ["hand_card"] * 3
    assert not any(line.mismatch for line in lines if isinstance(line, Tap | CardGiven | Companions))
    assert card_to_give.bound == {0x01FD000000000001: "0000001"}
    assert sorted(card_to_give.here()) == ["0000001", "0000002"]


def test_a_card_whose_binding_was_written_but_not_shown_is_known_after_the_restart(
    card_to_give: FakeConsole, tmp_path: Path
) -> None:
    card_to_give.dies_after_binding = True
    lines = play(tmp_path)
    assert verdicts(lines, Tap) == ["unknown_card", "already_here", "already_here"]
    assert verdicts(lines, CardGiven) == [], "the key that binds was never answered"
    assert not any(line.mismatch for line in lines if isinstance(line, Tap | CardGiven | Companions))
    assert sorted(card_to_give.here()) == ["0000001", "0000002"]


def test_a_card_that_is_bound_to_another_than_the_one_at_the_desk_is_a_mismatch(
    card_to_give: FakeConsole, tmp_path: Path
) -> None:
    card_to_give.mistakes["0000001"] = "0000003"
    lines = play(tmp_path)
    assert [line.mismatch for line in lines if isinstance(line, CardGiven)] == [True]


def test_people_who_watch_get_time_to_read(
    console: FakeConsole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "LINGERS", 0.25)
    before = time.monotonic()
    Player(Play.load(tmp_path, 6000, people_watch=True), IMPATIENT).run()
    assert time.monotonic() - before > 0.5, "a card and a companion"
    assert console.taps == 1


def test_a_wallet_knows_the_cards_of_the_town(tmp_path: Path) -> None:
    lay_out(tmp_path, truth())
    wallet = Wallet.read(tmp_path / "town", START)
    assert wallet.card_of("0000001").issue.serial == 0x1001
    assert wallet.card_of("0000001") is wallet.card_with(0x1001)
    with pytest.raises(DrillFolderError, match="no My Number card of 0000002"):
        wallet.card_of("0000002")


@pytest.mark.parametrize("content", ["住民番号,カード種別\n1,my_number\n", "a,b\n1,2\n"])
def test_a_list_of_cards_that_is_none_is_one_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "cards.csv").write_text(content, "utf-8")
    with pytest.raises(DrillFolderError, match="not a list of cards"):
        Wallet.read(tmp_path, START)


def test_a_printer_keeps_the_last_paper_and_every_torn_one(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = Address(*server.getsockname()[:2])
    with printer_at(address, tmp_path) as printer:
        for text in (b"\x1b@FIRST\n\x1dVB\x00", b"SECOND\n\x1dVB\x00", b"HALF\n"):
            with socket.create_connection(address) as wire:
                wire.sendall(text + b"\x1d(H\x06\x00000001")
                assert wire.recv(7)
        assert printer.wait_for_sheets(2, 5)
    assert (tmp_path / "roster.txt").read_text().startswith("SECOND")
    assert (tmp_path / "torn-1.txt").read_text().startswith("HALF")


def test_a_printer_whose_port_is_taken_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = Address(*server.getsockname()[:2])
        with pytest.raises(PlayError, match="the printer cannot listen"), printer_at(address, tmp_path):
            pass
