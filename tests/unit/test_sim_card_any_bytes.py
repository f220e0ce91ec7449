"""Whatever a broken reader sends, the card answers and never breaks."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.my_number import VirtualMyNumberCard

CA = DrillCa.create()
ISSUE = Issue.plain(42, datetime(2026, 11, 3, tzinfo=UTC))
APPLICATIONS = ["D392F000260100000001", "D3921000310001010408", "D3921000310001010402"]

nearly_right = st.one_of(
    st.sampled_from([bytes.fromhex(f"00A4040C0A{name}") for name in APPLICATIONS]),
    st.integers(0, 0x1F).map(lambda ef: bytes([0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, ef])),
    st.binary(min_size=3, max_size=3).map(lambda parameters: b"\x00\xb0" + parameters),
    st.binary(min_size=1, max_size=20).map(lambda rest: b"\x00\x20\x00" + rest),
    st.binary(min_size=1, max_size=60).map(lambda rest: b"\x80\x2a\x00" + rest),
    st.just(b"\x00\x20\x00\x98\x041234"),
    st.just(b"\x00\x20\x00\x9b\x06ABC123"),
)


@given(apdu=st.binary(max_size=300))
def test_any_bytes_get_at_least_a_status_word(apdu: bytes) -> None:
    assert len(VirtualMyNumberCard(CA, ISSUE).transmit(apdu)) >= 2


@given(apdus=st.lists(nearly_right | st.binary(max_size=12), max_size=40))
def test_any_conversation_gets_an_answer_to_every_command(apdus: list[bytes]) -> None:
    card = VirtualMyNumberCard(CA, ISSUE)
    answers = [card.transmit(apdu) for apdu in apdus]
    assert all(2 <= len(answer) <= 258 for answer in answers)
    assert all(len(answer) == 2 or answer.endswith(b"\x90\x00") for answer in answers)


@given(apdus=st.lists(nearly_right, max_size=40))
def test_no_conversation_reads_the_signature_certificate_without_its_password(apdus: list[bytes]) -> None:
    card = VirtualMyNumberCard(CA, ISSUE)
    certificate = CA.issue_sign(43, ISSUE.common_name, ISSUE.not_before, ISSUE.not_after)
    secret = certificate[300:316]
    card.transmit(bytes.fromhex(f"00A4040C0A{APPLICATIONS[0]}"))
    answers = b"".join(card.transmit(apdu) for apdu in apdus if b"ABC123" not in apdu)
    assert secret not in answers
