"""Every layout of receipt paper, at every width, in both languages: nothing wider than the paper, drills marked, names whole."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence

import pytest

from device_sim.printers.proof import proof
from village_console.devices.ports import PrinterRecord
from village_console.devices.printers.escpos import encode
from village_console.papers import receipts
from village_console.papers.a4.stranded import Home, Missing, Settlement
from village_console.papers.document import Cut, Document, TextLine
from village_console.papers.receipts.card_slip import CardSlip, card_slip
from village_console.papers.receipts.consent import ConsentLine, ConsentSheet, consent_sheet
from village_console.papers.receipts.needs import MealLine, NeedLine, meal_list, need_list
from village_console.papers.receipts.notice import NoticeLine, notice_list
from village_console.papers.receipts.roster import RosterHead, RosterLine, roster_pages
from village_console.papers.receipts.slip import Slip, code_sheet, slip
from village_console.papers.receipts.stranded import StrandedHead, stranded_pages
from village_console.papers.receipts.visits import VisitHead, VisitLine, visit_sheet
from village_console.village.printed_code import PrintedCode
from village_console.village.run_mode import RunMode, World
from village_console.words import Language, Words

DOTS = {32: 384, 35: 420, 42: 512, 48: 576}
NAME = "勅使河原 髙﨑左衛門尉葛\U000e0100之助"
"""Longer than any line leaves room for, with characters that a printer lacks."""
PLACE, AT = "中央公民館 大集会室", "11/3 18:30"
MISSING = Missing(NAME, "テシガワラ タカサキ", "84歳 男", "要支援")
HOMES = tuple(
    Home(f"{n}", NAME, f"上興部{n}番地", "0158-00-0000", (MISSING, MISSING), ("TVがついていた", "だれも来ていない"))
    for n in range(30)
)
VILLAGE = [Settlement("上興部", HOMES), Settlement("中藻", HOMES[:3])]
Made = Callable[[int, Words, bool], Sequence[Document]]


def code(*, drill: bool) -> PrintedCode:
    mode = (RunMode.DRILL, World.SIMULATED) if drill else (RunMode.REAL, World.PHYSICAL)
    return PrintedCode(*mode, 1, 42, 1234)


LAYOUTS: dict[str, Made] = {
    "roster": lambda columns, words, drill: roster_pages(
        RosterHead(PLACE, AT, drill=drill, people=70, households=9, filter="さ", unnamed=3),
        [RosterLine(f"S1-2-{n:04d}", NAME, "", "104歳", "上興部東", "18:12", "（紙）", "上興部") for n in range(70)],
        columns, words,
    ),
    "slip": lambda columns, words, drill: [
        slip(Slip("S1-2-0129", PLACE, AT, code(drill=drill), NAME), columns, words),
        code_sheet([code(drill=drill)] * 3, PLACE, columns, words),
    ],
    "card_slip": lambda columns, words, drill: [card_slip(CardSlip("S1-2-0129", PLACE, AT, drill), columns, words)],
    "stranded": lambda columns, words, drill: stranded_pages(
        StrandedHead(PLACE, AT, "避難指示 18:00 上興部、中藻", "ほかに TVでは分からない 5世帯", drill), VILLAGE, columns,
        words,
    ),
    "notice": lambda columns, words, drill: [
        notice_list(PLACE, AT, [NoticeLine(NAME, "テシガワラ", "上興部東")], 5, columns, words, drill=drill)
    ],
    "needs": lambda columns, words, drill: [
        need_list(PLACE, AT, [NeedLine("急ぐ", "S1-0001", NAME, "インスリン", "残り 2日", "保健師", "冷蔵")], columns, words,
                  drill=drill),
        meal_list("おにぎり", PLACE, AT, [MealLine("S1-0001", NAME, 2, "そば、えび")], columns, words, drill=drill),
    ],
    "visits": lambda columns, words, drill: [
        visit_sheet(
            VisitHead("消防団 第1班", "避難指示 18:00", AT, stay_inside=True, drill=drill, homes=1),
            [VisitLine("推定", "上興部", "上興部12番地", "0158-00-0000", (NAME,), support=True, why="TV ON 18:00")],
            columns, words,
        )
    ],
    "consent": lambda columns, words, drill: [
        consent_sheet(
            ConsentSheet(PLACE, AT, NAME, "居間のテレビ", "ついているか だけ",
                         [ConsentLine("災害のとき", "ついているか", "2027年3月まで", "30日")], drill),
            columns, words,
        )
    ],
}  # fmt: skip


def made(name: str, columns: int, *, drill: bool, language: Language = Language.JAPANESE) -> Sequence[Document]:
    return LAYOUTS[name](columns, Words(language), drill)


def plain(document: Document) -> str:
    """All text of a paper, without what a layout adds."""
    lines = [line for line in document.lines if isinstance(line, TextLine)]
    return "".join("".join(span.text for span in line.spans) for line in lines).replace(" ", "")


def test_no_layout_is_forgotten_here() -> None:
    assert {module.name for module in pkgutil.iter_modules(receipts.__path__)} == LAYOUTS.keys()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("columns", DOTS)
@pytest.mark.parametrize("name", LAYOUTS)
def test_nothing_is_wider_than_the_paper(name: str, columns: int, language: Language) -> None:
    for document in made(name, columns, drill=True, language=language):
        job = encode(document, PrinterRecord(columns, DOTS[columns]))
        (sheet,) = proof(job.data, DOTS[columns])
        assert max(line.columns for line in document.lines if isinstance(line, TextLine)) <= columns
        assert (sheet.clipped, sheet.refused, sheet.undecodable, job.missing) == (0, (), 0, ())
        assert sheet.text.count("\n") < len(document.lines)


@pytest.mark.parametrize("columns", DOTS)
@pytest.mark.parametrize("name", LAYOUTS)
def test_a_drill_stands_at_both_ends_of_every_paper_and_nothing_of_it_on_a_real_one(name: str, columns: int) -> None:
    for document in made(name, columns, drill=True):
        texts = [span.text for line in document.lines if isinstance(line, TextLine) for span in line.spans if span.text]
        assert texts[0] == "【訓練】"
        assert "【訓練】" in (texts[-1], *texts[len(texts) // 2 :])
    for document in made(name, columns, drill=False):
        assert "訓練" not in plain(document)


@pytest.mark.parametrize("columns", DOTS)
@pytest.mark.parametrize("name", [name for name in LAYOUTS if name != "card_slip"])
def test_a_name_is_whole_at_every_width(name: str, columns: int) -> None:
    documents = made(name, columns, drill=False)
    # a name goes on in the next line of its own cell: the cells beside it stand in between
    letters = [c for c in NAME if c != " "]
    for document in documents[:1]:
        found = iter(plain(document))
        assert all(letter in found for letter in letters)


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_paper_ends_with_its_cut(name: str) -> None:
    for document in made(name, 42, drill=True):
        assert isinstance(document.lines[-1], Cut)
        assert sum(isinstance(line, Cut) for line in document.lines) == 1


def test_the_stranded_list_stands_by_settlement_in_pages_that_say_how_many_there_are() -> None:
    first, second = (plain(page) for page in made("stranded", 48, drill=True))
    assert ("1/2ページ" in first, "2/2ページ" in second) == (True, True)
    assert [text.count(f"{NAME.replace(' ', '')}世帯") for text in (first, second)] == [25, 8]
    assert ("[上興部]" in first, "[中藻]" in first) == (True, False)
    assert second.index("[上興部]") < second.index("[中藻]")


def test_an_empty_board_is_one_page_that_says_so() -> None:
    (page,) = stranded_pages(StrandedHead(PLACE, AT, "", "", drill=True), [], 32, Words())
    assert "0人" in plain(page)
