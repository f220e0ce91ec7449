"""Two shelters with the real program, side by side in a terminal: what a person saw, and what both know in the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.two_shelters.play import DISPUTED, Seen, play
from tests.two_shelters.stage import NAMES, stage
from tests.two_shelters.verdict import Verdict, judge

pytestmark = pytest.mark.integration


@dataclass(frozen=True, slots=True)
class Played:
    seen: Seen
    verdict: Verdict


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder: Path = tmp_path_factory.mktemp("two")
    with stage(folder, fast=True) as made:
        seen = play(made)
        yield Played(seen, judge([made.one, made.two], folder, seen, DISPUTED))


def test_the_table_says_how_old_what_is_known_of_every_shelter_is(played: Played) -> None:
    rows = [line for line in played.seen.table.splitlines() if "番 " in line and "〇" in line]
    assert len(rows) == 2, played.seen.table
    for row, name in zip(rows, NAMES.values(), strict=True):
        assert name in row
        assert row.count("いま") + row.count("分") == 2
    assert "LAN 〇 つながっています" in played.seen.table


def test_a_line_that_is_cut_is_a_word_on_the_page_and_in_the_status_line(played: Played) -> None:
    assert "LANが 切れています" in played.seen.cut
    assert "同期？返事なし" in played.seen.cut


def test_the_same_person_at_both_is_asked_about_and_neither_place_is_chosen_by_the_program(played: Played) -> None:
    assert played.seen.received[1:] == [(1, DISPUTED), (2, DISPUTED)]
    assert "二か所にいる" in played.seen.tray
    assert "居場所の 記録が 食いちがっています" in played.seen.question
    assert f"1 {NAMES[1]}   2 {NAMES[2]}" in played.seen.question


def test_what_one_settled_is_settled_at_the_other_too(played: Played) -> None:
    assert f"いまの所  {NAMES[1]}" in played.seen.settled
    assert "いま 人が決めることは ありません" in played.seen.tray_at_the_other
    assert played.verdict.stands_at == "S1 / S1"


def test_both_know_the_same_and_nobody_who_was_shown_as_received_is_lost(played: Played) -> None:
    assert played.verdict.lost == ()
    assert played.verdict.same_facts
    assert played.verdict.same_rows
    assert played.verdict.passed, str(played.verdict)
