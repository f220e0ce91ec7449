"""A scanner that types is told from fingers, and what an input method does to it is undone."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from village_console.tui.wedge import HOLD, HOLD_BURST, Heard, Refused, Scanned, Stroke, Typing, Wedge
from village_console.village.printed_code import CodeRefusal, PrintedCode
from village_console.village.run_mode import RunMode, World

PURPOSE = (RunMode.DRILL, World.SIMULATED)
CODE = PrintedCode(*PURPOSE, console=1, serial=123, nonce=8475)
WRONG = CODE.digits[:-1] + str((int(CODE.digits[-1]) + 1) % 10)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def stroke(what: str, at: float) -> Stroke:
    """A character, or a key by its name."""
    return Stroke(what, what, at) if len(what) == 1 else Stroke(what, {"enter": "\r", "tab": "\t"}.get(what), at)


def strokes(keys: Iterable[str], pace: float, start: float = 100.0) -> list[Stroke]:
    return [stroke(key, start + n * pace) for n, key in enumerate(keys)]


def heard(given: list[Stroke], *, in_field: bool = False, wedge: Wedge | None = None) -> list[Heard]:
    """All that is settled by strokes and a second of silence after them."""
    wedge = wedge or Wedge(*PURPOSE)
    said = [event for one in given for event in wedge.hear(one, in_field=in_field)]
    said += wedge.settle(given[-1].at + 1)
    assert wedge.due is None
    return said


def typed(said: list[Heard]) -> list[Stroke]:
    """The strokes that went on to the desk; fails if there was a code among them."""
    assert [event for event in said if not isinstance(event, Typing)] == []
    return [one for event in said if isinstance(event, Typing) for one in event.strokes]


@pytest.mark.parametrize("suffix", [["enter"], ["tab"], ["enter", "ctrl+j"], []])
@pytest.mark.parametrize("pace", [0.0, 0.001, 0.01, 0.02])
@pytest.mark.parametrize("in_field", [False, True])
def test_a_burst_is_a_code_whatever_stands_behind_it(suffix: list[str], pace: float, *, in_field: bool) -> None:
    assert heard(strokes([*CODE.digits, *suffix], pace), in_field=in_field) == [Scanned(CODE)]


@pytest.mark.parametrize("suffix", [["enter"], ["tab"], []])
@pytest.mark.parametrize("in_field", [False, True])
@pytest.mark.parametrize("pace", [0.04, 0.06, 0.09, 0.3])
def test_the_same_digits_at_the_pace_of_fingers_are_typing(suffix: list[str], pace: float, *, in_field: bool) -> None:
    given = strokes([*CODE.digits, *suffix], pace)
    assert typed(heard(given, in_field=in_field)) == given


@pytest.mark.parametrize("in_field", [False, True])
def test_a_burst_with_a_wrong_digit_is_refused_and_nothing_of_it_is_typed(*, in_field: bool) -> None:
    assert heard(strokes([*WRONG, "enter"], 0.005), in_field=in_field) == [Refused(CodeRefusal.WRONG_CHECK)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("4901234567894", CodeRefusal.WRONG_LENGTH),
        (CODE.digits[2:], CodeRefusal.WRONG_LENGTH),
        ("ABC-1234", CodeRefusal.NOT_DIGITS),
        ("a1z9x0", CodeRefusal.NOT_DIGITS),
        (PrintedCode(RunMode.REAL, World.PHYSICAL, 1, 1, 1).digits, CodeRefusal.OTHER_MODE),
    ],
)
def test_a_barcode_of_something_else_does_nothing_and_says_why(text: str, why: CodeRefusal) -> None:
    assert heard(strokes([*text, "enter"], 0.005)) == [Refused(why)]


def test_an_input_method_hands_on_wide_digits_at_once_and_keeps_the_enter() -> None:
    assert heard(strokes(CODE.digits.translate(FULL_WIDTH), 0.0)) == [Scanned(CODE)]


def test_a_birth_date_that_an_input_method_hands_on_at_once_stays_a_birth_date() -> None:
    given = strokes("１９４２０５０３", 0.0)
    assert typed(heard(given, in_field=True)) == given


def test_a_name_that_an_input_method_hands_on_at_once_stays_a_name() -> None:
    for name in ("ささきけんたろう", "佐々木健太郎", "グエン・ティ・ミン", "おおやまあゆみ"):
        given = strokes(name, 0.0)
        assert typed(heard(given)) == given
        assert typed(heard(given, in_field=True)) == given


def test_letters_in_a_field_are_not_held_back() -> None:
    wedge = Wedge(*PURPOSE)
    for one in strokes("yamada", 0.01):
        assert wedge.hear(one, in_field=True) == (Typing((one,)),)
        assert wedge.due is None


def test_a_key_held_down_is_no_barcode() -> None:
    for pace in (0.025, 0.033):
        given = strokes("z" * 30, pace)
        assert typed(heard(given)) == given
    given = strokes("1" * 14, 0.025)
    assert typed(heard(given)) == given


def test_one_digit_waits_no_longer_than_a_blink() -> None:
    wedge, one = Wedge(*PURPOSE), stroke("1", 5.0)
    assert wedge.hear(one) == ()
    assert wedge.due == 5.0 + HOLD
    assert wedge.settle(5.0 + HOLD - 0.001) == ()
    assert wedge.settle(5.0 + HOLD) == (Typing((one,)),)
    assert (wedge.due, wedge.settle(9.0)) == (None, ())


def test_a_busy_machine_may_pause_in_the_middle_of_a_burst() -> None:
    given = strokes(CODE.digits[:5], 0.004) + strokes([*CODE.digits[5:], "enter"], 0.004, 100.0 + 4 * 0.004 + 0.14)
    assert HOLD < 0.14 < HOLD_BURST
    assert heard(given) == [Scanned(CODE)]


def test_what_no_scanner_types_lets_go_what_was_held_in_its_order() -> None:
    wedge = Wedge(*PURPOSE)
    one, two, arrow = stroke("1", 1.0), stroke("2", 1.02), stroke("down", 1.03)
    assert (wedge.hear(one), wedge.hear(two), wedge.hear(arrow)) == ((), (), (Typing((one, two, arrow)),))


def test_a_digit_and_enter_reach_the_desk_at_once_and_in_order() -> None:
    wedge = Wedge(*PURPOSE)
    one, enter = stroke("1", 1.0), stroke("enter", 1.01)
    assert wedge.hear(one) == ()
    assert wedge.hear(enter) == (Typing((one,)), Typing((enter,)))


def test_an_enter_by_itself_is_never_held_back() -> None:
    enter = stroke("enter", 1.0)
    assert Wedge(*PURPOSE).hear(enter) == (Typing((enter,)),)


def test_an_enter_of_the_person_after_the_scan_is_the_persons() -> None:
    wedge = Wedge(*PURPOSE)
    assert heard(strokes([*CODE.digits, "enter"], 0.005), wedge=wedge) == [Scanned(CODE)]
    later = stroke("enter", 100.0 + 15 * 0.005 + 0.5)
    assert wedge.hear(later) == (Typing((later,)),)


def test_two_codes_one_after_the_other_are_two() -> None:
    other = PrintedCode(*PURPOSE, console=1, serial=124, nonce=1)
    wedge = Wedge(*PURPOSE)
    first, second = strokes([*CODE.digits, "enter"], 0.005, 1.0), strokes([*other.digits, "enter"], 0.005, 1.2)
    said = [event for one in (*first, *second) for event in wedge.hear(one)]
    assert said == [Scanned(CODE), Scanned(other)]


def test_a_digit_typed_before_a_scan_does_not_get_into_the_code() -> None:
    before = stroke("3", 99.9)
    said = heard([before, *strokes([*CODE.digits, "enter"], 0.005)])
    assert said == [Typing((before,)), Scanned(CODE)]
