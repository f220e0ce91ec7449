"""A4 papers: the same bytes for the same values, every name as written, and a drill marked on every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.a4_papers import FAMILIES, FORMS, frame, judged, named, people, picture_of, roster, text_of
from village_console.papers.a4 import compiling
from village_console.papers.a4.codes import code_values
from village_console.papers.a4.compiling import A4Paper, Composed, compose
from village_console.papers.a4.form import load_form
from village_console.papers.a4.sheet import Card, sheet_paper
from village_console.papers.a4.writing import Gap, written
from village_console.papers.fonts import FontChain, standard_chain
from village_console.paperwork.rosters import Order
from village_console.paperwork.sheets import card_of, known_of
from village_console.register.households import households
from village_console.village.errors import FormIsWrongError, PaperIsNotComposedError
from village_console.village.printed_code import PrintedCode
from village_console.village.run_mode import RunMode, World
from village_console.words import Language, Words

CODE = PrintedCode(RunMode.DRILL, World.SIMULATED, 1, 42, 1234)
VARIANT, LACKING = "葛\U000e0100", "葛\U000e01ef"
"""A form that Noto knows, and one that nobody has registered."""


def kept(composed: Composed, folder: Path) -> Path:
    path = folder / "paper.pdf"
    path.write_bytes(composed.pdf)
    return path


def test_the_same_values_give_the_same_bytes_and_other_values_give_others() -> None:
    once, again, other = compose(roster()), compose(roster()), compose(roster(mode=RunMode.REAL))
    assert once.pdf == again.pdf
    assert once.sha256 == again.sha256 != other.sha256


@pytest.mark.parametrize("order", list(Order))
def test_a_roster_has_everybody_once_in_every_order(order: Order, tmp_path: Path) -> None:
    text = text_of(kept(compose(roster(order)), tmp_path))
    assert sorted(re.findall(r"S1-\d{4}", text)) == [f"S1-{n:04d}" for n in range(1, 13)]
    assert "12人 4世帯" in text


def test_each_order_groups_by_what_people_look_for() -> None:
    headings = {order: [group["heading"] for group in roster(order).values["groups"]] for order in Order}
    assert headings == {
        Order.KANA: ["カ行", "サ行", "タ行", "ヤ行"],
        Order.SETTLEMENT: ["上興部", "中藻", "札滑"],
        Order.HOUSEHOLD: [
            "上興部  佐藤 正一 世帯", "上興部  𠮷田 正一 世帯", "中藻  髙橋 正一 世帯", f"札滑  {FAMILIES[2][0]} 正一 世帯",
        ],
    }  # fmt: skip


def test_in_a_household_the_head_stands_first_and_the_count_says_of_how_many() -> None:
    first = roster(Order.HOUSEHOLD).values["groups"][0]
    assert [row["name"] for row in first["rows"]] == ["佐藤 正一", "佐藤 ハル", "佐藤 健"]
    assert first["count"] == "3人（世帯 3人）"


@pytest.mark.parametrize("mode", list(RunMode))
def test_every_page_says_page_count_moment_and_whether_it_is_a_drill(mode: RunMode, tmp_path: Path) -> None:
    composed = compose(roster(mode=mode, homes=40))
    path = kept(composed, tmp_path)
    mark = {RunMode.REAL: None, RunMode.DRILL: "訓", RunMode.TEST: "試"}[mode]
    assert composed.pages > 3
    for page in range(1, composed.pages + 1):
        text = text_of(path, page)
        assert f"{page}/{composed.pages}" in text.replace(" ", "")
        assert "120人" in text
        assert "令和8年11月3日 18:00 現在" in text
        assert (mark in text) if mark else ("訓" not in text and "試" not in text)


def test_pages_are_counted_as_poppler_counts_them(tmp_path: Path) -> None:
    composed = compose(roster(homes=40))
    said = judged("pdfinfo", kept(composed, tmp_path))
    assert re.search(rf"^Pages:\s+{composed.pages}$", said, re.MULTILINE)
    assert re.search(r"^Page size:.*A4", said, re.MULTILINE)


def test_the_pdf_says_that_it_is_pdf_a_and_holds_all_its_fonts(tmp_path: Path) -> None:
    path = kept(compose(roster()), tmp_path)
    judged("qpdf", "--check", path)
    assert re.search(rb"<pdfaid:part>2</pdfaid:part>.*<pdfaid:conformance>B<", path.read_bytes(), re.DOTALL)
    fonts = [line.split() for line in judged("pdffonts", path).splitlines()[2:]]
    assert fonts
    assert {font[0].partition("+")[2].partition("-")[0] for font in fonts} == {"BIZUDGothic", "NotoSansJP"}
    assert all(font[-5:-2] == ["yes", "yes", "yes"] for font in fonts)


def test_what_pdf_a_asks_for_is_there_and_what_it_forbids_is_not(tmp_path: Path) -> None:
    path, plain = kept(compose(roster()), tmp_path), tmp_path / "plain.pdf"
    judged("qpdf", "--qdf", "--object-streams=disable", path, plain)
    said = plain.read_bytes()
    asked = [b"/OutputIntents", b"/GTS_PDFA1", b"/DestOutputProfile", b"/Metadata", b"/ID ["]
    assert [word for word in asked if word not in said] == []
    forbidden = [b"/Encrypt", b"/JavaScript", b"/JS ", b"/Launch", b"/EmbeddedFiles", b"/LZWDecode", b"/AA "]
    assert [word for word in forbidden if word in said] == []


def test_what_looks_like_markup_stands_on_the_paper_as_it_was_typed(tmp_path: Path) -> None:
    name = '#sys.inputs ] $x$ *b* _i_ \\ "q" `c` //'
    assert "".join(name.split()) in "".join(text_of(kept(compose(named(name)), tmp_path)).split())


def test_a_chosen_form_is_drawn_and_one_that_no_font_has_is_a_geta_that_is_reported(tmp_path: Path) -> None:
    assert compose(named(VARIANT)).gaps == ()
    lacking = compose(named(f"{LACKING}西"))
    assert lacking.gaps == (Gap(LACKING, "S1-0001"),)
    text = text_of(kept(lacking, tmp_path))
    assert "〓西" in text
    assert "葛" not in text
    assert "U+845B U+E01EF" in text
    assert "S1-0001" in text


def test_forms_of_one_character_look_different_on_paper(tmp_path: Path) -> None:
    pictures = [picture_of(kept(compose(named(name)), tmp_path)).tobytes() for name in ("葛", "葛\U000e0101", VARIANT)]
    assert len(set(pictures)) > 1


def test_a_character_of_another_font_is_drawn_by_that_font() -> None:
    chain = standard_chain()
    sans, serif = chain.faces[:2]
    without = type(sans)(sans.family, sans.path, sans.characters - {ord("佐")}, sans.forms)
    drawn = written({"name": "佐藤"}, FontChain([without, serif]))
    assert drawn.values == {"name": [[serif.family, "佐"], [sans.family, "藤"]]}
    assert drawn.gaps == ()


@pytest.mark.parametrize("sign", ["\n", "\x00", "\u202e", "\u200b", "\ue000", "\u0378", "\ufeff"])
def test_what_draws_nothing_or_turns_the_line_about_is_no_part_of_a_name(sign: str) -> None:
    assert written({"id": "S1-1", "name": f"佐{sign}藤"}, standard_chain()).values["name"] == "佐〓藤"


def test_kana_and_sound_mark_become_one_and_a_kanji_keeps_its_own_code() -> None:
    drawn = written({"kana": "か\u3099", "name": "\ufa19"}, standard_chain())
    assert drawn.values == {"kana": "が", "name": "\ufa19"}


def test_a_template_that_is_not_there_is_a_numbered_error() -> None:
    with pytest.raises(PaperIsNotComposedError) as said:
        compose(A4Paper("nothing", "x", frame().at, {}, 0))
    assert said.value.code == "E601"


def test_a_template_cannot_fetch_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "greedy.typ").write_text('#import "@preview/cetz:0.3.0"\n', "utf-8")
    monkeypatch.setattr(compiling, "TEMPLATES", tmp_path)
    with pytest.raises(PaperIsNotComposedError):
        compose(A4Paper("greedy", "x", frame().at, {}, 0))


def test_a_blank_sheet_has_its_code_twice_and_readers_find_both(tmp_path: Path) -> None:
    import zxingcpp

    path = kept(compose(sheet_paper(frame(), load_form(FORMS), [Card(code=CODE)])), tmp_path)
    found = {(str(code.format), code.text) for code in zxingcpp.read_barcodes(picture_of(path, dpi=200))}
    assert {text for _, text in found} == {CODE.digits}
    assert len(found) == 2
    assert " ".join(CODE.groups) in text_of(path)


def test_a_sheet_a_page(tmp_path: Path) -> None:
    composed = compose(sheet_paper(frame(), load_form(FORMS), [Card(code=CODE), Card(), Card()]))
    assert composed.pages == 3
    texts = [text_of(kept(composed, tmp_path), page) for page in (1, 2, 3)]
    assert [" ".join(CODE.groups) in text for text in texts] == [True, False, False]


def test_a_filled_sheet_has_the_person_and_the_others_of_the_household(tmp_path: Path) -> None:
    residents = people(1)
    home = households(residents)[residents[0].household]
    paper = sheet_paper(frame(), load_form(FORMS), [card_of(frame(), residents[0], home, None)])
    text = text_of(kept(compose(paper), tmp_path))
    assert paper.people == 1
    assert [text.count(person.name) for person in residents] == [1, 1, 1]
    assert "昭和15年5月3日" in text


def test_what_the_register_does_not_say_stays_blank() -> None:
    person = people(1)[0]
    assert known_of(frame(), person)["address"] == ""
    assert known_of(frame(), person)["support"] == ""


def test_a_form_says_which_fields_in_which_order(tmp_path: Path) -> None:
    form = tmp_path / "form.toml"
    form.write_text(
        'title = { ja = "名札", en = "Badge" }\nlead = { ja = "", en = "" }\n[[sections]]\ntitle = { ja = "方", en = "You" }\n'
        'fields = [{ label = { ja = "続柄", en = "Relation" }, known = "relation", width = 12 },'
        ' { label = { ja = "氏名", en = "Name" }, known = "name" }, { label = { ja = "印", en = "Seal" } }]\n',
        "utf-8",
    )
    paper = sheet_paper(
        frame(words=Words(Language.ENGLISH)), load_form(form), [Card({"name": "佐藤", "relation": "子"})]
    )
    (section,) = paper.values["cards"][0]["sections"]
    assert [(box["label"], box["value"]) for box in section["fields"]] == [
        ("Relation", "子"),
        ("Name", "佐藤"),
        ("Seal", ""),
    ]
    assert paper.title == "Badge"


@pytest.mark.parametrize(
    ("right", "wrong", "problem", "line"),
    [
        ('known = "birth"', 'known = "birthday"', "wrong_value", 0),
        ("width = 3", "width = 13", "wrong_value", 0),
        ("lines = 2", "line = 2", "wrong_value", 0),
        ("title = {", "title = [", "not_toml", 4),
    ],
)
def test_a_slip_in_a_form_is_answered_with_what_is_wrong(
    right: str, wrong: str, problem: str, line: int, tmp_path: Path
) -> None:
    form = tmp_path / "form.toml"
    text = FORMS.read_text("utf-8")
    assert right in text
    form.write_text(text.replace(right, wrong, 1), "utf-8")
    with pytest.raises(FormIsWrongError) as said:
        load_form(form)
    assert said.value.values["problem"] == problem
    if line:
        assert said.value.values["line"] == line


def test_boxes_that_do_not_fill_a_line_of_the_sheet_are_refused(tmp_path: Path) -> None:
    form = tmp_path / "form.toml"
    form.write_text(FORMS.read_text("utf-8").replace("width = 3", "width = 4", 1), "utf-8")
    with pytest.raises(FormIsWrongError):
        load_form(form)


def test_a_form_that_is_not_there_or_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    for name, problem in (("none.toml", "no_file"), ("bytes.toml", "not_text")):
        with pytest.raises(FormIsWrongError) as said:
            load_form(tmp_path / name)
        assert said.value.values["problem"] == problem


def test_no_code_no_picture() -> None:
    assert code_values(None) is None
