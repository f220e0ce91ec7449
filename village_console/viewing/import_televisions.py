"""Read the town's televisions and their consents into facts; nothing is written here."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from village_console.journal.facts import Fact
from village_console.register.csv_table import Line, RepairReport, read_table
from village_console.register.import_register import NUMBER_WIDTH
from village_console.viewing.facts import Purpose, TelevisionPaired, ViewingConsentGiven
from village_console.village.ids import HouseholdId, ResidentId, household_id, resident_id, television_id

_COLUMNS = ("端末番号", "世帯番号", "同意_災害")
_CONSENT = {"あり": True, "なし": False, "": False}


def read_televisions(path: Path, municipality: str, listed: Container[HouseholdId], report: RepairReport) -> list[Fact]:
    """Read televisions.csv: a pairing and the word on consent for each; raises TownFileIsWrongError."""
    found: list[Fact] = []
    seen: dict[str, int] = {}
    for line in read_table(path, _COLUMNS):
        device = line["端末番号"]
        if not device:
            raise line.wrong("empty_cell", column="端末番号")
        if device in seen:
            raise line.wrong("number_twice", found=device, first=seen[device])
        seen[device] = line.number
        household = household_id(municipality, line["世帯番号"])
        if household not in listed:
            report.note(line, "television_of_nobody", line["世帯番号"])
            continue
        television = television_id(municipality, device)
        who = _registrant(line, municipality, report)
        found.append(TelevisionPaired(subject=television, household=household, device=device, registrant=who))
        found.append(_consent(line, television, who, report))
    return found


def _registrant(line: Line, municipality: str, report: RepairReport) -> ResidentId | None:
    if not line["登録者住民番号"]:
        return None
    return resident_id(municipality, line.digits("登録者住民番号", NUMBER_WIDTH, report))


def _consent(line: Line, television: str, who: ResidentId | None, report: RepairReport) -> ViewingConsentGiven:
    answer = line["同意_災害"]
    if answer not in _CONSENT:
        report.note(line, "consent_unknown", answer, "なし")
    return ViewingConsentGiven(
        subject=television, purpose=Purpose.DISASTER, agreed=_CONSENT.get(answer, False), who=who
    )
