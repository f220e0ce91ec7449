"""Signing in and out (交代): by passphrase or by staff card; every fact from then on carries the operator."""

from __future__ import annotations

import unicodedata

from village_console.devices.ports import CardRead, Tap
from village_console.journal.journal import Journal
from village_console.operators.facts import (
    HandedOver,
    Means,
    OperatorLeft,
    OperatorListed,
    Role,
    SignedIn,
    SignedOut,
    StaffCardGiven,
)
from village_console.operators.rows import ShiftNote, StaffMember
from village_console.operators.rules import WANTS, may
from village_console.register.facts import card_subject
from village_console.register.rows import CardBinding
from village_console.register.tokens import CardTokens, may_become_token
from village_console.shelter.receive import Desk
from village_console.village.ids import NOT_SIGNED_IN, CardToken, FactHash, Operator
from village_console.village.run_mode import World


class Operators:
    """The operators of a console, and which of them is at it."""

    def __init__(self, journal: Journal, desk: Desk) -> None:
        """Nobody is signed in."""
        self._journal, self._desk = journal, desk
        self._tokens = CardTokens(journal, self._is_known)

    @property
    def current(self) -> StaffMember | None:
        """Who is at this console."""
        return self._journal.rows.one(StaffMember, self._journal.operator)

    def staff(self) -> list[StaffMember]:
        """Everybody who works at the consoles, by name."""
        listed = self._journal.rows.all(StaffMember).values()
        return sorted((member for member in listed if not member.has_left), key=lambda member: (member.name, member.id))

    @property
    def have_passphrases(self) -> bool:
        """Whether anybody can sign in by passphrase."""
        return any(member.verifier for member in self.staff())

    def may(self, act: str) -> bool:
        """Whether whoever is at this console may do it."""
        wanted, current = WANTS.get(act, frozenset[Role]()), self.current
        led = any(member.role in wanted for member in self.staff())
        return may(act, current.role if current else None, led=led)

    def name_of(self, operator: Operator) -> str:
        """The name of an operator; empty for nobody, the bare id of one who is not known here."""
        if operator == NOT_SIGNED_IN:
            return ""
        member = self._journal.rows.one(StaffMember, operator)
        return member.name if member else operator

    def who_wrote(self, fact: FactHash | None) -> str:
        """The name of whoever was signed in when a fact was written; empty: nobody."""
        written = self._journal.find(fact) if fact else None
        return self.name_of(written.by) if written else ""

    def note_here(self) -> ShiftNote | None:
        """What the last shift at this shelter left."""
        notes = self._journal.rows.all(ShiftNote).values()
        return max((n for n in notes if n.shelter == self._desk.shelter), key=lambda n: n.at, default=None)

    # In and out

    def by_passphrase(self, typed: str) -> StaffMember | None:
        """Whose passphrase it is; about a tenth of a second for each operator, so not in the app's thread."""
        return next((member for member in self.staff() if member.verifier and _fits(member.verifier, typed)), None)

    def by_card(self, tap: Tap) -> StaffMember | None:
        """Whose staff card lies on the reader."""
        token = self._token(tap)
        return next((m for m in self.staff() if token is not None and token in m.cards), None)

    def enter(self, member: StaffMember, means: Means) -> None:
        """From now on this operator is at the console; whoever was is signed out."""
        self._sign_out()
        self._journal.operator = member.id
        self._journal.append(
            SignedIn(subject=member.id, shelter=self._desk.shelter, console=self._desk.console, means=means),
            via=self._via,
        )

    def leave(self, note: str, *, people: int, unfinished: int, alarms: int) -> None:
        """Hand over and sign out; the numbers are those of the moment."""
        with self._journal.writing(via=self._via) as draft:
            n = draft.count_own(HandedOver) + 1
            draft.append(
                HandedOver(
                    subject=f"shift:{self._desk.shelter}-{self._desk.console}-{n}", shelter=self._desk.shelter, note=note,
                    people=people, unfinished=unfinished, alarms=alarms,
                )
            )  # fmt: skip
        self._sign_out()

    # Who works here

    def add(self, name: str, role: Role, passphrase: str = "") -> StaffMember:
        """List an operator; slow by a tenth of a second where there is a passphrase."""
        verifier = _verifier(passphrase) if passphrase else ""
        with self._journal.writing(via="operators") as draft:
            id_ = f"operator:{self._journal.device[:8]}-{draft.count_own(OperatorListed) + 1}"
            draft.append(OperatorListed(subject=id_, name=name, role=role, verifier=verifier))
            member = draft.row(StaffMember, id_)
        assert member is not None  # noqa: S101 -- it has just been written
        return member

    def remove(self, member: StaffMember, why: str) -> None:
        """The operator can sign in no more, at any console that hears of it."""
        self._journal.append(OperatorLeft(subject=member.id, why=why), via="operators")

    def give_card(self, member: StaffMember, tap: Tap) -> bool:
        """Make the card on the reader an operator's; false for one that stands for somebody, or may stand for nobody."""
        token = self._token(tap)
        if token is None or self.by_card(tap) or self._journal.rows.one(CardBinding, card_subject(token)):
            return False
        self._journal.append(StaffCardGiven(subject=member.id, token=token), via="operators")
        return True

    @property
    def _via(self) -> str:
        return f"operators/{self._desk.console}"

    def _sign_out(self) -> None:
        if self.current is not None:
            fact = SignedOut(subject=self.current.id, shelter=self._desk.shelter, console=self._desk.console)
            self._journal.append(fact, via=self._via)
        self._journal.operator = NOT_SIGNED_IN

    def _token(self, tap: Tap) -> CardToken | None:
        if not isinstance(tap, CardRead) or tap.world is not World(self._journal.purpose.world):
            return None
        if not may_become_token(tap.kind, tap.world, self._desk.token_ground):
            return None
        return self._tokens.of(tap)

    def _is_known(self, token: CardToken) -> bool:
        rows = self._journal.rows
        of_staff = any(token in member.cards for member in rows.all(StaffMember).values())
        return of_staff or rows.one(CardBinding, card_subject(token)) is not None


def _normal(typed: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", typed).split())


def _verifier(passphrase: str) -> str:
    from argon2 import PasswordHasher  # noqa: PLC0415 -- slow import

    return PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1).hash(_normal(passphrase))


def _fits(verifier: str, typed: str) -> bool:
    from argon2 import PasswordHasher  # noqa: PLC0415 -- as above
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 -- as above

    try:
        return PasswordHasher().verify(verifier, _normal(typed))
    except (VerificationError, InvalidHashError):
        return False
