"""Printed codes: check digits of a standard, nothing guessed, every refusal has its name."""

from __future__ import annotations

import pytest

from village_console.village.printed_code import CodeRefusal, PrintedCode, check_digits, read_code, repaired
from village_console.village.run_mode import RunMode, World

REAL = (RunMode.REAL, World.PHYSICAL)
CODE = PrintedCode(*REAL, console=1, serial=123, nonce=8475)


def sealed(digits: str) -> str:
    """Digits with their check."""
    return digits + check_digits(digits)


def iban_as_digits(iban: str) -> str:
    """ISO 13616: country and check go to the end, letters become numbers; the last two digits are the check."""
    plain = iban.replace(" ", "")
    return "".join(str(int(character, 36)) for character in plain[4:] + plain[:4])


def test_the_check_is_that_of_the_standard() -> None:
    assert check_digits("794") == "44"


@pytest.mark.parametrize(
    "iban", ["GB82 WEST 1234 5698 7654 32", "DE89 3704 0044 0532 0130 00", "FR14 2004 1010 0505 0001 3M02 606"]
)
def test_the_check_is_the_one_that_banks_use(iban: str) -> None:
    digits = iban_as_digits(iban)
    assert check_digits(digits[:-2]) == digits[-2:]


def test_every_digit_of_a_code_has_its_place() -> None:
    assert CODE.digits == sealed("1" + "01" + "00123" + "8475")
    assert CODE.groups == ("1010", "0123", "8475", CODE.digits[-2:])
    assert "".join(CODE.groups) == CODE.digits


def test_a_code_is_read_back_however_the_groups_stand() -> None:
    for text in (CODE.digits, " ".join(CODE.groups), f"  {CODE.digits}\n", "\u3000".join(CODE.groups)):
        assert read_code(text, *REAL) == CODE


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", CodeRefusal.NOT_DIGITS),
        ("S1-0129", CodeRefusal.NOT_DIGITS),
        ("1010-0123-8475", CodeRefusal.NOT_DIGITS),
        ("1٠100123847581", CodeRefusal.NOT_DIGITS),
        (CODE.digits[:-1], CodeRefusal.WRONG_LENGTH),
        (CODE.digits + "0", CodeRefusal.WRONG_LENGTH),
        ("4901234567894", CodeRefusal.WRONG_LENGTH),
        (CODE.digits[:-1] + str((int(CODE.digits[-1]) + 1) % 10), CodeRefusal.WRONG_CHECK),
        (sealed("010012384750"), CodeRefusal.OTHER_KIND),
        (sealed("901001238475"), CodeRefusal.OTHER_KIND),
        (sealed("201001238475"), CodeRefusal.OTHER_MODE),
    ],
)
def test_each_refusal_has_its_name(text: str, why: CodeRefusal) -> None:
    assert read_code(text, *REAL) is why


@pytest.mark.parametrize("run_mode", RunMode)
@pytest.mark.parametrize("world", World)
def test_a_code_counts_only_in_the_mode_and_world_it_was_printed_for(run_mode: RunMode, world: World) -> None:
    code = PrintedCode(run_mode, world, 7, 8, 9)
    for other in RunMode:
        for place in World:
            expected = code if (other, place) == (run_mode, world) else CodeRefusal.OTHER_MODE
            assert read_code(code.digits, other, place) == expected


@pytest.mark.parametrize(("console", "serial", "nonce"), [(100, 0, 0), (-1, 0, 0), (0, 100_000, 0), (0, 0, 10_000)])
def test_what_has_no_place_in_the_digits_is_no_code(console: int, serial: int, nonce: int) -> None:
    with pytest.raises(ValueError, match="is not in"):
        PrintedCode(*REAL, console, serial, nonce)


def test_what_an_input_method_made_of_digits_is_mended_and_words_are_left() -> None:
    assert repaired("１０１００１２３８４７５８１") == "10100123847581"
    assert repaired("ぬわぬわわぬふあゆうやえゆぬ") == "10100123847581"
    assert repaired("ぬわ") == "ぬわ"
    assert repaired("おおやまあゆみふゆふゆふゆ") == "おおやまあゆみふゆふゆふゆ"
