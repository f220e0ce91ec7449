"""Whatever happens to the file of slots: it is refused, or opens the right key. Never another."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from village_console.journal.keys import slots_file
from village_console.journal.keys.change import add_slot
from village_console.journal.keys.printed import ENGLISH, JAPANESE, digits, read_written, written
from village_console.journal.keys.ring import Ring, by_secret
from village_console.journal.keys.secret import Passphrase, Recovery, StaffCard, escrow_slot, normal_form, personal_slot
from village_console.journal.keys.slot import Cost, Secret, keys_in
from village_console.village.errors import SlotsAreDamagedError

KEY = bytes(range(32))
CHEAP = Cost(8, 1, 1)
MADE = "2026-11-03T18:00:00+09:00"
RECIPIENT = "age1f9epxy2ezfpsm3dey5wx59f673tqkaqwsdy5lyedu4dr44xnrfhsgr0zyp"
SECRETS: tuple[Passphrase | Recovery | StaffCard, ...] = (
    Passphrase("hisoka komatsuna okitsuku kawa"), Recovery(b"r" * 32), StaffCard(lambda challenge: challenge * 8),
)  # fmt: skip


def whole_file() -> bytes:
    """A file with a slot of every kind."""
    with TemporaryDirectory() as folder:
        for secret in SECRETS:
            add_slot(Path(folder), personal_slot(secret, "受付", MADE, (KEY,), CHEAP))
        escrow = escrow_slot(RECIPIENT, "役場", MADE, (KEY,))
        assert escrow is not None
        add_slot(Path(folder), escrow)
        return (Path(folder) / slots_file.NAME).read_bytes()


FILE = whole_file()


def opened(content: bytes, secret: Secret) -> Ring | None:
    with TemporaryDirectory() as folder:
        (Path(folder) / slots_file.NAME).write_bytes(content)
        try:
            return by_secret(Path(folder), secret)
        except SlotsAreDamagedError:
            return None


def test_the_file_as_it_was_written_opens_with_each() -> None:
    assert [opened(FILE, secret) for secret in SECRETS] == [Ring((KEY,))] * 3


@settings(max_examples=400, deadline=None)
@given(at=st.integers(0, len(FILE) - 1), flip=st.integers(1, 255), secret=st.sampled_from(SECRETS))
def test_a_byte_that_was_changed_never_leads_to_another_key(at: int, flip: int, secret: Secret) -> None:
    changed = FILE[:at] + bytes([FILE[at] ^ flip]) + FILE[at + 1 :]
    assert opened(changed, secret) in (None, Ring((KEY,)))


@settings(max_examples=100, deadline=None)
@given(first=st.integers(0, len(FILE)), length=st.integers(1, 400), secret=st.sampled_from(SECRETS))
def test_a_piece_that_is_missing_never_leads_to_another_key(first: int, length: int, secret: Secret) -> None:
    assert opened(FILE[:first] + FILE[first + length :], secret) in (None, Ring((KEY,)))


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=300))
def test_any_bytes_are_refused_and_nothing_breaks(content: bytes) -> None:
    assert opened(content, SECRETS[0]) is None


@settings(max_examples=60, deadline=None)
@given(key=st.binary(min_size=32, max_size=32), text=st.text(max_size=40), typed=st.text(max_size=40))
def test_a_passphrase_opens_what_it_locked_and_another_does_not(key: bytes, text: str, typed: str) -> None:
    slot = personal_slot(Passphrase(text), "", MADE, (key,), CHEAP)
    assert keys_in(slot, Passphrase(text)) == (key,)
    assert keys_in(slot, Passphrase(typed)) == ((key,) if normal_form(typed) == normal_form(text) else ())


@settings(max_examples=100, deadline=None)
@given(secret=st.binary(min_size=32, max_size=32))
def test_every_recovery_key_is_read_as_it_is_written(secret: bytes) -> None:
    for text in (" ".join(written(secret, JAPANESE)), " ".join(written(secret, ENGLISH)), digits(secret)):
        assert read_written(text) == secret


@settings(max_examples=200, deadline=None)
@given(text=st.text())
def test_whatever_is_typed_is_understood_or_not_and_nothing_breaks(text: str) -> None:
    found = read_written(text)
    assert found is None or not isinstance(found, bytes)
