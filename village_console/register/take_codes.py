"""Take printed codes that nobody has: counted in the journal, so that one console never prints a code twice."""

from __future__ import annotations

from enum import StrEnum
from secrets import randbelow

from village_console.journal.journal import Journal
from village_console.register.facts import CodesTaken, codes_subject
from village_console.register.rows import CodesOfConsole
from village_console.village.printed_code import CONSOLES, NONCES, SERIALS, PrintedCode
from village_console.village.run_mode import RunMode, World


class NoCodes(StrEnum):
    """Why there are none."""

    NO_SUCH_CONSOLE = "no_such_console"
    """A code has room for consoles 0 to 99."""
    USED_UP = "used_up"
    """This console has printed a hundred thousand."""


def take_codes(journal: Journal, console: int, count: int) -> tuple[PrintedCode, ...] | NoCodes:
    """So many new codes of this console, or none; on return the journal has their serials, and nobody their random parts.

    Where a journal was put back from an older copy, serials come again; random parts keep the codes apart, but for one
    in ten thousand.
    """
    if not 0 <= console < CONSOLES:
        return NoCodes.NO_SUCH_CONSOLE
    if not count:
        return ()
    mode, world = RunMode(journal.purpose.mode), World(journal.purpose.world)
    with journal.writing(via=f"codes/{console}") as draft:
        before = draft.row(CodesOfConsole, codes_subject(console))
        first = before.next if before else 0
        if first + count > SERIALS:
            return NoCodes.USED_UP
        draft.append(CodesTaken(subject=codes_subject(console), first=first, count=count))
    return tuple(PrintedCode(mode, world, console, first + n, randbelow(NONCES)) for n in range(count))
