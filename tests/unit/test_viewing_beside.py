"""A desk beside a collector of its own: it reads, says so in a word, and notices when that one is gone; losses are a chip."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.town import EVENING, KEY, clock_at
from village_console.devices.ports import Health, Part, TvEvent, TvEventKind
from village_console.doctor.finding import State
from village_console.doctor.wires import television_log
from village_console.tui.station import Signs
from village_console.tui.theme import ALL
from village_console.tui.widgets.status import status_line
from village_console.viewing import television_readings
from village_console.viewing.facts import TvState
from village_console.viewing.other_collector import OtherCollector
from village_console.viewing.television_log import TelevisionLog, open_log
from village_console.viewing.television_readings import TelevisionReadings, is_owned, read_beside_owner
from village_console.village.errors import TelevisionLogIsInUseError
from village_console.words import Language, Words

NAME = "televisions.db"


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[TelevisionLog]:
    log = TelevisionLog(tmp_path / NAME, KEY)
    yield log
    log.close()


@pytest.fixture
def reader(owner: TelevisionLog) -> Iterator[TelevisionReadings]:
    log = open_log(owner.path, KEY)
    yield log
    log.close()


def heard(*numbers: int) -> list[TvEvent]:
    return [
        TvEvent("stb-0001", "set_top", TvEventKind.ALIVE, "on", EVENING - timedelta(seconds=60 - n), EVENING,
                retained=False, duplicate=False, boot="0000000a", seq=n, raw=b"{}")
        for n in numbers
    ]  # fmt: skip


class Desk:
    """What the status line was told."""

    def __init__(self, log: TelevisionReadings) -> None:
        self.told: dict[Part, tuple[Health, int]] = {}
        self.device = OtherCollector(log, clock_at(), self._tell)
        self.device.start()

    def _tell(self, part: Part, health: Health, count: int) -> None:
        self.told[part] = (health, count)


def test_whoever_comes_second_reads_what_the_owner_writes(owner: TelevisionLog, reader: TelevisionReadings) -> None:
    assert not isinstance(reader, TelevisionLog)
    owner.store(heard(1, 3), [])
    assert reader.heard_at("stb-0001", EVENING).state is TvState.ON
    assert (reader.count_events(), reader.missing()) == (2, 1)


def test_whoever_comes_first_owns(tmp_path: Path) -> None:
    with closing(open_log(tmp_path / NAME, KEY)) as log:
        assert isinstance(log, TelevisionLog)


def test_looking_whether_somebody_owns_the_log_takes_it_from_nobody(tmp_path: Path) -> None:
    assert not is_owned(tmp_path / NAME)
    with closing(TelevisionLog(tmp_path / NAME, KEY)) as log:
        assert is_owned(log.path)
        log.store(heard(1), [])
    assert not is_owned(tmp_path / NAME)
    TelevisionLog(tmp_path / NAME, KEY).close()


def test_an_owner_that_makes_no_file_in_time_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(television_readings, "PATIENCE", 0.05)
    with pytest.raises(TelevisionLogIsInUseError):
        read_beside_owner(tmp_path / NAME, KEY)


def test_the_desk_says_what_the_collector_said(owner: TelevisionLog, reader: TelevisionReadings) -> None:
    desk = Desk(reader)
    assert desk.told[Part.TELEVISIONS] == (Health.NO_ANSWER, 0)
    owner.store(heard(1, 2), [])
    told = list[tuple[Health, int]]()
    for health in (Health.READY, Health.NO_ANSWER, Health.FAULT):
        owner.note_collector(health)
        desk.device.tell_health()
        told.append(desk.told[Part.TELEVISIONS])
    assert told == [(Health.ELSEWHERE, 1), (Health.NO_ANSWER, 0), (Health.FAULT, 0)]
    assert desk.told[Part.TV_LOG] == (Health.READY, 0)


def test_a_collector_that_has_died_is_no_answer_whatever_it_said_last(
    owner: TelevisionLog, reader: TelevisionReadings
) -> None:
    owner.note_collector(Health.READY)
    desk = Desk(reader)
    assert desk.told[Part.TELEVISIONS][0] is Health.ELSEWHERE
    owner.close()
    desk.device.tell_health()
    assert desk.told[Part.TELEVISIONS] == (Health.NO_ANSWER, 0)
    desk.device.stop()


def test_what_is_lost_is_told_and_before_what_was_dropped(owner: TelevisionLog, reader: TelevisionReadings) -> None:
    desk = Desk(reader)
    owner.store([], [], [10, 14])
    desk.device.tell_health()
    assert desk.told[Part.TV_LOG] == (Health.DROPPED, 4)
    owner.store(heard(1, 4), [])
    desk.device.tell_health()
    assert desk.told[Part.TV_LOG] == (Health.GAPS, 2)


def status(*told: tuple[Part, Health, int], language: Language = Language.JAPANESE) -> str:
    signs = Signs()
    for part, health, count in told:
        signs.take(part, health, count, 0)
    return status_line(signs, 180, ALL[0], Words(language), 80).plain


def test_losses_are_a_chip_with_their_number_and_nothing_when_there_are_none() -> None:
    heard_all = (Part.TELEVISIONS, Health.READY, 304)
    assert "TV記録" not in status(heard_all)
    assert "TV記録" not in status(heard_all, (Part.TV_LOG, Health.READY, 0))
    assert "TV〇304台  TV記録！欠け12通 3分" in status(heard_all, (Part.TV_LOG, Health.GAPS, 12))
    assert "TV log！4 dropped 3min" in status((Part.TV_LOG, Health.DROPPED, 4), language=Language.ENGLISH)
    line = status_line(_lost(), 180, ALL[0], Words(), 80)
    styles = [span.style for span in line.spans if "欠け" in line.plain[span.start : span.end]]
    assert str(styles[-1]) == str(ALL[0].chip)


def _lost() -> Signs:
    signs = Signs()
    signs.take(Part.TV_LOG, Health.GAPS, 12, 0)
    return signs


def test_another_collector_is_a_word_and_no_alarm() -> None:
    line = status((Part.TELEVISIONS, Health.ELSEWHERE, 304))
    assert "TV〇304台 collect  " in line


def test_the_doctor_counts_what_is_lost_and_names_the_worst(tmp_path: Path) -> None:
    assert list(television_log(tmp_path)) == []
    key_file = tmp_path / "journal.key"
    key_file.write_text(KEY.hex())
    key_file.chmod(0o600)
    with closing(TelevisionLog(tmp_path / NAME, KEY)) as log:
        log.store(heard(1, 2), [])
        (fine,) = television_log(tmp_path)
        log.store(heard(5), [], [0, 7])
        (lost,) = television_log(tmp_path)
    assert (fine.state, fine.values["count"]) == (State.FINE, 2)
    assert (lost.state, lost.do) == (State.LOOK, "look_losses")
    for language in Language:
        assert "stb-0001:2" in lost.line(Words(language))
        assert "7" in lost.line(Words(language))


def test_the_doctor_tells_of_a_log_that_it_cannot_read(tmp_path: Path) -> None:
    key_file = tmp_path / "journal.key"
    key_file.write_text(KEY.hex())
    key_file.chmod(0o600)
    TelevisionLog(tmp_path / NAME, KEY[::-1]).close()
    (found,) = television_log(tmp_path)
    assert (found.state, found.said) == (State.MEND, "explained")
