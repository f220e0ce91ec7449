"""Registering a television (登録) and what a household agrees to (同意), given, changed and withdrawn at the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from village_console.devices.ports import SourceKnows
from village_console.journal.journal import Journal
from village_console.viewing.facts import Granularity, Purpose, TelevisionPaired, ViewingConsentGiven
from village_console.viewing.rows import Consent, Pairing, Terms
from village_console.viewing.telemetry import skew_in
from village_console.viewing.television_readings import TelevisionReadings
from village_console.village.ids import HouseholdId, ResidentId, TelevisionId, television_id

LONGEST_NAME = 80
NEWEST = 500
"""Words of a television that are shown to whoever asks for them."""
KnowsOf = Callable[[str], SourceKnows | None]
"""What a device can tell of its television, by its name; None when there is no such kind of device."""


class Enrolled(StrEnum):
    """What came of a registration."""

    REGISTERED = "registered"
    ALREADY = "already"
    """It stands in this household already."""
    ELSEWHERE = "elsewhere"
    """It stands in another household: that one has to give it up first."""
    NO_SUCH_KIND = "no_such_kind"
    """The name is empty or does not begin as those of any kind of device do."""


@dataclass(frozen=True, slots=True)
class Television:
    """One television of a household, as the desk shows it."""

    pairing: Pairing
    knows: SourceKnows | None
    terms: tuple[Terms, ...]
    """What is in force today."""
    kept: int
    """How many words are kept."""
    skew: timedelta = timedelta(0)
    """How wrong its clock is; its times are set right by that."""

    def terms_for(self, purpose: Purpose) -> Terms:
        """What is agreed to for a purpose; NOTHING where nothing is."""
        return next((one for one in self.terms if one.purpose is purpose), Terms(purpose, Granularity.NOTHING))


class Enrolment:
    """The televisions of the village, for one desk."""

    def __init__(
        self, journal: Journal, municipality: str, console: int, log: TelevisionReadings, knows_of: KnowsOf
    ) -> None:
        """`log` is read only to show people what is kept of them."""
        self._journal, self._municipality, self._log, self._knows_of = journal, municipality, log, knows_of
        self._via = f"viewing/{console}"

    def of(self, household: HouseholdId) -> list[Television]:
        """The televisions of a household, by the names of their devices."""
        rows, today = self._journal.rows, self._journal.clock.now().date()
        consents, learnt = rows.all(Consent), self._log.learnt()
        found: list[Television] = []
        for pairing in sorted(rows.all(Pairing).values(), key=lambda pairing: pairing.device):
            if pairing.household == household:
                consent = consents.get(pairing.television)
                terms = consent.in_force(today) if consent else ()
                kept = self._log.count_of(pairing.device) + len(self._log.days_on(pairing.device))
                text = learnt.get(pairing.device)
                skew = skew_in(text) if text else timedelta(0)
                found.append(Television(pairing, self._knows_of(pairing.device), terms, kept, skew))
        return found

    def register(self, device: str, household: HouseholdId, who: ResidentId, *, with_card: bool) -> Enrolled:
        """Pair a device with a household and the person who registers it; nothing is collected before they agree."""
        device = device.strip()
        if not device or len(device) > LONGEST_NAME or not device.isprintable() or self._knows_of(device) is None:
            return Enrolled.NO_SUCH_KIND
        television = television_id(self._municipality, device)
        with self._journal.writing(via=self._via) as draft:
            standing = draft.row(Pairing, television)
            if standing is not None:
                return Enrolled.ALREADY if standing.household == household else Enrolled.ELSEWHERE
            draft.append(
                TelevisionPaired(
                    subject=television, household=household, device=device, registrant=who, with_card=with_card
                )
            )
        return Enrolled.REGISTERED

    def agree(self, television: TelevisionId, terms: Terms, who: ResidentId) -> None:
        """Record what a person agrees to for one purpose; NOTHING is a refusal."""
        agreed = terms.granularity is not Granularity.NOTHING
        self._journal.append(
            ViewingConsentGiven(
                subject=television, purpose=terms.purpose, agreed=agreed, who=who, granularity=terms.granularity,
                until=terms.until if agreed else None,
            ),
            via=self._via,
        )  # fmt: skip

    def withdraw(self, television: TelevisionId, who: ResidentId) -> None:
        """Take every consent back: the collector stops at once and erases what they covered."""
        for purpose in Purpose:
            self.agree(television, Terms(purpose, Granularity.NOTHING), who)

    def kept_of(self, television: Television) -> list[tuple[datetime | None, str, str]]:
        """What is kept of a television, for whoever it is about (開示): moment, kind, value; written down as a look."""
        self._journal.note_look("opened", television.pairing.television)
        return self._log.said_by(television.pairing.device, NEWEST)

    def days_of(self, television: Television) -> list[date]:
        """The days on which it was on, where nothing finer is kept."""
        return [date.fromisoformat(day) for day in self._log.days_on(television.pairing.device)]
