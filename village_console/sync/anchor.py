"""The anchor as a carrier: a laptop of the shelter that runs nats-server, seen from any console, its own too.

It is believed in nothing but what it confirms: where it ends, what lies at a place, and that a message is on its disk.
"""

from __future__ import annotations

import base64
import ssl
import threading
import time
from binascii import Error as NotBase64
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

from village_console.journal.journal import Journal
from village_console.journal.subject_keys import SubjectKey
from village_console.sync.anchor_streams import (
    FACTS,
    HAVE,
    KEYS,
    LARGEST_PARCEL,
    MOST_STATEMENTS,
    OLDEST_SERVER,
    SERVER_STATE,
    Mark,
    Place,
    facts_of,
    have_of,
    key_place,
    keys_of,
    packed_key,
    packed_statement,
    purpose_text,
    unpacked_key,
    unpacked_statement,
)
from village_console.sync.answers import Answer, Confirmed, NatsRefusedError, ServerTold, StreamTold, checked
from village_console.sync.carrier import CarrierLostError, Found, Keyring, Pulled, Refused
from village_console.sync.own import nkey_seed, tls_pair
from village_console.sync.parcel import Parcel, packed, unpacked
from village_console.sync.statement import Signed
from village_console.sync.wire import Kept, Question, Wire

READ_AT_ONCE = 256
"""Messages of one batch."""
FILTERS = 100
"""Subjects that are looked up with one question."""
EXPECTED = "Nats-Expected-Last-Subject-Sequence"
_AGAIN = 0.3
"""Seconds."""
_WRONG_LAST, _NO_MESSAGE = 10071, 10037
_FULL = {10023, 10047, 10077}


class AnchorIsFullError(CarrierLostError):
    """The anchor's disk takes no more; what it has confirmed lies there."""


