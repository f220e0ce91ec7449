"""Papers of a small invented shelter, and what judges that are not ours say of a PDF."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tests.town import EVENING, resident
from village_console.papers.a4.compiling import A4Paper
from village_console.papers.a4.frame import Frame
from village_console.paperwork.rosters import Order, roster_of
from village_console.register.facts import Sex
from village_console.register.households import households
from village_console.register.rows import Resident
from village_console.shelter.facts import Path as Way
from village_console.shelter.rows import Stay
from village_console.shelter.rules import PersonState
from village_console.shelter.views import RosterEntry
from village_console.village.ids import FactHash, ShelterId
from village_console.village.run_mode import RunMode
from village_console.words import Language, Words

JAPANESE = Words(Language.JAPANESE)
FORMS = Path(__file__).parents[1] / "data" / "forms" / "evacuee_sheet.toml"
FAMILIES = (
    ("佐藤", "サトウ", "上興部"),
    ("髙橋", "タカハシ", "中藻"),
    ("葛\U000e0100西", "カサイ", "札滑"),
    ("𠮷田", "ヨシダ", "上興部"),
)
GIVEN = (("正一", "ショウイチ"), ("ハル", "ハル"), ("健", "ケン"))


def frame(mode: RunMode = RunMode.DRILL, words: Words = JAPANESE) -> Frame:
    """A paper of the community hall at six in the evening."""
    return Frame("中央公民館", EVENING, mode, words)


def people(households_: int = 4) -> list[Resident]:
    """Three people in each household."""
    found: list[Resident] = []
    for home in range(households_):
        family, kana, settlement = FAMILIES[home % len(FAMILIES)]
        for n, (given, sound) in enumerate(GIVEN):
            found.append(
                resident(
                    home * 10 + n + 1, home, f"{family} {given}", f"{kana} {sound}", settlement=settlement,
                    birth=date(1940 + n, 5, 3), sex=Sex.UNKNOWN, relation="世帯主" if n == 0 else "子",
                )
            )  # fmt: skip
    return found


def here(person: Resident, number: int, state: PersonState = PersonState.HERE) -> RosterEntry:
    """Somebody on the roster."""
    stay = Stay(person.id, ShelterId("S1"), f"S1-{number:04d}", EVENING, Way.CARD, FactHash("f"))
    return RosterEntry(person, stay, state)


def entries(residents: Sequence[Resident]) -> list[RosterEntry]:
    """All of them, in kana order as the shelter's view gives them."""
    return [here(person, n) for n, person in enumerate(sorted(residents, key=lambda r: r.kana), start=1)]


def roster(
    order: Order = Order.KANA, mode: RunMode = RunMode.DRILL, homes: int = 4, words: Words = JAPANESE
) -> A4Paper:
    """A roster of everybody."""
    residents = people(homes)
    return roster_of(frame(mode, words), order, entries(residents), households(residents))


def named(name: str, kana: str = "テスト") -> A4Paper:
    """A roster of one person of this name, without a drill's mark across it."""
    person = resident(1, 1, name, kana)
    return roster_of(frame(RunMode.REAL), Order.KANA, [here(person, 1)], households([person]))


def judged(*command: str | Path) -> str:
    """What a program of the system says; it must be there and be content."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def text_of(pdf: Path, page: int | None = None) -> str:
    """The text layer as poppler reads it."""
    pages = ["-f", str(page), "-l", str(page)] if page else []
    return judged("pdftotext", "-raw", *pages, pdf, "-")


def picture_of(pdf: Path, page: int = 1, dpi: int = 150) -> Any:
    """A page as poppler draws it."""
    from PIL import Image

    stem = pdf.with_suffix("")
    judged("pdftoppm", "-r", str(dpi), "-png", "-singlefile", "-f", str(page), "-l", str(page), pdf, stem)
    return Image.open(stem.with_suffix(".png"))
