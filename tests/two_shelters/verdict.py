"""The verdict: both journals are copied beside the open desks, checked, and compared."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.two_shelters.play import Seen
from tests.two_shelters.stage import PROGRAM, Desk
from village_console.journal import key_file
from village_console.journal.journal import Journal
from village_console.journal.keys.ring import JOURNAL
from village_console.records import open_journal
from village_console.register.rows import Resident
from village_console.settings import load_settings
from village_console.shelter.facts import EvacueeReceived
from village_console.shelter.rows import Stay
from village_console.village.clock import Clock


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it."""

    same_facts: bool
    same_rows: bool
    lost: tuple[tuple[int, str], ...]
    """Shown as received and not in both journals."""
    disputed: int
    facts: int
    stands_at: str
    """The shelter at which the person of whom consoles disagreed is now, in both journals; else why not."""

    @property
    def passed(self) -> bool:
        return self.same_facts and self.same_rows and not self.lost and not self.disputed

    def __str__(self) -> str:
        said = [
            f"facts:     {self.facts} in both, {'equal' if self.same_facts else 'NOT EQUAL'}",
            f"rows:      {'equal' if self.same_rows else 'NOT EQUAL'}",
            f"lost:      {len(self.lost)} {self.lost or ''}".rstrip(),
            f"conflicts: {self.disputed} open; settled: {self.stands_at}",
            "PASSED: both consoles know the same" if self.passed else "FAILED",
        ]
        return "\n".join(said)


def judge(desks: Sequence[Desk], folder: Path, seen: Seen, disputed: str) -> Verdict:
    """Compare; `disputed`: the name of the person whom both received."""
    first, second = (_copy(desk, folder / f"judged-{desk.number}") for desk in desks)
    with closing(first), closing(second):
        stays = [_stay_of(journal, disputed) for journal in (first, second)]
        return Verdict(
            same_facts=first.have() == second.have(),
            same_rows=first.rows.everything() == second.rows.everything(),
            lost=tuple(one for one in seen.received if not all(_received(j, *one) for j in (first, second))),
            disputed=sum(
                stay is not None and _in_conflict(j, stay) for j, stay in zip((first, second), stays, strict=True)
            ),
            facts=sum(held.count for held in first.have().values()),
            stands_at=" / ".join(str(stay.shelter) if stay else "nowhere" for stay in stays),
        )


def _copy(desk: Desk, folder: Path) -> Journal:
    """The journal as it lies on the disk now: the program's own backup, which checks every signature."""
    folder.mkdir()
    settings = desk.folder / "console.toml"
    subprocess.run(
        [*PROGRAM, "backup", str(folder / JOURNAL), "--settings", str(settings)], check=True, capture_output=True
    )
    for name in (key_file.NAME, settings.name):
        shutil.copyfile(desk.folder / name, folder / name)
        (folder / name).chmod(0o600)
    return open_journal(load_settings(folder / settings.name), folder, Clock())


def _stay_of(journal: Journal, name: str) -> Stay | None:
    return next(
        (journal.rows.one(Stay, who.id) for who in journal.rows.all(Resident).values() if who.name == name), None
    )


def _in_conflict(journal: Journal, stay: Stay) -> bool:
    return journal.rows.folded(Stay, stay.resident).in_conflict


def _received(journal: Journal, number: int, name: str) -> bool:
    """Whether a journal has what a screen of that console has said."""
    who = next(one.id for one in journal.rows.all(Resident).values() if one.name == name)
    facts = (recorded.fact for recorded in journal.facts_about(who))
    return any(isinstance(fact, EvacueeReceived) and fact.shelter == f"S{number}" for fact in facts)
