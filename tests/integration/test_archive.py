"""A village in a real PostgreSQL: kept again and again, asked at any time, and never by another village."""
# ruff: noqa: S608 -- somebody types SQL by hand here

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.archives import CATALOGUE, Village, receive, refused
from tests.foreign import KINDS, about_anything
from tests.postgres import PROGRAMS, Postgres, as_role, running_postgres
from tests.town import EVENING, person, set_clock, write_all
from village_console.archive.setup import VERSION, set_up
from village_console.incident.erase import erase_person
from village_console.journal.facts import Fact
from village_console.journal.store import Purpose
from village_console.needs.facts import NeedMet, NeedTaken, NeedTold, Outcome, Owner, Urgency
from village_console.register.rows import Resident
from village_console.shelter.count import count, name_one
from village_console.shelter.facts import Place, StayEnded, WentOut
from village_console.shelter.receive import Desk
from village_console.shelter.rows import Outing, Stay
from village_console.shelter.views import People, presence
from village_console.sync.revoke import count_what_waits, revoke
from village_console.village.errors import ArchiveIsNotPreparedError
from village_console.village.ids import ResidentId, ShelterId

pytestmark = [
    pytest.mark.integration,
    pytest.mark.xdist_group("postgres"),
    pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL is not installed (make parts)"),
]
REAL = Purpose("real", "physical", "2026")
S1, S2 = ShelterId("S1"), ShelterId("S2")
COUNTS = (
    "SELECT shelter, people, gone_out, unnamed FROM village_archive.counts_at(%s, %s, %s) WHERE shelter IN ('S1', 'S2')"
)
FOREVER = datetime.max.replace(year=9990, tzinfo=EVENING.tzinfo)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with running_postgres() as running:
        yield running


@pytest.fixture
def village(server: Postgres, tmp_path: Path) -> Iterator[Callable[..., Village]]:
    made: list[Village] = []

    def make(*, beside: Village | None = None, purpose: Purpose = REAL) -> Village:
        made.append(Village(server, tmp_path / f"village-{len(made)}", beside and beside.dsn, purpose))
        if beside is not None:
            with as_role(beside.dsn, "admin") as admin:
                set_up(admin, made[-1].name)
        one = made[-1]
        one.at(0)
        return one

    yield make
    for one in made:
        one.close()


def need(number: int, who: int, urgency: Urgency = Urgency.TODAY) -> NeedTold:
    return NeedTold(
        subject=f"need:{number}", resident=ResidentId(person(who)), code="31", detail="酸素が あと2時間", shelter=S1,
        urgency=urgency,
    )  # fmt: skip


def test_keeping_it_again_touches_no_row(village: Callable[..., Village]) -> None:
    here = village()
    for number in range(30):
        receive(here.hall, number)
    write_all(here.hall, [need(1, 1), WentOut(subject=person(2), shelter=S1)])
    here.meet()
    assert here.keep() > 60
    before = here.everything()
    assert [len(before[table]) for table in ("persons", "needs")] == [30, 1]
    assert here.keep() == 0
    assert here.everything() == before


ANY = st.sampled_from([kind for name, kind in CATALOGUE.kinds.items() if name in KINDS]).flatmap(about_anything)


@given(st.lists(ANY, min_size=20, max_size=60))
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_whatever_a_laptop_has_written_is_kept(village: Callable[..., Village], facts: list[Fact]) -> None:
    here = village()
    for n, fact in enumerate(fact for fact in facts if fact.is_sound()):
        here.at((n * 7_919) % 600 - 200)  # no two desks have the same clock
        (here.hall if n % 3 else here.school).append(fact)
    here.meet()
    here.keep()
    assert here.keep() == 0


def test_counts_at_any_minute_are_those_of_the_shelters_own_desk_and_late_facts_are_in_them(
    village: Callable[..., Village],
) -> None:
    here = village()
    desk = Desk(S1, 1)
    for minute in range(10, 70, 10):
        here.at(minute)
        receive(here.hall, minute)
        match minute:
            case 20:
                count(here.hall, desk, {"unknown/unknown": 5})
            case 30:
                here.hall.append(WentOut(subject=person(10), shelter=S1))
            case 40:
                name_one(here.hall, desk, ResidentId(person(40)))
            case 50:
                here.hall.append(StayEnded(subject=person(20), shelter=S1, destination=Place.HOME))
            case _:
                receive(here.school, minute + 1, "S2")
        if minute == 30:
            here.meet()
            here.keep()
    early = EVENING + timedelta(minutes=35)
    here.at(90)
    here.meet()
    here.keep()
    for minute in range(5, 95, 5):
        at = EVENING + timedelta(minutes=minute)
        rows = here.hall.as_of(at)
        people = People(rows.all(Resident), rows.all(Stay), rows.all(Outing))
        unnamed = 0 if minute < 20 else 5 if minute < 40 else 4
        seen = presence(people, S1, unnamed)
        assert ("S1", seen.people, seen.out, seen.unnamed) in here.ask(COUNTS, at, FOREVER, "real"), minute
    assert here.ask(COUNTS, EVENING + timedelta(minutes=60), early, "real")[0] == ("S1", 8, 1, 5), (
        "as it was known then"
    )
    assert here.ask(COUNTS, EVENING + timedelta(minutes=60), FOREVER, "real")[0] == ("S1", 9, 1, 4)


