"""Reading facts back from the open file: unsealed, brought up to this version, and never an exception for a strange one."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from village_console.journal import envelope as env
from village_console.journal.facts import Catalogue, Fact, NotUnderstood, Recorded, Unread
from village_console.journal.subject_keys import Keys, SubjectKeys, opened_by
from village_console.journal.tables import among
from village_console.village.ids import FactHash, Operator

F = TypeVar("F", bound=Fact)
_COLUMNS = "SELECT body, sealed, sealed_sha, hash, arrived FROM facts "
_NOTHING_SEALED = env.sha(b"")


class Reader:
    """Not thread-safe by itself: the journal holds the lock."""

    def __init__(self, connection: sqlite3.Connection, keys: SubjectKeys, catalogue: Catalogue) -> None:
        """Read through the journal's connection."""
        self._connection = connection
        self._keys = keys
        self._catalogue = catalogue

    def about(self, subjects: Sequence[str], until: int | None = None) -> list[Recorded[Any]]:
        """Every fact of some subjects as they arrived, those not understood among them; `until` in ms of arrival."""
        found = self.about_each(subjects, until)
        return [recorded for subject in subjects for recorded in found[subject]]

    def about_each(self, subjects: Sequence[str], until: int | None = None) -> dict[str, list[Recorded[Any]]]:
        """The same, subject by subject: read at once."""
        until = env.FOREVER_MS if until is None else until
        columns = "id, body, sealed, sealed_sha, hash, arrived"
        query = f"SELECT {columns} FROM facts WHERE subject {among(subjects)} AND arrived <= ?"  # noqa: S608 -- no values
        keys = self._keys.of_each(subjects)
        found: dict[str, list[Recorded[Any]]] = {subject: [] for subject in subjects}
        for row in sorted(self._connection.execute(query, (*subjects, until))):
            recorded = self._read(*row[1:], keys=keys)
            found[recorded.fact.subject].append(recorded)
        return found

    def find(self, hash_: FactHash) -> Recorded[Any] | None:
        """The fact with this hash, if it is here and understood."""
        row = self._connection.execute(_COLUMNS + "WHERE hash = ?", (bytes.fromhex(hash_),)).fetchone()
        return understood(self._read(*row)) if row else None

    def every(self) -> Iterator[tuple[env.Envelope, Recorded[Any] | None]]:
        """All facts as they arrived; None beside those that are not understood."""
        for row in self._connection.execute(_COLUMNS + "ORDER BY id").fetchall():
            yield env.Envelope.from_body(row[0]), understood(self._read(*row))

    def last_of(self, kind: type[F], limit: int, arrived: datetime | None = None) -> list[Recorded[F]]:
        """The newest facts of a kind that had arrived by a moment, if one is given; newest first."""
        query = _COLUMNS + "WHERE kind = ? AND arrived <= ? ORDER BY id DESC LIMIT ?"
        until = env.FOREVER_MS if arrived is None else env.milliseconds(arrived)
        rows = self._connection.execute(query, (kind.__name__, until, limit)).fetchall()
        return [r for row in rows if (r := understood(self._read(*row)))]

    def count(self, kind: type[Fact], dev: str) -> int:
        """How many facts of a kind a device has ever written, taken back or not."""
        query = "SELECT count(*) FROM facts WHERE kind = ? AND dev = ?"
        return int(self._connection.execute(query, (kind.__name__, dev)).fetchone()[0])

    def began(self) -> datetime | None:
        """When the first fact arrived."""
        (first,) = self._connection.execute("SELECT min(arrived) FROM facts").fetchone()
        return None if first is None else env.instant(first)

    def subjects(self) -> list[str]:
        """Everything that any fact is about."""
        return [subject for (subject,) in self._connection.execute("SELECT DISTINCT subject FROM facts")]

    def not_understood(self) -> Counter[tuple[str, Unread]]:
        """How many facts of which kinds wait for a newer program, a key, or for ever."""
        found: Counter[tuple[str, Unread]] = Counter()
        for row in self._connection.execute(_COLUMNS + "ORDER BY id"):
            fact = self._read(*row).fact
            if isinstance(fact, NotUnderstood):
                found[fact.kind, fact.why] += 1
        return found

    def newer(self) -> Counter[str]:
        """How many facts of which kinds were written by a newer program: found without reading every fact."""
        query = "SELECT kind, json_extract(CAST(body AS TEXT), '$.version'), count(*) FROM facts GROUP BY 1, 2"
        found: Counter[str] = Counter()
        for kind, version, count in self._connection.execute(query):
            known = self._catalogue.kinds.get(kind)
            if known is None or version > known.VERSION:
                found[kind] += count
        return found

    def written_at(self, dev: str, inc: str, seq: int) -> datetime | None:
        """When a link of a chain was written: by its own clock, but not after it came here. None: it is not here."""
        query = "SELECT body, arrived FROM facts WHERE dev = ? AND inc = ? AND seq <= ? ORDER BY seq DESC LIMIT 1"
        row = self._connection.execute(query, (dev, inc, seq)).fetchone()
        return None if row is None else env.instant(min(env.Envelope.from_body(row[0]).wall, row[1]))

    def _read(
        self, body: bytes, sealed: bytes, sealed_sha: bytes, hash_: bytes, arrived: int, keys: Keys | None = None
    ) -> Recorded[Any]:
        envelope = env.Envelope.from_body(body)
        if sealed and keys is None:
            keys = self._keys.of_each((envelope.subject,))
        fact = self._fact(envelope, bytes(sealed), keys or {}, was_sealed=bytes(sealed_sha) != _NOTHING_SEALED)
        return recorded(envelope, fact, bytes(hash_), arrived)

    def _fact(self, envelope: env.Envelope, sealed: bytes, keys: Keys, *, was_sealed: bool) -> Fact:
        kind = self._catalogue.kinds.get(envelope.kind)
        if kind is None:
            return _stand_in(envelope, Unread.UNKNOWN_KIND)
        if envelope.v > env.ENVELOPE_VERSION or envelope.version > kind.VERSION:
            return _stand_in(envelope, Unread.NEWER)
        if was_sealed and not sealed:
            return _stand_in(envelope, Unread.ERASED)
        opened = opened_by(keys.get(envelope.subject, ()), sealed) if sealed else dict[str, Any]()
        return _stand_in(envelope, Unread.NO_KEY) if opened is None else _typed(kind, envelope, envelope.d | opened)


