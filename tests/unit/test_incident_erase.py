"""One person is erased: under every id, with cards, and with a list of the papers that are out of reach."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import KEY
from tests.pages import found_in
from tests.town import (
    EVENING,
    card_row,
    clock_at,
    listed,
    open_journal,
    person,
    received,
    resident_row,
    set_clock,
    write_all,
    write_csv,
)
from village_console.import_town import import_town
from village_console.incident.erase import erase_person, person_of
from village_console.incident.rules import EraseVerdict, may_erase
from village_console.journal.facts import PersonsMerged, merge_subject
from village_console.journal.journal import Journal
from village_console.register.facts import CardBound
from village_console.register.rows import CardBinding, Resident
from village_console.shelter.rows import Stay
from village_console.village.clock import Clock
from village_console.village.ids import ResidentId, ShelterId

HARU, KEN, TOMI = person(1), person(2), person(3)
NAMES: list[str | bytes] = ["葛西 ハル", "カサイ ハル"]


@pytest.fixture
def clock() -> Clock:
    return clock_at()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Iterator[Journal]:
    """Haru is here and has a card; Ken stands only in the register."""
    opened = open_journal(tmp_path, clock)
    write_all(opened, [
        listed(1, 1, "葛西 ハル", "カサイ ハル"), listed(2, 1, "葛西 健", "カサイ ケン"), bound("a", HARU), received(HARU),
    ])  # fmt: skip
    yield opened
    opened.close()


def bound(card: str, who: ResidentId) -> CardBound:
    return CardBound(subject=f"card:felica-{card}", resident=who, kind="felica", shelter=ShelterId("S1"))


def test_name_rows_and_keys_go_and_the_stay_remains_without_a_name(journal: Journal) -> None:
    done = erase_person(journal, HARU, "")
    assert (done.verdict, done.members, done.cards) == (EraseVerdict.ERASED, (HARU,), 1)
    assert list(journal.rows.all(Resident)) == [KEN]
    assert list(journal.rows.all(Stay)) == [HARU]
    assert found_in(journal.path, KEY, NAMES) == []
    assert found_in(journal.path, KEY, ["葛西 健"]) == ["葛西 健"]
    assert journal.verify() == 6


def test_the_card_stands_for_nobody_neither_for_who_had_it_before(journal: Journal) -> None:
    write_all(journal, [bound("b", KEN), bound("b", HARU), bound("c", KEN)])
    assert erase_person(journal, HARU, "").cards == 2
    assert {card: binding.resident for card, binding in journal.rows.all(CardBinding).items()} == {"card:felica-c": KEN}


def test_everybody_who_is_the_same_person_is_erased(journal: Journal) -> None:
    write_all(journal, [listed(3, 3, "カサイ ハル", "カサイ ハル"), bound("z", TOMI)])
    journal.append(PersonsMerged(subject=merge_subject(HARU, TOMI), one=HARU, other=TOMI, why="same birth"))
    done = erase_person(journal, TOMI, "asked")
    assert (set(done.members), done.cards) == ({HARU, TOMI}, 2)
    assert list(journal.rows.all(Resident)) == [KEN]
    assert found_in(journal.path, KEY, NAMES) == []


def test_who_stands_only_in_the_register_is_erased_for_a_reason_only(journal: Journal) -> None:
    assert erase_person(journal, KEN, " ").verdict is EraseVerdict.WHY_IS_MISSING
    assert KEN in journal.rows.all(Resident)
    assert erase_person(journal, KEN, "moved away").verdict is EraseVerdict.ERASED


@pytest.mark.parametrize(
    ("why", "verdict"),
    [
        ("本人の求め", EraseVerdict.ERASED),
        ("葛西さんの求め", EraseVerdict.WHY_NAMES),
        ("求め（ハル）", EraseVerdict.WHY_NAMES),
        ("葛\U000e0100西さん", EraseVerdict.WHY_NAMES),
    ],
)
def test_a_reason_stays_for_ever_and_so_holds_no_name(why: str, verdict: EraseVerdict) -> None:
    assert may_erase(why, ["葛西 ハル", "カサイ ハル"], register_only=False) is verdict


def test_a_reason_with_a_name_erases_nothing(journal: Journal) -> None:
    assert erase_person(journal, HARU, "ハルさんの求め").verdict is EraseVerdict.WHY_NAMES
    assert HARU in journal.rows.all(Resident)
    assert CardBinding in {type(row) for row in journal.rows.all(CardBinding).values()}


def test_papers_and_exports_since_the_person_came_are_listed(journal: Journal) -> None:
    journal.note_look("printed", "roster of 1")
    journal.note_look("opened", HARU)
    journal.note_look("exported", "flood.jsonl 4")
    done = erase_person(journal, HARU, "")
    assert [look.about for look in done.carriers] == ["roster of 1", "flood.jsonl 4"]


def test_papers_from_before_are_not(journal: Journal, clock: Clock) -> None:
    journal.note_look("printed", "roster of 1")
    set_clock(clock, EVENING.replace(hour=20))
    write_all(journal, [listed(3, 3, "山﨑 トミ子", "ヤマザキ トミコ"), received(TOMI)])
    journal.note_look("printed", "roster of 2")
    assert [look.about for look in erase_person(journal, TOMI, "").carriers] == ["roster of 2"]


def test_a_person_is_found_by_number_or_id_and_by_id_even_when_erased(journal: Journal) -> None:
    assert person_of(journal, "0000001") == person_of(journal, HARU) == person_of(journal, HARU[9:]) == HARU
    assert person_of(journal, "0009999") is None
    assert person_of(journal, "card:felica-a") is None
    erase_person(journal, HARU, "")
    assert person_of(journal, "0000001") is None
    assert person_of(journal, HARU) == HARU
    assert erase_person(journal, HARU, "again").verdict is EraseVerdict.ERASED


def test_nobody_is_not_erased(journal: Journal) -> None:
    before = journal.verify()
    assert erase_person(journal, person(9), "asked").verdict is EraseVerdict.UNKNOWN
    assert journal.verify() == before


def test_importing_the_register_again_brings_the_person_back_as_somebody_new(tmp_path: Path, clock: Clock) -> None:
    rows = [resident_row("0000001"), resident_row("0000002", 氏名="佐藤 健", 氏名カナ="サトウ ケン")]
    write_csv(tmp_path / "residents.csv", rows)
    write_csv(tmp_path / "cards.csv", [card_row("0000001", 1)])
    journal = open_journal(tmp_path, clock)
    import_town(journal, "015628", tmp_path)
    before = journal._keys.of([HARU])
    erase_person(journal, HARU, "asked")
    done = import_town(journal, "015628", tmp_path)
    assert (done.residents + done.cards - done.unchanged) == 2, "the person and the card; the others stood already"
    assert len(journal.rows.all(Resident)) == 2
    assert [b.resident for b in journal.rows.all(CardBinding).values()] == [HARU]
    assert {held.key for held in journal._keys.of([HARU])}.isdisjoint(held.key for held in before)
    journal.close()
    again = open_journal(tmp_path, clock)
    assert import_town(again, "015628", tmp_path).unchanged == 3
    again.close()
