"""A town's files come in whole or not at all, once, and alike on every laptop."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.town import (
    DRILL,
    ISSUER,
    KEY,
    MUNICIPALITY,
    card_row,
    home,
    open_journal,
    person,
    resident_row,
    television_row,
    write_csv,
)
from village_console.import_town import Imported, import_town
from village_console.journal.envelope import unseal
from village_console.journal.journal import Journal
from village_console.journal.sqlcipher import open_encrypted
from village_console.register.csv_table import Repair
from village_console.register.rows import CardBinding, Resident
from village_console.register.tokens import token_key_name
from village_console.viewing.facts import Purpose
from village_console.viewing.rows import Consent, Pairing
from village_console.village.errors import TownFileIsWrongError
from village_console.village.ids import television_id

SERIALS = {"0000001": 0x4A6F_9B21_77C3, "0000002": 0x4A6F_9B21_77C4}


@pytest.fixture
def town(tmp_path: Path) -> Path:
    folder = tmp_path / "town"
    folder.mkdir()
    residents = [resident_row("0000001"), resident_row("0000002", 氏名="佐藤 ハル"), resident_row("0000003", "H0002")]
    write_csv(folder / "residents.csv", residents)
    write_csv(folder / "cards.csv", [card_row(number, serial) for number, serial in SERIALS.items()])
    televisions = [television_row("stb-0001", "H0001", who="1"), television_row("stb-0002", "H0002", "なし")]
    write_csv(folder / "televisions.csv", televisions)
    return folder


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = open_journal(tmp_path)
    yield journal
    journal.close()


def dump(folder: Path) -> str:
    """Everything a closed journal holds, every table, what is sealed in the clear."""
    connection = open_encrypted(folder / "journal.db", KEY, read_only=True)
    try:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for table in tables for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608
        return "\n".join(_text(value) for row in rows for value in row) + _unsealed(connection)
    finally:
        connection.close()


def _text(value: object) -> str:
    return f"{value.decode('utf-8', 'replace')} {value.hex()}" if isinstance(value, bytes) else str(value)


def _unsealed(connection: sqlite3.Connection) -> str:
    sealed = connection.execute("SELECT key, sealed FROM facts JOIN keys USING (subject) WHERE length(sealed) > 0")
    return "\n".join(str(unseal(bytes(key), bytes(secret))) for key, secret in sealed)


def test_real_certificates_come_in_only_with_a_ground_in_law(tmp_path: Path, town: Path) -> None:
    journal = open_journal(tmp_path, purpose=replace(DRILL, world="physical"))
    try:
        without = import_town(journal, MUNICIPALITY, town)
        assert (without.cards, [r.what for r in without.repairs if r.file == "cards.csv"]) == (
            0, ["card_without_ground"] * 2,
        )  # fmt: skip
        assert journal.rows.all(CardBinding) == {}
        assert import_town(journal, MUNICIPALITY, town, token_ground="条例 第3条").cards == 2
    finally:
        journal.close()


def test_everything_comes_in_and_is_counted(journal: Journal, town: Path) -> None:
    assert import_town(journal, MUNICIPALITY, town) == Imported(
        residents=3, cards=2, televisions=2, unchanged=0, repairs=(Repair("televisions.csv", 2, "leading_zeros", "1", "0000001"),)
    )  # fmt: skip
    rows = journal.rows
    assert set(rows.all(Resident)) == {person(1), person(2), person(3)}
    assert sorted(binding.resident for binding in rows.all(CardBinding).values()) == sorted([person(1), person(2)])
    assert {pairing.device: pairing.household for pairing in rows.all(Pairing).values()} == {
        "stb-0001": home(1), "stb-0002": home(2),
    }  # fmt: skip
    assert {television: set(consent.purposes) for television, consent in rows.all(Consent).items()} == {
        television_id(MUNICIPALITY, "stb-0001"): {Purpose.DISASTER}, television_id(MUNICIPALITY, "stb-0002"): set(),
    }  # fmt: skip


def test_a_town_without_cards_and_televisions_is_a_town(journal: Journal, town: Path) -> None:
    (town / "cards.csv").unlink()
    (town / "televisions.csv").unlink()
    assert import_town(journal, MUNICIPALITY, town) == Imported(3, 0, 0, 0, ())


@pytest.mark.parametrize(
    ("file", "rows"),
    [
        ("residents.csv", [resident_row("0000001"), resident_row("0000001")]),
        ("cards.csv", [card_row("0000001", 1), card_row("0000002", 2) | {"シリアル番号": "?"}]),
        ("televisions.csv", [television_row("stb-0001", "H0001"), television_row("stb-0001", "H0002")]),
        ("televisions.csv", [television_row("stb-0001", "H0001"), television_row("", "H0002")]),
        ("televisions.csv", [television_row("stb-0001", "H0001"), television_row("stb-0002", "H0002", who="誰か")]),
    ],
)
def test_a_bad_line_anywhere_lets_nothing_in(
    journal: Journal, town: Path, file: str, rows: list[dict[str, str]]
) -> None:
    write_csv(town / file, rows)
    with pytest.raises(TownFileIsWrongError) as refused:
        import_town(journal, MUNICIPALITY, town)
    assert (refused.value.values["path"], refused.value.values["line"]) == (file, 3)
    assert journal.every_fact() == []


def test_a_disk_that_fails_on_the_way_leaves_nothing(
    journal: Journal, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_n: int, _of: int) -> None:
        raise OSError("disk full")

    for number in range(4, 60):
        with (town / "residents.csv").open("a", encoding="utf-8") as file:
            file.write(",".join(resident_row(f"{number:07d}").values()) + "\n")
    with pytest.raises(OSError, match="disk full"):
        import_town(journal, MUNICIPALITY, town, progress=full)
    assert (journal.every_fact(), journal.rows.all(Resident)) == ([], {})
    monkeypatch.undo()
    assert import_town(journal, MUNICIPALITY, town).residents == 59


def test_importing_again_writes_nothing(journal: Journal, town: Path) -> None:
    import_town(journal, MUNICIPALITY, town)
    before = len(journal.every_fact())
    assert before == 3 + 2 + 2 * 2
    assert import_town(journal, MUNICIPALITY, town).unchanged == before
    assert len(journal.every_fact()) == before


def test_importing_a_newer_file_writes_only_what_changed(journal: Journal, town: Path) -> None:
    import_town(journal, MUNICIPALITY, town)
    write_csv(
        town / "residents.csv", [resident_row("0000001", 住所="上藻1番地"), resident_row("0000002", 氏名="佐藤 ハル")]
    )
    write_csv(town / "televisions.csv", [television_row("stb-0001", "H0001", "なし", who="1")])
    before = len(journal.every_fact())
    import_town(journal, MUNICIPALITY, town)
    kinds = [envelope.kind for envelope, _ in journal.every_fact()[before:]]
    assert kinds == ["ResidentListed", "ViewingConsentGiven"]
    assert journal.rows.all(Resident)[person(1)].address == "上藻1番地"
    assert journal.rows.all(Consent)[television_id(MUNICIPALITY, "stb-0001")] == Consent(frozenset())


@pytest.mark.parametrize(
    ("answer", "purposes"),
    [("あり", {Purpose.DISASTER}), ("なし", set[Purpose]()), ("", set[Purpose]()), ("?", set[Purpose]())],
)
def test_only_a_plain_yes_is_consent(journal: Journal, town: Path, answer: str, purposes: set[Purpose]) -> None:
    write_csv(town / "televisions.csv", [television_row("stb-0001", "H0001", answer)])
    imported = import_town(journal, MUNICIPALITY, town)
    (consent,) = journal.rows.all(Consent).values()
    assert consent.purposes == purposes
    assert imported.repairs == (
        (Repair("televisions.csv", 2, "consent_unknown", "?", "なし"),) if answer == "?" else ()
    )


def test_a_television_of_nobody_is_left_out_and_reported(journal: Journal, town: Path) -> None:
    write_csv(town / "televisions.csv", [television_row("stb-0001", "H0009"), television_row("stb-0002", "H0002")])
    imported = import_town(journal, MUNICIPALITY, town)
    assert imported.repairs == (Repair("televisions.csv", 2, "television_of_nobody", "H0009", ""),)
    assert [pairing.device for pairing in journal.rows.all(Pairing).values()] == ["stb-0002"]


def test_two_laptops_give_the_same_people_the_same_ids_and_different_card_tokens(
    journal: Journal, town: Path, tmp_path: Path
) -> None:
    other = open_journal(tmp_path / "other")
    try:
        for laptop in (journal, other):
            import_town(laptop, MUNICIPALITY, town)
        assert subjects(journal) - cards(journal) == subjects(other) - cards(other)
        assert len(cards(journal)) == len(cards(other)) == 2
        assert cards(journal) & cards(other) == set()
    finally:
        other.close()


def test_two_laptops_with_the_same_key_give_a_card_the_same_token(
    journal: Journal, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_journal(tmp_path / "other")
    given = journal.secret(token_key_name(DRILL.incident))
    monkeypatch.setattr(other, "secret", {token_key_name(DRILL.incident): given}.__getitem__)
    try:
        for laptop in (journal, other):
            import_town(laptop, MUNICIPALITY, town)
        assert subjects(journal) == subjects(other)
    finally:
        other.close()


def subjects(journal: Journal) -> set[str]:
    return {envelope.subject for envelope, _ in journal.every_fact()}


def cards(journal: Journal) -> set[str]:
    return {subject for subject in subjects(journal) if subject.startswith("card:")}


def test_no_serial_of_a_card_is_anywhere_in_the_journal(journal: Journal, town: Path, tmp_path: Path) -> None:
    import_town(journal, MUNICIPALITY, town)
    journal.close()
    everything = dump(tmp_path).lower()
    # The dump would show one: names, which are sealed, and the card's other column are in it.
    assert "佐藤 ハル" in everything
    assert everything.count("my_number") >= 2
    for serial in SERIALS.values():
        assert f"{serial:x}" not in everything
        assert str(serial) not in everything
    assert ISSUER.lower() not in everything


def test_progress_is_told_to_the_end(journal: Journal, town: Path) -> None:
    told: list[tuple[int, int]] = []
    import_town(journal, MUNICIPALITY, town, lambda done, of: told.append((done, of)))
    assert told == [(9, 9)]


def test_a_town_without_residents_csv_is_refused(journal: Journal, tmp_path: Path) -> None:
    with pytest.raises(TownFileIsWrongError) as refused:
        import_town(journal, MUNICIPALITY, tmp_path)
    values: dict[str, Any] = {"path": "residents.csv", "line": 0, "problem": "no_file"}
    assert refused.value.values == values
