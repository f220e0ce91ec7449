"""At any pace of a scanner a code is a code, at any pace of fingers it is typing, and no stroke is lost or doubled."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from village_console.tui.wedge import Heard, Refused, Scanned, Stroke, Typing, Wedge
from village_console.village.printed_code import NONCES, SERIALS, PrintedCode
from village_console.village.run_mode import RunMode, World

PURPOSE = (RunMode.REAL, World.PHYSICAL)
codes = st.builds(
    PrintedCode,
    st.just(PURPOSE[0]),
    st.just(PURPOSE[1]),
    st.just(1),
    st.integers(0, SERIALS - 1),
    st.integers(0, NONCES - 1),
)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
suffixes = st.sampled_from([[], ["enter"], ["tab"]])


def play(keys: list[str], gaps: list[float], *, in_field: bool) -> tuple[list[Stroke], list[Heard]]:
    """Strokes with these gaps before them, a `settle` whenever it is due, and silence at the end."""
    wedge, at, given, said = Wedge(*PURPOSE), 50.0, list[Stroke](), list[Heard]()
    for key, gap in zip(keys, gaps, strict=False):
        at += gap
        if wedge.due is not None and wedge.due <= at:
            said += wedge.settle(wedge.due)
        given.append(Stroke(key, key if len(key) == 1 else None, at))
        said += wedge.hear(given[-1], in_field=in_field)
    return given, said + list(wedge.settle(at + 1))


def fifteen(low: float, high: float) -> st.SearchStrategy[list[float]]:
    return st.lists(st.floats(low, high), min_size=15, max_size=15)


@given(codes, fifteen(0, 0.02), suffixes, st.booleans(), st.booleans())
def test_every_burst_of_a_scanner_is_recognised(
    code: PrintedCode, gaps: list[float], suffix: list[str], in_field: bool, wide: bool
) -> None:
    digits = code.digits.translate(FULL_WIDTH) if wide else code.digits
    assert play([*digits, *suffix], gaps, in_field=in_field)[1] == [Scanned(code)]


@given(codes, fifteen(0.031, 0.6), suffixes, st.booleans())
def test_no_typing_at_the_pace_of_fingers_is_ever_a_scan(
    code: PrintedCode, gaps: list[float], suffix: list[str], in_field: bool
) -> None:
    given_, said = play([*code.digits, *suffix], gaps, in_field=in_field)
    assert [one for event in said if isinstance(event, Typing) for one in event.strokes] == given_
    assert all(isinstance(event, Typing) for event in said)


@given(codes, st.integers(0, 13), st.integers(1, 9), fifteen(0, 0.02), st.booleans())
def test_a_slip_in_a_burst_is_refused_and_never_typed(
    code: PrintedCode, place: int, by: int, gaps: list[float], in_field: bool
) -> None:
    digits = code.digits[:place] + str((int(code.digits[place]) + by) % 10) + code.digits[place + 1 :]
    said = play([*digits, "enter"], gaps, in_field=in_field)[1]
    assert [type(event) for event in said] == [Refused]


keys = st.lists(st.sampled_from([*"0123456789azあ１", "enter", "tab", "down", "escape", "f3"]), max_size=30)


@given(keys, st.lists(st.floats(0, 0.2), min_size=30, max_size=30), st.booleans())
def test_whatever_is_typed_goes_on_in_its_order_and_once(pressed: list[str], gaps: list[float], in_field: bool) -> None:
    given_, said = play(pressed, gaps, in_field=in_field)
    passed = [one for event in said if isinstance(event, Typing) for one in event.strokes]
    assert [one for one in given_ if one in passed] == passed
    if all(isinstance(event, Typing) for event in said):
        assert passed == given_
