"""A journal of version 1 opens, verifies, keeps its facts byte for byte, and shows what it showed."""
# ruff: noqa: S608 -- a test that reads a file writes its own SQL

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import EVENING
from village_console.journal import envelope as env
from village_console.journal.identity import Identity
from village_console.journal.sqlcipher import transaction
from village_console.journal.tables import SCHEMA_VERSION
from village_console.register.rows import Resident
from village_console.shelter.facts import EvacueeReceived
from village_console.shelter.facts import Path as Way
from village_console.shelter.rows import Stay
from village_console.village.errors import JournalIsDamagedError
from village_console.village.ids import ShelterId

if TYPE_CHECKING:
    import sqlite3

    from tests.conftest import JournalMaker

VERSION_1 = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE keys (subject TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE devices (dev TEXT PRIMARY KEY, public BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE facts (
    id INTEGER PRIMARY KEY, dev TEXT NOT NULL, inc TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL,
    subject TEXT NOT NULL, arrived INTEGER NOT NULL, body BLOB NOT NULL, sealed BLOB NOT NULL,
    sealed_sha BLOB NOT NULL,    hash BLOB NOT NULL UNIQUE, sig BLOB NOT NULL, UNIQUE (dev, inc, seq)
);
CREATE INDEX facts_subject ON facts (subject);
CREATE INDEX facts_kind ON facts (kind, dev);
CREATE TABLE heads (dev TEXT NOT NULL, inc TEXT NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, hlc INTEGER NOT NULL,
    PRIMARY KEY (dev, inc)) WITHOUT ROWID;
CREATE TABLE rows (row TEXT NOT NULL, subject TEXT NOT NULL, body BLOB, heads TEXT NOT NULL,
    PRIMARY KEY (row, subject)) WITHOUT ROWID;
CREATE TABLE audit (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, act TEXT NOT NULL, about TEXT NOT NULL,
    hash BLOB NOT NULL);
"""
"""As that version made it."""
AT = round(EVENING.timestamp() * 1000)
COLUMNS = "id, dev, inc, seq, kind, subject, arrived, body, sealed, sealed_sha, hash, sig"
RESIDENT = {"household": "household:015628/H0001"}
SECRET = {
    "number": "0000001", "settlement": "上興部", "name": "佐藤 ハル", "kana": "サトウ ハル", "birth": "1944-09-21",
    "sex": "female", "relation": "妻", "address": "", "phone": "", "needs_evacuation_support": True,
}  # fmt: skip


@dataclass(slots=True)
class OldJournal:
    """What version 1 wrote, sentence by sentence."""

    connection: sqlite3.Connection
    identity: Identity
    seq: int = 0
    hash: bytes = bytes(32)

    def begin(self) -> None:
        for statement in filter(str.strip, VERSION_1.split(";")):
            self.connection.execute(statement)
        entries = {
            "purpose": "drill/simulated/evening", "device_seed": self.identity.seed, "incarnation": self.identity.inc,
        }  # fmt: skip
        self.connection.executemany("INSERT INTO meta VALUES (?, ?)", list(entries.items()))
        self.connection.execute("INSERT INTO devices VALUES (?, ?)", (self.identity.dev, self.identity.public))
        self.connection.execute("PRAGMA user_version = 1")

    def write(self, kind: str, subject: str, plain: dict[str, Any], secret: dict[str, Any], prev: list[str]) -> str:
        self.seq += 1
        body = json.dumps(
            {"v": 1, "dev": self.identity.dev, "inc": self.identity.inc, "seq": self.seq, "hlc": AT + self.seq << 16,
             "wall": AT, "mono": 1, "boot": "01234567", "kind": kind, "version": 1, "subject": subject, "prev": prev,
             "by": "not_signed_in", "via": "", "mode": "drill", "world": "simulated", "incident": "evening", "d": plain},
            sort_keys=True, ensure_ascii=False, separators=(",", ":"),
        ).encode()  # fmt: skip
        sealed = env.seal(self.key(subject), secret) if secret else b""
        sealed_sha = hashlib.sha256(sealed).digest()
        self.hash = hashlib.sha256(self.hash + body + sealed_sha).digest()
        signature = self.identity.key.sign(self.hash)
        self.connection.execute(
            "INSERT INTO facts (dev, inc, seq, kind, subject, arrived, body, sealed, sealed_sha, hash, sig)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (self.identity.dev, self.identity.inc, self.seq, kind, subject, AT, body, sealed, sealed_sha, self.hash,
             signature),
        )  # fmt: skip
        self.connection.execute(
            "INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?, ?)",
            (self.identity.dev, self.identity.inc, self.seq, self.hash, AT + self.seq << 16),
        )
        return self.hash.hex()

    def key(self, subject: str) -> bytes:
        self.connection.execute("INSERT OR IGNORE INTO keys VALUES (?, randomblob(32))", (subject,))
        return bytes(self.connection.execute("SELECT key FROM keys WHERE subject = ?", (subject,)).fetchone()[0])

    def look(self, act: str, about: str, previous: bytes) -> bytes:
        hash_ = hashlib.sha256(previous + json.dumps([AT, "", act, about], ensure_ascii=False).encode()).digest()
        self.connection.execute(
            "INSERT INTO audit (at, by, act, about, hash) VALUES (?, ?, ?, ?, ?)", (AT, "", act, about, hash_)
        )
        return hash_


@pytest.fixture
def facts(make_journal: JournalMaker) -> list[tuple[Any, ...]]:
    """Make the old file; its facts as they lie there."""
    with make_journal.connect() as connection:
        old = OldJournal(connection, Identity.new())
        with transaction(connection):
            old.begin()
            received = ""
            for n in range(3):
                old.write("ResidentListed", f"resident:{n}", RESIDENT, SECRET, [])
                received = old.write("EvacueeReceived", f"resident:{n}", stay("S1", n), {}, [])
            old.write("EvacueeReceived", "resident:2", stay("S2", 2), {}, [received])
            connection.execute("INSERT INTO rows VALUES ('Stay', 'resident:0', NULL, '[]')")
            old.look("printed", "roster of 3", old.look("opened", "resident:1", bytes(32)))
        return connection.execute(f"SELECT {COLUMNS} FROM facts ORDER BY id").fetchall()


def stay(shelter: str, n: int) -> dict[str, Any]:
    return {"shelter": shelter, "receipt": f"S1-{n:04d}", "path": "card"}


def test_every_fact_is_kept_byte_for_byte(make_journal: JournalMaker, facts: list[tuple[Any, ...]]) -> None:
    make_journal().close()
    with make_journal.connect(read_only=True) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert connection.execute(f"SELECT {COLUMNS} FROM facts ORDER BY id").fetchall() == facts
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert not any(name.startswith("old_") for name in names)


def test_it_verifies_and_shows_what_it_showed(make_journal: JournalMaker, facts: list[tuple[Any, ...]]) -> None:
    journal = make_journal()
    assert journal.verify() == len(facts) == 7
    assert {s: stay.shelter for s, stay in journal.rows.all(Stay).items()} == {
        "resident:0": "S1", "resident:1": "S1", "resident:2": "S2",
    }  # fmt: skip
    assert {r.name for r in journal.rows.all(Resident).values()} == {"佐藤 ハル"}
    assert journal.rows.conflicts() == []
    assert [(look.act, look.about) for look in journal.looks()] == [
        ("opened", "resident:1"), ("printed", "roster of 3"),
    ]  # fmt: skip


def test_its_chain_goes_on_and_other_consoles_take_it(make_journal: JournalMaker, facts: list[tuple[Any, ...]]) -> None:
    journal, other = make_journal(), make_journal("other.db")
    written = journal.append(
        EvacueeReceived(subject="resident:0", shelter=ShelterId("S2"), receipt="S2-0001", path=Way.CARD)
    )
    assert (written.seq, written.inc) == (len(facts) + 1, facts[0][2])
    other.admit(journal.public_key)
    links = journal.owed(other.have())
    assert other.take_in(links, journal.keys_for(links)).new == len(facts) + 1
    assert other.have() == journal.have()
    assert other.rows.everything() == journal.rows.everything()


def test_an_old_journal_that_was_tampered_with_is_found_out(
    make_journal: JournalMaker, facts: list[tuple[Any, ...]]
) -> None:
    with make_journal.connect() as connection:
        connection.execute("UPDATE facts SET body = CAST(replace(body, 'S1', 'S2') AS BLOB) WHERE seq = 4")
    with pytest.raises(JournalIsDamagedError) as damaged:
        make_journal().verify()
    assert damaged.value.values["seq"] == 4 < len(facts)


def test_a_migration_that_is_cut_off_leaves_the_old_journal(
    make_journal: JournalMaker, facts: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from village_console.journal import migrations

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(migrations, "_sum_up", cut)
        with pytest.raises(KeyboardInterrupt):
            make_journal()
    with make_journal.connect(read_only=True) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert make_journal().verify() == len(facts)
