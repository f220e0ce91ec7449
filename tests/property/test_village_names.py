"""Whatever the name: cutting it into characters loses nothing."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from village_console.village.names import clusters, is_variation_selector

MARKS = st.sampled_from("\u3099\u309a\u0302\u0323\ufe00\ufe0f\U000e0100\U000e01ef")
NAMES = st.text(st.characters(codec="utf-8") | MARKS)


@given(NAMES)
def test_the_clusters_of_a_name_join_to_the_same_name(name: str) -> None:
    assert "".join(clusters(name)) == name


@given(NAMES)
def test_only_the_first_cluster_may_begin_with_a_mark(name: str) -> None:
    begins = [cluster[0] for cluster in clusters(name)[1:]]
    assert [c for c in begins if is_variation_selector(c) or unicodedata.combining(c)] == []


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1), MARKS)
def test_a_mark_never_makes_a_name_longer(name: str, mark: str) -> None:
    assert len(clusters(name + mark)) == len(clusters(name)) == len(name)
