"""Any text can be put on paper: nothing is lost, nothing is too wide, nothing becomes a question mark."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_sim.printers.proof import proof
from device_sim.printers.sheet import Line, Sheet
from village_console.devices.printers.escpos import Job, encode
from village_console.papers.characters import columns_of, native_code
from village_console.papers.document import Align, Document, TextLine, padded_to, wrapped
from village_console.village.names import clusters

DOTS_A_COLUMN = 12
without_haste = settings(deadline=None)
"""The first picture of a character waits for the font to be read."""
IMAGE = re.compile(rb"\x1b\*\x21\x18\x00.{72}", re.DOTALL)


def in_jis(code: int) -> bool:
    """Whether the twin's own table gives the character back."""
    try:
        return len(chr(code).encode("shift_jis")) == 2
    except UnicodeEncodeError:
        return False


JIS = [chr(code) for code in range(0x80, 0x10000) if in_jis(code)]
SINGLE = [chr(code) for code in (*range(0x20, 0x7E), *range(0xFF61, 0xFFA0)) if chr(code) != "\\"]
JAPANESE = st.text(st.sampled_from(JIS) | st.sampled_from(SINGLE), max_size=60)
NAMES = st.text(
    st.sampled_from("髙﨑𠮷\ufa19葛神山田 \u3000\U000e0100\ufe00\u3099がか?〓〇々ー・\\~")
    | st.characters(min_codepoint=0x3000, max_codepoint=0x9FFF)
    | st.characters(exclude_categories=["Cs"]),
    max_size=20,
)
WIDTHS = st.sampled_from([32, 35, 42, 48])


def paper_of(
    text: str, columns: int, *, bold: bool = False, double: bool = False, align: Align = Align.LEFT
) -> Document:
    document = Document(columns)
    document.text(text, bold=bold, double=double, align=align)
    document.cut()
    return document


def printed(job: Job) -> Sheet:
    (sheet,) = proof(job.data)
    return sheet


@given(NAMES | st.text(), st.integers(min_value=2, max_value=60))
def test_wrapped_text_joins_back_to_the_text(text: str, width: int) -> None:
    assert "".join(wrapped(text, width)) == text


@given(NAMES | st.text(), st.integers(min_value=2, max_value=60))
def test_no_line_of_wrapped_text_is_wider_than_asked(text: str, width: int) -> None:
    assert all(columns_of(line) <= width for line in wrapped(text, width))


@given(NAMES | st.text(min_size=1), st.integers(min_value=2, max_value=60))
def test_a_line_is_broken_no_earlier_than_it_must_be(text: str, width: int) -> None:
    lines = wrapped(text, width)
    for line, after in pairwise(lines):
        assert columns_of(line) + columns_of(clusters(after)[0]) > width


@given(NAMES)
def test_a_character_is_never_parted_from_its_selector(text: str) -> None:
    assert [cluster for line in wrapped(text, 2) for cluster in clusters(line)] == clusters(text)


@given(NAMES | st.text())
def test_the_width_of_a_text_is_the_sum_of_its_lines(text: str) -> None:
    assert columns_of(text) == sum(columns_of(line) for line in wrapped(text, 8))


@given(NAMES, st.integers(min_value=0, max_value=60))
def test_padded_text_has_at_least_its_width_and_begins_with_the_text(text: str, width: int) -> None:
    assert columns_of(padded_to(text, width)) == max(width, columns_of(text))
    assert padded_to(text, width).rstrip(" ") == text.rstrip(" ")


@without_haste
@given(NAMES | st.text())
def test_no_character_but_a_question_mark_is_sent_as_one(text: str) -> None:
    job = encode(paper_of(text, 48))
    assert IMAGE.sub(b"", job.data).count(b"?") == text.count("?")


@without_haste
@given(NAMES | st.text(), WIDTHS, st.booleans(), st.booleans(), st.sampled_from(Align))
def test_the_printer_understands_every_byte_and_nothing_runs_over_the_edge(
    text: str, columns: int, bold: bool, double: bool, align: Align
) -> None:
    sheet = printed(encode(paper_of(text, columns, bold=bold, double=double, align=align)))
    assert (sheet.undecodable, sheet.refused, sheet.clipped) == (0, (), 0)
    strips = [strip for strip in sheet.strips if isinstance(strip, Line)]
    widths = [sum(placed.item.across for placed in strip.items) for strip in strips]
    assert max(widths) <= columns * DOTS_A_COLUMN


@without_haste
@given(JAPANESE, WIDTHS)
def test_what_the_printer_has_itself_is_printed_as_it_is_written(text: str, columns: int) -> None:
    job = encode(paper_of(text, columns))
    sheet = printed(job)
    assert sheet.text == "\n".join(wrapped(text, columns))
    assert (sheet.inline_images, job.missing) == (0, ())


@pytest.mark.parametrize("start", range(0, len(JIS), 1000))
def test_every_character_of_jis_x_0208_is_printed_as_itself(start: int) -> None:
    text = "".join(JIS[start : start + 1000])
    assert printed(encode(paper_of(text, 48))).text.replace("\n", "") == text


@without_haste
@given(NAMES | st.text())
def test_every_cluster_is_printed_drawn_or_named_as_missing(text: str) -> None:
    job = encode(paper_of(text, 48))
    drawn = [cluster for cluster in clusters(text) if native_code(cluster) is None]
    sheet = printed(job)
    holes = sheet.text.count("〓") - sheet.inline_images - text.count("〓")
    assert sheet.inline_images + holes == len(drawn)
    assert 0 <= holes <= len(job.missing) <= len(drawn)
    assert set(job.missing) <= set(drawn)


@given(st.text(st.sampled_from("神\ufa19が\u304b\u3099葛\U000e0100Å\u212b\u00c5ﾊﾞ"), max_size=12))
def test_no_name_is_normalised_on_its_way_to_the_paper(text: str) -> None:
    lines = [line for line in paper_of(text, 48).lines if isinstance(line, TextLine)]
    assert "".join(span.text for line in lines for span in line.spans) == text
