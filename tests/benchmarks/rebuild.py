"""How many facts a second are folded into rows anew, as after an update, against reading the same rows of the file raw?"""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

from tests.benchmarks.measured import Measured, medians, seconds
from tests.benchmarks.towns import fill
from tests.town import KEY, open_journal
from village_console.journal.sqlcipher import open_encrypted

PEOPLE = 10_000
ROUNDS = 3


def measure() -> list[Measured]:
    """One entry: facts a second from the encrypted file to rows in memory and on disk."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        with closing(open_journal(folder)) as journal:
            fill(journal, PEOPLE)
            rows = journal.rows.everything()
        kept = seconds(lambda: open_journal(folder).close())
        ours, peer = medians(ROUNDS, lambda _n: _rebuilt(folder), lambda _n: _read_raw(folder))
        with closing(open_journal(folder)) as journal:
            if journal.rows.everything() != rows:
                raise RuntimeError("the rows differ")
    facts = 2 * PEOPLE
    note = (
        f"median of {ROUNDS}; {facts:,} facts read, unsealed, folded, {facts:,} rows stored and loaded in {ours:.1f} s;"
        f" the same file with its rows kept opens in {kept:.2f} s; peer: every column of the same facts read from the"
        " encrypted file by itself"
    )
    return [Measured("rebuild", facts / ours, facts / peer, "facts/s", note)]


def _rebuilt(folder: Path) -> float:
    """Open a file whose rows are of another making."""
    with closing(open_encrypted(folder / "journal.db", KEY)) as connection:
        connection.execute("UPDATE meta SET value = 'another program' WHERE name = 'fingerprint'")
    return seconds(lambda: open_journal(folder).close())


def _read_raw(folder: Path) -> float:
    with closing(open_encrypted(folder / "journal.db", KEY, read_only=True)) as connection:
        return seconds(connection.execute("SELECT * FROM facts ORDER BY subject, id").fetchall)
