"""The files a town would give: residents, televisions, cards (`docs/wires.md`, section 6)."""

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from device_sim.population.village import Village

RESIDENTS = (
    *("住民番号", "世帯番号", "氏名", "氏名カナ", "生年月日", "性別"),
    *("続柄", "集落", "住所", "電話番号", "要支援"),
)
TELEVISIONS = ("端末番号", "世帯番号", "登録者住民番号", "同意_災害")
CARDS = ("住民番号", "カード種別", "発行者", "シリアル番号")


def write_registers(village: Village, folder: Path) -> None:
    """Write `residents.csv`, `televisions.csv` and `cards.csv`, each as a whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "residents.csv", table(RESIDENTS, _residents(village)))
    write_whole(folder / "televisions.csv", table(TELEVISIONS, _televisions(village)))
    write_whole(folder / "cards.csv", table(CARDS, _cards(village)))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """RFC 4180 in UTF-8 with BOM, as town-hall spreadsheets save it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place as a whole: written beside, flushed to disk, renamed."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _residents(village: Village) -> Iterable[Sequence[str]]:
    for home in village.households:
        for person in home.members:
            who = (person.number, home.number, person.name, person.kana, person.birth.isoformat(), person.sex.value)
            where = (person.relation, home.settlement, home.address, home.telephone)
            yield (*who, *where, "1" if person.needs_evacuation_support else "")


def _televisions(village: Village) -> Iterable[Sequence[str]]:
    for tv in village.televisions:
        yield (tv.device, tv.household, tv.registrant, "あり" if tv.disaster_consent else "なし")


def _cards(village: Village) -> Iterable[Sequence[str]]:
    for card in village.cards:
        yield (card.resident, "my_number", card.issuer, card.serial)
