"""What was withdrawn, is finer than agreed or too old leaves the television log, and no page of its file holds it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.pages import found_in
from tests.town import EVENING, KEY
from village_console.devices.ports import TvEvent, TvEventKind
from village_console.viewing.consented import KEPT_FOR, NOTHING, Agreed
from village_console.viewing.facts import Granularity, Purpose, TvState
from village_console.viewing.sweep import LONGEST_LETTERS
from village_console.viewing.television_log import TelevisionLog
from village_console.viewing.television_readings import read_beside_owner

MINE, OTHER = "stb-0001", "stb-0002"
SECRET = b'{"v":1,"channel":"the forbidden channel 27"}'
WEEK = timedelta(days=7)


def all_of_it(
    granularity: Granularity = Granularity.CHANNEL, kept_for: timedelta = KEPT_FOR[Purpose.DISASTER]
) -> Agreed:
    return Agreed(granularity, kept_for)


def nobody(_topic: str) -> str | None:
    return None


@pytest.fixture
def log(tmp_path: Path) -> Iterator[TelevisionLog]:
    log = TelevisionLog(tmp_path / "televisions.db", KEY)
    yield log
    log.close()


def said(device: str, seq: int, kind: TvEventKind, value: str, at: datetime = EVENING) -> TvEvent:
    moment = at + timedelta(seconds=seq)
    return TvEvent(device, "set_top", kind, value, moment, moment, retained=False, duplicate=False, boot="0000000a", seq=seq,
                   raw=SECRET)  # fmt: skip


def evening(device: str, at: datetime = EVENING) -> list[TvEvent]:
    kinds = [("power", "on"), ("channel", "KBS27"), ("alive", "on"), ("channel", "KBS5"), ("power", "off")]
    return [said(device, n, TvEventKind(kind), value, at) for n, (kind, value) in enumerate(kinds, start=1)]


def kinds(log: TelevisionLog, device: str) -> list[tuple[str, str]]:
    return [(kind, value) for _, kind, value in reversed(log.said_by(device, 99))]


def test_of_a_television_whose_consent_was_withdrawn_no_page_holds_anything(log: TelevisionLog) -> None:
    log.store([*evening("stb-gone"), *evening(OTHER)], [(EVENING, "tv/stb-gone/log", b"who watches", "value")])
    log.store([], [], (), [("stb-gone", EVENING.date())], {"stb-gone": "what was learnt"})
    texts: list[str | bytes] = ["stb-gone", "KBS27", SECRET, "who watches", "what was learnt", OTHER]
    assert found_in(log.path, KEY, texts) == texts
    log.sweep({"stb-gone": NOTHING, OTHER: all_of_it(Granularity.ON_OFF)}, EVENING, lambda topic: topic.split("/")[1])
    assert found_in(log.path, KEY, ["stb-gone", "who watches", "what was learnt", OTHER]) == [OTHER]
    assert (log.count_of("stb-gone"), log.count_of(OTHER)) == (0, 5)


def test_the_collection_of_the_others_goes_on_and_lacks_nothing(log: TelevisionLog) -> None:
    log.store([*evening(MINE), *evening(OTHER)], [])
    withdrawn, _ = log.sweep({MINE: NOTHING, OTHER: all_of_it()}, EVENING, nobody)
    assert withdrawn == {MINE}
    assert (log.missing(), log.missing_by_device()) == (0, [])
    assert log.heard_at(OTHER, EVENING + timedelta(seconds=3)).state is TvState.ON


@pytest.mark.parametrize(
    ("agreed", "expected"),
    [
        (Granularity.CHANNEL, ["KBS27", "KBS5"]),
        (Granularity.CHANGES, ["*", "*"]),
        (Granularity.ON_OFF, []),
    ],
)
def test_a_consent_that_became_narrower_takes_the_finer_words_back(
    log: TelevisionLog, agreed: Granularity, expected: list[str]
) -> None:
    log.store(evening(MINE), [])
    log.sweep({MINE: all_of_it(agreed)}, EVENING, nobody)
    assert [value for kind, value in kinds(log, MINE) if kind == "channel"] == expected
    left = found_in(log.path, KEY, ["KBS27", "KBS5"])
    assert left == (["KBS27", "KBS5"] if agreed is Granularity.CHANNEL else [])
    assert (log.count_of(MINE), log.missing()) == (5, 0)
    assert log.heard_at(MINE, EVENING + timedelta(seconds=3)).state is TvState.ON


def test_of_a_consent_to_days_only_the_days_are_left(log: TelevisionLog) -> None:
    log.store([*evening(MINE), *evening(MINE, EVENING + timedelta(days=2))[:0]], [])
    log.sweep({MINE: all_of_it(Granularity.DAILY)}, EVENING, nobody)
    assert (log.days_on(MINE), log.count_of(MINE)) == ([EVENING.date().isoformat()], 0)


def test_what_is_older_than_needed_goes_and_what_is_needed_stays(log: TelevisionLog) -> None:
    log.store([*evening(MINE, EVENING - 3 * WEEK), *evening(OTHER, EVENING - 3 * WEEK)], [])
    log.store([said(MINE, 9, TvEventKind.ALIVE, "on", EVENING - WEEK)], [(EVENING - 3 * WEEK, "tv/x", b"", "value")])
    paired = {MINE: all_of_it(), OTHER: all_of_it(kept_for=KEPT_FOR[Purpose.WATCH_OVER])}
    log.sweep(paired, EVENING, nobody)
    assert (log.count_of(MINE), log.count_of(OTHER), log.dead_letters()) == (1, 5, [])


def test_what_left_because_it_was_old_is_not_counted_as_lost(log: TelevisionLog) -> None:
    log.store(evening(MINE, EVENING - 3 * WEEK), [])
    before = log.missing()
    log.sweep({MINE: all_of_it()}, EVENING, nobody)
    log.store([said(MINE, 6, TvEventKind.ALIVE, "on")], [])
    assert (before, log.missing()) == (0, 0)


def test_a_television_that_stands_in_no_household_is_left_to_time(log: TelevisionLog) -> None:
    log.store(evening(MINE), [])
    log.sweep({}, EVENING, nobody)
    assert log.count_of(MINE) == 5
    log.sweep({}, EVENING + KEPT_FOR[Purpose.WATCH_OVER] + WEEK, nobody)
    assert log.count_of(MINE) == 0


def test_a_flood_of_nonsense_does_not_fill_the_disk(log: TelevisionLog) -> None:
    for start in range(0, LONGEST_LETTERS + 500, 100):
        log.store([], [(EVENING, f"tv/{n}", b"x" * 100, "topic") for n in range(start, start + 100)])
    letters = log.dead_letters()
    assert (len(letters), letters[-1][0]) == (LONGEST_LETTERS, f"tv/{LONGEST_LETTERS + 499}")


def test_while_somebody_reads_the_file_the_last_traces_wait_for_their_turn(log: TelevisionLog) -> None:
    log.store(evening("stb-gone"), [])
    beside = read_beside_owner(log.path, KEY)
    reading = beside._connection.execute("SELECT device FROM events")
    reading.fetchone()
    _, is_gone = log.sweep({"stb-gone": NOTHING}, EVENING, nobody)
    assert not is_gone
    reading.close()
    beside.close()
    assert log.end_sweep()
    assert found_in(log.path, KEY, ["stb-gone", SECRET]) == []
