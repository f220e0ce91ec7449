"""The roster on paper: nothing is cut off at any width, and a drill says so at both ends."""

from __future__ import annotations

import pytest

from device_sim.printers.proof import proof
from device_sim.printers.sheet import Sheet
from village_console.devices.printers.escpos import encode
from village_console.papers.document import Cut, Document, Span, TextLine
from village_console.papers.receipts.roster import RosterHead, RosterLine, roster, roster_pages
from village_console.words import Language, Words

WIDTHS = [32, 35, 42, 48]
HEAD = RosterHead("中央公民館", "2026年11月3日 18:30", drill=True, people=2, households=1, filter="")
LINES = [
    RosterLine("S1-0001", "佐藤 正一", "サトウ ショウイチ", "84歳", "上興部", "18:12"),
    RosterLine("S1-0002", "グエン・ティ・ミン・チャウ・ホアン・アイン", "グエン", "28歳", "札久留峠下", "18:20"),
    RosterLine("S1-0003", "葛\U000e0100西 トシ", "カサイ トシ", "", "札滑", "18:21"),
]
WORDS = Words()
RECEIPT = 8
"""Columns of the receipt number."""


def printed(columns: int, head: RosterHead = HEAD, lines: list[RosterLine] = LINES) -> Sheet:
    (sheet,) = proof(encode(roster(head, lines, columns, WORDS)).data)
    return sheet


def squeezed(text: str) -> str:
    """A text without what a layout adds."""
    return "".join(text.split())


@pytest.mark.parametrize("columns", WIDTHS)
def test_no_line_is_wider_than_the_paper(columns: int) -> None:
    document = roster(HEAD, LINES, columns, WORDS)
    assert max(line.columns for line in document.lines if isinstance(line, TextLine)) <= columns
    sheet = printed(columns)
    assert (sheet.clipped, sheet.refused, sheet.undecodable) == (0, (), 0)


@pytest.mark.parametrize("columns", WIDTHS)
def test_everything_about_everybody_is_on_the_paper(columns: int) -> None:
    text = printed(columns).text
    line = LINES[0]
    assert [part for part in (line.receipt, line.name, line.age, line.settlement, line.since) if part not in text] == []
    assert text.count("〓") == printed(columns).inline_images == 1


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_long_name_is_continued_and_never_cut(columns: int) -> None:
    document = roster(HEAD, [LINES[1]], columns, WORDS)
    texts = [span.text for line in document.lines if isinstance(line, TextLine) for span in line.spans]
    name_width = {32: 24, 35: 27, 42: 14, 48: 20}[columns]
    rows = [text for text in texts if text.startswith(("S1-0002", " " * RECEIPT))]
    assert len(rows) > 1
    pieces = "".join(_cell(text, RECEIPT, name_width) for text in rows)
    assert squeezed(LINES[1].name) in squeezed(pieces)


def _cell(text: str, start: int, width: int) -> str:
    """The characters of a printed row that stand in the name's columns."""
    cell, column = "", 0
    for character in text:
        if start <= column < start + width:
            cell += character
        column += 1 if character.isascii() else 2
    return cell


def test_a_wide_paper_has_one_line_for_a_person_and_a_narrow_one_two() -> None:
    alone = [LINES[0]]
    assert len(body(48, alone)) == len(body(42, alone)) == 1
    assert len(body(35, alone)) == len(body(32, alone)) == 2


def body(columns: int, lines: list[RosterLine]) -> list[str]:
    """What stands between the two rules."""
    texts = printed(columns, lines=lines).text.split("\n")
    first, last = (n for n, text in enumerate(texts) if text == "-" * columns)
    return texts[first + 1 : last]


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_drill_is_marked_at_the_head_and_at_the_foot(columns: int) -> None:
    mark = squeezed(WORDS.say("paper.drill"))
    assert mark
    text = squeezed(printed(columns).text)
    assert (text.startswith(mark), text.endswith(mark), text.count(mark)) == (True, True, 2)


def test_what_is_no_drill_is_not_marked_as_one() -> None:
    real = RosterHead(HEAD.shelter, HEAD.at, drill=False, people=2, households=1, filter="")
    assert squeezed(WORDS.say("paper.drill")) not in squeezed(printed(48, real).text)


def test_a_filter_is_named_so_that_nobody_takes_a_part_for_the_whole() -> None:
    filtered = RosterHead(HEAD.shelter, HEAD.at, drill=True, people=1, households=1, filter="上興部")
    assert WORDS.say("roster.paper.filter", words="上興部") in printed(48, filtered).text
    assert WORDS.say("roster.paper.filter", words="上興部") not in printed(48).text


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("language", Language)
def test_a_roster_of_nobody_is_a_paper_too(columns: int, language: Language) -> None:
    document = roster(HEAD, [], columns, Words(language))
    assert document.lines[-1] == Cut()
    assert [line for line in document.lines if line == TextLine((Span("-" * columns),))] != []


def test_cells_of_a_row_stand_at_their_columns_and_run_on_below() -> None:
    document = Document(20)
    document.row(("S1-0001", 8), ("あいうえおかき", 6), ("終", 6))
    assert [line.spans[0].text for line in document.lines if isinstance(line, TextLine)] == [
        "S1-0001 あい  終", "        うえ", "        おか", "        き",
    ]  # fmt: skip


def test_double_text_takes_twice_its_columns() -> None:
    assert (Span("村ab").columns, Span("村ab", double=True).columns) == (4, 8)
    assert TextLine((Span("村"), Span("村", double=True))).columns == 6


@pytest.mark.parametrize("columns", WIDTHS)
def test_whoever_was_entered_later_from_paper_is_marked(columns: int) -> None:
    late = RosterLine("S1-0004", "佐藤 健", "サトウ ケン", "55歳", "上興部", "18:12", WORDS.say("roster.paper.late"))
    assert squeezed("（紙に書いた受付から）") in squeezed(printed(columns, lines=[late]).text)
    assert squeezed("紙に書いた") not in squeezed(printed(columns).text)


@pytest.mark.parametrize(("people", "pages"), [(0, 1), (1, 1), (60, 1), (61, 2), (200, 4)])
def test_a_long_roster_is_several_papers_that_say_which_they_are(people: int, pages: int) -> None:
    lines = [RosterLine(f"S1-{n:04d}", "佐藤 健", "サトウ ケン", "55歳", "上興部", "18:12") for n in range(people)]
    papers = roster_pages(HEAD, lines, 48, WORDS)
    texts = [proof(encode(paper).data)[0].text for paper in papers]
    assert len(texts) == pages
    assert sum(text.count("S1-") for text in texts) == people
    assert [f"{n}/{pages} ページ" in text for n, text in enumerate(texts, start=1)] == [pages > 1] * pages


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_heading_stands_above_those_whom_it_is_about(columns: int) -> None:
    lines = [
        RosterLine("S1-0001", "佐藤 健", "", "55歳", "上興部", "18:12", group="上興部"),
        RosterLine("S1-0002", "佐藤 ハル", "", "82歳", "上興部", "18:12", group="上興部"),
        RosterLine("S1-0003", "中村 明", "", "60歳", "札滑", "18:12", group="札滑"),
    ]
    text = printed(columns, lines=lines).text
    assert text.count("[上興部]") == text.count("[札滑]") == 1
    assert text.index("[上興部]") < text.index("S1-0001") < text.index("[札滑]") < text.index("S1-0003")
