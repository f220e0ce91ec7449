"""How long does a keystroke in the kana search take, against LIKE over a folded column in SQLite?"""

from __future__ import annotations

import sqlite3
from random import Random
from statistics import median

from tests.benchmarks.measured import MS, Measured, percentile, seconds
from tests.benchmarks.towns import invented_residents
from village_console.register.households import NameIndex
from village_console.register.rows import Resident
from village_console.village.kana import folded, katakana

GOALS = {10_000: 20, 100_000: 100}
PEOPLE_LOOKED_FOR = 40
LONGEST_PREFIX = 5
ROUNDS = 2
_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_QUERY = "SELECT id FROM people WHERE kana LIKE '%' || ?1 || '%' ORDER BY kana NOT LIKE ?1 || '%', kana, id"


def measure() -> list[Measured]:
    """One entry for each size of village."""
    return [_measure(count, goal) for count, goal in GOALS.items()]


def _measure(count: int, goal: int) -> Measured:
    people: dict[str, Resident] = {person.id: person for person in invented_residents(count)}
    index, table = NameIndex(people), _table(list(people.values()))
    typed = _typed(list(people.values()))
    ours: list[float] = []
    peer: list[float] = []
    for n in range(ROUNDS):
        for text in typed:
            ours.append(seconds(lambda text=text: index.find(text)) * MS)
            peer.append(seconds(lambda text=text: table.execute(_QUERY, (folded(text),)).fetchall()) * MS)
            if n == 0:
                _check_same(index, table, text)
    note = (
        f"p95 of {len(ours)} keystrokes, {count:,} residents; medians {median(ours):.1f} and {median(peer):.1f} ms;"
        f" SQLite gives ids in the same order; goal {goal} ms"
    )
    return Measured(f"search_{count // 1000}k", percentile(ours, 95), percentile(peer, 95), "ms", note)


def _typed(people: list[Resident]) -> list[str]:
    """What is in the field after each kana of a name, in hiragana as an input method gives it."""
    found: list[str] = []
    for person in Random(2).sample(people, PEOPLE_LOOKED_FOR):
        kana = katakana(person.kana).replace(" ", "")
        found += [kana[:length].translate(_HIRAGANA) for length in range(1, min(LONGEST_PREFIX, len(kana)) + 1)]
    return found


def _table(people: list[Resident]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE people (id TEXT PRIMARY KEY, kana TEXT NOT NULL)")
    connection.executemany("INSERT INTO people VALUES (?, ?)", [(p.id, folded(p.kana)) for p in people])
    return connection


def _check_same(index: NameIndex, table: sqlite3.Connection, text: str) -> None:
    """Ours may find more (long vowels and n vanish in its loose form), never fewer."""
    found = {row[0] for row in table.execute(_QUERY, (folded(text),))}
    missing = found - {person.id for person in index.find(text)}
    if missing:
        message = f"{text}: LIKE finds {len(missing)} people whom the search does not"
        raise RuntimeError(message)
