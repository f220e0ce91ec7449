"""Bind a card to a person (カードを渡す), and receive the person in the same transaction: both facts, or neither."""

from __future__ import annotations

from dataclasses import dataclass

from village_console.journal.journal import Draft, Journal
from village_console.register.facts import CardBound, card_subject
from village_console.register.rows import CardBinding, Resident
from village_console.shelter.facts import Path
from village_console.shelter.receive import Desk, Reception, receive_one
from village_console.shelter.rules import RECEPTIONS, Verdict, may_bind
from village_console.village.ids import CardToken, FactHash, ResidentId


@dataclass(frozen=True, slots=True)
class HeldCard:
    """A card as the desk remembers it: its token and kind, never its number."""

    token: CardToken
    kind: str


@dataclass(frozen=True, slots=True)
class Binding:
    """What came of binding a card."""

    verdict: Verdict
    owner: ResidentId | None
    """Whose card it was before."""
    bound: FactHash | None = None
    """The fact that binds, if one was written."""
    reception: Reception | None = None
    """None: the card was refused, and nobody was received."""


def bind(
    journal: Journal, desk: Desk, card: HeldCard, person: ResidentId, instead_of: ResidentId | None = None
) -> Binding:
    """Bind a card and receive its holder, who is moved from no other shelter; the facts are on disk on return.

    `instead_of`: whose card it is, when the clerk was asked and takes it from them.
    """
    with journal.writing(via=desk.via) as draft:
        owner = owner_of(draft, card)
        verdict = may_bind(owner, person, instead_of)
        if verdict is Verdict.BOUND_TO_OTHER:
            return Binding(verdict, owner)
        if verdict is Verdict.ALREADY_BOUND:
            return _together(verdict, owner, None, receive_one(draft, desk, person, Path.CARD))
        fact = CardBound(subject=card_subject(card.token), resident=person, kind=card.kind, shelter=desk.shelter)
        written = draft.append(fact)
        return _together(verdict, owner, written.hash, receive_one(draft, desk, person, Path.NAME))


def owner_of(rows: Draft, card: HeldCard) -> ResidentId | None:
    """Whose card this is; a card of somebody whom the register does not list is nobody's."""
    binding = rows.row(CardBinding, card_subject(card.token))
    holder = rows.row(Resident, binding.resident) if binding else None
    return holder.id if holder else None


def _together(verdict: Verdict, owner: ResidentId | None, bound: FactHash | None, reception: Reception) -> Binding:
    """One verdict for the card and the person."""
    if reception.verdict in RECEPTIONS:
        verdict = Verdict.BOUND_AND_RECEIVED if bound else reception.verdict
    return Binding(verdict, owner, bound, reception)