def test_a_silent_shelter_is_not_known_since_then_and_one_never_heard_has_no_figure(
    village: Callable[..., Village],
) -> None:
    here = village()
    receive(here.hall, 1)
    here.meet(here.hall, here.archive)
    here.keep()
    query = "SELECT people, not_known_since, never_heard FROM village_archive.counts_at(%s) WHERE shelter = %s"
    soon, late = EVENING + timedelta(minutes=10), EVENING + timedelta(minutes=50)
    assert here.ask(query, soon, "S1") == [(1, None, False)]
    assert here.ask(query, late, "S1") == [(1, EVENING, False)]
    assert here.ask(query, late, "S2") == [(None, None, True)]
    open_needs = "SELECT open, never_heard FROM village_archive.needs_at(%s) WHERE shelter = %s"
    assert here.ask(open_needs, late, "S2") == [(None, True)]
    assert here.ask(open_needs, late, "S1") == [(0, False)]


def test_needs_are_counted_by_shelter_and_code_until_they_are_met(village: Callable[..., Village]) -> None:
    here = village()
    receive(here.hall, 1)
    write_all(
        here.hall, [need(1, 1, Urgency.NOW), need(2, 1), need(3, 1), NeedTaken(subject="need:2", owner=Owner.NURSE)]
    )
    here.at(10)
    here.hall.append(NeedMet(subject="need:3", outcome=Outcome.MET))
    here.meet()
    here.keep()
    query = "SELECT code, urgency, open, nobodys FROM village_archive.needs_at(%s) WHERE shelter = 'S1'"
    assert here.ask(query, EVENING + timedelta(minutes=5)) == [("31", "now", 1, 1), ("31", "today", 2, 1)]
    assert here.ask(query, EVENING + timedelta(minutes=15)) == [("31", "now", 1, 1), ("31", "today", 1, 0)]
    assert "酸素" not in str(here.content())


def test_no_village_reads_or_writes_anothers_rows_whatever_is_typed(village: Callable[..., Village]) -> None:
    one = village()
    other = village(beside=one)
    for here in (one, other):
        receive(here.hall, 1)
        write_all(here.hall, [need(1, 1)])
        count(here.hall, Desk(S1, 1), {"unknown/unknown": 5})
        here.meet()
        here.keep()
    for table in ("villages", "records", "facts", "persons", "stays", "unnamed", "needs", "shelters"):
        query = f"SELECT DISTINCT village FROM village_archive.{table}"
        assert one.ask(query, role=one.role) == [(one.name,)]
        assert other.ask(query, role=other.role) == [(other.name,)]
        assert len(one.ask(query)) == 2
    assert {row[0] for row in one.ask("SELECT village FROM village_archive.counts_at(now())", role=one.role)} == {
        one.name
    }
    assert {row[0] for row in one.ask("SELECT village FROM village_archive.who_is_where", role=one.role)} == {one.name}
    before = other.everything()
    ((theirs,),) = one.ask("SELECT record FROM village_archive.records WHERE village = %s", other.name)
    forged = f"INSERT INTO village_archive.shelters VALUES ({theirs}, '%s', 'S9', 'x', now(), 0)"
    assert refused(one.dsn, one.role, forged % other.name) == "InsufficientPrivilege"
    assert refused(one.dsn, one.role, forged % one.name) == "ForeignKeyViolation"
    for table in ("persons", "stays", "needs", "shelters"):
        assert (
            refused(one.dsn, one.role, f"DELETE FROM village_archive.{table} WHERE village = '{other.name}'")
            == "allowed"
        )
        assert refused(one.dsn, one.role, f"UPDATE village_archive.{table} SET record = 1") == "InsufficientPrivilege"
    for typed in ("UPDATE village_archive.facts SET seq = 1", "DELETE FROM village_archive.facts",
                  "ALTER TABLE village_archive.facts DISABLE ROW LEVEL SECURITY", f"SET ROLE {other.role}",
                  "TRUNCATE village_archive.persons", "SELECT * FROM pg_authid"):  # fmt: skip
        assert refused(one.dsn, one.role, typed) == "InsufficientPrivilege", typed
    assert other.everything() == before


def test_the_prefecture_reads_all_villages_and_writes_nothing(village: Callable[..., Village]) -> None:
    one = village()
    other = village(beside=one)
    for here in (one, other):
        receive(here.hall, 1)
        here.meet()
        here.keep()
    with as_role(one.dsn, "admin") as admin:
        admin.execute("DO $$ BEGIN CREATE ROLE prefecture LOGIN IN ROLE village_archive_reader;"
                      " EXCEPTION WHEN duplicate_object THEN NULL; END $$")  # fmt: skip
    found = one.ask("SELECT village, name FROM village_archive.who_is_where", role="prefecture")
    assert sorted(found) == sorted((here.name, "佐藤 花") for here in (one, other))
    for table in ("facts", "persons", "stays", "apart"):
        assert refused(one.dsn, "prefecture", f"DELETE FROM village_archive.{table}") == "InsufficientPrivilege"


