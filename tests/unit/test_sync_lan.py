"""A console in the shelter's network: a named anchor is tried once there is a village to meet, and not before."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import pytest

from tests.carriers import new_console
from village_console.settings import Sync
from village_console.sync import lan
from village_console.sync.own import Place


def test_a_named_anchor_is_tried_as_soon_as_there_is_a_village_and_not_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lan, "ALONE_LOOKS_EVERY", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as anchor, closing(new_console(tmp_path, 1, None)) as journal:
        anchor.settimeout(0.5)
        line = lan.Lan(
            journal, Place(1, "S1", "中央公民館"), tmp_path, Sync(anchor=f"127.0.0.1:{anchor.getsockname()[1]}")
        )
        line.start()
        try:
            with pytest.raises(TimeoutError):
                anchor.accept()
            with closing(new_console(tmp_path, 2, journal)):
                anchor.settimeout(10)
                anchor.accept()[0].close()
        finally:
            line.stop()
