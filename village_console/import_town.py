"""Import what a town gives: everything is read first, then written in one transaction; nothing is half-imported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from village_console.journal.facts import Fact
from village_console.journal.journal import Journal
from village_console.journal.standing import standing
from village_console.register.csv_table import Repair, RepairReport
from village_console.register.import_register import read_cards, read_residents
from village_console.register.tokens import may_become_token, token_key_name
from village_console.viewing.facts import ViewingConsentGiven
from village_console.viewing.import_televisions import read_televisions
from village_console.village.ids import ResidentId
from village_console.village.progress import Progress
from village_console.village.run_mode import World


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import."""

    residents: int
    cards: int
    televisions: int
    unchanged: int
    """Facts that the journal already held: importing the same files again writes nothing."""
    repairs: tuple[Repair, ...]


def import_town(
    journal: Journal, municipality: str, folder: Path, progress: Progress | None = None, token_ground: str = ""
) -> Imported:
    """Import residents.csv, and cards.csv and televisions.csv where they are; raises TownFileIsWrongError.

    `token_ground`: the ground in law without which no real certificate's number becomes a token.
    """
    report = RepairReport()
    residents = read_residents(folder / "residents.csv", municipality, report)
    listed = {ResidentId(fact.subject) for fact in residents}
    homes = {fact.household for fact in residents}
    facts: list[Fact] = [*residents]
    cards = televisions = 0
    if (folder / "cards.csv").exists():
        key, world = journal.secret(token_key_name(journal.purpose.incident)), World(journal.purpose.world)
        bound = read_cards(
            folder / "cards.csv", municipality, key, listed, report,
            lambda kind: may_become_token(kind, world, token_ground),
        )  # fmt: skip
        facts, cards = [*facts, *bound], len(bound)
    if (folder / "televisions.csv").exists():
        paired = read_televisions(folder / "televisions.csv", municipality, homes, report)
        facts, televisions = [*facts, *paired], len({fact.subject for fact in paired})
    written = _write(journal, facts, progress)
    return Imported(len(residents), cards, televisions, len(facts) - written, tuple(report.repairs))


def _write(journal: Journal, facts: list[Fact], progress: Progress | None) -> int:
    written = 0
    with journal.writing(via="import") as draft:
        for n, fact in enumerate(facts, start=1):
            if not _stands_already(journal, fact):
                draft.append(fact)
                written += 1
            if progress and n % 50 == 0 and n < len(facts):
                progress(n, len(facts))
    if progress:
        progress(len(facts), len(facts))
    return written


def _stands_already(journal: Journal, fact: Fact) -> bool:
    same_kind = [r.fact for r in standing(journal.facts_about(fact.subject)) if type(r.fact) is type(fact)]
    if isinstance(fact, ViewingConsentGiven):
        return fact in same_kind  # a file that says the same as before does not undo what was withdrawn at a desk since
    return bool(same_kind) and same_kind[-1] == fact