def test_a_drill_never_stands_beside_the_real_thing(village: Callable[..., Village]) -> None:
    real = village()
    drill = village(beside=real, purpose=Purpose("drill", "simulated", "evening"))
    for here, numbers in ((real, range(2)), (drill, range(7))):
        for number in numbers:
            receive(here.hall, number)
        here.meet()
        here.keep()
    assert [row[1] for row in real.ask(COUNTS, FOREVER, FOREVER, "real")] == [2, 0]
    assert [row[1] for row in real.ask(COUNTS, FOREVER, FOREVER, "drill")] == [7, 0]
    assert real.ask("SELECT count(*) FROM village_archive.who_is_where") == [(2,)]


def test_what_is_erased_leaves_every_table_and_nobody_elses_rows_change(village: Callable[..., Village]) -> None:
    here = village()
    receive(here.hall, 1, name="消印 ハル")
    receive(here.hall, 2)
    write_all(here.hall, [need(1, 1)])
    here.meet()
    here.keep()
    before = here.everything()
    assert "消印 ハル" in str(before["persons"])
    erase_person(here.hall, person(1), "本人の希望", also=["need:1"])
    here.meet()
    here.keep()
    after = here.everything()
    assert [row[4] for row in after["persons"]] == [person(2)]
    assert after["needs"] == []
    assert len(after["stays"]) == 2, "times and counts stay, under an id that names nobody"
    assert {row for row in after["persons"] if row in before["persons"]} == set(after["persons"])
    with as_role(here.dsn, "admin") as admin:
        admin.execute("VACUUM FULL village_archive.persons")
        admin.execute("CHECKPOINT")
    where = here.ask("SELECT pg_read_binary_file(pg_relation_filepath('village_archive.persons'))")[0][0]
    assert "消印".encode() not in bytes(where)
    assert "佐藤 花".encode() in bytes(where)


def test_no_personal_field_lies_there_that_a_prefecture_does_not_need(village: Callable[..., Village]) -> None:
    here = village()
    query = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'village_archive'"
    columns = {name for (name,) in here.ask(query)}
    assert {"name", "kana", "birth", "code"} <= columns
    assert not columns & {"phone", "relation", "number", "my_number", "detail", "sealed", "key"}


def test_what_a_revoked_laptop_wrote_counts_no_more_and_stays_as_evidence(village: Callable[..., Village]) -> None:
    here = village()
    receive(here.school, 1, "S2")
    here.meet()
    here.keep()
    member = here.hall.members()[here.school.device]
    receive(here.school, 2, "S2")
    here.meet(here.school, here.archive)
    here.keep()
    assert here.ask(COUNTS, FOREVER, FOREVER, "real")[1][1] == 2
    revoke(here.hall, member, "なくした")
    here.meet(here.hall, here.archive)
    here.keep()
    assert here.ask("SELECT count(*) FROM village_archive.who_is_where WHERE shelter = 'S2'") == [(1,)]
    assert here.ask("SELECT count(*) FROM village_archive.apart") == [(2,)]
    assert here.ask("SELECT count(*) FROM village_archive.facts f JOIN village_archive.apart a USING (hash)") == [(2,)]
    count_what_waits(here.hall, here.hall.members()[here.school.device], "見つかった")
    here.meet(here.hall, here.archive)
    here.keep()
    assert here.ask("SELECT count(*) FROM village_archive.apart") == [(0,)]
    assert here.ask(COUNTS, FOREVER, FOREVER, "real")[1][1] == 2


def test_neither_a_strange_name_nor_a_wild_clock_stops_a_villages_archive(village: Callable[..., Village]) -> None:
    here = village()
    receive(here.hall, 1, name="佐\0藤")
    set_clock(here.clocks[1], EVENING.replace(year=1003))
    receive(here.school, 2, "S2")
    set_clock(here.clocks[1], EVENING.replace(year=4000))
    receive(here.school, 3, "S2")
    here.meet()
    here.keep()
    before = here.everything()
    assert {row[5] for row in before["persons"]} == {"佐\N{REPLACEMENT CHARACTER}藤", "佐藤 花"}
    assert here.ask(COUNTS, EVENING, FOREVER, "real") == [("S1", 1, 0, 0), ("S2", 2, 0, 0)]
    assert here.keep() == 0
    assert here.everything() == before


def test_setting_up_again_takes_no_step_and_an_older_program_leaves_a_newer_schema_alone(
    village: Callable[..., Village],
) -> None:
    here = village()
    with as_role(here.dsn, "admin") as admin:
        assert set_up(admin, here.name) == 0
        admin.execute("INSERT INTO village_archive.versions (n) VALUES (%s)", (VERSION + 1,))
        with pytest.raises(ArchiveIsNotPreparedError):
            set_up(admin, here.name)
    with pytest.raises(ArchiveIsNotPreparedError):
        here.keep()