def _typed(kind: type[Fact], envelope: env.Envelope, plain: dict[str, Any]) -> Fact:
    current = plain if envelope.version == kind.VERSION else kind.upcast(envelope.version, plain)
    try:
        fact = msgspec.convert((current or {}) | {"subject": envelope.subject}, kind)
    except msgspec.ValidationError:
        return _stand_in(envelope, Unread.MALFORMED)
    return fact if fact.is_sound() else _stand_in(envelope, Unread.MALFORMED)


def _stand_in(envelope: env.Envelope, why: Unread) -> NotUnderstood:
    return NotUnderstood(subject=envelope.subject, kind=envelope.kind, version=envelope.version, why=why)


def understood(fact: Recorded[Any]) -> Recorded[Any] | None:
    """The fact, unless it could not be read."""
    return None if isinstance(fact.fact, NotUnderstood) else fact


def recorded(envelope: env.Envelope, fact: F, hash_: bytes, arrived_ms: int) -> Recorded[F]:
    """A fact with what its envelope says."""
    return Recorded(
        hash=FactHash(hash_.hex()), fact=fact, dev=envelope.dev, inc=envelope.inc, seq=envelope.seq, hlc=envelope.hlc,
        wall=envelope.at, arrived=env.instant(arrived_ms), by=Operator(envelope.by), prev=envelope.prev,
    )  # fmt: skip
