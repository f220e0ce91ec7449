"""The evening drill from end to end: what the desk was shown, what the journal holds, what was true."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.drills.conftest import Played

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600)]

PROMISED = {
    "residents", "households", "taps_presented", "checkins_acknowledged", "checkins_in_journal", "lost_acknowledged",
    "stranded_flagged", "stranded_true", "stranded_precision", "stranded_recall", "tap_to_feedback_ms", "roster_lines",
    "run_mode", "world", "seed",
}  # fmt: skip


def arrivals(drill: Played) -> set[str]:
    """Who comes to the shelter, by the truth."""
    return {person for line in drill.lines("truth.jsonl") if line["truth"] == "party" for person in line["people"]}


def received(drill: Played) -> list[str]:
    """Register numbers of everybody whom the journal holds as received."""
    facts = drill.lines("evidence.jsonl")
    return [fact["resident"] for fact in facts if fact["kind"] == "EvacueeReceived" and not fact["void"]]


def town(drill: Played, name: str) -> list[dict[str, str]]:
    """One of the town's files."""
    with (drill.folder / "town" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def handed_out(drill: Played) -> list[dict[str, Any]]:
    """Who is given a card of the desk's own, by the truth."""
    return [line for line in drill.lines("truth.jsonl") if line.get("act") == "hand_card"]


def kept_by_the_console(drill: Played) -> list[Path]:
    """What the console wrote for others to read."""
    return [drill.folder / name for name in ("evidence.jsonl", "roster.txt")]


def test_a_drill_ends_well_and_leaves_what_it_promises(evening: Played) -> None:
    assert evening.status == 0, evening.stderr
    promised = ["truth.jsonl", "evidence.jsonl", "report.md", "report.json", "roster.txt", "roster.png"]
    assert [name for name in promised if not (evening.folder / name).stat().st_size] == []
    assert PROMISED - set(evening.report) == set()
    assert set(evening.report["tap_to_feedback_ms"]) >= {"p50", "p95", "p99"}


def test_progress_goes_to_stderr_and_results_to_stdout(evening: Played) -> None:
    assert "arrived" in evening.stderr
    assert "arrived" not in evening.stdout
    assert str(evening.folder / "report.md") in evening.stdout


def test_everybody_who_came_is_in_the_journal_once(evening: Played) -> None:
    assert sorted(received(evening)) == sorted(arrivals(evening))
    report = evening.report
    assert (report["lost_acknowledged"], report["doubled"], report["mismatches"], report["given_up"]) == (0, 0, 0, 0)
    assert report["checkins_acknowledged"] == report["checkins_in_journal"] == len(arrivals(evening))


def test_the_roster_that_came_out_of_the_printer_names_everybody_in_the_journal(evening: Played) -> None:
    text = (evening.folder / "roster.txt").read_text("utf-8")
    receipts = {fact["fact"]["receipt"] for fact in evening.lines("evidence.jsonl")
                if fact["kind"] == "EvacueeReceived" and not fact["void"]}  # fmt: skip
    printed = {line.split()[0] for line in text.splitlines() if line.startswith("S1-")}
    assert printed == receipts
    assert evening.report["roster_lines"] == len(receipts)
    assert text.startswith("【訓練】")
    assert "?" not in text


def test_the_board_is_the_rule_of_the_document_recomputed_from_the_truth(evening: Played) -> None:
    order_at = datetime.fromisoformat(evening.lines("truth.jsonl")[0]["order_at"])
    on: dict[str, bool] = {}
    for line in evening.lines("truth.jsonl"):
        if line["truth"] == "tv" and line["kind"] == "power" and datetime.fromisoformat(line["at"]) <= order_at:
            on[line["household"]] = line["value"] == "on"
    agreed = {row["世帯番号"] for row in town(evening, "televisions.csv") if row["同意_災害"] == "あり"}
    here = set(received(evening))
    expected = {
        row["住民番号"]
        for row in town(evening, "residents.csv")
        if row["世帯番号"] in agreed and on.get(row["世帯番号"]) and row["住民番号"] not in here
    }
    boards = [line for line in evening.lines("desk.jsonl") if line["kind"] == "board"]
    shown = {person for home in boards[-1]["households"] for person in home["people"]}
    assert shown == expected
    assert evening.report["stranded_flagged"] == len(expected)


def test_every_fact_says_that_it_was_a_drill_with_simulated_devices(evening: Played) -> None:
    facts = evening.lines("evidence.jsonl")
    assert {(fact["mode"], fact["world"]) for fact in facts} == {("drill", "simulated")}
    assert {fact["understood"] for fact in facts} == {True}
    assert evening.report["run_mode"] == "drill"
    assert evening.report["world"] == "simulated"


def test_no_card_number_and_nothing_of_a_household_without_consent_is_kept(evening: Played) -> None:
    refused = {row["端末番号"] for row in town(evening, "televisions.csv") if row["同意_災害"] == "なし"}
    facts: list[dict[str, Any]] = evening.lines("evidence.jsonl")
    asked = {fact["fact"]["television"].rpartition("/")[2] for fact in facts if fact["kind"] == "TvEvidenceGiven"}
    assert refused
    assert asked & refused == set()
    bound = [fact for fact in facts if fact["kind"] == "CardBound"]
    assert {tuple(sorted(fact["fact"])) for fact in bound} == {("kind", "resident", "shelter")}
    numbers = [line["serial"].encode() for line in handed_out(evening)]
    assert [
        file.name for file in kept_by_the_console(evening) for number in numbers if number in file.read_bytes()
    ] == []


def test_every_card_of_the_desk_was_given_to_the_person_it_was_meant_for(evening: Played) -> None:
    """And each was tapped once more afterwards: the console knew it by then."""
    meant = [line["resident"] for line in handed_out(evening)]
    assert len(meant) == 6
    facts = evening.lines("evidence.jsonl")
    numbers = {fact["subject"]: fact["resident"] for fact in facts if fact["kind"] == "ResidentListed"}
    bound = [fact for fact in facts if fact["kind"] == "CardBound" and fact["fact"]["shelter"] == "S1"]
    assert [numbers[fact["fact"]["resident"]] for fact in bound] == meant
    assert {fact["fact"]["kind"] for fact in bound} == {"felica", "mifare"}
    acts = [line for line in evening.lines("desk.jsonl") if line.get("inject") == "hand_card"]
    assert [line["verdict"] for line in acts if line["kind"] in ("tap", "card_given")] == [
        "unknown_card", "bound_and_received", "already_here",
    ] * len(meant)  # fmt: skip


def test_three_kills_in_a_running_queue_lose_nobody_and_double_nobody(unplugged: Played) -> None:
    assert unplugged.status == 0, unplugged.stderr
    assert "3回 kill -9" in unplugged.stdout
    assert sorted(received(unplugged)) == sorted(arrivals(unplugged))
    report = unplugged.report
    assert (report["lost_acknowledged"], report["doubled"]) == (0, 0)


def test_the_same_seed_gives_the_same_truth_and_the_same_totals(evening: Played, unplugged: Played) -> None:
    truth = [Path(drill.folder / "truth.jsonl").read_bytes() for drill in (evening, unplugged)]
    assert truth[0] == truth[1]
    totals = ("residents", "households", "parties", "checkins_acknowledged", "checkins_in_journal", "stranded_flagged",
              "stranded_true", "stranded_precision", "stranded_recall", "roster_lines")  # fmt: skip
    assert {key: evening.report[key] for key in totals} == {key: unplugged.report[key] for key in totals}
