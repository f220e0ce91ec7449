"""What is known of other consoles without their facts: what each last said that it holds, and how far each carrier was read.

Nothing here is a fact: it may be lost, and is then learnt again at the next meeting.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contact:
    """The last statement of a console, as it was signed."""

    dev: str
    body: bytes
    sig: bytes
    heard: int
    """Milliseconds since 1970 by our clock."""
    way: str
    """By which carrier it came."""


class Contacts:
    """Belongs to one journal; every change is committed when the method returns; any thread may call."""

    def __init__(self, connection: sqlite3.Connection, committing: Callable[[], AbstractContextManager[None]]) -> None:
        """Nothing is read yet."""
        self._connection, self._committing = connection, committing

    def note(self, contact: Contact) -> None:
        """Keep what a console said last."""
        row = (contact.dev, contact.body, contact.sig, contact.heard, contact.way)
        with self._committing():
            self._connection.execute("INSERT OR REPLACE INTO contacts VALUES (?, ?, ?, ?, ?)", row)

    def all(self) -> Mapping[str, Contact]:
        """Every console that was ever heard of, by device."""
        with self._committing():
            rows = self._connection.execute("SELECT dev, body, sig, heard, way FROM contacts ORDER BY dev").fetchall()
        return {dev: Contact(dev, bytes(body), bytes(sig), heard, way) for dev, body, sig, heard, way in rows}

    def place(self, carrier: str) -> str:
        """How far a carrier was read; empty: not at all."""
        with self._committing():
            row = self._connection.execute("SELECT place FROM read_to WHERE carrier = ?", (carrier,)).fetchone()
        return str(row[0]) if row else ""

    def read_to(self, carrier: str, place: str) -> None:
        """Note how far a carrier was read: what lies there before was taken in, and is on disk."""
        with self._committing():
            self._connection.execute("INSERT OR REPLACE INTO read_to VALUES (?, ?)", (carrier, place))
