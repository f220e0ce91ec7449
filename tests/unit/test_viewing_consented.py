"""A collector beside the desk keeps what households have agreed to, by the desk's own journal, and learns of changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.town import KEY, home, open_journal, write_all
from village_console.journal.journal import Journal
from village_console.viewing.consented import READ_EVERY, ConsentedDevices, ConsentsBesideDesk
from village_console.viewing.facts import Purpose, TelevisionPaired, ViewingConsentGiven
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


def say(journal: Journal, number: int, *, agreed: bool, purpose: Purpose = Purpose.DISASTER) -> None:
    device = f"stb-{number:04d}"
    television = television_id("015628", device)
    write_all(
        journal,
        [
            TelevisionPaired(subject=television, household=home(number), device=device),
            ViewingConsentGiven(subject=television, purpose=purpose, agreed=agreed, who=None),
        ],
    )


def test_only_what_was_agreed_to_for_disasters_may_be_kept(tmp_path: Path, consents: ConsentsBesideDesk) -> None:
    journal = open_journal(tmp_path)
    say(journal, 1, agreed=True)
    say(journal, 2, agreed=False)
    say(journal, 3, agreed=True, purpose=Purpose.WATCH_OVER)
    assert consents.devices() == ConsentedDevices(journal.rows).devices() == {"stb-0001"}
    assert [consents(f"stb-{number:04d}") for number in (1, 2, 3, 4)] == [True, False, False, False]
    journal.close()


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
