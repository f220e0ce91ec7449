"""`looks`: who looked at what (閲覧記録), counted by operator or one by one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from itertools import groupby

from village_console.cli.record import latest_in, on_its_day, record
from village_console.journal.audit import ACTS, Look
from village_console.journal.envelope import instant, milliseconds
from village_console.village.ids import NOT_SIGNED_IN
from village_console.words import Words


def run(options: argparse.Namespace, words: Words) -> int:
    """Tell; looking at the looks is one itself."""
    with record(options, words) as opened:
        since = milliseconds(on_its_day(options.since, latest_in(opened.journal))) if options.since else 0
        opened.journal.note_look("opened", "looks")
        found = [
            look for look in opened.journal.looks()
            if look.at >= since and options.by in (None, look.by, _operator(look.by, words))
        ]  # fmt: skip
    lines = [line_of(look, words) for look in found] if options.list else table(found, words)
    sys.stdout.write("\n".join([*lines, words.say("looks.count", count=len(found))]) + "\n")
    return 0


def table(found: Iterable[Look], words: Words) -> list[str]:
    """By operator and act: how often, and when last."""
    lines: list[str] = []
    for (by, act), looks in groupby(sorted(found, key=_by_and_act), key=_by_and_act):
        same = list(looks)
        last = f"{instant(max(look.at for look in same)):%Y-%m-%d %H:%M:%S}"
        lines.append(words.say("looks.row", by=_operator(by, words), act=_act(act, words), count=len(same), last=last))
    return lines


def line_of(look: Look, words: Words) -> str:
    """One look."""
    at = f"{instant(look.at):%Y-%m-%d %H:%M:%S}"
    by, act = _operator(look.by, words), _act(look.act, words)
    return words.say("looks.line", n=look.n, at=at, by=by, act=act, about=look.about)


def _by_and_act(look: Look) -> tuple[str, str]:
    return look.by, look.act


def _operator(by: str, words: Words) -> str:
    return words.say("looks.not_signed_in") if by == NOT_SIGNED_IN else by


def _act(act: str, words: Words) -> str:
    return words.say(f"looks.act.{act}") if act in ACTS else act
