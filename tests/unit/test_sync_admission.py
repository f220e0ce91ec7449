"""Admission and revocation: the village's signature decides, the newest word counts, and every console ends alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from tests.carriers import Shelf, ShelfCarrier, new_console
from tests.town import listed
from village_console.journal.admission import is_of, signed
from village_console.journal.facts import KnownConsole
from village_console.journal.journal import Journal
from village_console.register.rows import Resident
from village_console.sync.meeting import Meeting
from village_console.sync.own import Place, admit_itself, own_word
from village_console.sync.revoke import count_what_waits, revoke


@pytest.fixture
def three(tmp_path: Path) -> Iterator[tuple[Journal, Journal, Journal]]:
    hall = new_console(tmp_path, 1)
    school, annex = new_console(tmp_path, 2, hall), new_console(tmp_path, 3, hall)
    yield hall, school, annex
    for journal in (hall, school, annex):
        journal.close()


def send(giver: Journal, taker: Journal) -> None:
    links = giver.owed(taker.have())
    taker.take_in(links, giver.keys_for(links))


def everybody_meets(shelf: Shelf, *journals: Journal) -> None:
    for _ in range(3):
        for journal in journals:
            Meeting(journal, ShelfCarrier(shelf, journal.device)).hold()


def names(journal: Journal) -> set[str]:
    return {resident.name for resident in journal.rows.all(Resident).values()}


def test_a_console_that_founds_a_village_says_so_once(tmp_path: Path) -> None:
    journal = new_console(tmp_path, 1)
    admit_itself(journal, Place(1, "S1", "中央公民館"))
    assert len(list(journal.links())) == 1
    admit_itself(journal, Place(1, "S2", "小学校"))
    assert journal.rows.one(KnownConsole, f"console:{journal.device}") == KnownConsole(1, "S2", "小学校", revoked=False)
    journal.close()


def test_facts_of_a_stranger_wait_until_the_village_admits_it(three: tuple[Journal, ...], tmp_path: Path) -> None:
    hall, *_ = three
    stranger = new_console(tmp_path / "elsewhere", 4)
    stranger.append(listed(9, 9, "よその 人", "ヨソノ ヒト"))
    send(stranger, hall)
    assert (hall.quarantined(), names(hall)) == ({stranger.device: 2}, set())
    assert hall.village_seed is not None
    hall.say(signed(own_word(stranger, Place(4, "S4", "役場"), 2), hall.village_seed))
    assert (hall.quarantined(), names(hall)) == ({}, {"よその 人"})
    stranger.close()


@pytest.mark.parametrize("field", ["number", "shelter", "tls", "nkey", "recipient", "n"])
def test_a_word_that_was_changed_or_said_by_another_village_admits_nobody(
    three: tuple[Journal, ...], tmp_path: Path, field: str
) -> None:
    hall, *_ = three
    stranger = new_console(tmp_path / "elsewhere", 4)
    assert hall.village_seed is not None
    assert stranger.village_seed is not None
    word = own_word(stranger, Place(4, "S4", "役場"), 2)
    other = getattr(word, field)
    changed = replace(signed(word, hall.village_seed), **{field: other + (1 if isinstance(other, int) else "x")})
    for said in (changed, signed(word, stranger.village_seed), word, replace(word, signature="zz")):
        assert not is_of(said, hall.village)
        hall.heed((said,))
    assert stranger.device not in hall.members()
    stranger.close()


def test_what_a_revoked_console_wrote_later_is_kept_apart_at_every_console_in_whatever_order_it_comes(
    three: tuple[Journal, ...],
) -> None:
    hall, school, annex = three
    school.append(listed(1, 1, "前の 人", "マエノ ヒト"))
    send(school, hall)
    assert revoke(hall, hall.members()[school.device], "stolen") is not None
    school.append(listed(2, 1, "後の 人", "アトノ ヒト"))
    send(school, annex)
    assert names(annex) == {"前の 人", "後の 人"}
    everybody_meets(Shelf(), hall, annex)
    send(school, hall)
    for journal in (hall, annex):
        assert (names(journal), journal.quarantined()) == ({"前の 人"}, {school.device: 1})
        assert journal.rows.one(KnownConsole, f"console:{school.device}") == KnownConsole(
            2, "S2", "小学校", revoked=True
        )
    assert hall.have() == annex.have()
    assert hall.rows.everything() == annex.rows.everything()


def test_the_laptop_itself_keeps_what_it_wrote_in_sight(three: tuple[Journal, ...]) -> None:
    hall, school, _ = three
    revoke(hall, hall.members()[school.device], "stolen")
    school.append(listed(2, 1, "後の 人", "アトノ ヒト"))
    send(hall, school)
    assert names(school) == {"後の 人"}


def test_what_waits_of_a_revoked_console_counts_once_somebody_has_looked(three: tuple[Journal, ...]) -> None:
    hall, school, annex = three
    revoke(hall, hall.members()[school.device], "lost")
    school.append(listed(2, 1, "後の 人", "アトノ ヒト"))
    send(school, hall)
    assert count_what_waits(hall, hall.members()[school.device], "written before it was lost") is not None
    assert (names(hall), hall.quarantined()) == ({"後の 人"}, {})
    school.append(listed(3, 1, "もっと 後", "モット アト"))
    send(school, hall)
    assert (names(hall), hall.quarantined()) == ({"後の 人"}, {school.device: 1})
    assert revoke(annex, annex.members()[school.device], "no key here") is None


def test_a_laptop_that_was_found_is_admitted_again_with_all_it_wrote(three: tuple[Journal, ...]) -> None:
    hall, school, _ = three
    revoke(hall, hall.members()[school.device], "lost")
    school.append(listed(2, 1, "後の 人", "アトノ ヒト"))
    send(school, hall)
    assert hall.village_seed is not None
    n = hall.members()[school.device].n + 1
    hall.say(signed(own_word(school, Place(2, "S2", "小学校"), n), hall.village_seed))
    assert (names(hall), hall.quarantined()) == ({"後の 人"}, {})


def test_words_on_a_console_come_in_any_order_and_the_newest_counts(three: tuple[Journal, ...], tmp_path: Path) -> None:
    hall, school, _ = three
    words = [hall.members()[school.device].admitted]
    revoke(hall, hall.members()[school.device], "lost")
    revoked = next(r.fact for r in hall.facts_about(f"console:{school.device}") if r.fact.n == 2)
    assert hall.village_seed is not None
    again = signed(own_word(school, Place(2, "S2", "小学校"), 3), hall.village_seed)
    outcomes: set[str] = set()
    for n, order in enumerate(permutations([*words, revoked, again])):
        fresh = new_console(tmp_path / f"fresh-{n}", 5, hall)
        fresh.heed([word for word in order if word])
        member = fresh.members()[school.device]
        outcomes.add(repr((member.n, member.counts)))
        fresh.close()
    assert outcomes == {"(3, None)"}
