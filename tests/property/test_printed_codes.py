"""Whatever code was printed: no slip of a digit passes, and no input method spoils it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from village_console.village.printed_code import (
    CONSOLES,
    DIGITS,
    NONCES,
    SERIALS,
    CodeRefusal,
    PrintedCode,
    check_digits,
    read_code,
)
from village_console.village.run_mode import RunMode, World

codes = st.builds(
    PrintedCode, st.sampled_from(RunMode), st.sampled_from(World), st.integers(0, CONSOLES - 1),
    st.integers(0, SERIALS - 1), st.integers(0, NONCES - 1),
)  # fmt: skip
KANA = str.maketrans("0123456789", "わぬふあうえおやゆよ")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def read(text: str, like: PrintedCode) -> PrintedCode | CodeRefusal:
    return read_code(text, like.run_mode, like.world)


@given(codes)
def test_a_code_is_read_as_it_was_printed(code: PrintedCode) -> None:
    assert (len(code.digits), read(code.digits, code)) == (DIGITS, code)


@given(codes)
def test_every_wrong_digit_is_refused(code: PrintedCode) -> None:
    for place in range(DIGITS):
        for digit in "0123456789":
            if digit != code.digits[place]:
                assert read(code.digits[:place] + digit + code.digits[place + 1 :], code) is CodeRefusal.WRONG_CHECK


@given(codes)
def test_every_swap_of_two_digits_is_refused_neighbours_or_not(code: PrintedCode) -> None:
    for one in range(DIGITS):
        for other in range(one + 1, DIGITS):
            swapped = list(code.digits)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            if swapped[one] != swapped[other]:
                assert read("".join(swapped), code) is CodeRefusal.WRONG_CHECK


@given(codes, st.integers(0, DIGITS - 1), st.sampled_from("0123456789"))
def test_a_digit_lost_or_doubled_is_refused(code: PrintedCode, place: int, digit: str) -> None:
    digits = code.digits
    assert read(digits[:place] + digits[place + 1 :], code) is CodeRefusal.WRONG_LENGTH
    assert read(digits[:place] + digit + digits[place:], code) is CodeRefusal.WRONG_LENGTH


@given(codes, st.lists(st.booleans(), min_size=DIGITS, max_size=DIGITS))
def test_digits_that_became_full_width_are_digits_again(code: PrintedCode, which: list[bool]) -> None:
    mangled = "".join(d.translate(FULL_WIDTH) if wide else d for d, wide in zip(code.digits, which, strict=True))
    assert read(mangled, code) == code
    assert read(code.digits.translate(KANA), code) == code


@given(st.text(max_size=20))
def test_any_text_is_a_code_or_has_a_reason(text: str) -> None:
    found = read_code(text, RunMode.REAL, World.PHYSICAL)
    assert isinstance(found, PrintedCode | CodeRefusal)


@given(st.integers(0, 10**30))
def test_digits_with_their_check_leave_one_over_97(number: int) -> None:
    assert int(str(number) + check_digits(str(number))) % 97 == 1


def test_who_knows_one_code_has_to_guess_the_next() -> None:
    """The next serial alone is right with one random part in ten thousand: every other is another code, or none."""
    code = PrintedCode(RunMode.REAL, World.PHYSICAL, 1, 1, 0)
    following = {PrintedCode(code.run_mode, code.world, 1, 2, nonce).digits for nonce in range(NONCES)}
    assert len(following) == NONCES
