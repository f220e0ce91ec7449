"""What must hold in a scenario beyond the types of its keys."""

from collections.abc import Iterator
from datetime import timedelta

from device_sim.drill.behaviour import Home
from device_sim.drill.plan import LAST_ARRIVAL, Act, Plan
from device_sim.places import municipalities_folder
from device_sim.population.town import Town
from device_sim.toml_file import did_you_mean
from device_sim.toml_lines import Place

Complaint = tuple[Place, str]

SETTLING = timedelta(minutes=4)
"""From the start to the order at least: televisions say what they do in the first two minutes, the next two settle it."""

QUIET = timedelta(seconds=20)
"""Around the order no television is switched, so that its state at the order is never a race."""


def first_complaint(plan: Plan) -> Complaint | None:
    """The first thing that cannot be, and where it stands; None when the plan is sound."""
    rules = (_times, _population, _municipality, _settlements, _choices, _hours, _ages, _ranges, _injects, _order)
    return next((complaint for rule in rules for complaint in rule(plan)), None)


def _times(plan: Plan) -> Iterator[Complaint]:
    head = plan.drill
    if head.order_at - head.starts_at < SETTLING:
        yield ("drill", "order_at"), '"order_at" must be at least 4 minutes after "starts_at"'
    if any(moment.microsecond for moment in (head.starts_at, head.order_at, head.ends_at)):
        yield ("drill",), "the times of a drill are whole seconds"
    longest = timedelta(minutes=plan.behaviour.longest_minutes())
    if head.order_at + longest > head.ends_at - LAST_ARRIVAL:
        needed = (head.order_at + longest + LAST_ARRIVAL).strftime("%H:%M")
        why = "longest start delay and longest way, and 8 minutes for the queue"
        yield ("drill", "ends_at"), f'"ends_at" must not be before {needed}: {why}'


def _population(plan: Plan) -> Iterator[Complaint]:
    people = plan.population
    if people.tv_homes > people.households:
        yield (
            ("population", "tv_homes"),
            f'"tv_homes" is {people.tv_homes}, more than the {people.households} households',
        )
    if people.households > people.residents:
        yield ("population", "households"), f'"households" is {people.households}, more than the residents'


def _municipality(plan: Plan) -> Iterator[Complaint]:
    known = sorted(path.name for path in municipalities_folder().iterdir() if path.is_dir())
    name = plan.drill.municipality
    if name not in known:
        yield ("drill", "municipality"), f'unknown municipality "{name}"{did_you_mean(name, known)}'


def _settlements(plan: Plan) -> Iterator[Complaint]:
    town = Town.load(municipalities_folder() / plan.drill.municipality)
    known = [settlement.name for settlement in town.settlements]
    named = [way.settlement for way in plan.behaviour.travel]
    for i, name in enumerate(named):
        place = ("behaviour", "travel", i, "settlement")
        if name not in known:
            yield place, f'{town.name} has no settlement "{name}"{did_you_mean(name, known)}'
        if name in named[:i]:
            yield place, f'the way from "{name}" is given twice'
    for name in known:
        if name not in named:
            yield ("behaviour", "travel"), f'the way from "{name}" is missing from [[behaviour.travel]]'


def _choices(plan: Plan) -> Iterator[Complaint]:
    rows = plan.behaviour.choice
    for i, row in enumerate(rows):
        whole = row.shelter + row.relatives + row.stay
        if abs(whole - 1) > 1e-6:
            yield (
                ("behaviour", "choice", i),
                f'shelter, relatives and stay of "{row.home}" add up to {whole:.3f}, not to 1',
            )
    for home in Home:
        if sum(row.home is home for row in rows) != 1:
            yield ("behaviour", "choice"), f'[[behaviour.choice]] must have home = "{home}" exactly once'


def _hours(plan: Plan) -> Iterator[Complaint]:
    for hour in range(24):
        rows = sum(row.from_hour <= hour < row.until_hour for row in plan.behaviour.tv_on)
        if rows != 1:
            yield ("behaviour", "tv_on"), f"hour {hour} must be in exactly one [[behaviour.tv_on]], it is in {rows}"


def _ages(plan: Plan) -> Iterator[Complaint]:
    ages = [row.from_age for row in plan.behaviour.away]
    if ages != sorted(set(ages)):
        yield ("behaviour", "away"), '"from_age" must rise from one [[behaviour.away]] to the next'


def _ranges(plan: Plan) -> Iterator[Complaint]:
    behaviour = plan.behaviour
    ranges: list[tuple[Place, tuple[float, float]]] = [
        (("behaviour", "second_part_later_minutes"), behaviour.second_part_later_minutes),
        (
            ("behaviour", "start_delay", "most_minutes"),
            (behaviour.start_delay.median_minutes, behaviour.start_delay.most_minutes),
        ),
        (
            ("behaviour", "start_delay", "median_minutes"),
            (behaviour.start_delay.least_minutes, behaviour.start_delay.median_minutes),
        ),
    ]
    for i, way in enumerate(behaviour.travel):
        ranges.append((("behaviour", "travel", i, "walk_minutes"), way.walk_minutes))
        ranges.append((("behaviour", "travel", i, "drive_minutes"), way.drive_minutes))
    for place, (low, high) in ranges:
        if low > high:
            yield place, f'"{place[-1]}": {high:g} is less than {low:g}'


def _injects(plan: Plan) -> Iterator[Complaint]:
    head = plan.drill
    for i, inject in enumerate(plan.injects):
        place = ("inject", i, "at")
        if inject.offset is None:
            yield place, f'"at" in [[inject]] is "{inject.at}"; write it as "T+00:05:00", from the order'
        elif not head.starts_at <= plan.moment(inject) <= head.ends_at:
            yield place, f'"at" in [[inject]] is "{inject.at}", outside the drill'
        if (inject.level is None) == (inject.act is Act.ORDER):
            needs = "needs" if inject.act is Act.ORDER else "has no"
            yield ("inject", i, "level"), f'act = "{inject.act}" {needs} "level"'


def _order(plan: Plan) -> Iterator[Complaint]:
    orders = [i for i, inject in enumerate(plan.injects) if inject.act is Act.ORDER]
    if len(orders) != 1:
        yield ("inject",), f'a drill has exactly one [[inject]] with act = "order", here are {len(orders)}'
    elif plan.injects[orders[0]].offset != timedelta():
        yield ("inject", orders[0], "at"), 'the order is given at "T+00:00:00"; move "order_at" in [drill] instead'
