"""A benchmark that does not exist is answered with those that do, and nothing is measured."""

from __future__ import annotations

from importlib import import_module

import pytest

from tests.benchmarks.__main__ import BENCH, QUESTIONS, main


def test_a_benchmark_that_does_not_exist_is_a_sentence_with_the_names(capsys: pytest.CaptureFixture[str]) -> None:
    before = BENCH.exists() and BENCH.read_bytes()
    with pytest.raises(SystemExit) as left:
        main(["wrong"])
    said = capsys.readouterr()
    assert (left.value.code, said.out) == (2, "")
    assert f"there is no benchmark 'wrong'; there are {', '.join(QUESTIONS)}" in said.err
    assert (BENCH.exists() and BENCH.read_bytes()) == before


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_benchmark_measures(name: str) -> None:
    assert callable(import_module(f"tests.benchmarks.{name}").measure)
