"""Whatever another laptop writes about whatever subject is folded or is set aside: no record stops a desk."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.foreign import KINDS, about_anything
from village_console.behind import behind, sentence
from village_console.journal.journal import Journal
from village_console.stranded.known import orders_in
from village_console.stranded.rows import Order
from village_console.words import Language, Words


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_fact_of_a_kind_is_folded(journal: Journal, kind: str, data: st.DataObject) -> None:
    facts = data.draw(st.lists(about_anything(KINDS[kind]), min_size=1, max_size=4))
    written = [journal.append(fact) for fact in facts if fact.is_sound()]
    assert {one.recorded.hash for one in behind(journal, {one.fact.subject for one in written})} >= {
        one.hash for one in written
    }
    assert all(sentence(one, Words(language)) for one in written for language in Language)
    assert len(orders_in(journal.rows)) <= len(journal.rows.all(Order))
