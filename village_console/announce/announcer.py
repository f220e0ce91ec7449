"""Sends what is due and writes what comes back. A dead broker takes nothing: then the same is tried again until it is over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from village_console.announce import payloads, replies
from village_console.announce.facts import (
    AnnouncementAnswered,
    AnnouncementPublished,
    AnnouncementShown,
    Answer,
    Audience,
    to_device,
)
from village_console.announce.payloads import Notice, Outgoing
from village_console.announce.release import reached
from village_console.announce.replies import Reply
from village_console.announce.rows import Announcement, Delivery
from village_console.announce.rules import Texts, begin_of, on_screen, round_due
from village_console.announce.templates import templates
from village_console.journal.facts import Fact
from village_console.journal.journal import Journal
from village_console.register.rows import Resident
from village_console.viewing.rows import Pairing
from village_console.village.errors import DiskIsFullError
from village_console.village.ids import NOT_SIGNED_IN, HouseholdId

PATIENCE = 10.0
"""Seconds, real, until something that the broker has not acknowledged is sent again."""
Evidence = Callable[[HouseholdId, Answer], Fact]
"""What an answer says of a home, as a fact of whoever watches over homes."""


class Speaker(Protocol):
    """The line to the televisions."""

    @property
    def is_connected(self) -> bool:
        """Whether a broker is there."""
        ...

    def say(self, outgoing: Outgoing, taken: Callable[[], None]) -> None:
        """Publish; `taken` is called from any thread when the broker has acknowledged."""
        ...


class Announcer:
    """Brings messages to televisions. `tick` belongs to one thread; replies may come from another."""

    def __init__(
        self, journal: Journal, speaker: Speaker, evidence: Evidence, source_of: Callable[[str], str], *, drill: bool
    ) -> None:
        """`source_of`: the dialect in which a device was last heard; empty when it never was."""
        self._journal, self._speaker, self._evidence, self._drill = journal, speaker, evidence, drill
        self._source_of = source_of
        self._flying: dict[tuple[str, str, int], float] = {}
        self._landed: list[tuple[AnnouncementPublished, tuple[str, str, int]]] = []
        self._unwritten: list[Reply] = []
        self._lock = threading.Lock()
        self._cleared: set[tuple[str, str]] = set()

    def tick(self) -> None:
        """Write what the broker has taken, send what is due, take away what is over."""
        self._take_again()
        self._write_landed()
        if not self._speaker.is_connected:
            return
        now = self._journal.clock.now()
        for announcement in list(self._journal.rows.all(Announcement).values()):
            n = round_due(announcement, now)
            if n is not None:
                self._send(announcement, n)
            elif announcement.cancelled or now >= announcement.valid_until:
                self._take_away(announcement)

    def on_message(self, topic: str, payload: bytes) -> None:
        """A set-top said something; what is no reply, or is about no message of ours, changes nothing."""
        reply = replies.read(topic, payload)
        if reply is not None:
            try:
                self._take(reply)
            except DiskIsFullError:
                with self._lock:
                    self._unwritten.append(reply)

    def _take(self, reply: Reply) -> None:
        if self._journal.rows.one(Announcement, reply.announcement) is None:
            return
        pairing = next((p for p in self._journal.rows.all(Pairing).values() if p.device == reply.device), None)
        if pairing is None:
            return
        subject = to_device(reply.announcement, reply.device)
        with self._journal.writing(NOT_SIGNED_IN, "announce") as draft:
            known = draft.row(Delivery, subject)
            if reply.answer is None:
                if known is None or known.shown_at is None:
                    draft.append(AnnouncementShown(subject=subject, device=reply.device, at=reply.at))
            elif known is None or (known.answer, known.answered_at) != (reply.answer, reply.at):
                draft.append(
                    AnnouncementAnswered(subject=subject, device=reply.device, answer=reply.answer, at=reply.at)
                )
                draft.append(self._evidence(pairing.household, reply.answer))

    def _take_again(self) -> None:
        """Replies that the disk refused."""
        with self._lock:
            waiting, self._unwritten = self._unwritten, []
        for n, reply in enumerate(waiting):
            try:
                self._take(reply)
            except DiskIsFullError:
                with self._lock:
                    self._unwritten[:0] = waiting[n:]
                return

    def _send(self, announcement: Announcement, n: int) -> None:
        now = self._journal.clock.monotonic()
        names: dict[str, str] | None = None
        for pairing in reached(self._journal, announcement.audience, announcement.targets):
            delivery = self._journal.rows.one(Delivery, to_device(announcement.id, pairing.device))
            key = (announcement.id, pairing.device, n)
            if (delivery is not None and n in delivery.rounds) or now - self._flying.get(key, -PATIENCE) < PATIENCE:
                continue
            make = payloads.BY_SOURCE.get(self._source_of(pairing.device))
            if make is None:
                continue
            names = names if names is not None else self._names()
            outgoing = make(pairing.device, self._notice(announcement, n, names.get(pairing.household, "")))
            self._flying[key] = now
            fact = AnnouncementPublished(
                subject=to_device(announcement.id, pairing.device),
                device=pairing.device,
                round=n,
                shortened=outgoing.cut,
            )
            self._speaker.say(outgoing, lambda fact=fact, key=key: self._land(fact, key))

    def _land(self, fact: AnnouncementPublished, key: tuple[str, str, int]) -> None:
        with self._lock:
            self._landed.append((fact, key))

    def _write_landed(self) -> None:
        with self._lock:
            landed, self._landed = self._landed, []
        if not landed:
            return
        with self._journal.writing(NOT_SIGNED_IN, "announce") as draft:
            for fact, _ in landed:
                known = draft.row(Delivery, fact.subject)
                if known is None or fact.round not in known.rounds:
                    draft.append(fact)
        for _, key in landed:
            self._flying.pop(key, None)

    def _take_away(self, announcement: Announcement) -> None:
        """An empty message where a set-top would still find it; once for each, in the life of this console."""
        for pairing in reached(self._journal, announcement.audience, announcement.targets):
            key = (announcement.id, pairing.device)
            if key not in self._cleared and self._source_of(pairing.device) in ("", payloads.SET_TOP):
                self._cleared.add(key)
                topic = payloads.topic_of(pairing.device, announcement.id)
                self._speaker.say(Outgoing(topic, b"", retain=True), lambda: None)

    def _names(self) -> dict[str, str]:
        """The head of every household by its id."""
        heads: dict[str, str] = {}
        for resident in self._journal.rows.all(Resident).values():
            if resident.is_head or resident.household not in heads:
                heads[resident.household] = resident.name
        return heads

    def _notice(self, announcement: Announcement, n: int, name: str) -> Notice:
        if announcement.audience is not Audience.BY_NAME:
            name = ""
        template = templates().get(announcement.template)
        texts = on_screen(Texts(announcement.ja, announcement.easy, announcement.en), name, drill=self._drill)
        return Notice(
            announcement.id.replace(":", "-"), n, template.level if template else 0, texts, self._ends(announcement, n),
            self._drill, announcement.asks,
        )  # fmt: skip

    @staticmethod
    def _ends(announcement: Announcement, n: int) -> datetime:
        """A repetition is never on a screen together with the next."""
        if announcement.every_minutes <= 0:
            return announcement.valid_until
        return min(announcement.valid_until, begin_of(announcement, n + 1))
