"""Each set-top's password comes from the table that `broker config` writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from device_sim.drill.passwords import read_passwords
from device_sim.drill.play_errors import DrillFolderError


def test_each_user_has_a_password(tmp_path: Path) -> None:
    path = tmp_path / "passwords.csv"
    path.write_text('user,password\nconsole,c-1\nstb-0001,"a,b"\n', "utf-8-sig")
    assert read_passwords(path) == {"console": "c-1", "stb-0001": "a,b"}


@pytest.mark.parametrize("content", [None, b"name,word\nx,y\n", b"user,password\n\xff\xfe,x\n"])
def test_what_is_no_such_table_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "passwords.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DrillFolderError, match="columns user and password"):
        read_passwords(path)
