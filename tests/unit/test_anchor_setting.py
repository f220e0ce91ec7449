"""The address of the anchor in the settings: one line changes, and nothing that cannot be read again is ever written."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from village_console.sync.anchor_setting import keep_anchor, with_anchor

ADDRESS = "192.168.1.10:4477"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('a = 1\n[sync]\nanchor = ""\n[site]\nb = 2\n', f'a = 1\n[sync]\nanchor = "{ADDRESS}"\n[site]\nb = 2\n'),
        ("[sync]\nserve = false\n", f'[sync]\nanchor = "{ADDRESS}"\nserve = false\n'),
        ("# mine\na = 1\n", f'# mine\na = 1\n\n[sync]\nanchor = "{ADDRESS}"\n'),
        ('[other]\nanchor = "x"\n[sync]\n', f'[other]\nanchor = "x"\n[sync]\nanchor = "{ADDRESS}"\n'),
    ],
)
def test_one_line_changes_and_all_others_stay(before: str, after: str) -> None:
    assert with_anchor(before, ADDRESS) == after


@pytest.mark.parametrize("strange", ['sync.anchor = ""\n', 'sync = { anchor = "" }\n', "[sync\n", "\udcff"])
def test_settings_that_are_written_otherwise_are_left_alone(tmp_path: Path, strange: str) -> None:
    path = tmp_path / "console.toml"
    path.write_bytes(strange.encode("utf-8", "surrogateescape"))
    before = path.read_bytes()
    assert not keep_anchor(path, ADDRESS)
    assert path.read_bytes() == before


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "console.toml"
    assert not keep_anchor(path, ADDRESS)
    path.write_text('[sync]\nstick = "/mnt"  # as ever\n', "utf-8")
    assert keep_anchor(path, ADDRESS)
    assert tomllib.loads(path.read_text("utf-8")) == {"sync": {"stick": "/mnt", "anchor": ADDRESS}}
    assert "# as ever" in path.read_text("utf-8")
