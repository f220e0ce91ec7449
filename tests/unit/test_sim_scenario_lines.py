"""The line of a key is found however the TOML is written."""

import pytest

from device_sim.toml_lines import Place, line_of

TEXT = '''# a comment
top = 1

[drill]
seed = 1     # [not] = a heading
"quoted key" = 2
text = """
[fake]
seed = 9
"""
dotted.inner = 3

[[inject]]
at = "a"
[[inject]]
at = "b"
[inject.detail]
deep = true
[[inject.more]]
x = 1
[[inject.more]]
x = [
  [1, 2],
  [3, 4]
]
[other]
y = 1
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("top",), 2),
        (("drill",), 4),
        (("drill", "seed"), 5),
        (("drill", "quoted key"), 6),
        (("drill", "dotted", "inner"), 11),
        (("inject",), 13),
        (("inject", 0, "at"), 14),
        (("inject", 1), 15),
        (("inject", 1, "at"), 16),
        (("inject", 1, "detail", "deep"), 18),
        (("inject", 1, "more", 0, "x"), 20),
        (("inject", 1, "more", 1, "x", 1, 0), 22),
        (("other", "y"), 27),
    ],
)
def test_a_key_is_found_on_its_line(place: Place, line: int) -> None:
    assert line_of(TEXT, place) == line


def test_a_key_that_is_not_there_is_looked_for_at_its_table() -> None:
    assert line_of(TEXT, ("drill", "missing")) == 4


def test_what_is_nowhere_is_the_first_line() -> None:
    assert line_of(TEXT, ("nowhere", "at", "all")) == 1
    assert line_of("", ()) == 1
