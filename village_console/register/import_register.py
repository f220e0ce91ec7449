"""Read the town's residents and cards into facts; nothing is written here."""

from __future__ import annotations

from collections.abc import Callable, Container
from pathlib import Path

from village_console.register.csv_table import Line, RepairReport, read_table
from village_console.register.facts import CardBound, ResidentListed, Sex, card_subject
from village_console.register.tokens import card_token, serial_bytes
from village_console.village.eras import parse_birth
from village_console.village.ids import ResidentId, household_id, resident_id
from village_console.village.kana import katakana

NUMBER_WIDTH = 7
_SEXES = {"男": Sex.MALE, "女": Sex.FEMALE, "": Sex.UNKNOWN}
_RESIDENT_COLUMNS = ("住民番号", "世帯番号", "氏名", "氏名カナ", "生年月日", "集落")
_CARD_COLUMNS = ("住民番号", "カード種別", "発行者", "シリアル番号")


def read_residents(path: Path, municipality: str, report: RepairReport) -> list[ResidentListed]:
    """Read residents.csv; raises TownFileIsWrongError, for instance when a number stands twice."""
    found: dict[str, tuple[int, ResidentListed]] = {}
    for line in read_table(path, _RESIDENT_COLUMNS):
        number = line.digits("住民番号", NUMBER_WIDTH, report)
        if number in found:
            raise line.wrong("number_twice", found=number, first=found[number][0])
        found[number] = (line.number, _resident(line, number, municipality, report))
    return [fact for _, fact in found.values()]


def read_cards(
    path: Path,
    municipality: str,
    key: bytes,
    listed: Container[ResidentId],
    report: RepairReport,
    may_be_token: Callable[[str], bool],
) -> list[CardBound]:
    """Read cards.csv; the serial becomes a token at once and is not kept. Cards of unlisted people are left out.

    `may_be_token`: whether cards of a kind may become tokens at all; the others are left out before their number is used.
    """
    found: list[CardBound] = []
    for line in read_table(path, _CARD_COLUMNS):
        resident = resident_id(municipality, line.digits("住民番号", NUMBER_WIDTH, report))
        if resident not in listed:
            report.note(line, "card_of_nobody", line["住民番号"])
            continue
        if not may_be_token(line["カード種別"]):
            report.note(line, "card_without_ground", line["カード種別"])
            continue
        token = card_token(key, line["カード種別"], line["発行者"], serial_bytes(_serial(line)))
        found.append(CardBound(subject=card_subject(token), resident=resident, kind=line["カード種別"]))
    return found


def _serial(line: Line) -> int:
    try:
        return int(line["シリアル番号"], 16)
    except ValueError as error:
        raise line.wrong("not_a_number", column="シリアル番号", found=line["シリアル番号"]) from error


def _resident(line: Line, number: str, municipality: str, report: RepairReport) -> ResidentListed:
    birth = parse_birth(line["生年月日"])
    if birth is None and line["生年月日"]:
        report.note(line, "birth_unknown", line["生年月日"])
    if line["性別"] not in _SEXES:
        report.note(line, "sex_unknown", line["性別"])
    if not line["氏名"]:
        raise line.wrong("empty_cell", column="氏名")
    return ResidentListed(
        subject=resident_id(municipality, number),
        household=household_id(municipality, _filled(line, "世帯番号")),
        number=number,
        name=line["氏名"],
        kana=_repaired(line, "氏名カナ", katakana, report),
        birth=birth,
        sex=_SEXES.get(line["性別"], Sex.UNKNOWN),
        relation=line["続柄"],
        settlement=_filled(line, "集落"),
        address=line["住所"],
        phone=line["電話番号"],
        needs_evacuation_support=line["要支援"] == "1",
    )


def _filled(line: Line, column: str) -> str:
    if not line[column]:
        raise line.wrong("empty_cell", column=column)
    return line[column]


def _repaired(line: Line, column: str, repair: Callable[[str], str], report: RepairReport) -> str:
    after = repair(line[column])
    if after != line[column]:
        report.note(line, "kana_form", line[column], after)
    return after
