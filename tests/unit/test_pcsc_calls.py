"""Result codes, counters, and what a contact card only announces."""

# ruff: noqa: N802 -- PC/SC names its calls

from __future__ import annotations

import subprocess
import sys
from typing import Any, cast

import pytest

from village_console.devices.cards import pcsc_calls
from village_console.devices.cards.gate import ForbiddenCommandError
from village_console.devices.cards.pcsc_calls import PcscError, Result, Scard, check, load_scard
from village_console.devices.cards.pcsc_context import Sight
from village_console.devices.cards.pcsc_transport import MOST_FETCHES, PcscTransport
from village_console.devices.cards.transport import CardGoneError, Response

WITHOUT_LIBRARY = """
import sys
from village_console.devices.cards import pcsc_calls
assert "smartcard" not in sys.modules
pcsc_calls.LIBRARY = "libpcsclite-that-is-not-there.so.1"
assert pcsc_calls.load_scard() is None
assert "smartcard" not in sys.modules
"""


class Announcing:
    """A card that answers from a list."""

    def __init__(self, *answers: str) -> None:
        self.answers = [bytes.fromhex(answer) for answer in answers]
        self.sent: list[str] = []

    def SCardTransmit(self, _card: Any, _protocol: int, apdu: list[int], /) -> list[Any]:
        self.sent.append(bytes(apdu).hex())
        return [0, list(self.answers.pop(0) if self.answers else b"")]

    def send(self, apdu: str) -> Response:
        return PcscTransport(cast("Scard", self), object(), 1, b"\x3b\x00").send(bytes.fromhex(apdu))


@pytest.mark.parametrize("sign", [0, 1 << 32])
def test_a_result_is_the_same_with_and_without_its_sign(sign: int) -> None:
    assert check(Result.TIMEOUT - sign, allowed=(Result.TIMEOUT,)) == Result.TIMEOUT
    with pytest.raises(PcscError, match="8010001D") as refused:
        check(Result.NO_SERVICE - sign)
    assert (refused.value.no_service, refused.value.gone) == (True, False)


def test_for_card_code_a_failed_call_is_a_card_that_is_gone() -> None:
    assert issubclass(PcscError, CardGoneError)
    assert PcscError(Result.REMOVED_CARD).gone
    assert not PcscError(0x80100066).gone


def test_without_the_library_pyscard_is_never_imported_and_nothing_is_printed() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_LIBRARY], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_pyscard_there_is_no_pc_sc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcsc_calls, "LIBRARY", "libc.so.6")
    monkeypatch.setitem(sys.modules, "smartcard.scard", None)
    assert load_scard() is None


def sight(counter: int) -> Sight:
    """What a reader shows after so many cards laid down and taken away."""
    return Sight("reader", (counter & 0xFFFF) << 16 | (0x20 if counter % 2 else 0x10))


@pytest.mark.parametrize(
    ("before", "now", "new", "missed"),
    [(0, 0, False, False), (0, 1, True, False), (1, 1, False, False), (1, 2, False, False), (1, 3, True, False),
     (0, 2, False, True), (0, 3, True, True), (1, 4, False, True), (1, 5, True, True), (65535, 65537, True, False),
     (40, 0, False, False), (41, 1, True, False)],
)  # fmt: skip
def test_the_counter_tells_which_card_is_new_and_whether_one_was_missed(
    *, before: int, now: int, new: bool, missed: bool
) -> None:
    assert (sight(now).is_new_after(sight(before)), sight(now).missed_since(sight(before))) == (new, missed)


def test_a_first_look_takes_what_lies_there_and_misses_nothing() -> None:
    assert (sight(9).is_new_after(None), sight(8).is_new_after(None), sight(8).missed_since(None)) == (
        True,
        False,
        False,
    )


def test_a_reader_without_a_counter_is_understood_by_cards_coming_and_going() -> None:
    empty, full = Sight("reader", 0x10), Sight("reader", 0x20)
    assert [full.is_new_after(empty), full.is_new_after(full), empty.is_new_after(full)] == [True, False, False]


def test_what_a_contact_card_announces_is_fetched() -> None:
    card = Announcing("6103", "0102036102", "04059000")
    assert card.send("00B08A0000") == Response(bytes([1, 2, 3, 4, 5]), 0x9000)
    assert card.sent == ["00b08a0000", "00c0000003", "00c0000002"]


def test_a_wrong_length_is_asked_again_with_the_right_one() -> None:
    card = Announcing("6C03", "0102039000")
    assert card.send("00B08A0000") == Response(bytes([1, 2, 3]), 0x9000)
    assert card.sent == ["00b08a0000", "00b08a0003"]


def test_a_card_that_announces_for_ever_and_gives_nothing_is_left() -> None:
    assert Announcing("6110", "6110", "6110").send("00B08A0000") == Response(b"", 0x6110)


def test_a_card_that_announces_more_and_more_is_not_listened_to_for_ever() -> None:
    answer = Announcing("6101", *["AA6101"] * 100).send("00B08A0000")
    assert (len(answer.data), answer.sw) == (MOST_FETCHES, 0x6101)


@pytest.mark.parametrize("secret", ["002000800431323334", "0020008004" + "39" * 4, "00A4040C0AD3921000310001010408"])
def test_what_ends_with_something_else_than_a_length_is_never_sent_again(secret: str) -> None:
    card = Announcing("6C04", "9000")
    assert card.send(secret) == Response(b"", 0x6C04)
    assert card.sent == [secret.lower()]


def test_what_the_gate_holds_back_never_comes_to_the_reader() -> None:
    card = Announcing("9000")
    with pytest.raises(ForbiddenCommandError):
        card.send("00A4020C020001")
    assert card.sent == []


def test_an_answer_without_a_status_word_is_no_card() -> None:
    with pytest.raises(CardGoneError):
        Announcing().send("00B08A0000")
