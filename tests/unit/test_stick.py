"""A stick as people carry it: full of other things, pulled out, write-protected, in wrong hands; and where it may be found."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.carriers import new_console
from tests.town import DRILL, FOLDS, KINDS, Catalogue, registered
from village_console.journal.admission import signed
from village_console.journal.facts import ConsoleAdmitted, ConsoleRevoked
from village_console.journal.journal import Journal
from village_console.journal.store import Purpose
from village_console.sync.bundle import MAGIC
from village_console.sync.bundle_reading import Unfit
from village_console.sync.carrier import CarrierLostError, Found, Refused
from village_console.sync.meeting import Meeting, Outcome
from village_console.sync.own import Place, own_word
from village_console.sync.stick import StickCarrier
from village_console.sync.stick_folder import MOST_BUNDLES
from village_console.village.errors import StickIsGoneError, StickIsReadOnlyError


class Village:
    """Two consoles and a stick."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.stick = folder, folder / "stick"
        self.stick.mkdir()
        self.one = new_console(folder, 1)
        self.other = new_console(folder, 2, self.one)
        self.opened = [self.one, self.other]

    def meet(self, journal: Journal) -> Outcome:
        return Meeting(journal, StickCarrier(journal, self.stick)).hold()

    def bundle(self, journal: Journal) -> Path:
        (found,) = self.stick.rglob(f"console-*-{journal.device[:8]}.bundle")
        return found

    def third(self) -> Journal:
        self.opened.append(new_console(self.folder, 3, self.one))
        return self.opened[-1]

    def files(self) -> dict[str, bytes]:
        return {str(p.relative_to(self.stick)): p.read_bytes() for p in self.stick.rglob("*") if p.is_file()}


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    village = Village(tmp_path)
    yield village
    for journal in village.opened:
        journal.close()


def seed_of(journal: Journal) -> bytes:
    assert journal.village_seed is not None
    return journal.village_seed


# What lies where


def test_a_bundle_is_named_after_village_run_mode_and_console(village: Village) -> None:
    village.meet(village.one)
    place = f"village_console/{village.one.village.hex()[:12]}-drill/console-1-{village.one.device[:8]}.bundle"
    assert list(village.files()) == [place]
    assert village.files()[place].startswith(MAGIC)


def test_what_else_lies_on_a_stick_stays_as_it_was(village: Village) -> None:
    (village.stick / "holiday.jpg").write_bytes(b"sea")
    (village.stick / "village_console").mkdir()
    (village.stick / "village_console/notes.txt").write_bytes(b"call Ken")
    before = village.files()
    village.meet(village.one)
    assert before.items() <= village.files().items()


def test_nothing_is_written_where_no_stick_is(village: Village) -> None:
    village.stick.rmdir()
    with pytest.raises(StickIsGoneError) as gone:
        village.meet(village.one)
    assert (gone.value.code, gone.value.values) == ("E721", {"path": village.stick})
    assert not village.stick.exists()


def test_a_console_that_is_not_admitted_writes_nothing(village: Village) -> None:
    stranger = Journal(village.folder / "new.db", bytes(32), DRILL, Catalogue(KINDS, FOLDS), village.one.clock)
    village.opened.append(stranger)
    assert StickCarrier(stranger, village.stick).heads() is Refused.NOT_ADMITTED
    assert village.files() == {}


def test_a_console_that_was_revoked_hears_so_and_writes_nothing(village: Village) -> None:
    village.one.say(signed(revocation(village.other), seed_of(village.one)))
    village.other.heed((signed(revocation(village.other), seed_of(village.one)),))
    assert village.meet(village.other).refused is Refused.REVOKED
    assert village.files() == {}


def revocation(journal: Journal) -> ConsoleRevoked:
    return ConsoleRevoked(
        subject=f"console:{journal.device}", public=journal.public_key.hex(), n=2, counts={}, why="stolen"
    )


def test_beside_bundles_of_others_ours_is_written_and_theirs_are_shown(village: Village) -> None:
    village.meet(village.one)
    drill = new_console(village.folder / "apart", 1, purpose=Purpose("real", DRILL.world, DRILL.incident))
    village.opened.append(drill)
    other_stick = village.folder / "other"
    other_stick.mkdir()
    Meeting(drill, StickCarrier(drill, other_stick)).hold()
    (theirs,) = other_stick.rglob("*.bundle")
    beside = village.stick / theirs.relative_to(other_stick)
    beside.parent.mkdir()
    beside.write_bytes(theirs.read_bytes())
    carrier = StickCarrier(village.other, village.stick)
    outcome = Meeting(village.other, carrier).hold()
    assert (outcome.refused, outcome.spoilt) == (None, 0)
    assert carrier.folder.unfit == {f"{theirs.parent.name}/{theirs.name}": Unfit.OTHER_VILLAGE}
    assert beside.read_bytes() == theirs.read_bytes()


# Who can read it


def test_a_bundle_is_written_again_for_a_console_that_was_admitted_since(village: Village) -> None:
    village.meet(village.other)
    third = village.third()
    carrier = StickCarrier(third, village.stick)
    assert carrier.heads() == Found("", 0, ())
    assert set(carrier.folder.unfit.values()) == {Unfit.NOT_FOR_US}
    village.other.heed(m.admitted for m in third.members().values() if m.admitted)
    village.meet(village.other)
    village.other.append(registered("resident:haru", "佐藤 ハル"))
    village.meet(village.other)
    assert village.meet(third).taken.new == 1


def test_nothing_is_sealed_to_a_console_that_was_revoked(village: Village) -> None:
    third = village.third()
    village.meet(village.one)
    village.one.say(signed(revocation(third), seed_of(village.one)))
    village.meet(village.one)
    carrier = StickCarrier(third, village.stick)
    carrier.heads()
    assert set(carrier.folder.unfit.values()) == {Unfit.NOT_FOR_US}


