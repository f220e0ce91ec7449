"""The doctor says whether the desk can know a genuine card, and what to do where it cannot."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from device_sim.cards.kept_ca import ca_of
from village_console.doctor.card_ca import card_ca
from village_console.doctor.finding import State
from village_console.settings import Devices, Mode, Settings, Site
from village_console.village.run_mode import RunMode, World
from village_console.words import Language, Words

NOW = datetime(2026, 11, 3, tzinfo=UTC)


def found(devices: Devices, now: datetime = NOW) -> list[tuple[State, str]]:
    known = Settings(Site("015628", "S1", "中央公民館"), Mode(RunMode.REAL, World.PHYSICAL, "2026"), devices)
    findings = list(card_ca(known, now))
    assert all(finding.line(Words(language)) for finding in findings for language in Language)
    return [(finding.state, finding.said) for finding in findings]


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    ca_of(folder)
    return folder / "card_ca.pem"


def test_nothing_is_said_where_no_card_can_be_laid_down() -> None:
    assert found(Devices()) == []


def test_without_a_pinned_authority_nobody_can_know() -> None:
    assert found(Devices(pcsc=True)) == [(State.LOOK, "card_ca_none")]


def test_a_file_that_holds_no_certificate_is_to_be_mended(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate", "utf-8")
    for name in ("ca.pem", "not there.pem"):
        assert found(Devices(pcsc=True, card_ca=str(tmp_path / name))) == [(State.MEND, "card_ca_unread")]


def test_an_authority_in_time_is_fine_and_one_that_has_run_out_is_not(pem: Path) -> None:
    devices = Devices(card_slot="127.0.0.1:28025", card_ca=str(pem))
    assert found(devices) == [(State.FINE, "card_ca_pinned")]
    assert found(devices, datetime(2051, 1, 1, tzinfo=UTC)) == [(State.MEND, "card_ca_over")]
