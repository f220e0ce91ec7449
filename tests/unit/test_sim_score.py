"""The score of folders written by hand: who is in, who was lost, what nobody knows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from device_sim.drill.figures import Hits, Spread
from device_sim.drill.play_errors import DrillFolderError
from device_sim.drill.report import Report
from device_sim.drill.score import score
from tests.small_drill import START, truth

Line = dict[str, Any]
Folder = Callable[..., Path]

BEGUN: Line = {
    "kind": "begun", "scenario": "小さな訓練", "seed": 3, "speed": 60, "run_mode": "drill", "world": "simulated",
    "received": 0, "people_watch": False,
}  # fmt: skip
ENDED: Line = {"kind": "ended", "tv_published": 9, "tv_acknowledged": 8, "real_seconds": 20.5}


def act(kind: str, verdict: str | None, resident: str | None = None, **more: Any) -> Line:
    """A line of desk.jsonl, acknowledging `resident` where the verdict does."""
    welcome = verdict in ("received", "already_here")
    people = [{"resident": resident, "fact": more.pop("hash", None)}] if welcome else []
    latency = None if verdict is None else 20.0
    return {
        "kind": kind, "presented": 1.0, "heard": 1.02, "painted": 1.01, "latency_ms": latency, "painted_ms": latency,
        "verdict": verdict, "resident": resident, "acknowledged": people,
    } | more  # fmt: skip


def board(**homes: list[str]) -> Line:
    return {"kind": "board", "households": [{"household": home, "people": people} for home, people in homes.items()]}


def received(resident: str, fact: str = "", *, void: bool = False) -> Line:
    return {
        "hash": fact or f"f{resident}",
        "kind": "EvacueeReceived",
        "subject": "s",
        "void": void,
        "resident": resident,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    def write(desk: list[Line], evidence: list[Line] | None = None, roster: str | None = None) -> Path:
        (tmp_path / "truth.jsonl").write_bytes(truth().encoded())
        timed = [{"at": (START + timedelta(minutes=n)).isoformat()} | line for n, line in enumerate(desk)]
        (tmp_path / "desk.jsonl").write_text("".join(json.dumps(line) + "\n" for line in timed))
        if evidence is not None:
            (tmp_path / "evidence.jsonl").write_text("".join(json.dumps(line) + "\n" for line in evidence))
        if roster is not None:
            (tmp_path / "roster.txt").write_text(roster)
        return tmp_path

    return write


def test_what_the_desk_was_shown_and_what_the_journal_holds_are_joined(folder: Folder) -> None:
    desk = [BEGUN, act("tap", "received", "1", hash="f1"), act("by_name", "already_here", "2"), ENDED]
    report = score(folder(desk, [received("1"), received("2"), {"kind": "Other"}]))
    assert (report.checkins_acknowledged, report.checkins_in_journal) == (2, 2)
    assert (report.lost_acknowledged, report.doubled) == (0, 0)
    assert (report.run_mode, report.world, report.speed, report.seed) == ("drill", "simulated", 60, 3)
    assert (report.tv_published, report.tv_acknowledged, report.real_seconds) == (9, 8, 20.5)
    assert report.started == START
    assert report.verdicts == {"already_here": 1, "received": 1}


def test_somebody_who_was_shown_and_not_written_is_lost(folder: Folder) -> None:
    desk = [act("tap", "received", "1", hash="f1"), act("tap", "received", "2", hash="f2")]
    assert score(folder(desk, [received("1")])).lost_acknowledged == 1


def test_a_void_check_in_is_none(folder: Folder) -> None:
    report = score(folder([act("tap", "received", "1", hash="f1")], [received("1", void=True)]))
    assert (report.checkins_in_journal, report.lost_acknowledged) == (0, 1)


def test_a_shown_fact_that_the_journal_does_not_hold_is_lost_though_the_person_is_in(folder: Folder) -> None:
    report = score(folder([act("tap", "received", "1", hash="gone")], [received("1", "f9")]))
    assert (report.checkins_in_journal, report.lost_acknowledged) == (1, 1)


def test_an_order_that_was_shown_and_not_written_is_lost(folder: Folder) -> None:
    assert score(folder([act("order", "order_recorded", fact="order")], [])).lost_acknowledged == 1


def test_two_check_ins_that_stand_are_doubled(folder: Folder) -> None:
    report = score(folder([], [received("1"), received("1", "f2"), received("2"), received("2", "f3", void=True)]))
    assert report.doubled == 1


def test_who_was_taken_back_is_not_acknowledged_until_received_again(folder: Folder) -> None:
    tap, undo = act("tap", "received", "1", hash="f1"), act("undo", "undone", "1", shown="1")
    evidence = [received("1", void=True)]
    report = score(folder([tap, undo], evidence))
    assert (report.checkins_acknowledged, report.lost_acknowledged) == (0, 0)
    again = act("tap", "received", "1", hash="f2")
    report = score(folder([tap, undo, again], [*evidence, received("1", "f2")]))
    assert (report.checkins_acknowledged, report.lost_acknowledged, report.doubled) == (1, 0, 0)


def test_when_the_console_takes_back_somebody_else_it_is_that_person_who_is_out(folder: Folder) -> None:
    desk = [
        act("tap", "received", "1"),
        act("tap", "received", "2"),
        act("undo", "undone", "2", shown="1", mismatch=True),
    ]
    report = score(folder(desk, [received("2"), received("1", void=True)]))
    assert (report.checkins_acknowledged, report.lost_acknowledged, report.mismatches) == (1, 0, 1)


def test_companions_are_acknowledged_too(folder: Folder) -> None:
    people = [{"resident": "2", "fact": "f2"}, {"resident": "3", "fact": "f3"}]
    desk = [act("companions", "companions_received", asked=["2", "3"]) | {"acknowledged": people}]
    assert score(folder(desk, [received("2"), received("3")])).checkins_acknowledged == 2


def test_without_evidence_the_journal_is_not_known(folder: Folder) -> None:
    report = score(folder([act("tap", "received", "1", hash="f1")]))
    assert report.checkins_acknowledged == 1
    assert (report.checkins_in_journal, report.lost_acknowledged, report.doubled) == (None, None, None)


def test_the_last_board_counts(folder: Folder) -> None:
    report = score(folder([board(H0001=["0000001"]), board(H0002=["0000004"], H0001=["0000001", "0000002"])], []))
    assert (report.stranded_flagged, report.stranded_true) == (3, 2)
    assert (report.stranded_precision, report.stranded_recall) == (0.3333, 0.5)
    assert report.stranded_households == Hits(flagged=2, true=2, precision=0.5, recall=0.5)


def test_an_empty_board_has_no_precision(folder: Folder) -> None:
    report = score(folder([board()], []))
    assert (report.stranded_flagged, report.stranded_precision, report.stranded_recall) == (0, None, 0.0)


def test_a_board_that_was_never_seen_is_not_known(folder: Folder) -> None:
    report = score(folder([], []))
    assert (report.stranded_flagged, report.stranded_precision, report.stranded_recall) == (None, None, None)


def test_no_denominator_is_none_and_never_zero() -> None:
    assert Hits.of(set(), set()) == Hits(flagged=0, true=0, precision=None, recall=None)
    assert Hits.of(None, {"1"}) == Hits(flagged=None, true=1, precision=None, recall=None)
    assert Spread.of([]) == Spread(p50=None, p95=None, p99=None, n=0)


def test_percentiles_are_measured_values() -> None:
    assert Spread.of([float(n) for n in range(100, 0, -1)]) == Spread(p50=50, p95=95, p99=99, n=100)
    assert Spread.of([7.04]) == Spread(p50=7.0, p95=7.0, p99=7.0, n=1)


def test_an_act_without_an_answer_is_counted_and_not_measured(folder: Folder) -> None:
    report = score(folder([act("tap", None, "1"), act("tap", "received", "1")], [received("1")]))
    assert report.taps_presented == 2
    assert report.verdicts == {"no_answer": 1, "received": 1}
    assert report.tap_to_feedback_ms == Spread(p50=20.0, p95=20.0, p99=20.0, n=1)


@pytest.mark.parametrize(
    ("roster", "lines"),
    [
        (None, None),
        ("", 0),
        ("避難者名簿\nS1-0001  山田\n  S1-0129 鈴木\n計 S1-0001\nS1- x\n", 2),
    ],
)
def test_people_on_paper_are_lines_with_a_receipt_number(folder: Folder, roster: str | None, lines: int | None) -> None:
    assert score(folder([], [], roster)).roster_lines == lines


def test_a_drill_that_was_cut_short_has_no_end(folder: Folder) -> None:
    report = score(folder([BEGUN, {"kind": "failure", "why": "the lights went out"}]))
    assert (report.ended, report.real_seconds, report.tv_published) == (None, None, None)


def test_the_report_is_on_disk_as_it_was_returned(folder: Folder) -> None:
    place = folder([BEGUN, act("tap", "received", "1"), ENDED], [received("1")])
    report = score(place)
    written = json.loads((place / "report.json").read_text())
    assert set(written) == set(Report.__struct_fields__)
    assert written["checkins_acknowledged"] == report.checkins_acknowledged
    assert datetime.fromisoformat(written["started"]) == START


def test_scoring_twice_gives_the_same(folder: Folder) -> None:
    place = folder([BEGUN, act("tap", "received", "1"), board(H0001=["0000001"]), ENDED], [received("1")])
    score(place)
    first = (place / "report.json").read_bytes(), (place / "report.md").read_bytes()
    score(place)
    assert first == ((place / "report.json").read_bytes(), (place / "report.md").read_bytes())


def test_a_drill_that_was_not_played_cannot_be_scored(folder: Folder) -> None:
    place = folder([])
    (place / "desk.jsonl").unlink()
    with pytest.raises(DrillFolderError, match="was not played"):
        score(place)


@pytest.mark.parametrize("name", ["desk.jsonl", "evidence.jsonl", "truth.jsonl"])
def test_a_file_that_is_not_what_it_should_be_is_one_sentence(folder: Folder, name: str) -> None:
    place = folder([], [])
    (place / name).write_text('{"kind":17}\n')
    with pytest.raises(DrillFolderError, match=name):
        score(place)
