"""Whatever the text: it comes back byte for byte. No name is normalised, cut or refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.town import HARU, registered
from village_console.journal.audit import looks
from village_console.journal.envelope import Envelope
from village_console.register.rows import Resident
from village_console.village.ids import NOT_SIGNED_IN, FactHash, Operator

if TYPE_CHECKING:
    from tests.conftest import JournalMaker

Journals = Callable[[], AbstractContextManager["JournalMaker"]]
TEXT = st.text(
    st.characters(codec="utf-8")
    | st.sampled_from('葛辻邉𠮷髙﨑神\u3099\ufe00\ufe0f\U000e0100\U000e01ef\u200d\x00\u2028"\\')
)


@given(TEXT, TEXT)
@example("葛\U000e0100西 𠮷子", "カサイ ヨシコ")
@example("神", "か\u3099ん")
@example("", "\x00")
@settings(max_examples=120, deadline=None)
def test_any_name_comes_back_byte_for_byte(journals: Journals, name: str, kana: str) -> None:
    with journals() as make_journal:
        journal = make_journal()
        written = journal.append(registered(HARU, name, kana=kana))
        journal.close()
        journal = make_journal()
        found, row = journal.find(written.hash), journal.rows.one(Resident, HARU)
        assert found == written
        assert row is not None
        assert (row.name.encode(), row.kana.encode()) == (name.encode(), kana.encode())
        assert journal.verify() == 1


@given(TEXT)
@settings(max_examples=80, deadline=None)
def test_any_operator_and_any_desk_come_back_too(journals: Journals, text: str) -> None:
    with journals() as make_journal:
        journal = make_journal()
        journal.append(registered(HARU, kana=""), Operator(text), text)
        ((envelope, recorded),) = journal.every_fact()
        assert (envelope.by, envelope.via) == (text, text)
        assert recorded is not None
        assert recorded.by == text


@given(st.lists(TEXT, max_size=4))
@settings(max_examples=80, deadline=None)
def test_any_search_is_noted_as_it_was_typed(journals: Journals, searches: list[str]) -> None:
    with journals() as make_journal:
        journal = make_journal()
        for typed in searches:
            journal.note_look("searched", typed)
        with make_journal.connect(read_only=True) as other:
            assert [look.about for look in looks(other)] == searches


NUMBERS = st.integers(0, 2**63 - 1)
VALUES = st.none() | st.booleans() | NUMBERS | TEXT | st.lists(TEXT, max_size=3)
ENVELOPES = st.builds(
    Envelope, dev=TEXT, inc=TEXT, seq=NUMBERS, hlc=NUMBERS, wall=NUMBERS, mono=NUMBERS, boot=TEXT, kind=TEXT,
    version=NUMBERS, subject=TEXT, prev=st.lists(TEXT.map(FactHash), max_size=3).map(tuple), by=st.just(NOT_SIGNED_IN),
    via=TEXT, mode=TEXT, world=TEXT, incident=TEXT, d=st.dictionaries(TEXT, VALUES, max_size=4),
)  # fmt: skip


@given(ENVELOPES)
def test_any_envelope_is_read_back_and_has_one_body_only(envelope: Envelope) -> None:
    again = Envelope.from_body(envelope.body())
    assert again == envelope
    assert again.body() == envelope.body()
