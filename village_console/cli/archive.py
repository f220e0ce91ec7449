"""`archive`: keep a village in the prefecture's PostgreSQL, and ask there who is where (保存庫)."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime

from village_console.asked_to_end import asked_to_end
from village_console.cli.progress import progress_line
from village_console.cli.record import Record, on_its_day, record
from village_console.needs.codes import label, own_list
from village_console.records import catalogue
from village_console.sync.lan import Lan
from village_console.sync.line import LineState
from village_console.sync.own import Place
from village_console.village.clock import JST, Clock
from village_console.village.errors import ArchiveDriverIsAbsentError
from village_console.words import Language, Words

try:
    from village_console.archive.ask import Count, Open, counts_at, needs_at
    from village_console.archive.database import village_name
    from village_console.archive.keep import Keeper, Site, State
    from village_console.archive.reached import reached
    from village_console.archive.setup import set_up
except ImportError as error:
    if not str(error.name).startswith("psycopg"):
        raise
    raise ArchiveDriverIsAbsentError(extra="archive") from error


def run(options: argparse.Namespace, words: Words) -> int:
    """Set up, follow, or tell; 2 when it was not said of which console."""
    match options.verb:
        case "run" if options.settings is None:
            sys.stderr.write(words.say("cli.archive.which_console") + "\n")
            return 2
        case "setup":
            return _set_up(options, words)
        case "run":
            with record(options, words) as opened:
                return _once(opened, options.dsn, words) if options.once else _follow(opened, options.dsn, words)
        case verb:
            return _tell(verb, options, words)


def _set_up(options: argparse.Namespace, words: Words) -> int:
    village: str | None = options.village
    if options.settings is not None:
        with record(options, words) as opened:
            village = village_name(opened.journal.village)
    with reached(options.dsn) as database:
        steps = set_up(database, village)
    sys.stdout.write(words.say("cli.archive.prepared", steps=steps) + "\n")
    if village is not None:
        sys.stdout.write(words.say("cli.archive.role", role=f"village_{village}") + "\n")
    return 0


# Following a village


def _once(opened: Record, dsn: str, words: Words) -> int:
    with progress_line(words, "cli.archive.reading") as progress:
        facts = Keeper(opened.journal, catalogue(), _site(opened, dsn), _untold, progress).once()
    sys.stdout.write(words.say("cli.archive.level", facts=facts) + "\n")
    return 0


def _follow(opened: Record, dsn: str, words: Words) -> int:
    settings = opened.settings
    place = Place(settings.site.console, settings.site.shelter, settings.site.shelter_name)
    lan = Lan(opened.journal, place, opened.folder, settings.sync)
    bulletin = _Bulletin(lan, words)
    purpose = opened.journal.purpose
    head = words.say(
        "cli.archive.begins", village=village_name(opened.journal.village), mode=words.say(f"mode.{purpose.mode}"),
        incident=purpose.incident,
    )  # fmt: skip
    sys.stderr.write(head + "\n")
    with asked_to_end() as end, progress_line(words, "cli.archive.reading") as progress:
        lan.start()
        try:
            Keeper(opened.journal, catalogue(), _site(opened, dsn), bulletin.take, progress).run(end)
        finally:
            lan.stop()
    sys.stderr.write(words.say("cli.archive.ended") + "\n")
    return 0


def _site(opened: Record, dsn: str) -> Site:
    site = opened.settings.site
    return Site(dsn, site.municipality, site.shelter_name)


def _untold(_state: State) -> None:
    """Somebody waits for the end of it."""


class _Bulletin:
    """A line whenever something has changed."""

    def __init__(self, lan: Lan, words: Words) -> None:
        self._lan, self._words, self._clock = lan, words, Clock()
        self._told: tuple[State, object] | None = None

    def take(self, state: State) -> None:
        line = self._lan.state
        if (state, line.standing) == self._told:
            return
        self._told = (state, line.standing)
        said = self._words.say(f"cli.archive.{state.standing}", facts=state.facts, said=state.said)
        error = self._lan.error
        heard = self._line(line) if error is None else self._words.explain(error.code, error.values)[0]
        sys.stderr.write(f"{self._clock.now():%Y-%m-%d %H:%M:%S}  {said}  {heard}\n")
        sys.stderr.flush()

    def _line(self, line: LineState) -> str:
        met = f"{line.met:%H:%M}" if line.met else self._words.say("never")
        return self._words.say(f"line.{line.standing}", done=line.done, of=line.of, met=met)


# Asking


def _tell(verb: str, options: argparse.Namespace, words: Words) -> int:
    now = Clock().now()
    at = on_its_day(options.at, now) if options.at else now
    with reached(options.dsn) as database:
        lines = (
            [_count_line(one, words) for one in counts_at(database, at, options.mode)]
            if verb == "counts"
            else [_need_line(one, words) for one in needs_at(database, at, options.mode)]
        )
    head = words.say("cli.archive.head", at=f"{at:%Y-%m-%d %H:%M:%S}", mode=words.say(f"mode.{options.mode}"))
    sys.stdout.write("\n".join([head, *(lines or [words.say("cli.archive.nobody")])]) + "\n")
    return 0


def _count_line(one: Count, words: Words) -> str:
    figures = {"people": one.people, "gone_out": one.gone_out, "unnamed": one.unnamed}
    known = {name: words.say("unknown") if figure is None else figure for name, figure in figures.items()}
    said = words.say("cli.archive.count", **known, disputed=one.disputed)
    return f"{one.place}  {said}{_silence(one.not_known_since, never=one.never_heard, words=words)}"


def _need_line(one: Open, words: Words) -> str:
    silence = _silence(one.not_known_since, never=one.never_heard, words=words)
    if one.code is None or one.urgency is None:
        return f"{one.place}  {words.say('unknown' if one.never_heard else 'never')}{silence}"
    what = label(own_list().needs.get(one.code), one.code, japanese=words.language is Language.JAPANESE)
    urgency = words.say(f"needs.urgency.{one.urgency}")
    said = words.say("cli.archive.need", what=what, urgency=urgency, open=one.open, nobodys=one.nobodys)
    until = words.say("cli.archive.until", at=_moment(one.first_until)) if one.first_until else ""
    return f"{one.place}  {said}{until}{silence}"


def _silence(since: datetime | None, *, never: bool, words: Words) -> str:
    if never:
        return words.say("cli.archive.never_heard")
    return words.say("cli.archive.not_known_since", at=_moment(since)) if since else ""


def _moment(at: datetime) -> str:
    return f"{at.astimezone(JST):%m-%d %H:%M}"
