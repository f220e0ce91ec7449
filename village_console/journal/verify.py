"""Check that nothing was changed: sequence without gaps, chain, signatures."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from village_console.journal.envelope import FIRST_HASH, Envelope, hash_of, sha
from village_console.journal.identity import signature_fits
from village_console.village.errors import JournalIsDamagedError


def verify_chain(path: Path, connection: sqlite3.Connection) -> int:
    """Walk every chain of the journal and return how many facts were checked.

    Raises:
        JournalIsDamagedError: names the first fact that does not hold.
    """
    public = {dev: bytes(key) for dev, key in connection.execute("SELECT dev, public FROM devices")}
    last: dict[tuple[str, str], tuple[int, bytes]] = {}
    checked = 0
    query = "SELECT dev, inc, seq, body, sealed, sealed_sha, hash, sig FROM facts ORDER BY dev, inc, seq"
    for dev, inc, seq, body, sealed, sealed_sha, hash_, sig in connection.execute(query):
        before, previous = last.get((dev, inc), (0, FIRST_HASH))
        wrong = _what_is_wrong(Envelope.from_body(body), (dev, inc, seq), before)
        if wrong is None and hash_of(previous, body, bytes(sealed_sha)) != bytes(hash_):
            wrong = "hash"
        if wrong is None and sealed and sha(sealed) != bytes(sealed_sha):
            wrong = "seal"
        if wrong is None and not (dev in public and signature_fits(public[dev], bytes(sig), bytes(hash_))):
            wrong = "signature"
        if wrong:
            raise JournalIsDamagedError(path=path, seq=seq, what=wrong)
        last[dev, inc] = (seq, bytes(hash_))
        checked += 1
    return checked


def _what_is_wrong(envelope: Envelope, place: tuple[str, str, int], before: int) -> str | None:
    if (envelope.dev, envelope.inc, envelope.seq) != place:
        return "place"
    return None if place[2] == before + 1 else "gap"
