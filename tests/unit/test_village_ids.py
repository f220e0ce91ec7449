"""Two laptops that import the same register speak of the same people."""

from __future__ import annotations

import subprocess
import sys

from village_console.village.ids import household_id, resident_id, television_id

NISHIOKOPPE = "015636"


def test_a_resident_has_the_same_id_on_every_laptop_and_in_every_year() -> None:
    """The literal stands in journals already written: it may never change."""
    assert resident_id(NISHIOKOPPE, "0000001") == "resident:2c584383-43e9-5fa7-81ef-249c767e654a"


def test_another_process_makes_the_same_ids() -> None:
    code = f"from village_console.village.ids import *; print(resident_id({NISHIOKOPPE!r}, '0000001'))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert said == resident_id(NISHIOKOPPE, "0000001")


def test_neighbours_and_neighbouring_towns_have_ids_of_their_own() -> None:
    people = [(town, f"{number:07d}") for town in (NISHIOKOPPE, "015601") for number in range(500)]
    assert len({resident_id(*person) for person in people}) == len(people)


def test_a_residents_number_cannot_be_read_from_the_id() -> None:
    assert "0000001" not in resident_id(NISHIOKOPPE, "0000001")


def test_what_is_not_a_person_may_be_read_from_its_id() -> None:
    assert household_id(NISHIOKOPPE, "H0001") == "household:015636/H0001"
    assert television_id(NISHIOKOPPE, "stb-0001") == "television:015636/stb-0001"


def test_no_two_kinds_of_thing_share_an_id() -> None:
    ids = {resident_id(NISHIOKOPPE, "1"), household_id(NISHIOKOPPE, "1"), television_id(NISHIOKOPPE, "1")}
    assert len({id_.partition(":")[0] for id_ in ids}) == 3
