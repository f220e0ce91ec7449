"""A whole small drill against a console made of nothing but the wires of docs/wires.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from device_sim.drill import keyboard
from device_sim.drill.desk_lines import (
    BoardSeen,
    ByName,
    Companions,
    ConsoleBack,
    ConsoleLost,
    DeskAct,
    Ended,
    Failure,
    OrderGiven,
    Print,
    Tap,
    Undo,
    read_desk,
)
from device_sim.drill.patience import Patience
from device_sim.drill.play_errors import DrillFolderError, NoConsoleError, NotADrillError, PlayError
from device_sim.drill.score import score
from device_sim.drill.truth_lines import InjectTruth
from tests.fake_console import FakeConsole
from tests.small_drill import ORDER, SPEED, START, WITHOUT_PAPER, lay_out, play, truth, verdicts

# Time runs in it: it is played while nothing else is tested.
pytestmark = [pytest.mark.drill, pytest.mark.usefixtures("one_ca")]


@pytest.fixture
def console(tmp_path: Path) -> Iterator[FakeConsole]:
    with FakeConsole(lay_out(tmp_path, truth(WITHOUT_PAPER)), tmp_path) as console:
        yield console


@pytest.fixture
def with_paper(tmp_path: Path) -> Iterator[FakeConsole]:
    with FakeConsole(lay_out(tmp_path, truth()), tmp_path) as console:
        yield console


def test_a_drill_without_trouble_does_what_the_truth_says(with_paper: FakeConsole, tmp_path: Path) -> None:
    lines = play(tmp_path)
    assert verdicts(lines, Tap) == [
        *("removed_too_soon", "received", "already_here"),
        *("received", "received", "unknown_card"),
    ]
    assert verdicts(lines, ByName) == ["received"]
    assert verdicts(lines, Companions) == ["companions_received"] * 2
    assert verdicts(lines, Undo) == ["undone"]
    assert verdicts(lines, OrderGiven) == ["order_recorded"]
    assert verdicts(lines, Print) == ["printed", "not_printed", "printed"]
    assert not any(line.mismatch for line in lines if isinstance(line, DeskAct))
    assert isinstance(lines[-1], Ended)
    assert sorted(with_paper.here()) == ["0000001", "0000002", "0000003", "0000005", "0000006"]


def test_companions_come_with_a_when_all_others_came_and_with_digits_when_not(
    console: FakeConsole, tmp_path: Path
) -> None:
    play(tmp_path)
    assert ["a"] in console.presses
    assert ["2"] in console.presses, "one of three stayed at home: the digit of the one who came"


def test_a_name_is_typed_in_kana_with_the_date_of_birth(console: FakeConsole, tmp_path: Path) -> None:
    play(tmp_path)
    typed = next(keys for keys in console.presses if len(keys) > 4)
    assert "".join(typed) == "ヒト オ 1950-01-05"


def test_reception_is_in_front_again_before_anybody_is_served(console: FakeConsole, tmp_path: Path) -> None:
    play(tmp_path)
    single = [keys[0] for keys in console.presses if len(keys) == 1]
    assert single[:6] == ["f3", "o", "4", "enter", "f2", "a"]


def test_latency_is_from_the_card_to_the_answer(console: FakeConsole, tmp_path: Path) -> None:
    assert console.run_mode == "drill"
    for line in play(tmp_path):
        if isinstance(line, Tap):
            assert line.latency_ms is not None
            assert line.painted_ms is not None
            assert 0 < line.painted_ms <= line.latency_ms < 1000


def test_time_stands_still_until_the_console_is_there(console: FakeConsole, tmp_path: Path) -> None:
    play(tmp_path)
    first, second = console.clocks
    assert (first["epoch"], first["speed"]) == (START.timestamp(), 0)
    assert second["epoch"] == START.timestamp()
    assert second["speed"] == SPEED
    assert second["monotonic"] > first["monotonic"]


def test_the_last_paper_is_kept(with_paper: FakeConsole, tmp_path: Path) -> None:
    play(tmp_path)
    assert len((tmp_path / "roster.txt").read_text().splitlines()) >= len(with_paper.here())
    assert (tmp_path / "roster.png").stat().st_size > 0


@pytest.mark.parametrize("tap", [2, 4, 5])
def test_a_console_that_dies_before_its_answer_is_asked_again(console: FakeConsole, tmp_path: Path, tap: int) -> None:
    console.dies_at_tap = tap
    lines = play(tmp_path)
    assert [type(line) for line in lines if isinstance(line, ConsoleLost | ConsoleBack)] == [ConsoleLost, ConsoleBack]
    assert None in verdicts(lines, Tap), "the tap without an answer is on record"
    assert sorted(console.here()) == ["0000001", "0000002", "0000003", "0000005", "0000006"]
    again = console.clocks[-1]
    assert again["speed"] == SPEED
    assert again == console.clocks[1], "a console that came back gets the same clock"


@pytest.mark.parametrize("key", ["a", "z", "/", "2"])
def test_a_console_that_dies_at_the_keyboard_loses_nobody(console: FakeConsole, tmp_path: Path, key: str) -> None:
    console.dies_at_key = key
    play(tmp_path)
    report = score(tmp_path)
    assert sorted(console.here()) == ["0000001", "0000002", "0000003", "0000005", "0000006"]
    assert (report.checkins_acknowledged, report.lost_acknowledged, report.doubled) == (5, 0, 0)


def test_a_console_that_dies_while_printing_prints_again(with_paper: FakeConsole, tmp_path: Path) -> None:
    with_paper.dies_at_key = "p"
    lines = play(tmp_path)
    assert verdicts(lines, Print) == ["printed", "not_printed", "printed"]
    assert any(isinstance(line, ConsoleBack) for line in lines)


def test_keys_wait_while_a_person_is_typing(
    console: FakeConsole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyboard, "GIVES_WAY", 0.02)
    console.refused_presses = 3
    assert verdicts(play(tmp_path), OrderGiven) == ["order_recorded"]


def test_somebody_else_in_the_first_row_is_a_mismatch(console: FakeConsole, tmp_path: Path) -> None:
    console.mistakes["0000005"] = "0000007"
    lines = play(tmp_path)
    found = [line for line in lines if isinstance(line, ByName)]
    assert (found[0].resident, found[0].shown, found[0].mismatch) == ("0000005", "0000007", True)
    assert score(tmp_path).given_up == 1


def test_the_score_of_a_small_drill(with_paper: FakeConsole, tmp_path: Path) -> None:
    play(tmp_path)
    report = score(tmp_path)
    assert with_paper.taps == report.taps_presented == 6
    assert (report.checkins_acknowledged, report.checkins_in_journal) == (5, 5)
    assert (report.lost_acknowledged, report.doubled, report.mismatches, report.given_up) == (0, 0, 0, 0)
    assert (report.stranded_flagged, report.stranded_true) == (3, 2), "the companion of the last board came later"
    assert report.roster_lines == 5
    assert report.tap_to_feedback_ms.n == 6


def test_the_board_is_on_record_as_it_changes(console: FakeConsole, tmp_path: Path) -> None:
    assert not console.journal
    boards = [line for line in play(tmp_path) if isinstance(line, BoardSeen)]
    assert [sum(len(home.people) for home in board.households) for board in boards][:2] == [7, 6]


def test_a_console_that_does_not_come_is_one_sentence_and_a_line(tmp_path: Path) -> None:
    lay_out(tmp_path, truth())
    with pytest.raises(NoConsoleError, match="no console said hello at the drill link"):
        play(tmp_path, Patience(begin=0.3))
    assert isinstance(read_desk(tmp_path / "desk.jsonl")[-1], Failure)


def test_a_real_console_is_left_alone(console: FakeConsole, tmp_path: Path) -> None:
    console.run_mode = "real"
    with pytest.raises(NotADrillError, match="mode real"):
        play(tmp_path)
    assert console.presses == []


def test_evidence_that_does_not_come_ends_the_drill(console: FakeConsole, tmp_path: Path) -> None:
    console.silent_evidence = True
    with pytest.raises(PlayError, match="did not write its evidence"):
        play(tmp_path, Patience(begin=2, verdict=1, paper=3, evidence=0.2))


def test_an_earlier_play_is_never_written_over(tmp_path: Path) -> None:
    lay_out(tmp_path, truth())
    (tmp_path / "desk.jsonl").touch()
    with pytest.raises(DrillFolderError, match="earlier play"):
        play(tmp_path)


def test_an_act_that_nobody_can_do_ends_the_drill(tmp_path: Path) -> None:
    drill = truth((InjectTruth(at=ORDER, act="dance"),), ())
    with FakeConsole(lay_out(tmp_path, drill), tmp_path), pytest.raises(DrillFolderError, match="dance"):
        play(tmp_path)


def test_a_drill_that_does_not_end_is_overdue(
    console: FakeConsole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyboard, "GIVES_WAY", 0.02)
    console.refused_presses = 1000
    with pytest.raises(PlayError, match="overdue"):
        play(tmp_path, Patience(begin=2, overdue=-0.5))
