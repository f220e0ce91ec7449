"""Whatever another laptop writes about whatever subject is folded or is set aside: no record stops a desk."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import JournalMaker
from tests.town import HARU, KEN
from village_console.behind import behind, sentence
from village_console.journal.facts import Fact, FactCorrected, FactTakenBack
from village_console.journal.journal import Journal
from village_console.records import catalogue
from village_console.stranded.known import orders_in
from village_console.stranded.rows import Order
from village_console.words import Language, Words

KINDS = {name: kind for name, kind in catalogue().kinds.items() if kind not in (FactCorrected, FactTakenBack)}
SUBJECTS = st.sampled_from([HARU, KEN, "household:015628:H0001", "order:2-1", "order:x", "say:1-1", "S1", ""])
MOMENTS = st.sampled_from(
    [
        datetime(1970, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(2199, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-12))),
        datetime(2026, 11, 3, 9, tzinfo=UTC),
    ]
)
WORDS = st.sampled_from([HARU, KEN, "order:2-1", "household:015628:H0001", "S1", "", "\x1b[31m", "[b]x[/"]) | st.text()
NUMBERS = st.sampled_from([0, 1, 60, 999_999, 1_000_000, -1, 10**30])
OF: dict[type, st.SearchStrategy[Any]] = {datetime: MOMENTS, str: WORDS, int: NUMBERS}


def about_anything(kind: type[Fact]) -> st.SearchStrategy[Fact]:
    hints = get_type_hints(kind)
    held = {field.name: hints[field.name] for field in fields(kind)}
    plain = {name: OF[of] for name, hint in held.items() for of in OF if hint in (of, of | None)}
    return st.builds(kind, **(plain | {"subject": SUBJECTS}))


@pytest.fixture
def desk(make_journal: JournalMaker) -> Journal:
    make_journal.catalogue = catalogue()
    return make_journal()


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_fact_of_a_kind_is_folded(desk: Journal, kind: str, data: st.DataObject) -> None:
    facts = data.draw(st.lists(about_anything(KINDS[kind]), min_size=1, max_size=4))
    written = [desk.append(fact) for fact in facts if fact.is_sound()]
    assert {one.recorded.hash for one in behind(desk, {one.fact.subject for one in written})} >= {
        one.hash for one in written
    }
    assert all(sentence(one, Words(language)) for one in written for language in Language)
    assert len(orders_in(desk.rows)) <= len(desk.rows.all(Order))
