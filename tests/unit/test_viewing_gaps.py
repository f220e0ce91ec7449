"""Skipped numbers are counted once, for good, and only when something is really lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.town import EVENING, KEY
from village_console.devices.ports import TvEvent, TvEventKind
from village_console.journal.sqlcipher import open_encrypted
from village_console.viewing.television_log import TelevisionLog

A, B = "0000000a", "0000000b"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[TelevisionLog]:
    log = TelevisionLog(tmp_path / "televisions.db", KEY)
    yield log
    log.close()


def heard(*numbers: int, boot: str = A, device: str = "stb-0001") -> list[TvEvent]:
    return [
        TvEvent(device, "set_top", TvEventKind.ALIVE, "on", EVENING + timedelta(seconds=n), EVENING, retained=False,
                duplicate=False, boot=boot, seq=n, raw=b"{}")
        for n in numbers
    ]  # fmt: skip


def line(value: str = "up", boot: str = A, device: str = "stb-0001", *, retained: bool = False) -> TvEvent:
    kind = TvEventKind.LINE
    return TvEvent(
        device, "set_top", kind, value, None, EVENING, retained, duplicate=False, boot=boot, seq=0, raw=b"{}"
    )


def test_numbers_without_a_gap_lose_nothing(log: TelevisionLog) -> None:
    log.store([line(), *heard(1, 2, 3)], [])
    assert (log.missing(), log.missing_by_device()) == (0, [])


def test_each_skipped_number_is_one_lost_message(log: TelevisionLog) -> None:
    log.store([line(), *heard(1, 2, 5, 9)], [])
    assert log.missing() == 2 + 3


def test_a_late_message_closes_its_gap(log: TelevisionLog) -> None:
    log.store([line(), *heard(1, 5)], [])
    seen = [log.missing()]
    for late in (3, 2, 4):
        log.store(heard(late), [])
        seen.append(log.missing())
    assert seen == [3, 2, 1, 0]


def test_a_duplicate_neither_fills_nor_opens_a_gap(log: TelevisionLog) -> None:
    log.store([line(), *heard(1, 3, 3)], [])
    assert (log.store(heard(1, 3, 1), []), log.missing(), log.count_events()) == (0, 1, 2)


def test_a_new_boot_is_no_gap(log: TelevisionLog) -> None:
    log.store([line(), *heard(1, 2, 3), line(boot=B), *heard(1, 2, boot=B)], [])
    assert log.missing() == 0


def test_of_a_box_that_is_known_the_beginning_of_a_boot_is_missed_too(log: TelevisionLog) -> None:
    log.store([*heard(1), *heard(4, boot=B)], [])
    assert log.missing() == 3


def test_a_box_that_came_on_the_line_while_we_listened_begins_at_one(log: TelevisionLog) -> None:
    log.store([line(), *heard(3)], [])
    assert log.missing() == 2


@pytest.mark.parametrize("value", ["up", "lost"])
def test_what_a_box_said_before_the_log_was_begun_is_not_lost(log: TelevisionLog, value: str) -> None:
    log.store([line(value, retained=True)], [])
    log.store([line(), *heard(700, 701)], [])
    assert log.missing() == 0
    log.store(heard(703), [])
    assert log.missing() == 1


def test_a_box_of_which_nothing_was_known_is_counted_from_the_first_number_heard(log: TelevisionLog) -> None:
    log.store(heard(57, 58, 60), [])
    assert log.missing() == 1
    log.store(heard(56), [])
    assert log.missing() == 1


def test_of_a_box_that_is_known_a_boot_that_only_the_broker_remembers_counts_from_one(log: TelevisionLog) -> None:
    log.store([line(), *heard(1)], [])
    log.store([line(boot=B, retained=True), *heard(3, boot=B)], [])
    assert log.missing() == 2


def test_a_line_without_a_word_loses_nothing(log: TelevisionLog) -> None:
    log.store([line(), line(boot=B), line("lost", boot=B), line(device="stb-0002", retained=True)], [])
    assert log.missing() == 0


def test_the_television_that_lost_most_comes_first(log: TelevisionLog) -> None:
    for device, last in (("stb-0001", 3), ("stb-0002", 9), ("stb-0003", 2)):
        log.store([line(device=device), *heard(1, last, device=device)], [])
    assert log.missing_by_device() == [("stb-0002", 7), ("stb-0001", 1)]
    assert log.missing() == 8


def test_a_restart_neither_forgets_nor_counts_again(tmp_path: Path) -> None:
    seen: list[int] = []
    for more in ([line(), *heard(1, 4)], heard(1, 4), heard(6), heard(2)):
        with closing(TelevisionLog(tmp_path / "televisions.db", KEY)) as log:
            seen.append(log.missing())
            log.store(more, [])
            seen.append(log.missing())
    assert seen == [0, 2, 2, 2, 2, 3, 3, 2]


def test_a_log_of_an_earlier_version_begins_to_count_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "televisions.db"
    with closing(TelevisionLog(path, KEY)) as log:
        log.store(heard(5, 6, 8), [])
    with closing(open_encrypted(path, KEY)) as connection:
        connection.execute("DROP TRIGGER events_counted")
        connection.execute("DROP TABLE boots")
    with closing(TelevisionLog(path, KEY)) as log:
        assert log.missing() == 1
        log.store(heard(7, 10), [])
        assert log.missing() == 1


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 40), max_size=40))
def test_in_whatever_order_and_however_often_they_come_the_count_is_what_lacks_up_to_the_last(
    numbers: list[int],
) -> None:
    with TemporaryDirectory() as folder, closing(TelevisionLog(Path(folder) / "televisions.db", KEY)) as log:
        log.store([line()], [])
        for number in numbers:
            log.store(heard(number), [])
        assert log.missing() == max(numbers, default=0) - len(set(numbers))
        assert log.count_events() == len(set(numbers))


def test_what_the_broker_dropped_before_we_listened_is_not_ours(log: TelevisionLog) -> None:
    log.store([], [], [46_570])
    assert log.dropped() == 0


@pytest.mark.parametrize(
    ("counters", "dropped"), [([3, 5, 5], 2), ([0, 7], 7), ([9, 2], 2), ([9, 0, 4], 4), ([1, 2, 3, 1], 3)]
)
def test_what_the_broker_drops_is_added_up_over_its_restarts(tmp_path: Path, counters: list[int], dropped: int) -> None:
    found: list[int] = []
    for counter in counters:  # and over our own
        with closing(TelevisionLog(tmp_path / "televisions.db", KEY)) as log:
            log.store([], [], [counter])
            found.append(log.dropped())
    assert found[-1] == dropped
