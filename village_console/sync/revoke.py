"""The verb of revocation: a lost or stolen laptop writes no more for the village; what it wrote before stays."""

from __future__ import annotations

from village_console.journal.admission import Member, console_subject, signed
from village_console.journal.exchange import TakenIn
from village_console.journal.facts import ConsoleRevoked
from village_console.journal.journal import Journal


def revoke(journal: Journal, member: Member, why: str) -> TakenIn | None:
    """Count of a console what is known here now, and nothing later; None where the village's key is not at hand."""
    counts = {inc: held.seq for (dev, inc), held in journal.have().items() if dev == member.dev}
    return _say(journal, member, counts, why)


def count_what_waits(journal: Journal, member: Member, why: str) -> TakenIn | None:
    """Of a revoked console count also what is kept apart: somebody has looked, and it was written before the loss."""
    waiting, counts = journal.kept_apart_to(member.dev), member.counts or {}
    return _say(
        journal, member, {inc: max(counts.get(inc, 0), waiting.get(inc, 0)) for inc in {*counts, *waiting}}, why
    )


def _say(journal: Journal, member: Member, counts: dict[str, int], why: str) -> TakenIn | None:
    seed = journal.village_seed
    if seed is None:
        return None
    word = ConsoleRevoked(
        subject=console_subject(member.public), public=member.public.hex(), n=member.n + 1, counts=counts, why=why
    )
    return journal.say(signed(word, seed))
