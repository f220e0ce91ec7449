"""A small invented town: its people as facts and as files, a stopped clock, and a journal to put them in."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from village_console.journal.facts import Catalogue, Fact, Fold
from village_console.journal.journal import Journal
from village_console.journal.store import Purpose
from village_console.needs import rows as needs_rows
from village_console.needs.facts import NeedMet, NeedTaken, NeedTold, SupplyHanded
from village_console.operators import rows as operators_rows
from village_console.operators.facts import (
    HandedOver,
    OperatorLeft,
    OperatorListed,
    SignedIn,
    SignedOut,
    StaffCardGiven,
)
from village_console.register import rows as register_rows
from village_console.register.facts import CardBound, ResidentListed, Sex
from village_console.register.rows import Resident
from village_console.shelter import rows as shelter_rows
from village_console.shelter.facts import (
    CameBack,
    DisclosureSaid,
    EvacueeReceived,
    GroupCounted,
    NamedFromGroup,
    PlaceOfStayTold,
    SpaceAssigned,
    StayEnded,
    WentOut,
)
from village_console.shelter.facts import Path as Way
from village_console.stranded import rows as stranded_rows
from village_console.stranded.facts import (
    EvacuationOrdered,
    HazardExpected,
    HouseholdCleared,
    OrderLifted,
    OrderNarrowed,
    OutageEnded,
    OutageReported,
    TvEvidenceGiven,
    VisitAssigned,
    VisitReported,
    WordHeard,
)
from village_console.viewing import rows as viewing_rows
from village_console.viewing.facts import TelevisionPaired, ViewingConsentGiven
from village_console.village.clock import JST, Clock
from village_console.village.ids import HouseholdId, ResidentId, ShelterId, household_id, resident_id

MUNICIPALITY = "015628"
EVENING = datetime(2026, 11, 3, 18, 0, tzinfo=JST)
ISSUER = "VILLAGE-CONSOLE-DRILL"
DRILL = Purpose("drill", "simulated", "evening-1")
KEY = bytes(range(32))
HARU, KEN = ResidentId("resident:haru"), ResidentId("resident:ken")
KINDS: tuple[type[Fact], ...] = (
    ResidentListed, CardBound, EvacueeReceived, WentOut, CameBack, StayEnded, PlaceOfStayTold, SpaceAssigned, DisclosureSaid,
    GroupCounted, NamedFromGroup, TelevisionPaired, ViewingConsentGiven, EvacuationOrdered, TvEvidenceGiven, HouseholdCleared,
    OrderNarrowed, OrderLifted, WordHeard, OutageReported, OutageEnded, HazardExpected, VisitAssigned, VisitReported,
    NeedTold, NeedTaken, NeedMet, SupplyHanded, OperatorListed, OperatorLeft, StaffCardGiven, SignedIn, SignedOut, HandedOver,
)  # fmt: skip
FOLDS: tuple[Fold[Any], ...] = (
    *register_rows.FOLDS, *shelter_rows.FOLDS, *viewing_rows.FOLDS, *stranded_rows.FOLDS,
    *needs_rows.FOLDS, *operators_rows.FOLDS,
)  # fmt: skip


def clock_at(moment: datetime = EVENING) -> Clock:
    """A clock that stands still."""
    clock = Clock()
    clock.drive(moment.timestamp(), clock.monotonic(), 0)
    return clock


def set_clock(clock: Clock, moment: datetime) -> None:
    """Let a stopped clock stand at another moment."""
    clock.drive(moment.timestamp(), clock.monotonic(), 0)


def open_journal(folder: Path, clock: Clock | None = None, purpose: Purpose = DRILL) -> Journal:
    """The journal of a folder; the caller closes it."""
    return Journal(folder / "journal.db", KEY, purpose, Catalogue(KINDS, FOLDS), clock or clock_at())


def person(number: int) -> ResidentId:
    """The id of the resident with this number in the register."""
    return resident_id(MUNICIPALITY, f"{number:07d}")


def home(number: int) -> HouseholdId:
    """The id of a household."""
    return household_id(MUNICIPALITY, f"H{number:04d}")


def listed(number: int, household: int, name: str, kana: str, **more: Any) -> ResidentListed:
    """A resident as the register tells."""
    plain: dict[str, Any] = {
        "birth": date(1950, 1, 1), "sex": Sex.UNKNOWN, "relation": "", "settlement": "上興部", "address": "", "phone": "",
        "needs_evacuation_support": False,
    }  # fmt: skip
    return ResidentListed(
        subject=person(number), household=home(household), number=f"{number:07d}", name=name, kana=kana, **plain | more
    )


def registered(who: str = HARU, name: str = "佐藤 ハル", **more: Any) -> ResidentListed:
    """The same of somebody whose id is a word."""
    plain: dict[str, Any] = {
        "household": HouseholdId("household:015628/H0001"), "number": "0000002", "kana": "サトウ ハル",
        "birth": date(1944, 9, 21), "sex": Sex.FEMALE, "relation": "妻", "settlement": "上興部", "address": "上興部12番地",
        "phone": "0158-00-1811", "needs_evacuation_support": True,
    }  # fmt: skip
    return ResidentListed(subject=who, name=name, **plain | more)


def received(who: str = HARU, shelter: str = "S1") -> EvacueeReceived:
    """Somebody has come to a shelter."""
    return EvacueeReceived(subject=who, shelter=ShelterId(shelter), receipt=f"{shelter}-0001", path=Way.CARD)


def resident(number: int, household: int, name: str = "佐藤 花", kana: str = "サトウ ハナ", **more: Any) -> Resident:
    """A resident as the rows hold one."""
    fact = listed(number, household, name, kana, **more)
    return Resident(
        ResidentId(fact.subject), fact.household, fact.number, fact.name, fact.kana, fact.birth, fact.sex, fact.relation,
        fact.settlement, fact.address, fact.phone, fact.needs_evacuation_support,
    )  # fmt: skip


def write_all(journal: Journal, facts: Iterable[Fact]) -> None:
    """Write facts in one transaction."""
    with journal.writing() as draft:
        for fact in facts:
            draft.append(fact)


def write_people(journal: Journal, count: int, first: int = 0) -> None:
    """So many people, each listed and received, each fact in a transaction of its own."""
    for n in range(first, first + count):
        journal.append(registered(f"resident:{n}"))
        journal.append(received(f"resident:{n}"))


def write_csv(path: Path, rows: Iterable[Mapping[str, str]], encoding: str = "utf-8") -> None:
    """Write a town's file; the columns stand as in the first row."""
    lines = list(rows)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)


def resident_row(number: str = "0000001", household: str = "H0001", **changes: str) -> dict[str, str]:
    """One line of residents.csv."""
    return {
        "住民番号": number, "世帯番号": household, "氏名": "佐藤 正一", "氏名カナ": "サトウ ショウイチ", "生年月日": "S17.5.3",
        "性別": "男", "続柄": "世帯主", "集落": "上興部", "住所": "上興部12番地", "電話番号": "", "要支援": "",
    } | changes  # fmt: skip


def card_row(number: str, serial: int) -> dict[str, str]:
    """One line of cards.csv."""
    return {"住民番号": number, "カード種別": "my_number", "発行者": ISSUER, "シリアル番号": f"{serial:x}"}


def television_row(device: str, household: str, consent: str = "あり", who: str = "") -> dict[str, str]:
    """One line of televisions.csv."""
    return {"端末番号": device, "世帯番号": household, "登録者住民番号": who, "同意_災害": consent}


def wait_until(true: Callable[[], bool], seconds: float = 10) -> bool:
    """Wait for something that another thread or process does; false when it never does."""
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.005)
    return true()
