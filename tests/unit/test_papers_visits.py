"""The sheet of a team: every home with its people, boxes to tick, the mark of a drill, on wide and on narrow paper."""

from __future__ import annotations

import pytest

from village_console.papers.document import Document, TextLine
from village_console.papers.receipts.visits import VisitHead, VisitLine, visit_sheet
from village_console.words import Language, Words

HEAD = VisitHead("第2班", "避難指示 18:00", "2026-11-03 18:14", stay_inside=False, drill=True, homes=2)
LINES = [
    VisitLine("推定", "上藻", "上藻27番地", "0158-00-2701", ("山﨑 トミ子 さん",), support=True, why="TV 入"),
    VisitLine("要救助", "東興", "東興3番地", "", ("𠮷田 清 さん", "𠮷田 幸子 さん"), support=False, why="TV 切"),
]


def text(paper: Document) -> list[str]:
    return ["".join(span.text for span in line.spans) for line in paper.lines if isinstance(line, TextLine)]


@pytest.mark.parametrize("columns", [32, 48])
@pytest.mark.parametrize("language", Language)
def test_no_line_is_wider_than_the_paper_and_nobody_is_left_out(columns: int, language: Language) -> None:
    paper = visit_sheet(HEAD, LINES, columns, Words(language))
    assert all(line.columns <= columns for line in paper.lines if isinstance(line, TextLine))
    whole = "".join(text(paper)).replace(" ", "")
    assert all(name.replace(" ", "") in whole for line in LINES for name in line.names)


def test_each_home_has_its_number_its_boxes_and_the_mark_of_who_needs_support() -> None:
    lines = text(visit_sheet(HEAD, LINES, 48, Words()))
    assert [line for line in lines if line[:2] in ("1.", "2.")] == ["1. 上藻  推定", "2. 東興  要救助"]
    assert sum("[ ]会えた" in line for line in lines) == 2
    assert sum("避難行動要支援" in line for line in lines) == 1


@pytest.mark.parametrize("drill", [True, False])
def test_a_drill_is_marked_at_the_top_and_at_the_foot(drill: bool) -> None:
    head = VisitHead("第1班", "", "", stay_inside=False, drill=drill, homes=0)
    assert sum("訓練" in line for line in text(visit_sheet(head, [], 48, Words()))) == 2 * drill


@pytest.mark.parametrize("stay_inside", [True, False])
def test_at_level_five_the_sheet_says_so_in_large_print(stay_inside: bool) -> None:
    head = VisitHead("第1班", "", "", stay_inside=stay_inside, drill=False, homes=0)
    paper = visit_sheet(head, [], 48, Words())
    large = [line for line in paper.lines if isinstance(line, TextLine) and line.spans[0].double]
    assert any("外に出ない" in line.spans[0].text for line in large) is stay_inside
