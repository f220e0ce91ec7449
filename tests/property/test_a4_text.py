"""Any text at all stands on an A4 paper as it is, or as a geta that is reported: it never becomes markup, nor anything else."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.a4_papers import named, text_of
from village_console.papers.a4.compiling import compose
from village_console.papers.a4.writing import MISSING, written
from village_console.papers.fonts import standard_chain
from village_console.village.names import clusters

MARKUP = st.text(
    st.sampled_from(list("#[]{}()$*_`\"\\/<>@=-+~^%&;:'.,!?| let import sys佐藤")), min_size=1, max_size=30
)
ANY = st.text(st.characters(), min_size=1, max_size=20)


def drawn(text: str) -> tuple[str, list[str]]:
    found = written({"id": "x", "name": text}, standard_chain())
    runs = found.values["name"]
    return runs if isinstance(runs, str) else "".join(run[1] for run in runs), [gap.cluster for gap in found.gaps]


@settings(max_examples=25, deadline=None)
@given(MARKUP)
def test_markup_in_a_name_is_text_on_the_paper(name: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "paper.pdf"
        path.write_bytes(compose(named(name)).pdf)
        text = text_of(path)
    assert "".join(name.split()) in "".join(text.split())


@settings(max_examples=15, deadline=None)
@given(ANY)
def test_any_text_compiles(name: str) -> None:
    assert compose(named(name)).pages == 1


@given(ANY)
def test_every_cluster_is_drawn_as_it_is_or_reported(name: str) -> None:
    shown, gaps = drawn(name)
    for cluster in clusters(name):
        assert cluster in gaps or standard_chain().family_of(cluster) or "\u3099" in cluster or "\u309a" in cluster
    assert shown.count(MISSING) == sum(cluster in gaps for cluster in clusters(name)) + name.count(MISSING)


@given(st.text(st.sampled_from("あ亜A佐藤髙﨑"), max_size=20))
def test_what_the_font_has_is_untouched(name: str) -> None:
    assert drawn(name) == (name, [])
