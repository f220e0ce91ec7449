"""The after-action report as people read it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from device_sim.drill.after_action import after_action
from device_sim.drill.check_ins import CheckIns
from device_sim.drill.desk_lines import Acknowledged, Begun, BoardSeen, DeskLine, Ended, Tap
from device_sim.drill.link_words import PresumedHome
from device_sim.drill.presumptions import Presumptions, Why
from device_sim.drill.record import Fact, Record
from device_sim.drill.report import Report
from device_sim.drill.score import score
from device_sim.drill.timeline import timeline
from device_sim.drill.truth_lines import TvTruth
from tests.small_drill import ORDER, START, after, truth


def tap(resident: str, minutes: float) -> Tap:
    shown = (Acknowledged(resident, f"f{resident}", "S1-0001"),)
    return Tap(
        at=after(minutes), presented=1.0, heard=1.1, painted=1.05, latency_ms=100.0, painted_ms=50.0,
        verdict="received", resident=resident, acknowledged=shown,
    )  # fmt: skip


def seen(minutes: float, *homes: PresumedHome) -> BoardSeen:
    return BoardSeen(at=after(minutes), households=homes)


def home(number: str, *people: str) -> PresumedHome:
    return PresumedHome(household=number, people=people)


BEGUN = Begun(
    at=START,
    scenario="小さな訓練",
    seed=3,
    speed=60,
    run_mode="drill",
    world="simulated",
    received=0,
    people_watch=False,
)
ENDED = Ended(at=after(15), tv_published=4, tv_acknowledged=4, real_seconds=20.0)
DESK: tuple[DeskLine, ...] = (
    BEGUN,
    seen(1, home("H0001", "0000001", "0000002"), home("H0002", "0000003", "0000004")),
    tap("0000001", 5),
    tap("0000003", 6),
    seen(7, home("H0001", "0000002"), home("H0002", "0000004")),
    ENDED,
)


def tv(household: str, value: str, minutes: float) -> TvTruth:
    return TvTruth(household=household, device=f"stb-{household}", at=after(minutes), kind="power", value=value)


def record(desk: tuple[DeskLine, ...] = DESK, **more: Any) -> Record:
    facts = tuple(Fact(kind="EvacueeReceived", hash=f"f{n}", resident=n) for n in ("0000001", "0000003"))
    return replace(Record(truth(), desk, facts, ("S1-0001 x",), frozenset()), **more)


def written(of: Record) -> str:
    check_ins, presumptions = CheckIns.of(of), Presumptions.of(of)
    return after_action(of, Report.of(of, check_ins, presumptions), check_ins, presumptions)


def test_the_drill_banner_stands_at_the_top_and_at_the_foot() -> None:
    lines = written(record()).strip().splitlines()
    assert "／／訓練／／" in lines[0]
    assert lines[0] == lines[-1]


def test_every_part_is_there_in_its_order() -> None:
    titles = [line[3:] for line in written(record()).splitlines() if line.startswith("## ")]
    assert titles == [
        "概要", "数値と そのよりどころ", "5分ごとの経過", "見落とした世帯", "いないのに推定した世帯", "受付の食いちがい",
        "改善すること", "Summary",
    ]  # fmt: skip


def test_the_timeline_has_five_minutes_a_row() -> None:
    moments = timeline(record())
    assert [moment.at - START for moment in moments] == [timedelta(minutes=m) for m in (0, 5, 10, 15, 20)]
    assert [moment.arrived for moment in moments] == [0, 0, 2, 5, 5]
    assert [moment.checked_in for moment in moments] == [0, 0, 1, 2, 2]
    assert [moment.presumed for moment in moments] == [None, None, 4, 2, 2]
    assert [moment.stranded for moment in moments] == [None, 7, 2, 2, 2]


def test_a_drill_that_was_cut_short_has_a_timeline_to_its_planned_end() -> None:
    assert timeline(record((BEGUN,)))[-1].at == after(15)


def test_a_missed_household_says_why() -> None:
    events = (tv("H0003", "off", -3),)
    assert Presumptions.of(record()).missed[0].why is Why.NO_TELEVISION
    off = record(truth=replace(truth(), tvs=events))
    assert Presumptions.of(off).missed[0].why is Why.OFF
    refusing = replace(off, refusing=frozenset({"H0003"}))
    assert Presumptions.of(refusing).missed[0].why is Why.NO_CONSENT
    unheard = record(truth=replace(truth(), tvs=(*events, tv("H0003", "on", -1), tv("H0003", "off", 1))))
    assert Presumptions.of(unheard).missed[0].why is Why.NOT_HEARD
    assert "| H0003 | 人 0000007 | 発令時 テレビは消えていた |" in written(off)


def test_a_household_that_was_presumed_wrongly_says_where_its_people_were() -> None:
    wrong = Presumptions.of(record()).wrong
    assert [(item.household, item.people, item.destinations) for item in wrong] == [("H0001", 1, ("shelter",))]
    assert "| H0001 | 1 | 避難所 |" in written(record())


def test_without_a_board_nothing_is_said_to_be_missed() -> None:
    text = written(record((BEGUN, ENDED)))
    assert text.count("逃げ遅れの一覧は 一度も表示されなかった。") == 2
    assert "推定 不明, 実際 2, 適合率 不明, 再現率 不明" in text


def test_without_evidence_nothing_is_said_of_the_journal() -> None:
    text = written(record(evidence=None))
    assert "evidence.jsonl がないため" in text
    assert "the journal holds unknown" in text


def test_who_was_lost_or_doubled_is_named_by_number() -> None:
    twice = tuple(Fact(kind="EvacueeReceived", hash=h, resident="0000001") for h in ("f0000001", "other"))
    text = written(record(evidence=twice))
    assert "記録にない: 0000003" in text
    assert "二重: 0000001" in text


def test_what_to_improve_is_left_blank_for_owner_and_date() -> None:
    assert written(record()).count("|  |  |  |") == 3


def test_the_summary_is_in_english() -> None:
    text = written(record())
    assert "precision 0.5, recall 0.5" in text
    assert "p50 100.0 ms" in text


@pytest.mark.parametrize("consent", ["なし", "あり"])
def test_consent_comes_from_the_towns_file_where_it_is(tmp_path: Path, consent: str) -> None:
    (tmp_path / "truth.jsonl").write_bytes(replace(truth(), tvs=(tv("H0003", "off", -3),)).encoded())
    line: dict[str, Any] = {"kind": "board", "at": ORDER.isoformat(), "households": []}
    (tmp_path / "desk.jsonl").write_text(json.dumps(line) + "\n")
    (tmp_path / "town").mkdir()
    (tmp_path / "town" / "televisions.csv").write_text(f"世帯番号,同意_災害\nH0003,{consent}\n", "utf-8-sig")
    score(tmp_path)
    expected = "視聴ログ利用の同意なし" if consent == "なし" else "発令時 テレビは消えていた"
    row = next(line for line in (tmp_path / "report.md").read_text().splitlines() if line.startswith("| H0003"))
    assert expected in row
