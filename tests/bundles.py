"""A stick on which one console's bundle is damaged or forged, and another console that has to leave its record as it was."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from tests.town import KEY
from village_console.journal.journal import Journal
from village_console.journal.sqlcipher import open_encrypted
from village_console.sync import bundle as layout
from village_console.sync.bundle import FRONT, LENGTH, Content, Header, write_bundle
from village_console.sync.bundle_reading import Unfit
from village_console.sync.meeting import Meeting, Outcome
from village_console.sync.parcel import Parcel
from village_console.sync.statement import Signed
from village_console.sync.stick import StickCarrier


@dataclass
class Stick:
    """A founder, a writer and a reader; the reader knows all, has its bundle there, and then the writer's is damaged."""

    folder: Path
    founder: Journal
    writer: Journal
    reader: Journal

    @property
    def path(self) -> Path:
        return next(self.folder.rglob(f"console-*-{self.writer.device[:8]}.bundle"))

    def meet(self, journal: Journal) -> Outcome:
        return Meeting(journal, StickCarrier(journal, self.folder)).hold()

    def look(self) -> tuple[Outcome, dict[str, Unfit]]:
        carrier = StickCarrier(self.reader, self.folder)
        outcome = Meeting(self.reader, carrier).hold()
        return outcome, carrier.folder.unfit

    def header(self) -> Header:
        content = self.path.read_bytes()
        return msgspec.json.decode(content[FRONT.size : FRONT.size + FRONT.unpack_from(content)[2]], type=Header)

    def forge(
        self, parcels: Iterable[Parcel] = (), by: Journal | None = None, *, to: tuple[str, ...] = (), **changes: Any
    ) -> None:
        """A bundle in the writer's place with a fitting signature."""
        writer = by or self.writer
        own = writer.contacts.all()[writer.device]
        said = Signed(own.body, own.sig)
        recipients = tuple(m.admitted.recipient for m in self.reader.members().values() if m.admitted)
        content = Content(to or recipients, parcels, lambda _end: (2**40, (said,)))
        header = replace(self.header(), **changes)
        write_bundle(self.path, header, content, lambda block: writer.sign(layout.DOMAIN, block))


def record(journal: Journal) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of a journal's file."""
    with closing(open_encrypted(journal.path, KEY, read_only=True)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        query = "SELECT * FROM "
        return {name: sorted(connection.execute(query + name), key=repr) for name in names}


def refusals(stick: Stick, damaged: Iterable[bytes]) -> list[Unfit]:
    """Lay each there in turn and meet: the whole record must stay as it was; returns why each was refused."""
    before, why = record(stick.reader), list[Unfit]()
    for content in damaged:
        stick.path.write_bytes(content)
        outcome, unfit = stick.look()
        assert (outcome.taken.new, outcome.taken.quarantined, outcome.pushed) == (0, 0, 0)
        why += unfit.values()
    assert record(stick.reader) == before
    return why


def sections(content: bytes) -> list[bytes]:
    """The sections of a bundle with their lengths; the header is first."""
    begins = FRONT.size + FRONT.unpack_from(content)[2]
    found = [content[:begins]]
    while begins < len(content):
        (length,) = LENGTH.unpack_from(content, begins)
        found.append(content[begins : begins + LENGTH.size + length])
        begins += LENGTH.size + length
    return found
