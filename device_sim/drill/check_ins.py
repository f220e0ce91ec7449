"""Who was told at the desk that they are in, and whether the journal says so too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from device_sim.drill.desk_lines import DeskAct, Undo
from device_sim.drill.record import Fact, Record

CHECK_IN = "EvacueeReceived"


@dataclass(frozen=True, slots=True)
class CheckIns:
    """Check-ins as the desk was shown them, and as the journal holds them; residents by register number."""

    acknowledged: frozenset[str]
    """Shown as received or here, and not taken back without being received again."""
    in_journal: frozenset[str] | None
    """With a check-in that is not void; None: there is no evidence."""
    doubled: frozenset[str] | None
    """With two or more of them."""
    lost: frozenset[str] | None
    """Acknowledged, and not in the journal; or with an acknowledged fact that the journal does not hold."""
    lost_facts: frozenset[str] | None
    """Facts of nobody in particular (an order) that the desk was shown and the journal does not hold."""

    @classmethod
    def of(cls, record: Record) -> CheckIns:
        """Join desk.jsonl and evidence.jsonl."""
        acknowledged = acknowledged_in(record.acts)
        if record.evidence is None:
            return cls(acknowledged, None, None, None, None)
        counts = Counter(fact.resident for fact in record.evidence if _stands(fact) and fact.resident)
        held = {fact.hash for fact in record.evidence}
        gone = {fact: who for fact, who in _shown_facts(record.acts).items() if fact not in held}
        in_journal = frozenset(counts)
        return cls(
            acknowledged=acknowledged,
            in_journal=in_journal,
            doubled=frozenset(number for number, count in counts.items() if count > 1),
            lost=(acknowledged - in_journal) | {who for who in gone.values() if who is not None},
            lost_facts=frozenset(fact for fact, who in gone.items() if who is None),
        )

    @property
    def lost_count(self) -> int | None:
        """How much of what the desk was shown is not in the journal; None: not known."""
        return None if self.lost is None or self.lost_facts is None else len(self.lost) + len(self.lost_facts)


def acknowledged_in(acts: Iterable[DeskAct]) -> frozenset[str]:
    """Whom the desk was shown as in, after all of these acts."""
    here: set[str] = set()
    for act in acts:
        if isinstance(act, Undo):
            if act.verdict == "undone":
                here.discard(act.shown or act.resident or "")
        else:
            here.update(person.resident for person in act.acknowledged)
    return frozenset(here)


def _shown_facts(acts: Iterable[DeskAct]) -> dict[str, str | None]:
    """Every fact that the desk was shown, with the resident it belongs to."""
    shown: dict[str, str | None] = {}
    for act in acts:
        shown |= {person.fact: person.resident for person in act.acknowledged if person.fact}
        if act.fact:
            shown[act.fact] = None
    return shown


def _stands(fact: Fact) -> bool:
    return fact.kind == CHECK_IN and not fact.void