def test_a_console_with_a_new_number_leaves_no_bundle_under_the_old_one(village: Village) -> None:
    village.meet(village.one)
    word: ConsoleAdmitted = own_word(village.one, Place(7, "S7", "役場"), 2)
    village.one.say(signed(word, seed_of(village.one)))
    village.meet(village.one)
    assert village.bundle(village.one).name == f"console-7-{village.one.device[:8]}.bundle"


def test_our_own_bundle_is_written_again_when_it_was_damaged(village: Village) -> None:
    village.meet(village.one)
    whole = village.bundle(village.one).read_bytes()
    village.bundle(village.one).write_bytes(whole[:-1])
    assert village.meet(village.other).spoilt == 1
    village.meet(village.one)
    assert village.bundle(village.one).read_bytes()[: len(whole) - 1] != whole[:-1]
    assert [village.meet(journal).spoilt for journal in (village.one, village.other)] == [0, 0]


def test_what_the_writer_holds_and_we_have_lost_is_read_once_more(village: Village) -> None:
    """A record that was put back from a copy has forgotten facts, and not that it had read them."""
    village.one.append(registered("resident:haru", "佐藤 ハル"))
    village.meet(village.one)
    village.meet(village.other)
    place = village.other.contacts.place("stick")
    late = village.third()
    for contact in village.other.contacts.all().values():
        late.contacts.note(contact)
    late.contacts.read_to("stick", place)
    village.one.heed(m.admitted for m in late.members().values() if m.admitted)
    village.meet(village.one)
    assert village.meet(late).taken.new >= 1


# Traps


def test_links_are_not_followed(village: Village, tmp_path: Path) -> None:
    village.meet(village.one)
    elsewhere = tmp_path / "elsewhere.bundle"
    village.bundle(village.one).rename(elsewhere)
    linked = next(village.stick.rglob("*-drill")) / f"console-1-{village.one.device[:8]}.bundle"
    linked.symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    carrier = StickCarrier(village.other, village.stick)
    assert Meeting(village.other, carrier).hold().taken.new == 0
    assert set(carrier.folder.unfit.values()) == {Unfit.DAMAGED}
    village.meet(village.one)
    assert not linked.is_symlink(), "our own bundle stands in its place"
    assert elsewhere.read_bytes() == before


@pytest.mark.parametrize("name", ["village_console", "village_console/{place}"])
def test_nothing_is_written_through_a_link_to_another_folder(village: Village, tmp_path: Path, name: str) -> None:
    target = tmp_path / "somewhere"
    target.mkdir()
    link = village.stick / name.format(place=f"{village.one.village.hex()[:12]}-drill")
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(target)
    with pytest.raises(StickIsReadOnlyError):
        village.meet(village.one)
    assert list(target.iterdir()) == []


def test_a_pipe_and_a_folder_with_a_bundles_name_hold_nobody_up(village: Village) -> None:
    village.meet(village.one)
    place = village.bundle(village.one).parent
    os.mkfifo(place / "console-8-00000000.bundle")
    (place / "console-9-00000000.bundle").mkdir()
    carrier = StickCarrier(village.other, village.stick)
    outcome = Meeting(village.other, carrier).hold()
    assert len(carrier.folder.unfit) == outcome.spoilt == 2
    assert outcome.taken.new > 0


def test_thousands_of_files_are_not_all_looked_at(village: Village) -> None:
    village.meet(village.one)
    place = village.bundle(village.one).parent
    for n in range(3000):
        (place / f"console-{n + 2}-00000000.bundle").touch()
        (place / f"rubbish-{n}").touch()
    carrier = StickCarrier(village.one, village.stick)
    carrier.heads()
    assert len(carrier.folder.unfit) + len(carrier.folder.fit) == MOST_BUNDLES
    assert village.bundle(village.one).is_file()


def test_a_part_that_was_left_behind_is_written_over(village: Village) -> None:
    village.meet(village.one)
    part = village.bundle(village.one).with_name(village.bundle(village.one).name + ".part")
    part.write_bytes(b"half")
    village.one.append(registered("resident:haru", "佐藤 ハル"))
    assert village.meet(village.one).pushed > 0
    assert not part.exists()


def test_a_stick_that_is_pulled_out_while_it_is_read_loses_nothing(village: Village) -> None:
    village.one.append(registered("resident:haru", "佐藤 ハル"))
    village.meet(village.one)
    carrier = StickCarrier(village.other, village.stick)
    assert isinstance(carrier.heads(), Found)
    away = village.stick.rename(village.folder / "away")
    with pytest.raises(CarrierLostError):
        list(carrier.pull(""))
    away.rename(village.stick)
    assert village.meet(village.other).taken.new > 0


def test_a_bundle_that_changes_while_it_is_read_breaks_off(village: Village) -> None:
    village.one.append(registered("resident:haru", "佐藤 ハル"))
    village.meet(village.one)
    carrier = StickCarrier(village.other, village.stick)
    carrier.heads()
    content = bytearray(village.bundle(village.one).read_bytes())
    content[-len(content) // 2] ^= 1
    village.bundle(village.one).write_bytes(content)
    with pytest.raises(CarrierLostError):
        list(carrier.pull(""))


def test_what_was_exported_to_a_stick_is_on_record(village: Village) -> None:
    village.meet(village.one)
    assert [(look.act, look.about) for look in village.one.looks()] == [("exported", village.bundle(village.one).name)]
    village.meet(village.one)
    assert len(village.one.looks()) == 1, "nothing was written the second time"