class AnchorCarrier:
    """The four verbs over one connection, which is opened when it is needed and dropped on any doubt."""

    name = "anchor"

    def __init__(self, journal: Journal, address: tuple[str, int], *, secured: bool = True) -> None:
        """Nothing is opened yet. `secured=False`: without TLS, only to show in a test what that would do."""
        self._journal, self._address, self._secured = journal, address, secured
        self._trusted: frozenset[str] = frozenset()
        self._news = threading.Event()
        self._end = 0
        self._lying: dict[str, bool] | None = None
        """Places of keys at which something lies, and whether it is that key and not spoilt; None: not known."""
        self._wire: Wire | None = None
        self.patience: float | None = None
        """Seconds for one answer, where not the usual."""
        self.on_news: Callable[[], None] = lambda: None
        """Called from a thread of the connection's, when another console has written or the line is lost."""
        self.on_statement: Callable[[], None] = lambda: None
        """Called from the same, when another console has said what it holds."""

    def close(self) -> None:
        """Drop the connection."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.on_lost = lambda: None
            wire.close()

    def news(self, timeout: float) -> bool:
        """Wait until another console has written; false when none has; raises CarrierLostError when nobody would tell."""
        if not self._line().is_open:
            raise CarrierLostError
        heard = self._news.wait(timeout)
        self._news.clear()
        if not self._line().is_open:
            raise CarrierLostError
        return heard

    # The four verbs

    def heads(self) -> Found | Refused:
        """Look at what lies there, and whether it is ours at all."""
        if refused := self._open():
            return refused
        if self._line().version < OLDEST_SERVER:
            return Refused.TOO_OLD
        if not self._is_durable():
            return Refused.NOT_DURABLE
        facts, keys = self._stream(FACTS), self._stream(KEYS)
        metadata = facts.config.metadata
        if metadata.get("village") != self._journal.village.hex():
            return Refused.OTHER_VILLAGE
        if metadata.get("purpose") != purpose_text(self._journal.purpose):
            return Refused.OTHER_PURPOSE
        self._end = facts.state.last_seq
        if self._lying is not None and keys.state.messages < len(self._lying):
            self._lying = None
        store = f"{metadata.get('store', '')}/{facts.created}/{keys.created}"
        said = (unpacked_statement(kept.data) for kept in self._last(HAVE, ["have.*"]))
        return Found(store, self._end, tuple(statement for statement in said if statement))

    def pull(self, after: str) -> Iterator[Pulled]:
        """Everything behind a place; from the beginning when the message there is gone, or another one.

        Keys come first, so that a fact is opened when it is taken in, and again at the end: those that were laid meanwhile.
        """
        place = Place.read(after)
        for keys, parcel in self._keys_in_parcels(place.keys):
            place = replace(place, keys=keys)
            yield Pulled(place.text(), parcel, place.facts.seq)
        for message in self._behind(FACTS, place.facts):
            place = replace(place, facts=Mark.of(message))
            yield Pulled(place.text(), unpacked(message.data), message.seq)
        for keys, parcel in self._keys_in_parcels(place.keys):
            place = replace(place, keys=keys)
            yield Pulled(place.text(), parcel, self._end)

    def _keys_in_parcels(self, mark: Mark) -> Iterator[tuple[Mark, Parcel]]:
        messages = self._keys_behind(mark)
        while piece := list(islice(messages, READ_AT_ONCE)):
            yield Mark.of(piece[-1][0]), Parcel(keys=tuple(key for _, key in piece if key))

    def push(self, parcels: Iterable[Parcel], keyring: Keyring | None, statement: Callable[[int], Signed]) -> int:
        """Keys first, so that whoever reads a fact can open it; then parcels, then what was erased, then the statement."""
        with _answers():
            if keyring is not None:
                self._lay_keys(keyring)
            end = self._lay_parcels(parcels)
            if keyring is not None:
                self._take_away(keyring)
            said = packed_statement(statement(end))
            checked(self._line().ask(Question(have_of(self._journal.device), said)), Confirmed)
        return end

    def repair(self, devices: frozenset[str]) -> Iterator[Parcel]:
        """Read all facts again from the beginning, and all keys; those parcels that hold something of these devices."""
        named = [f'"dev":"{device}"'.encode() for device in devices]
        for message in self._behind(FACTS, Mark()):
            parcel = unpacked(message.data)
            if parcel and (parcel.admitted or any(name in link.body for link in parcel.links for name in named)):
                yield parcel
        for _, parcel in self._keys_in_parcels(Mark()):
            yield parcel

    # The line

    def _line(self) -> Wire:
        if self._wire is None:
            raise CarrierLostError
        return self._wire

    def _open(self) -> Refused | None:
        members = self._journal.members().values()
        trusted = frozenset(m.admitted.tls for m in members if m.admitted and m.counts is None)
        if self._wire is not None and self._wire.is_open and trusted == self._trusted:
            return None
        self.close()
        self._trusted, self._lying = trusted, None
        trust = trust_in(trusted, tls_pair(self._journal)[0]) if self._secured else None
        return self._use(Wire(self._address, trust, nkey_seed(self._journal), f"_INBOX.{self._journal.device}"))

    def _use(self, wire: Wire) -> Refused | None:
        """Open a wire, and hear on it who writes."""
        self._wire = wire
        wire.patience = self.patience or wire.patience
        wire.on_lost = self._wake
        refused = wire.open()
        if refused is None:
            wire.hear("facts.*", self._heard)
            wire.hear("have.*", self._heard_statement)
        return refused

    def _heard(self, subject: str, _data: bytes) -> None:
        if subject != facts_of(self._journal.device):
            self._wake()

    def _heard_statement(self, subject: str, _data: bytes) -> None:
        if subject != have_of(self._journal.device):
            self.on_statement()

    def _wake(self) -> None:
        self._news.set()
        self.on_news()

    # Looking

    def _is_durable(self) -> bool:
        """Whether the server says of itself that it syncs before it confirms; no word is no."""
        try:
            told = self._line().ask_plain(ServerTold, SERVER_STATE)
        except NatsRefusedError:  # for a moment nobody answers there while the server reads who was admitted
            time.sleep(_AGAIN)
            try:
                told = self._line().ask_plain(ServerTold, SERVER_STATE)
            except NatsRefusedError:
                return False
        return told.data.config is not None and told.data.config.sync_always

    def _stream(self, name: str) -> StreamTold:
        with _answers():
            return self._line().ask_plain(StreamTold, f"$JS.API.STREAM.INFO.{name}")

    def _last(self, stream: str, subjects: Sequence[str]) -> list[Kept]:
        """The last message of each of these subjects."""
        found: list[Kept] = []
        for start in range(0, len(subjects), FILTERS):
            some = list(subjects[start : start + FILTERS])
            found += self._line().read(stream, multi_last=some, batch=MOST_STATEMENTS)[0]
        return found

    def _behind(self, stream: str, mark: Mark) -> Iterator[Kept]:
        last, (kept, left) = mark.seq, self._line().read(stream, seq=max(mark.seq, 1), batch=READ_AT_ONCE)
        if mark.seq and kept and Mark.of(kept[0]) == mark:
            kept = kept[1:]
        elif mark.seq:
            last, (kept, left) = 0, self._line().read(stream, seq=1, batch=READ_AT_ONCE)
        yield from kept
        while left:
            last = kept[-1].seq if kept else last
            kept, left = self._line().read(stream, seq=last + 1, batch=READ_AT_ONCE)
            yield from kept

    def _keys_behind(self, mark: Mark) -> Iterator[tuple[Kept, SubjectKey | None]]:
        """Messages of keys with what they hold, each remembered to lie there."""
        if not mark.seq:
            self._lying = {}
        for message in self._behind(KEYS, mark):
            key = unpacked_key(message.subject, message.data)
            if self._lying is not None:
                self._lying[message.subject] = key is not None
            yield message, key

    # Writing

    def _lay_parcels(self, parcels: Iterable[Parcel]) -> int:
        """Each behind the one before, none twice: the server refuses a parcel that is not the next of ours."""
        last, end = None, self._end
        for content in (content for parcel in parcels for content in _messages(parcel)):
            if last is None:
                last = self._last_of_ours()
                if last > self._end:
                    raise CarrierLostError("somebody has written in our name since we looked")
            last = end = self._put(content, last)
        return end

    def _put(self, content: bytes, last: int) -> int:
        question = Question(facts_of(self._journal.device), content, {EXPECTED: str(last)})
        try:
            return checked(self._line().ask(question), Confirmed).seq
        except NatsRefusedError as error:
            if error.code != _WRONG_LAST or self._last_of_ours() != last:
                raise
            # Our last message there cannot be read, but still counts: the server names its number.
            number = error.text.rpartition(" ")[2]
            if not number.isdecimal() or int(number) <= last:
                raise
            return checked(self._line().ask(replace(question, headers={EXPECTED: number})), Confirmed).seq

    def _last_of_ours(self) -> int:
        found = self._last(FACTS, [facts_of(self._journal.device)])
        return found[0].seq if found else 0

    def _lay_keys(self, keyring: Keyring) -> None:
        if self._lying is None:
            for _ in self._keys_behind(Mark()):
                pass
        lying = self._lying or {}
        lacking = [(place, held) for held in keyring.keys if not lying.get(place := key_place(held))]
        for answer in self._line().ask_many([Question(place, packed_key(held)) for place, held in lacking]):
            checked(answer, Confirmed)
        lying.update((place, True) for place, _ in lacking)

    def _take_away(self, keyring: Keyring) -> None:
        """Delete what lies there of erased subjects; the server overwrites it on its disk."""
        stays = {key_place(held) for held in keyring.keys if held.subject in keyring.erased}
        there = self._last(KEYS, sorted(f"{keys_of(subject)}.*" for subject in keyring.erased))
        for gone in (kept for kept in there if kept.subject not in stays):
            try:
                self._line().ask_plain(Answer, f"$JS.API.STREAM.MSG.DELETE.{KEYS}", {"seq": gone.seq})
            except NatsRefusedError as error:
                if error.code != _NO_MESSAGE:
                    raise
            (self._lying or {}).pop(gone.subject, None)


def trust_in(certificates: Iterable[str], own: str) -> ssl.SSLContext:
    """TLS that believes these certificates (DER in base64) and one's own (PEM), and no authority of the world."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # a laptop has no name in a shelter's network: its certificate itself is known
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cadata=own)
    for certificate in certificates:
        try:
            context.load_verify_locations(cadata=base64.b64decode(certificate))
        except (NotBase64, ssl.SSLError):
            continue
    return context


def _messages(parcel: Parcel) -> Iterator[bytes]:
    """A parcel as messages that the anchor takes; what is too large even alone is left to a stick."""
    content = packed(parcel)
    if len(content) <= LARGEST_PARCEL:
        yield content
    elif len(parcel.links) > 1:
        half = len(parcel.links) // 2
        yield from _messages(replace(parcel, links=parcel.links[:half]))
        yield from _messages(Parcel(parcel.links[half:]))


@contextmanager
def _answers() -> Generator[None]:
    """An error in an answer breaks a meeting off."""
    try:
        yield
    except NatsRefusedError as error:
        raise (AnchorIsFullError if error.code in _FULL else CarrierLostError)(str(error)) from error
