"""The spool: on disk before the first byte, unknown after a restart, void before it is printed once more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import EVENING, HandClock, JournalMaker
from tests.town import listed, person
from village_console.incident.erase import erase_person
from village_console.journal.journal import Journal
from village_console.journal.spool import UNDECIDED, Job, JobState
from village_console.papers.document import Align, Cut, Document, Span, TextLine, marked, packed, unpacked


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def make(tmp_path: Path, clock: HandClock) -> Iterator[JournalMaker]:
    maker = JournalMaker(tmp_path, clock)
    yield maker
    maker.close_all()


@pytest.fixture
def journal(make: JournalMaker) -> Journal:
    return make()


def paper(text: str = "佐藤 ハル") -> Document:
    document = Document(48)
    document.text("避難者名簿", double=True, align=Align.CENTRE)
    document.text(text, bold=True)
    document.qr("12345678")
    document.barcode("12345678")
    document.rule()
    document.cut()
    return document


def queued(journal: Journal, text: str = "佐藤 ハル") -> Job:
    return journal.spool.queue(packed(paper(text)), "roster", 1, "roster of 1")


def test_a_document_comes_back_from_the_disk_as_it_was() -> None:
    assert unpacked(packed(paper())) == paper()


def test_a_mark_stands_at_the_top_and_before_the_cut() -> None:
    lines = marked(paper(), "【再発行 第1回】").lines
    mark = TextLine((Span("【再発行 第1回】", bold=True, double=True),), Align.CENTRE)
    assert (lines[0], lines[-2], lines[-1]) == (mark, mark, Cut())
    assert [line for line in lines if line != mark] == paper().lines


def test_a_mark_that_is_too_wide_for_large_print_is_printed_small() -> None:
    narrow = Document(24, [Cut()])
    assert marked(narrow, "【再発行 第1回】").lines[0] == TextLine((Span("【再発行 第1回】", bold=True),), Align.CENTRE)


def test_a_job_is_there_after_a_restart(make: JournalMaker) -> None:
    journal = make()
    job = queued(journal)
    journal.close()
    assert make().spool.waiting(JobState.QUEUED) == [job]
    assert job.made == EVENING


@pytest.mark.parametrize("state", [JobState.SENDING, JobState.SENT])
def test_what_was_being_sent_when_the_console_stopped_is_unknown_and_not_sent_again(
    make: JournalMaker, state: JobState
) -> None:
    journal = make()
    job = queued(journal)
    journal.spool.move(job.id, state)
    journal.close()
    opened = make()
    assert [found.id for found in opened.spool.recover()] == [job.id]
    assert opened.spool.waiting(JobState.QUEUED) == []


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.PRINTED, JobState.VOID])
def test_what_was_not_being_sent_stays_as_it_is(journal: Journal, state: JobState) -> None:
    job = queued(journal)
    journal.spool.move(job.id, state)
    assert journal.spool.recover() == []
    found = journal.spool.find(job.id)
    assert found is not None
    assert found.state is state


def test_a_reissue_is_written_together_with_the_void(journal: Journal) -> None:
    job = queued(journal)
    journal.spool.move(job.id, JobState.UNCERTAIN)
    first = journal.spool.reissue(job, packed(paper()))
    second = journal.spool.reissue(first, packed(paper()))
    states = {found.id: found.state for found in journal.spool.last(9)}
    assert states == {job.id: JobState.VOID, first.id: JobState.VOID, second.id: JobState.QUEUED}
    assert [(found.issue, found.instead_of) for found in (first, second)] == [(1, job.id), (2, first.id)]


@pytest.mark.parametrize("state", [JobState.PRINTED, JobState.VOID])
def test_what_is_done_keeps_no_names(journal: Journal, state: JobState) -> None:
    job = queued(journal)
    journal.spool.move(job.id, state)
    found = journal.spool.find(job.id)
    assert found is not None
    assert found.document == b""


def test_a_number_is_never_used_twice(make: JournalMaker) -> None:
    journal = make()
    first = queued(journal)
    journal.close()
    assert queued(make()).id > first.id


def test_erasing_somebody_makes_papers_void_that_may_name_them(journal: Journal) -> None:
    journal.append(listed(1, 1, "佐藤 ハル", "サトウ ハル"))
    job, done = queued(journal), queued(journal)
    journal.spool.move(done.id, JobState.PRINTED)
    erase_person(journal, person(1), "本人の求め")
    found = journal.spool.find(job.id)
    assert found is not None
    assert (found.state, found.document) == (JobState.VOID, b"")
    assert journal.spool.waiting(*UNDECIDED) == []


@pytest.mark.parametrize("version", [2, 3])
def test_a_journal_of_a_version_before_gets_what_it_lacks_and_keeps_its_facts(make: JournalMaker, version: int) -> None:
    journal = make()
    journal.append(listed(1, 1, "佐藤 ハル", "サトウ ハル"))
    facts = len(journal.every_fact())
    journal.close()
    with make.connect() as connection:
        for table in ("contacts", "read_to", *(["spool"] if version < 3 else [])):
            connection.execute(f"DROP TABLE {table}")
        for column in ("n", "counts", "admitted"):
            connection.execute(f"ALTER TABLE devices DROP COLUMN {column}")
        connection.execute("ALTER TABLE forks DROP COLUMN noted")
        connection.execute("DELETE FROM meta WHERE name = 'village_seed'")
        connection.execute(f"PRAGMA user_version = {version}")
    again = make()
    assert again.village_seed is not None
    assert again.contacts.all() == {}
    assert len(again.every_fact()) == facts
    assert again.verify() == facts
    assert queued(again).state is JobState.QUEUED
