"""A collector beside the desk keeps what households have agreed to, by the desk's own journal, and learns of changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.town import EVENING, KEY, clock_at, home, open_journal, set_clock, write_all
from village_console.journal.journal import Journal
from village_console.viewing.consented import (
    KEPT_FOR,
    NOTHING,
    READ_EVERY,
    Agreed,
    ConsentedDevices,
    ConsentsBesideDesk,
)
from village_console.viewing.facts import Granularity, Purpose, TelevisionPaired, ViewingConsentGiven
from village_console.viewing.rows import Consent, Terms
from village_console.village.clock import Clock
from village_console.village.errors import JournalKeyIsWrongError
from village_console.village.ids import television_id


class Stopwatch(Clock):
    """A clock whose monotonic time a test moves."""

    seconds = 100.0

    @staticmethod
    def monotonic() -> float:
        return Stopwatch.seconds


@pytest.fixture
def watch() -> Stopwatch:
    Stopwatch.seconds = 100.0
    return Stopwatch()


@pytest.fixture
def consents(tmp_path: Path, watch: Stopwatch) -> Iterator[ConsentsBesideDesk]:
    consents = ConsentsBesideDesk(tmp_path / "journal.db", KEY, watch)
    yield consents
    consents.close()


def say(journal: Journal, number: int, *, agreed: bool, purpose: Purpose = Purpose.DISASTER, **more: Any) -> None:
    device = f"stb-{number:04d}"
    television = television_id("015628", device)
    write_all(
        journal,
        [
            TelevisionPaired(subject=television, household=home(number), device=device),
            ViewingConsentGiven(subject=television, purpose=purpose, agreed=agreed, who=None, **more),
        ],
    )


def test_only_what_was_agreed_to_may_be_kept_for_whatever_purpose(tmp_path: Path, consents: ConsentsBesideDesk) -> None:
    journal = open_journal(tmp_path)
    say(journal, 1, agreed=True)
    say(journal, 2, agreed=False)
    say(journal, 3, agreed=True, purpose=Purpose.WATCH_OVER)
    assert consents.devices() == ConsentedDevices(journal.rows).devices() == {"stb-0001", "stb-0003"}
    assert [consents(f"stb-{number:04d}") for number in (1, 2, 3, 4)] == [True, False, True, False]
    journal.close()


def test_of_two_purposes_the_wider_and_the_longer_count(tmp_path: Path, consents: ConsentsBesideDesk) -> None:
    journal = open_journal(tmp_path)
    say(journal, 1, agreed=True, granularity=Granularity.CHANNEL)
    say(journal, 1, agreed=True, purpose=Purpose.WATCH_OVER, granularity=Granularity.DAILY)
    say(journal, 2, agreed=True, granularity=Granularity.NOTHING)
    expected = {
        "stb-0001": Agreed(Granularity.CHANNEL, KEPT_FOR[Purpose.WATCH_OVER]), "stb-0002": NOTHING,
    }  # fmt: skip
    assert consents.paired() == ConsentedDevices(journal.rows).paired() == expected
    journal.close()


def test_a_consent_holds_until_its_last_day_and_no_longer(tmp_path: Path) -> None:
    journal, clock = open_journal(tmp_path), clock_at()
    say(journal, 1, agreed=True, until=EVENING.date())
    consents = ConsentedDevices(journal.rows, clock)
    assert consents("stb-0001")
    set_clock(clock, EVENING + timedelta(days=1))
    assert not consents("stb-0001")
    journal.close()


def test_without_a_word_on_how_much_the_least_that_the_rule_needs_is_kept(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    say(journal, 1, agreed=True)
    assert ConsentedDevices(journal.rows).granularity("stb-0001") is Granularity.ON_OFF
    assert Consent(frozenset({Purpose.DISASTER})).in_force(EVENING.date()) == (
        Terms(Purpose.DISASTER, Granularity.ON_OFF),
    )
    journal.close()


def test_a_journal_that_cannot_be_read_yet_says_nothing_of_anybody(consents: ConsentsBesideDesk) -> None:
    assert (consents.paired(), consents("stb-0001")) == (None, False)


def test_a_change_at_the_desk_is_known_soon(tmp_path: Path, consents: ConsentsBesideDesk, watch: Stopwatch) -> None:
    journal = open_journal(tmp_path)
    say(journal, 1, agreed=True)
    assert consents.devices() == {"stb-0001"}
    say(journal, 1, agreed=False)
    say(journal, 2, agreed=True)
    assert consents.devices() == {"stb-0001"}
    Stopwatch.seconds += READ_EVERY
    assert (consents.devices(), watch.monotonic()) == ({"stb-0002"}, 100 + READ_EVERY)
    journal.close()


def test_a_journal_that_nobody_has_open_is_read(tmp_path: Path, consents: ConsentsBesideDesk) -> None:
    journal = open_journal(tmp_path)
    say(journal, 1, agreed=True)
    journal.close()
    assert consents.devices() == {"stb-0001"}


def test_without_a_journal_nothing_may_be_kept_and_one_that_comes_later_is_found(
    tmp_path: Path, consents: ConsentsBesideDesk
) -> None:
    assert consents.devices() == frozenset()
    journal = open_journal(tmp_path)
    say(journal, 1, agreed=True)
    Stopwatch.seconds += READ_EVERY
    assert consents.devices() == {"stb-0001"}
    journal.close()


def test_a_desk_can_open_and_write_while_consents_are_read(tmp_path: Path, consents: ConsentsBesideDesk) -> None:
    open_journal(tmp_path).close()
    assert consents.devices() == frozenset()
    journal = open_journal(tmp_path)
    say(journal, 1, agreed=True)
    assert journal.verify() == 2
    journal.close()


def test_another_key_is_a_breakage_and_no_empty_answer(tmp_path: Path, watch: Stopwatch) -> None:
    open_journal(tmp_path).close()
    with pytest.raises(JournalKeyIsWrongError):
        ConsentsBesideDesk(tmp_path / "journal.db", KEY[::-1], watch).devices()
