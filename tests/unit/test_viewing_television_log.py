"""What televisions said is kept once each, and tells honestly what one was at a moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from tests.town import EVENING, KEY
from village_console.devices.ports import TvEvent, TvEventKind
from village_console.journal.sqlcipher import EngineError, open_encrypted
from village_console.viewing.facts import Heard, TvState
from village_console.viewing.television_log import LONGEST_DEAD_LETTER, TelevisionLog
from village_console.viewing.television_readings import FRESH, HEARTBEAT
from village_console.village.clock import JST
from village_console.village.errors import JournalKeyIsWrongError, TelevisionLogIsInUseError

BOX = "stb-0001"
SILENT_SINCE_EVER = Heard(TvState.SILENT, None)
SECOND = timedelta(seconds=1)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[TelevisionLog]:
    log = TelevisionLog(tmp_path / "televisions.db", KEY)
    yield log
    log.close()


def said(
    seq: int,
    at: datetime | None,
    value: str = "on",
    kind: str = "alive",
    *,
    retained: bool = False,
    boot: str = "0000000a",
) -> TvEvent:
    """What the box said, heard a second later."""
    heard = (at or EVENING) + SECOND
    return TvEvent(
        BOX, "set_top", TvEventKind(kind), value, at, heard, retained, duplicate=False, boot=boot, seq=seq, raw=b"{}"
    )


def before(minutes: float) -> datetime:
    return EVENING - timedelta(minutes=minutes)


def after(minutes: float) -> datetime:
    return EVENING + timedelta(minutes=minutes)


def heard(log: TelevisionLog, *events: TvEvent) -> Heard:
    """What the log says about the box at six in the evening after hearing this."""
    log.store(events, [])
    return log.heard_at(BOX, EVENING)


def test_each_event_is_kept_once_however_often_it_comes(log: TelevisionLog) -> None:
    one, two = said(1, before(2)), said(2, before(1))
    assert log.store([one, two, one], []) == 2
    assert log.store([two, said(3, before(0))], []) == 1
    assert log.count_events() == 3


def test_the_same_number_after_another_boot_is_another_event(log: TelevisionLog) -> None:
    assert log.store([said(1, before(2)), said(1, before(1), boot="0000000b")], []) == 2


def test_a_retained_message_is_no_event(log: TelevisionLog) -> None:
    assert heard(log, said(1, before(1), retained=True)) == SILENT_SINCE_EVER
    assert log.count_events() == 0


def test_a_line_is_no_event(log: TelevisionLog) -> None:
    assert heard(log, said(0, None, "up", "line"), said(0, None, "up", "line", retained=True)) == SILENT_SINCE_EVER
    assert (log.count_events(), log.last_heard()) == (0, None)


def test_a_box_that_was_never_heard_is_silent(log: TelevisionLog) -> None:
    assert log.heard_at("stb-9999", EVENING) == SILENT_SINCE_EVER


@pytest.mark.parametrize("value", ["on", "off"])
@pytest.mark.parametrize("kind", ["alive", "power"])
def test_a_box_that_spoke_within_two_heartbeats_is_what_it_said(log: TelevisionLog, value: str, kind: str) -> None:
    assert heard(log, said(1, EVENING - FRESH, value, kind)) == Heard(TvState(value), EVENING - FRESH)


def test_a_box_that_spoke_longer_ago_is_silent_with_the_last_it_said(log: TelevisionLog) -> None:
    moment = EVENING - FRESH - timedelta(milliseconds=1)
    assert heard(log, said(1, moment, "on")) == Heard(TvState.SILENT, moment)


def test_two_heartbeats_are_four_minutes() -> None:
    assert FRESH == 2 * HEARTBEAT == timedelta(minutes=4)


def test_what_is_said_at_the_very_moment_counts(log: TelevisionLog) -> None:
    assert heard(log, said(1, before(1), "off"), said(2, EVENING, "on", "power")) == Heard(TvState.ON, EVENING)


def test_what_is_said_later_does_not_count_by_itself(log: TelevisionLog) -> None:
    assert heard(log, said(1, after(1), "on"), said(2, after(2), "on")) == SILENT_SINCE_EVER


def test_the_newest_word_counts(log: TelevisionLog) -> None:
    events = [said(1, before(3), "on", "power"), said(2, before(2), "on"), said(3, before(1), "off", "power")]
    assert heard(log, *reversed(events)) == Heard(TvState.OFF, before(1))


def test_of_two_words_in_one_millisecond_the_later_number_counts(log: TelevisionLog) -> None:
    assert heard(log, said(2, before(1), "off", "power"), said(1, before(1), "on")).state is TvState.OFF


def test_a_channel_says_nothing_about_power(log: TelevisionLog) -> None:
    assert heard(log, said(1, before(60), "off", "power"), said(2, before(1), "3", "channel")) == Heard(
        TvState.SILENT, before(60)
    )


@pytest.mark.parametrize("value", ["on", "off"])
def test_a_box_that_says_the_same_before_and_after_a_gap_was_so_within_it(log: TelevisionLog, value: str) -> None:
    assert heard(log, said(1, before(30), value), said(2, after(30), value)) == Heard(TvState(value), before(30))


def test_a_box_that_says_something_else_after_a_gap_was_silent_within_it(log: TelevisionLog) -> None:
    assert heard(log, said(1, before(30), "on"), said(2, after(30), "off")) == Heard(TvState.SILENT, before(30))


def test_a_box_that_was_switched_between_the_gap_and_its_next_heartbeat_was_silent_within_it(
    log: TelevisionLog,
) -> None:
    events = [said(1, before(30), "on"), said(3, after(20), "on", "power"), said(4, after(30), "on")]
    assert heard(log, *events) == Heard(TvState.SILENT, before(30))


def test_a_switching_after_the_gap_is_no_heartbeat(log: TelevisionLog) -> None:
    assert heard(log, said(1, before(30), "on"), said(2, after(1), "on", "power")).state is TvState.SILENT


def test_a_late_log_changes_the_answer(log: TelevisionLog) -> None:
    assert heard(log, said(1, before(30), "on")).state is TvState.SILENT
    assert heard(log, said(2, before(1), "off", "power")) == Heard(TvState.OFF, before(1))
    assert heard(log, said(3, after(5), "off")).state is TvState.OFF


def test_the_boxes_are_kept_apart(log: TelevisionLog) -> None:
    log.store([said(1, before(1), "on")], [])
    assert log.heard_at("stb-0002", EVENING) == SILENT_SINCE_EVER


def test_a_moment_is_answered_in_the_villages_own_time(log: TelevisionLog) -> None:
    last = heard(log, said(1, before(1))).last_heard
    assert last is not None
    assert last.tzinfo is JST


def test_who_spoke_lately_is_counted_by_when_it_was_heard(log: TelevisionLog) -> None:
    log.store([said(1, before(1)), said(2, before(0))], [])
    assert log.last_heard() == EVENING + SECOND
    assert [log.devices_heard_since(EVENING + shift) for shift in (-FRESH, SECOND, 2 * SECOND)] == [1, 1, 0]


def test_dead_letters_are_kept_with_their_reason_and_not_without_end(log: TelevisionLog, tmp_path: Path) -> None:
    log.store([], [(EVENING, "tv/?", b"x" * 10_000, "too large"), (EVENING, "", b"", "topic")])
    assert log.dead_letters() == [("tv/?", "too large"), ("", "topic")]
    log.close()
    connection = open_encrypted(tmp_path / "televisions.db", KEY)
    assert [len(payload) for (payload,) in connection.execute("SELECT payload FROM dead_letters")] == [
        LONGEST_DEAD_LETTER,
        0,
    ]
    connection.close()


def test_what_was_stored_is_there_after_a_restart(tmp_path: Path) -> None:
    first = TelevisionLog(tmp_path / "televisions.db", KEY)
    first.store([said(1, before(1))], [])
    first.close()
    second = TelevisionLog(tmp_path / "televisions.db", KEY)
    assert second.heard_at(BOX, EVENING) == Heard(TvState.ON, before(1))
    assert second.store([said(1, before(1))], []) == 0
    second.close()


def test_a_batch_that_the_disk_refuses_leaves_nothing_and_the_next_one_is_stored(log: TelevisionLog) -> None:
    no_topic = cast("str", None)
    with pytest.raises(EngineError):
        log.store([said(1, before(1))], [(EVENING, no_topic, b"", "the table refuses it")])
    assert log.count_events() == 0
    assert log.store([said(1, before(1))], []) == 1


def test_a_second_collector_is_refused(log: TelevisionLog, tmp_path: Path) -> None:
    assert log.count_events() == 0
    with pytest.raises(TelevisionLogIsInUseError):
        TelevisionLog(tmp_path / "televisions.db", KEY)


def test_another_key_does_not_open_the_log(tmp_path: Path) -> None:
    TelevisionLog(tmp_path / "televisions.db", KEY).close()
    with pytest.raises(JournalKeyIsWrongError):
        TelevisionLog(tmp_path / "televisions.db", KEY[::-1])
    TelevisionLog(tmp_path / "televisions.db", KEY).close()
