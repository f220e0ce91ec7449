"""A whole village out of one seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from device_sim.population.families import Member, compose, shape_homes
from device_sim.population.names import Name, NameLists
from device_sim.population.people import Card, Household, Resident, Television
from device_sim.population.town import Shape, SupportShares, Town
from device_sim.streams import spread, stream

CARD_SERIALS = range(0x1000, 0xF000)
"""Serial numbers of the residents' cards; those above belong to nobody."""


@dataclass(frozen=True, slots=True)
class Village:
    """The people of a municipality with their homes, cards and televisions. All of them are invented."""

    town: Town
    households: tuple[Household, ...]
    cards: tuple[Card, ...]
    televisions: tuple[Television, ...]

    @property
    def residents(self) -> Iterator[Resident]:
        """Everybody, household by household."""
        return (resident for household in self.households for resident in household.members)

    @classmethod
    def grow(
        cls, folder: Path, seed: int, residents: int = 1000, households: int = 480, *, tv_homes: int = 304
    ) -> "Village":
        """Grow the village of a municipality's folder; the same seed gives the same village.

        Raises ValueError when the numbers cannot be met, TomlFileError when `town.toml` is wrong.
        """
        town = Town.load(folder)
        homes = _households(town, NameLists.load(folder), seed, residents, households)
        return cls(town, homes, _cards(town, homes, seed), _televisions(town, homes, seed, tv_homes))


def _households(town: Town, lists: NameLists, seed: int, residents: int, households: int) -> tuple[Household, ...]:
    plan = shape_homes(town.shapes, seed, residents, households)
    families = [compose(shape, counts, stream(seed, "family", str(i))) for i, (shape, counts) in enumerate(plan)]
    names = _names(lists, seed, [shape for shape, _ in plan], families, town.register_date.year)
    numbers = iter(_register_numbers(seed, sum(map(len, families))))
    addresses = _addresses(town, seed, households)
    telephones = _telephones(town, seed, households)
    built: list[Household] = []
    for i, family in enumerate(families):
        rng = stream(seed, "register", str(i))
        support = town.needs_evacuation_support
        people = [
            _register(member, name, next(numbers), rng, (town.register_date, support, len(family) == 1))
            for member, name in zip(family, names[i], strict=True)
        ]
        built.append(Household(f"H{i + 1:04d}", *addresses[i], telephones[i], tuple(people)))
    return tuple(built)


def _register(member: Member, name: Name, number: str, rng: Random, rule: tuple[date, SupportShares, bool]) -> Resident:
    """A member's line in the register."""
    day, support, alone = rule
    birth = _birthday(day, member.age, rng)
    flagged = rng.random() < _support_share(support, member.age, alone=alone)
    return Resident(number, name.written, name.kana, birth, member.sex, member.relation, flagged)


def _birthday(day: date, age: int, rng: Random) -> date:
    """A date of birth with which somebody is `age` full years old on `day`."""
    latest = day.replace(year=day.year - age)
    earliest = day.replace(year=day.year - age - 1) + timedelta(days=1)
    return earliest + timedelta(days=rng.randint(0, (latest - earliest).days))


def _support_share(shares: SupportShares, age: int, *, alone: bool) -> float:
    if age >= 85:
        return shares.from_85
    if age >= 75:
        return shares.from_75_alone if alone else shares.from_75
    return shares.under_75


def _names(
    lists: NameLists, seed: int, shapes: list[Shape], families: list[list[Member]], year: int
) -> list[list[Name]]:
    """The full names of every family."""
    native = [i for i, shape in enumerate(shapes) if not shape.foreign]
    surnames = dict(zip(native, lists.household_surnames(stream(seed, "surnames"), len(native)), strict=True))
    foreign = iter(lists.foreign)
    named: list[list[Name]] = []
    for i, family in enumerate(families):
        rng = stream(seed, "names", str(i))
        if i in surnames:
            named.append(_family_names(lists, rng, surnames[i], family, year))
        else:
            named.append([next(foreign, lists.foreign[-1])[0] for _ in family])
    return named


def _family_names(lists: NameLists, rng: Random, surname: Name, family: list[Member], year: int) -> list[Name]:
    """One surname for the home; a wife's mother keeps her own."""
    taken: set[str] = set()
    names: list[Name] = []
    for member in family:
        own = lists.household_surnames(rng, 9)[-1] if member.relation == "妻の母" else surname
        given = lists.given_name(rng, member.sex, year - member.age, taken)
        taken.add(given.written)
        names.append(Name(f"{own.written} {given.written}", f"{own.kana} {given.kana}"))
    return names


def _register_numbers(seed: int, count: int) -> list[str]:
    """住民番号 that say nothing about the home."""
    return [f"{n:07d}" for n in stream(seed, "register numbers").sample(range(100, 100 + 9 * count), count)]


def _addresses(town: Town, seed: int, count: int) -> list[tuple[str, str]]:
    """Settlement and address of each home; no two homes share one."""
    rng = stream(seed, "addresses")
    settlements = spread(rng, count, [s.name for s in town.settlements], [s.share for s in town.settlements])
    plots = rng.sample(range(1, 3 * count + 1), count)
    return [(place, f"{place}{plot}番地") for place, plot in zip(settlements, plots, strict=True)]


def _telephones(town: Town, seed: int, count: int) -> list[str]:
    """A number for each home that has one; at most 10,000 homes."""
    rng = stream(seed, "telephones")
    lines = rng.sample(range(10_000), count)
    return [f"{town.telephone_prefix}{n:04d}" if rng.random() < town.telephone_share else "" for n in lines]


def _cards(town: Town, homes: tuple[Household, ...], seed: int) -> tuple[Card, ...]:
    rng = stream(seed, "cards")
    grown = [person for home in homes for person in home.members if person.age_on(town.register_date) >= 1]
    holders = rng.sample(grown, round(len(grown) * town.card_holder_share))
    serials = rng.sample(CARD_SERIALS, len(holders))
    cards = [Card(holder.number, town.card_issuer, f"{n:x}") for holder, n in zip(holders, serials, strict=True)]
    return tuple(sorted(cards, key=lambda card: card.resident))


def _televisions(town: Town, homes: tuple[Household, ...], seed: int, count: int) -> tuple[Television, ...]:
    """Set-top boxes, numbered in the order they were fitted, which says nothing about the home."""
    rng = stream(seed, "televisions")
    consents = spread(rng, count, (True, False), (town.disaster_consent_share, 1 - town.disaster_consent_share))
    fitted = rng.sample(homes, count)
    return tuple(
        Television(f"stb-{i + 1:04d}", home.number, _registrant(home, rng, town.register_date), consents[i])
        for i, home in enumerate(fitted)
    )


def _registrant(home: Household, rng: Random, day: date) -> str:
    """Mostly the household head; now and then another grown-up."""
    others = [member.number for member in home.members[1:] if member.age_on(day) >= 20]
    return rng.choice(others) if others and rng.random() < 0.15 else home.head.number
