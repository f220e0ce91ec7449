"""`incident`: export, close, count the days, open again, anonymise."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial

from village_console.cli.progress import progress_line
from village_console.cli.record import Record, record
from village_console.incident.anonymise import anonymise
from village_console.incident.close import close, reopen
from village_console.incident.rows import State
from village_console.incident.rules import AnonymiseVerdict, CloseVerdict, days_left, due
from village_console.incident.wipe import wipe_televisions
from village_console.incident.written import incident_of, last_exported, written_since
from village_console.journal.evidence import export_evidence
from village_console.journal.journal import Journal
from village_console.register.rows import Resident
from village_console.words import Words

Verb = Callable[[Record, argparse.Namespace, Words], int]


def run(options: argparse.Namespace, words: Words) -> int:
    """Do what the verb says; 1 when it was refused."""
    verbs: dict[str, Verb] = {
        "export": _export, "close": _close, "reopen": _reopen, "status": _status, "anonymise": _anonymise,
    }  # fmt: skip
    with record(options, words) as opened:
        return verbs[options.verb](opened, options, words)


def _export(opened: Record, options: argparse.Namespace, words: Words) -> int:
    path = options.out or opened.folder / f"{opened.settings.mode.incident}.jsonl"
    count = export_evidence(opened.journal, path, partial(_number, opened.journal))
    return _tell(words.say("incident.exported", path=path, count=count))


def _close(opened: Record, options: argparse.Namespace, words: Words) -> int:
    verdict = close(opened.journal, options.days)
    said = words.say(f"incident.{verdict}", name=opened.settings.mode.incident, days=options.days)
    return _tell(said, fine=verdict is CloseVerdict.CLOSED)


def _reopen(opened: Record, options: argparse.Namespace, words: Words) -> int:
    done = reopen(opened.journal, options.why)
    return _tell(words.say("incident.reopened" if done else "incident.is_open"), fine=done)


def _status(opened: Record, _options: argparse.Namespace, words: Words) -> int:
    journal, now = opened.journal, opened.journal.clock.now()
    incident, exported = incident_of(journal), last_exported(journal.looks())
    if incident is None or incident.state is State.OPEN:
        told = [words.say("incident.is_open")]
    elif incident.state is State.CLOSED:
        told = [words.say("incident.is_closed", at=f"{incident.since:%Y-%m-%d %H:%M}", days=days_left(incident, now),
                          due=f"{due(incident):%Y-%m-%d}")]  # fmt: skip
        if count := written_since(journal, incident.fact):
            told.append(words.say("incident.written_since", count=count))
    else:
        told = [words.say("incident.is_anonymised", at=f"{incident.since:%Y-%m-%d %H:%M}")]
    told.append(words.say("incident.last_export", count=exported) if exported else words.say("incident.never_exported"))
    return _tell("\n".join(told))


def _anonymise(opened: Record, _options: argparse.Namespace, words: Words) -> int:
    with progress_line(words, "incident.anonymising") as progress:
        done = anonymise(opened.journal, progress=progress)
    incident = incident_of(opened.journal)
    left = days_left(incident, opened.journal.clock.now()) if incident else 0
    since = written_since(opened.journal, incident.fact) if incident else 0
    if done.verdict is AnonymiseVerdict.ANONYMISED:
        wipe_televisions(opened.folder)
    said = words.say(f"incident.{done.verdict}", people=done.people, days=left, count=since)
    return _tell(said, fine=done.verdict is AnonymiseVerdict.ANONYMISED)


def _number(journal: Journal, subject: str) -> str | None:
    resident = journal.rows.one(Resident, subject)
    return resident.number if resident else None


def _tell(sentence: str, *, fine: bool = True) -> int:
    (sys.stdout if fine else sys.stderr).write(sentence + "\n")
    return 0 if fine else 1
