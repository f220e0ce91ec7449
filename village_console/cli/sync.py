"""`sync`: carry facts between consoles on a stick (スティック), and tell which consoles are known up to when."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from village_console.cli.progress import progress_line
from village_console.cli.record import Record, record
from village_console.journal.exchange import TakenIn
from village_console.sync.bundle_reading import FOREIGN, Unfit
from village_console.sync.carrier import CarrierLostError
from village_console.sync.known import Known, consoles
from village_console.sync.meeting import Meeting, Outcome
from village_console.sync.own import Place, admit_itself
from village_console.sync.stick import StickCarrier
from village_console.sync.sticks import sticks
from village_console.village.errors import StickIsFullError, StickIsGoneError, StickIsReadOnlyError
from village_console.village.progress import Progress
from village_console.words import Words

MB = 1_000_000


def run(options: argparse.Namespace, words: Words) -> int:
    """Do what the verb says; 1 when something was refused."""
    if options.verb == "stick" and options.folder is None:
        return _which(words)
    with record(options, words) as opened:
        return _stick(opened, options.folder, words) if options.verb == "stick" else _status(opened, words)


def _which(words: Words) -> int:
    found = [
        words.say("sync.place" if stick.writable else "sync.place_read_only", path=stick.path, free=stick.free // MB)
        for stick in sticks()
    ]
    sys.stderr.write("\n".join([words.say("sync.which"), *(found or [words.say("sync.no_place")])]) + "\n")
    return 1


def _stick(opened: Record, folder: Path, words: Words) -> int:
    journal, site = opened.journal, opened.settings.site
    admit_itself(journal, Place(site.console, site.shelter, site.shelter_name))
    before = sum(held.count for held in journal.have().values())
    with ExitStack() as shown:
        carrier = StickCarrier(journal, folder, _line_of("cli.sync.writing", shown, words))
        try:
            outcome = Meeting(journal, carrier, _line_of("cli.sync.reading", shown, words)).hold()
        except (CarrierLostError, StickIsFullError, StickIsReadOnlyError) as error:
            come = sum(held.count for held in journal.have().values()) - before
            sys.stdout.write(words.say("sync.came_all_the_same", count=come) + "\n")
            if isinstance(error, CarrierLostError):
                raise StickIsGoneError(path=folder) from error
            raise
    if outcome.refused is not None:
        sys.stderr.write(words.say(f"sync.refused.{outcome.refused}", path=folder) + "\n")
        return 1
    told = [_came(outcome.taken, words), _written(carrier, outcome, words)]
    told += [words.say("sync.stale", name=name) for name in carrier.folder.stale]
    sys.stdout.write("\n".join(told) + "\n")
    return _unread(carrier, outcome.taken, words)


def _line_of(key: str, shown: ExitStack, words: Words) -> Progress:
    """A line that appears when there is something to say, in the place of the one before."""
    lines: list[Progress] = []

    def tell(done: int, of: int) -> None:
        if of and not lines:
            shown.close()
            lines.append(shown.enter_context(progress_line(words, key)))
        for line in lines:
            line(done, of)

    return tell


def _came(taken: TakenIn, words: Words) -> str:
    said = words.say("sync.came", new=taken.new, known=taken.known)
    return f"{said}\n{words.say('sync.apart', count=taken.quarantined)}" if taken.quarantined else said


def _written(carrier: StickCarrier, outcome: Outcome, words: Words) -> str:
    path = carrier.written
    if path is None:
        return words.say("sync.nothing_to_write")
    return words.say("sync.written", count=outcome.pushed, path=path, size=f"{path.stat().st_size / MB:.1f}")


def _unread(carrier: StickCarrier, taken: TakenIn, words: Words) -> int:
    """Say what was not taken in and what to do; 1 when somebody has to do something."""
    unfit = carrier.folder.unfit
    told = [words.say(f"sync.unfit.{why}", name=name) for name, why in unfit.items()]
    told += [words.say(f"sync.link.{why}", count=count) for why, count in sorted(taken.refused.items())]
    if told:
        sys.stderr.write("\n".join(told) + "\n")
    return 1 if taken.refused or any(_needs_a_person(why) for why in unfit.values()) else 0


def _needs_a_person(why: Unfit) -> bool:
    return why not in FOREIGN


def _status(opened: Record, words: Words) -> int:
    found = consoles(opened.journal)
    told = [_line(known, words) for known in found] or [words.say("sync.alone")]
    apart = sum(opened.journal.quarantined().values())
    if apart:
        told.append(words.say("sync.apart", count=apart))
    sys.stdout.write("\n".join(told) + "\n")
    return 0


def _line(known: Known, words: Words) -> str:
    number = words.say("sync.no_number") if known.number is None else known.number
    if known.revoked:
        told = words.say("sync.revoked")
    elif known.said is None or known.heard is None:
        told = words.say("sync.never_heard")
    else:
        way = words.say(f"sync.way.{known.way}")
        told = words.say("sync.known_until", said=_at(known.said), heard=_at(known.heard), way=way)
        if known.lacking:
            told += "  " + words.say("sync.lacking", count=known.lacking)
    return words.say("sync.console", number=number, name=known.name, dev=known.dev[:8], told=told)


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
