"""The stick (USBメモリー): every console's whole bundle, in one file of its own; nobody else's file is changed.

`FOLDER/village_console/VILLAGE-MODE/console-NUMBER-DEVICE.bundle`
"""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path

import msgspec

from village_console.journal.envelope import Envelope
from village_console.journal.facts import ConsoleAdmitted
from village_console.journal.journal import Journal
from village_console.journal.keys.age import is_recipient
from village_console.journal.subject_keys import SubjectKey
from village_console.sync.bundle import DOMAIN, Content, Header, digest_of, write_bundle
from village_console.sync.bundle_reading import SPOILT, Bundle, Checked, Reader, parcels_in
from village_console.sync.carrier import CarrierLostError, Found, Keyring, Pulled, Refused
from village_console.sync.known import lacking
from village_console.sync.parcel import Parcel
from village_console.sync.statement import Signed, read_statement
from village_console.sync.stick_folder import StickFolder
from village_console.village.errors import StickIsFullError, StickIsReadOnlyError
from village_console.village.foreign import read_as
from village_console.village.progress import Progress

_KEYS_A_PARCEL = 2000
_MOST_PLACES = 256
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


class StickCarrier:
    """The four verbs on a folder. What `heads` saw lying there holds until the next one."""

    name = "stick"

    def __init__(self, journal: Journal, folder: Path, on_written: Progress | None = None) -> None:
        """Nothing is looked at yet; `on_written`: how many facts of how many are in the new bundle."""
        self._journal, self._root = journal, folder
        self._on_written = on_written
        self.folder = StickFolder(journal, folder)
        self.written: Path | None = None
        """The bundle that was put in place."""

    # Reading

    def heads(self) -> Found | Refused:
        """See `Carrier`; raises StickIsGoneError where there is no such folder."""
        member = self._journal.members()[self._journal.device]
        if member.admitted is None or member.counts is not None:
            return Refused.NOT_ADMITTED if member.admitted is None else Refused.REVOKED
        self.folder.look()
        if refused := self.folder.refused():
            return refused
        read, reader = _read_before(self._journal.contacts.place(self.name)), Reader.of(self._journal)
        said: list[Signed] = []
        end = 0
        for name, bundle in list(self.folder.fit.items()):
            is_own = self._is_own(bundle)
            if (not is_own and self._is_read(name, bundle, read)) or (
                checked := self.folder.check(name, reader)
            ) is None:
                continue
            end += 0 if is_own else bundle.header.parcels
            said += self._told_by(checked, member.admitted)
        return Found("", end, tuple(said))

    def pull(self, after: str) -> Iterator[Pulled]:
        """See `Carrier`; the place says which bundles were read, each with its digest."""
        read, place, at = _read_before(after), after, 0
        if not self.folder.looked:
            self.folder.look()
        for name, bundle in list(self.folder.fit.items()):
            if self._is_own(bundle) or self._is_read(name, bundle, read):
                continue
            reader = Reader.of(self._journal)  # what was read just now may have admitted its writer, or revoked it
            checked = self.folder.check(name, reader)
            if checked is None:
                continue
            yield Pulled(place, Parcel(admitted=(bundle.header.word,)), at)
            for number, parcel in enumerate(parcels_in(checked, reader), start=1):
                at += 1
                place = _place(read, name, bundle.header.digest) if number == bundle.header.parcels else place
                yield Pulled(place, parcel, at)
        for unfit in self.folder.unfit.values():
            if unfit in SPOILT:
                yield Pulled(place, None, at)

    def repair(self, devices: frozenset[str]) -> Iterator[Parcel]:
        """See `Carrier`."""
        for pulled in self.pull(""):
            if pulled.parcel is not None and any(_dev_of(link.body) in devices for link in pulled.parcel.links):
                yield pulled.parcel

    def _is_own(self, bundle: Bundle) -> bool:
        return bundle.header.dev == self._journal.device

    def _is_read(self, name: str, bundle: Bundle, read: dict[str, str]) -> bool:
        """Whether it was read as it lies there, and nothing is lacking that its writer says to hold."""
        contact = self._journal.contacts.all().get(bundle.header.dev)
        if read.get(name) != bundle.header.digest or contact is None:
            return False
        last = read_statement(Signed(contact.body, contact.sig), self._journal.devices())
        apart = self._journal.quarantined()
        return last is not None and last.n >= bundle.header.n and not lacking(last, self._journal.have(), apart)

    def _told_by(self, checked: Checked, word: ConsoleAdmitted) -> list[Signed]:
        """What a bundle says of who holds what; of us only our own bundle does, and only while it needs no other."""
        header, own = checked.bundle.header, self._journal.device
        if not self._is_own(checked.bundle):
            return [said for said in checked.statements if _speaker(said) != own]
        as_it_should_be = header.word == word and header.recipients == digest_of(self._recipients())
        return [s for s in checked.statements if _speaker(s) == own] if as_it_should_be else []

    # Writing

    def push(self, parcels: Iterable[Parcel], keyring: Keyring | None, statement: Callable[[int], Signed]) -> int:
        """See `Carrier`.

        Raises:
            StickIsFullError, StickIsReadOnlyError: what lay there stands.
        """
        journal, word = self._journal, self._journal.members()[self._journal.device].admitted
        assert word is not None  # noqa: S101 -- `heads` has refused
        path = self.folder.place / f"console-{word.number}-{journal.device[:8]}.bundle"
        purpose, recipients = journal.purpose, self._recipients()
        header = Header(
            village=journal.village.hex(), mode=purpose.mode, world=purpose.world, incident=purpose.incident,
            dev=journal.device, number=word.number, word=word, recipients=digest_of(recipients),
        )  # fmt: skip
        keys = journal.keys_held() if keyring is None else keyring.keys
        content = Content(
            recipients, chain(_of_keys(keys), self._counted(parcels)), lambda end: self._statements(statement(end))
        )
        journal.note_look("exported", path.name)
        with self._explained():
            self._make_place()
            header = write_bundle(path, header, content, lambda block: journal.sign(DOMAIN, block))
        self.written = path
        self._forget_own_but(path)
        return header.parcels

    def _recipients(self) -> tuple[str, ...]:
        """Whom a bundle is for: every console that belongs to the village now, this one among them."""
        members = self._journal.members().values()
        told = {m.admitted.recipient for m in members if m.admitted is not None and m.counts is None}
        return tuple(sorted(filter(is_recipient, told)))

    def _statements(self, own: Signed) -> tuple[int, tuple[Signed, ...]]:
        journal = self._journal
        said = read_statement(own, journal.devices())
        assert said is not None  # noqa: S101 -- it was signed just now
        others = (Signed(c.body, c.sig) for dev, c in journal.contacts.all().items() if dev != journal.device)
        return said.n, (own, *others)

    def _counted(self, parcels: Iterable[Parcel]) -> Iterator[Parcel]:
        done, of = 0, sum(held.count for held in self._journal.have().values())
        for parcel in parcels:
            yield parcel
            done += len(parcel.links)
            if self._on_written is not None and done <= of:
                self._on_written(done, of)

    def _make_place(self) -> None:
        """Our folder; a link that lies in its place is not written through."""
        for folder in (self.folder.place.parent, self.folder.place):
            if folder.is_symlink():
                raise StickIsReadOnlyError(path=folder)
            folder.mkdir(exist_ok=True)

    def _forget_own_but(self, path: Path) -> None:
        """Bundles that we wrote under another number hold keys that may be deleted since."""
        for bundle in self.folder.fit.values():
            if self._is_own(bundle) and bundle.path != path:
                with suppress(OSError):
                    bundle.path.unlink()

    @contextmanager
    def _explained(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in _READ_ONLY:
                raise StickIsReadOnlyError(path=self._root) from error
            if error.errno in _FULL:
                raise StickIsFullError(path=self._root, free=_free(self._root)) from error
            raise CarrierLostError from error


def _of_keys(keys: Iterable[SubjectKey]) -> Iterator[Parcel]:
    """In front of the facts: whoever reads them folds each but once. There is one at least, so that no bundle is empty."""
    coming = iter(keys)
    yield Parcel(keys=tuple(islice(coming, _KEYS_A_PARCEL)))
    while piece := tuple(islice(coming, _KEYS_A_PARCEL)):
        yield Parcel(keys=piece)


def _read_before(place: str) -> dict[str, str]:
    """Name and digest of what was read; nothing when the place is none of ours."""
    return read_as(_places.decode, place.encode()) or {}


def _place(read: dict[str, str], name: str, digest: str) -> str:
    """The place behind one more bundle; the oldest are forgotten, and would be read once more."""
    read.pop(name, None)
    read[name] = digest
    for oldest in list(read)[:-_MOST_PLACES]:
        del read[oldest]
    return json.dumps(read)


def _speaker(said: Signed) -> str:
    """Who is said to have made a statement; not checked."""
    return str((read_as(_plain.decode, said.body) or {}).get("dev"))


def _dev_of(body: bytes) -> str:
    try:
        return Envelope.from_body(body).dev
    except msgspec.DecodeError:
        return ""


def _free(folder: Path) -> int:
    with suppress(OSError):
        return shutil.disk_usage(folder).free // 1_000_000
    return 0


_places, _plain = msgspec.json.Decoder(dict[str, str]), msgspec.json.Decoder(dict[str, object])
