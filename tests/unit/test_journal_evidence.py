"""The evidence of a drill: every fact on a line of its own, whole or not at all."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.town import HARU, received, registered
from village_console.journal.evidence import export_evidence
from village_console.journal.journal import Journal
from village_console.journal.undo import take_back
from village_console.register.facts import CardBound
from village_console.village.ids import Operator, ResidentId

if TYPE_CHECKING:
    from tests.conftest import HandClock, JournalMaker
LISTED = registered(HARU, "葛\U000e0100西 ハル", kana="カサイ ハル")


def number_of(subject: str) -> str | None:
    return {HARU: "0000002"}.get(ResidentId(subject))


@pytest.fixture
def export(tmp_path: Path) -> Callable[[Journal], list[dict[str, Any]]]:
    """Export and read back."""

    def exported(journal: Journal) -> list[dict[str, Any]]:
        path = tmp_path / "evidence.jsonl"
        count = export_evidence(journal, path, number_of)
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        assert len(lines) == count
        return lines

    return exported


Export = Callable[[Journal], list[dict[str, Any]]]


def test_a_line_holds_the_envelope_and_the_fact_in_clear(journal: Journal, clock: HandClock, export: Export) -> None:
    clock.advance(milliseconds=5)
    written = journal.append(received(), Operator("tanaka"), "reception/1")
    assert export(journal) == [
        {
            "kind": "EvacueeReceived", "subject": HARU, "dev": written.dev, "inc": written.inc, "seq": 1,
            "hlc": written.hlc, "wall": "2026-11-03T18:02:11.005000+09:00", "by": "tanaka", "via": "reception/1",
            "mode": "drill", "world": "simulated", "understood": True, "hash": written.hash, "prev": [], "void": False,
            "fact": {"shelter": "S1", "receipt": "S1-0001", "path": "card", "at": None}, "resident": "0000002",
        }
    ]  # fmt: skip


def test_a_name_is_exported_as_it_was_given(journal: Journal, export: Export) -> None:
    journal.append(LISTED)
    assert export(journal)[0]["fact"]["name"] == "葛\U000e0100西 ハル"


def test_what_was_taken_back_is_void_and_what_took_it_back_is_not(journal: Journal, export: Export) -> None:
    stay = journal.append(received())
    taken = take_back(journal, stay.hash, "slip")
    assert taken is not None
    assert [(line["kind"], line["void"]) for line in export(journal)] == [
        ("EvacueeReceived", True), ("FactTakenBack", False),
    ]  # fmt: skip
    take_back(journal, taken.hash, "not a slip")
    assert [(line["kind"], line["void"]) for line in export(journal)] == [
        ("EvacueeReceived", False), ("FactTakenBack", True), ("FactTakenBack", False),
    ]  # fmt: skip


def test_only_facts_about_residents_bear_a_residents_number(journal: Journal, export: Export) -> None:
    journal.append(received())
    journal.append(CardBound(subject="card:my_number-00", resident=HARU, kind="my_number"))
    assert [line.get("resident") for line in export(journal)] == ["0000002", None]


def test_a_line_says_what_it_was_built_upon(journal: Journal, export: Export) -> None:
    stay = journal.append(received())
    take_back(journal, stay.hash, "slip")
    assert [line["prev"] for line in export(journal)] == [[], [stay.hash]]


def test_a_fact_that_is_not_understood_is_counted_and_named(make_journal: JournalMaker, export: Export) -> None:
    journal = make_journal()
    journal.append(LISTED)
    journal.close()
    with make_journal.connect() as connection:
        connection.execute("UPDATE facts SET sealed = x''")
    (line,) = export(make_journal())
    assert (line["kind"], line["seq"], line["understood"]) == ("ResidentListed", 1, False)
    assert {"hash", "void", "fact", "resident"}.isdisjoint(line)


def test_an_empty_journal_is_an_empty_file(journal: Journal, export: Export) -> None:
    assert export(journal) == []


def test_exporting_is_a_look_and_says_when_it_is_in_place(journal: Journal, export: Export) -> None:
    journal.append(received())
    export(journal)
    about = "evidence.jsonl 1"
    assert [(look.act, look.about) for look in journal.looks()] == [("exported", about), ("stored", about)]


def test_an_export_that_failed_was_begun_and_is_not_in_place(journal: Journal, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        export_evidence(journal, tmp_path / "no such folder" / "evidence.jsonl", number_of)
    assert [look.act for look in journal.looks()] == ["exported"]


def test_nobody_else_can_read_an_export(journal: Journal, tmp_path: Path) -> None:
    export_evidence(journal, tmp_path / "evidence.jsonl", number_of)
    assert stat.S_IMODE((tmp_path / "evidence.jsonl").stat().st_mode) == 0o600


def test_a_failed_export_leaves_the_earlier_one_whole(journal: Journal, tmp_path: Path) -> None:
    path = tmp_path / "evidence.jsonl"
    journal.append(received())
    export_evidence(journal, path, number_of)
    before = path.read_bytes()
    journal.append(LISTED)

    def no_register(subject: str) -> str | None:
        raise LookupError(subject)

    with pytest.raises(LookupError):
        export_evidence(journal, path, no_register)
    assert path.read_bytes() == before
