"""Whom does the rule find of those truly left behind, by the hour of the order? 100 seeded drills, all figures simulated.

A drill here is the simulator's truth (who is where, which television is on) and the console's own pure rules on top, in one
process. In the world `right` people do as the scenario assumes; in `wrong` the assumptions are off: televisions run in empty
homes and are left on, half as many watch, and three links in ten are lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import mean

from msgspec.structs import replace

from device_sim.drill.plan import Plan
from device_sim.drill.prepare import village_of
from device_sim.drill.scenario import Scenario
from device_sim.drill.truth import Truth
from device_sim.population.village import Village
from device_sim.streams import stream
from tests.benchmarks.measured import Measured
from tests.town import household_id, resident_id
from village_console.register.facts import Sex
from village_console.register.households import households
from village_console.register.rows import Resident
from village_console.shelter.facts import Path
from village_console.shelter.rows import Stay
from village_console.stranded.facts import Level, about
from village_console.stranded.rows import Evidence, Order
from village_console.stranded.views import Board, Known, board
from village_console.viewing.facts import TvState
from village_console.village.ids import FactHash, OrderId, ShelterId, TelevisionId

DRILLS = 100
HOURS = (0, 3, 6, 10, 13, 16, 19, 22)
TOWN, SCENARIO = "015628", "nishiokoppe-evening"
LOST = 0.3
"""Share of links that are lost in the world `wrong`."""
_NONE = FactHash("")
_ORDER = OrderId("order:1-1")


@dataclass(frozen=True, slots=True)
class Agreement:
    """One drill: people presumed, people truly left behind, people who are both, people checked in nowhere."""

    presumed: int
    left: int
    both: int
    missing: int
    left_with_tv: int = 0
    """Of those left behind, how many live with a television that may be asked."""

    @property
    def recall(self) -> float:
        """Share of those left behind whom the rule names."""
        return self.both / self.left if self.left else 1.0

    @property
    def recall_with_tv(self) -> float:
        """The same share among homes with a television that may be asked."""
        return self.both / self.left_with_tv if self.left_with_tv else 1.0

    @property
    def precision(self) -> float:
        """Share of those named who were left behind."""
        return self.both / self.presumed if self.presumed else 1.0

    @property
    def by_lot(self) -> float:
        """Share that a list of the same length finds, drawn by lot from all who checked in nowhere."""
        return self.presumed / self.missing if self.missing else 1.0


def measure() -> list[Measured]:
    """One entry an hour, and a plot in the last one."""
    plan = Scenario.find(SCENARIO)
    villages = [(seed, village_of(plan, seed)) for seed in range(1, DRILLS + 1)]
    found: dict[int, tuple[list[Agreement], list[Agreement]]] = {}
    for hour in HOURS:
        then, wrongly = at_hour(plan, hour), wrong_about(at_hour(plan, hour))
        right = [play(then, village, seed, lost=0.0) for seed, village in villages]
        wrong = [play(wrongly, village, seed, lost=LOST) for seed, village in villages]
        found[hour] = (right, wrong)
    entries = [_entry(hour, right, wrong) for hour, (right, wrong) in found.items()]
    entries[-1] = Measured(
        entries[-1].name, entries[-1].ours, entries[-1].peer, "", entries[-1].note + "\n" + plot(found)
    )
    return entries


def play(plan: Plan, village: Village, seed: int, *, lost: float) -> Agreement:
    """One drill; the board is read at its end."""
    truth = Truth.of(replace(plan, injects=()), village, seed)
    shown = _board(village, truth, seed, lost)
    presumed = {member.number for row in shown.stranded for member in row.missing}
    blind = {member.number for row in shown.cannot_tell for member in row.missing}
    left = {person.resident for person in truth.persons if person.stranded}
    asked = {tv.household for tv in village.televisions if tv.disaster_consent}
    with_tv = sum(person.stranded and person.household in asked for person in truth.persons)
    return Agreement(len(presumed), len(left), len(presumed & left), len(presumed | blind), with_tv)


def at_hour(plan: Plan, hour: int) -> Plan:
    """The same drill with its order at another hour of the day."""
    head = plan.drill
    shift = head.order_at.replace(hour=hour) - head.order_at
    moved = replace(
        head, starts_at=head.starts_at + shift, order_at=head.order_at + shift, ends_at=head.ends_at + shift
    )
    return replace(plan, drill=moved)


def wrong_about(plan: Plan) -> Plan:
    """A village that does not do what the scenario assumes."""
    behaviour = plan.behaviour
    watching = tuple(
        replace(row, under_30=row.under_30 / 2, from_30=row.from_30 / 2, from_65=row.from_65 / 2)
        for row in behaviour.tv_on
    )
    wrong = replace(
        behaviour, tv_on=watching, tv_left_on_share=0.6, tv_on_in_empty_home_share=max(0.3, behaviour.tv_on_in_empty_home_share)
    )  # fmt: skip
    return replace(plan, behaviour=wrong)


def plot(found: dict[int, tuple[list[Agreement], list[Agreement]]]) -> str:
    """Recall by hour as bars: `#` with the assumptions right, `o` with them wrong."""
    lines: list[str] = []
    for hour, (right, wrong) in found.items():
        for sign, some in (("#", right), ("o", wrong)):
            share = mean(one.recall for one in some)
            lines.append(f"{'':20}{f'{hour:02}:00' if sign == '#' else '':6}{sign * round(share * 40):40} {share:.2f}")
    return "\n".join([f"{'':20}recall, simulated: # assumptions right, o wrong", *lines])


def _entry(hour: int, right: list[Agreement], wrong: list[Agreement]) -> Measured:
    note = (
        f"simulated recall of {len(right)} drills, order at {hour:02}:00; peer: a list of the same length by lot;"
        f" precision {mean(one.precision for one in right):.2f},"
        f" among homes with a television that may be asked recall {mean(one.recall_with_tv for one in right):.2f};"
        f" assumptions wrong: recall {mean(one.recall for one in wrong):.2f},"
        f" precision {mean(one.precision for one in wrong):.2f}"
    )
    ours, peer = mean(one.recall for one in right), mean(one.by_lot for one in right)
    return Measured(f"stranded_{hour:02}", ours, peer, "recall", note)


def _board(village: Village, truth: Truth, seed: int, lost: float) -> Board:
    at = truth.drill.order_at
    known = Known(
        households(_residents(village)),
        {stay.resident: stay for stay in _stays(truth)},
        {about(_ORDER, one.household): one for one in _evidence(village, truth, seed, lost)},
        {},
        {household_id(TOWN, tv.household): tv.disaster_consent for tv in village.televisions},
    )
    return board(Order(_ORDER, Level.EVACUATION_ORDER, (), at, _NONE), known)


def _residents(village: Village) -> Iterator[Resident]:
    for home in village.households:
        for person in home.members:
            yield Resident(
                resident_id(TOWN, person.number), household_id(TOWN, home.number), person.number, person.name, person.kana,
                person.birth, Sex.UNKNOWN, "", home.settlement, "", "", person.needs_evacuation_support,
            )  # fmt: skip


def _stays(truth: Truth) -> Iterator[Stay]:
    for person in truth.persons:
        if person.destination == "shelter" and person.arrives_at is not None:
            id_ = resident_id(TOWN, person.resident)
            yield Stay(id_, ShelterId("S1"), "S1-0001", person.arrives_at, Path.CARD, _NONE)


def _evidence(village: Village, truth: Truth, seed: int, lost: float) -> Iterator[Evidence]:
    at = truth.drill.order_at
    on: dict[str, tuple[bool, datetime]] = {}
    for event in truth.tvs:
        if event.kind == "power" and event.at <= at:
            on[event.device] = (event.value == "on", event.at)
    for tv in village.televisions:
        if not tv.disaster_consent:
            continue
        heard = on.get(tv.device)
        silent = heard is None or stream(seed, "lost", tv.device).random() < lost
        state = TvState.SILENT if silent or heard is None else TvState.ON if heard[0] else TvState.OFF
        last = at - timedelta(seconds=30)
        yield Evidence(_ORDER, household_id(TOWN, tv.household), TelevisionId(tv.device), state, last, 1, "set_top")
