"""Upon whom the scripted acts of a scenario fall."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Literal

from device_sim.drill.plan import Act, Inject, Plan
from device_sim.drill.truth_lines import InjectTruth, PartyTruth
from device_sim.population.village import CARD_SERIALS

Fits = Callable[[PartyTruth], bool]


class CastingError(ValueError):
    """No party of the drill fits an inject; the scenario needs fewer of them, or more people who come."""


def taps(party: PartyTruth) -> bool:
    """Somebody of the party has a card in hand."""
    return bool(party.taps)


def taps_alone(party: PartyTruth) -> bool:
    """One person with a card in hand, so that the last act at the desk is this reception."""
    return len(party.people) == 1 and bool(party.taps)


def found_by_name(party: PartyTruth) -> bool:
    """Nobody of the party has a card in hand."""
    return bool(party.by_name)


FITTING: dict[Act, Fits] = {
    Act.HAND_CARD: found_by_name,
    Act.WRONG_CARD: taps,
    Act.PULL_CARD: taps,
    Act.DOUBLE_TAP: taps,
    Act.UNDO: taps_alone,
}
"""Which parties an act can happen with; the other acts need nobody."""


def cast(plan: Plan, parties: tuple[PartyTruth, ...]) -> tuple[InjectTruth, ...]:
    """Every inject in the order of time; one that needs a party takes the first that arrives from then on.

    A party has one part at most. When nobody fitting comes any more, the last fitting one before is taken.
    Raises CastingError.
    """
    taken: set[PartyTruth] = set()
    serials = iter(range(CARD_SERIALS.stop, CARD_SERIALS.stop + len(plan.injects)))
    stack = _cards_to_hand_out()
    lines: list[InjectTruth] = []
    for inject in sorted(plan.injects, key=plan.moment):
        fits = FITTING.get(inject.act)
        if fits is None:
            lines.append(InjectTruth(at=plan.moment(inject), act=inject.act.value, level=inject.level))
            continue
        party = _party(plan, inject, fits, [party for party in parties if party not in taken])
        taken.add(party)
        if inject.act is Act.HAND_CARD:
            lines.append(_with_party(plan, inject, party, *next(stack)))
        else:
            serial = f"{next(serials):x}" if inject.act is Act.WRONG_CARD else None
            lines.append(_with_party(plan, inject, party, serial))
    return tuple(sorted(lines, key=lambda line: line.at))


def _party(plan: Plan, inject: Inject, fits: Fits, free: list[PartyTruth]) -> PartyTruth:
    fitting = [party for party in free if fits(party)]
    if not fitting:
        message = f'no party is left for act = "{inject.act}" at "{inject.at}"'
        raise CastingError(message)
    moment = plan.moment(inject)
    return next((party for party in fitting if party.arrives_at >= moment), fitting[-1])


def _cards_to_hand_out() -> Iterator[tuple[str, Literal["felica", "ntag"]]]:
    """The desk's own cards in the order of the stack: transport cards and tags by turns."""
    for n in count(1):
        yield f"01fd{n:012x}", "felica"
        yield f"04fd{n:010x}", "ntag"


def _with_party(
    plan: Plan, inject: Inject, party: PartyTruth, serial: str | None, card: Literal["felica", "ntag"] | None = None
) -> InjectTruth:
    return InjectTruth(
        at=party.arrives_at,
        act=inject.act.value,
        planned_at=plan.moment(inject),
        household=party.household,
        resident=(*party.taps, *party.by_name)[0],
        serial=serial,
        card=card,
    )
