"""Breakages: a number of their own each, printed in the manual and never given twice."""

from __future__ import annotations

import re

import pytest

from village_console.village import errors
from village_console.village.errors import JournalIsDamagedError, VillageError

ERRORS = [
    e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, VillageError) and e is not VillageError
]


def test_every_breakage_has_a_number_of_its_own() -> None:
    codes = [error.code for error in ERRORS]
    assert len(set(codes)) == len(codes) > 10


@pytest.mark.parametrize("error", ERRORS)
def test_a_number_is_e_and_three_digits_and_not_the_nameless_one(error: type[VillageError]) -> None:
    assert re.fullmatch(r"E[1-9]\d\d", error.code)


@pytest.mark.parametrize("error", ERRORS)
def test_a_breakage_says_what_it_is_and_what_its_values_are(error: type[VillageError]) -> None:
    assert error.__doc__
    assert re.search(r"values: [a-z, ]+\.$", error.__doc__)


def test_a_breakage_keeps_the_values_that_its_sentence_names() -> None:
    error = JournalIsDamagedError(path="journal.db", seq=7, what="hash")
    assert error.values == {"path": "journal.db", "seq": 7, "what": "hash"}
    assert str(error) == "E104 JournalIsDamagedError: path=journal.db, seq=7, what=hash"
