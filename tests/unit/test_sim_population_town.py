"""A municipality's `town.toml` is read as strictly as a scenario."""

from pathlib import Path

import pytest

from device_sim.places import municipalities_folder
from device_sim.population import Town
from device_sim.toml_file import TomlFileError

TEXT = (municipalities_folder() / "015628_nishiokoppe" / "town.toml").read_text(encoding="utf-8")


def refused(folder: Path, old: str, new: str) -> TomlFileError:
    assert old in TEXT
    (folder / "town.toml").write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(TomlFileError) as caught:
        Town.load(folder)
    return caught.value


def test_a_mistyped_key_is_named_with_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, "woman_share = 0.74", "women_share = 0.74")
    assert error.message == 'unknown key "women_share" in [[shape]]; did you mean "woman_share"?'
    assert error.line == TEXT[: TEXT.index("woman_share = 0.74")].count("\n") + 1


def test_settlements_must_hold_the_whole_village(tmp_path: Path) -> None:
    error = refused(tmp_path, "share = 0.43", "share = 0.53")
    assert error.message == "the shares of [[settlement]] add up to 1.100, not to 1"


def test_shapes_must_hold_the_whole_village(tmp_path: Path) -> None:
    error = refused(tmp_path, "share = 0.146", "share = 0.046")
    assert error.message == "the shares of [[shape]] add up to 0.900, not to 1"


def test_a_date_that_is_none_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, "register_date = 2026-10-01", 'register_date = "October"')
    assert error.message == '"register_date" in the file: invalid RFC3339 encoded date'
