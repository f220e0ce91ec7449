"""Villages for benchmarks: invented people as rows, or a console's folder with a whole journal on disk."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random

from device_sim.places import municipalities_folder
from device_sim.population import Village
from device_sim.population.names import NameLists
from device_sim.population.registers import write_registers
from tests.town import listed, person, write_all
from village_console.import_town import import_town
from village_console.journal.journal import Journal
from village_console.records import drill_clock, open_journal
from village_console.register.facts import ResidentListed, Sex
from village_console.register.rows import Resident
from village_console.settings import load_settings
from village_console.shelter.facts import EvacueeReceived
from village_console.shelter.facts import Path as Way
from village_console.stranded.facts import Level
from village_console.stranded.watch import Watch
from village_console.village.ids import ShelterId, household_id, resident_id

TOWN = municipalities_folder() / "015628_nishiokoppe"
MUNICIPALITY = "015628"
PEOPLE_IN_A_HOME = 2.1
"""Residents of a household; the municipality's shapes allow no fewer than 2.08."""


def grow(residents: int, households: int | None = None, tv_homes: int = 0) -> Village:
    """A seeded village of that size."""
    homes = households or round(residents / PEOPLE_IN_A_HOME)
    return Village.grow(TOWN, 1, residents, homes, tv_homes=tv_homes)


def rows_of(village: Village) -> list[Resident]:
    """A grown village as the console's rows hold it."""
    sexes = {"女": Sex.FEMALE, "男": Sex.MALE}
    return [
        Resident(
            resident_id(MUNICIPALITY, person.number), household_id(MUNICIPALITY, home.number), person.number,
            person.name, person.kana, person.birth, sexes[person.sex.value], person.relation, home.settlement,
            home.address, home.telephone, person.needs_evacuation_support,
        )
        for home in village.households for person in home.members
    ]  # fmt: skip


def invented_residents(count: int) -> list[Resident]:
    """More people than a grown village can have, named from the same lists."""
    lists, rng = NameLists.load(TOWN), Random(1)
    surnames = rng.choices(lists.surnames, [surname.weight for surname in lists.surnames], k=count)
    given = rng.choices(lists.given, k=count)
    return [
        Resident(
            resident_id(MUNICIPALITY, f"{n:07d}"), household_id(MUNICIPALITY, f"H{n // 2:05d}"), f"{n:07d}",
            f"{family.name.written} {own.name.written}", f"{family.name.kana} {own.name.kana}",
            date(1930, 1, 1) + timedelta(days=rng.randrange(30_000)), Sex.UNKNOWN, "", "上興部", "", "",
            needs_evacuation_support=False,
        )
        for n, (family, own) in enumerate(zip(surnames, given, strict=True))
    ]  # fmt: skip


@contextmanager
def console_folder(village: Village, slot: int, *, ordered: bool) -> Generator[Path]:
    """The folder of a console that has imported the village and listens for cards at a loopback port."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        write_registers(village, folder / "town")
        (folder / "console.toml").write_text(_settings(slot), "utf-8")
        settings = load_settings(folder / "console.toml")
        journal = open_journal(settings, folder, drill_clock(settings))
        try:
            import_town(journal, MUNICIPALITY, folder / "town")
            if ordered:
                Watch(journal, 1, None).order(Level.EVACUATION_ORDER)
        finally:
            journal.close()
        yield folder


def _settings(slot: int) -> str:
    return f"""[site]
municipality = "{MUNICIPALITY}"
shelter = "S1"
shelter_name = "中央公民館"

[mode]
run_mode = "drill"
world = "simulated"
incident = "benchmark"
title = "測定"

[devices]
card_slot = "127.0.0.1:{slot}"
"""


def fill(journal: Journal, people: int) -> None:
    """So many people, 500 in one transaction, each with two facts: listed with personal fields that are sealed, and received."""
    for first in range(0, people, 500):
        write_all(journal, (fact for n in range(first, first + 500) for fact in _listed_and_received(n)))


def _listed_and_received(n: int) -> tuple[ResidentListed, EvacueeReceived]:
    receipt = f"S1-{n:05d}"
    received = EvacueeReceived(subject=person(n), shelter=ShelterId("S1"), receipt=receipt, path=Way.CARD)
    return listed(n, n // 2, "佐藤 花", "サトウ ハナ"), received
