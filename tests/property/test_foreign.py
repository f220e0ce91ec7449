"""Whatever comes from elsewhere is understood or is nothing: it never ends what was hearing it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.carriers import SHELTERS
from tests.conftest import JournalMaker
from tests.foreign import JSON, NESTED_JSON, NESTED_PACKED, NESTED_PARCEL
from village_console.announce import replies
from village_console.journal.journal import Journal
from village_console.journal.keys.printed import new_code
from village_console.sync.anchor_streams import unpacked_key, unpacked_statement
from village_console.sync.own import Place, admit_itself, certificate_print
from village_console.sync.pairing import ask_to_join, read_request
from village_console.sync.pairing_window import Window
from village_console.sync.parcel import unpacked
from village_console.sync.statement import DOMAIN, Signed, Statement, plain_have, read_statement, statement_body

READERS: dict[str, Callable[[], object]] = {
    "a request for a place": lambda: read_request(NESTED_JSON),
    "a key": lambda: unpacked_key("keys.a.b", NESTED_PACKED),
    "a statement": lambda: unpacked_statement(NESTED_PACKED),
    "what was signed": lambda: read_statement(Signed(NESTED_JSON, bytes(64)), {}),
    "a parcel": lambda: unpacked(NESTED_PARCEL),
    "a word of a television": lambda: replies.read("tv/stb-1/shown", NESTED_JSON[:300]),
}


@pytest.mark.parametrize("reader", READERS)
def test_what_is_nested_without_end_is_nothing(reader: str) -> None:
    assert READERS[reader]() is None


@pytest.fixture
def hall(make_journal: JournalMaker) -> Journal:
    journal = make_journal("hall/journal.db")
    admit_itself(journal, Place(1, "S1", SHELTERS[0]))
    return journal


@pytest.fixture
def asked(make_journal: JournalMaker, hall: Journal) -> bytes:
    """A good request of a new laptop that knows the code."""
    place = Place(2, "S2", SHELTERS[1])
    request = ask_to_join(make_journal("school/journal.db"), place, CODE, certificate_print(hall))
    assert isinstance(request, bytes)
    return request


CODE = new_code()
FIELDS = ("purpose", "line", "seal", "word")
WORD = ("public", "recipient", "nkey", "tls", "number", "shelter", "name", "n", "signature", "subject")


@given(
    st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=2), st.dictionaries(st.sampled_from(WORD), JSON, max_size=2)
)
@example({"seal": "é"}, {})
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_window_outlives_whatever_it_is_asked(
    hall: Journal, asked: bytes, outside: dict[str, object], inside: dict[str, object]
) -> None:
    window, plain = Window(hall, CODE), json.loads(asked)
    spoilt = plain | {"word": plain["word"] | inside} | outside
    told = window.answer(json.dumps(spoilt).encode())
    assert spoilt == plain or told is None or told.startswith(b"refused ")
    assert window.answer(asked)
    assert window.count == 1 + (told is not None)


def said_by(journal: Journal, statement: Statement) -> Signed:
    body = statement_body(statement)
    return Signed(body, journal.sign(DOMAIN, body))


@pytest.mark.parametrize("number", [-1, 1 << 62, 1 << 63, 1 << 200])
@pytest.mark.parametrize("field", ["n", "have", "keys", "read_to", "wrote_to"])
def test_a_number_that_no_database_can_be_asked_for_is_no_statement(journal: Journal, field: str, number: int) -> None:
    good = Statement(
        dev=journal.device,
        village=journal.village.hex(),
        purpose="drill",
        n=1,
        wall=-(1 << 80),
        have=plain_have(journal.have()),
    )
    devices = {journal.device: journal.public_key}
    assert read_statement(said_by(journal, good), devices) == good
    value = {"have": {"a/b": (number, 1, "00")}, "keys": (number, "")}.get(field, number)
    assert read_statement(said_by(journal, replace(good, **{field: value})), devices) is None
