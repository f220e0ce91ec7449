"""Makes households up: how many of which kind of member, who is how old, man or woman."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from device_sim.population.people import Sex
from device_sim.population.town import Shape
from device_sim.streams import spread, stream

YOUNGEST_PARENT = 20
OLDEST_PARENT = 42
OLDEST = 99


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a household before the name is known."""

    relation: str
    sex: Sex
    age: int


def shape_homes(shapes: tuple[Shape, ...], seed: int, residents: int, households: int) -> list[tuple[Shape, list[int]]]:
    """A shape for each household and how many members of each kind it has; together exactly `residents` people.

    Raises ValueError when so many people do not fit into so many households of these shapes.
    """
    rng = stream(seed, "shapes")
    chosen = spread(rng, households, shapes, [shape.share for shape in shapes])
    homes = [(shape, [rng.randint(*count) for count in shape.counts().values()]) for shape in chosen]
    surplus = households + sum(sum(counts) for _, counts in homes) - residents
    step = -1 if surplus > 0 else 1
    while surplus:
        room = [(counts, kind) for shape, counts in homes for kind in _adjustable(shape, counts, step)]
        if not room:
            message = f"{residents} residents do not fit into {households} households of these shapes"
            raise ValueError(message)
        for counts, kind in rng.sample(room, min(len(room), abs(surplus))):
            counts[kind] += step
            surplus += step
    return homes


def _adjustable(shape: Shape, counts: list[int], step: int) -> list[int]:
    """At most one kind of member that may become one more or one fewer."""
    limits = shape.counts().values()
    return [i for i, (n, (fewest, most)) in enumerate(zip(counts, limits, strict=True)) if fewest <= n + step <= most][
        :1
    ]


def compose(shape: Shape, counts: list[int], rng: Random) -> list[Member]:
    """The members of one household, head first, with ages that fit together."""
    head = Member("世帯主", Sex.WOMAN if rng.random() < shape.woman_share else Sex.MAN, rng.randint(*shape.head_ages))
    family = [head]
    for kind, count in zip(shape.counts(), counts, strict=True):
        family += JOINS[kind](shape, family, count, rng)
    return family


def _spouse(_: Shape, family: list[Member], count: int, rng: Random) -> list[Member]:
    head = family[0]
    sex = head.sex.other
    return [Member("妻" if sex is Sex.WOMAN else "夫", sex, max(20, head.age + rng.randint(-4, 3)))][:count]


def _children(shape: Shape, family: list[Member], count: int, rng: Random) -> list[Member]:
    ages = _sibling_ages(rng, min(member.age for member in family), shape.child_ages, count)
    # A child who stays at home with a spouse, or alone with old parents, is mostly a son.
    woman_share = 0.49 if shape.child_ages[0] < YOUNGEST_PARENT else 0.3
    return [Member("子", Sex.WOMAN if rng.random() < woman_share else Sex.MAN, age) for age in ages]


def _child_spouse(_: Shape, family: list[Member], count: int, rng: Random) -> list[Member]:
    child = next((member for member in family if member.relation == "子"), None)
    if child is None:
        return []
    sex = child.sex.other
    return [Member("子の妻" if sex is Sex.WOMAN else "子の夫", sex, max(22, child.age + rng.randint(-4, 3)))][:count]


def _grandchildren(_: Shape, family: list[Member], count: int, rng: Random) -> list[Member]:
    parents = [member.age for member in family if member.relation.startswith("子")]
    ages = _sibling_ages(rng, min(parents), (0, 24), count) if parents else []
    return [Member("孫", rng.choice(list(Sex)), age) for age in ages]


def _parents(_: Shape, family: list[Member], count: int, rng: Random) -> list[Member]:
    head = family[0]
    age = min(OLDEST, head.age + rng.randint(22, 33))
    mother = Member("母", Sex.WOMAN, age)
    father = Member("父", Sex.MAN, min(OLDEST, max(head.age + YOUNGEST_PARENT, age + rng.randint(-2, 5))))
    if count == 1 and len(family) > 1 and family[1].relation == "妻" and rng.random() < 0.12:
        return [Member("妻の母", Sex.WOMAN, min(OLDEST, family[1].age + rng.randint(22, 33)))]
    return [father, mother] if count == 2 else [mother if rng.random() < 0.8 else father][:count]


def _housemates(shape: Shape, family: list[Member], count: int, rng: Random) -> list[Member]:
    return [Member("同居人", family[0].sex, rng.randint(*shape.head_ages)) for _ in range(count)]


def _sibling_ages(rng: Random, parent: int, allowed: tuple[int, int], count: int) -> list[int]:
    """Ages of brothers and sisters, oldest first, two years apart at least."""
    oldest = min(allowed[1], parent - YOUNGEST_PARENT)
    youngest = min(max(allowed[0], parent - OLDEST_PARENT), oldest)
    candidates = list(range(oldest - rng.randint(0, 1) if oldest - youngest >= 2 * count else oldest, youngest - 1, -2))
    return sorted(rng.sample(candidates, min(count, len(candidates))), reverse=True)


JOINS: dict[str, Callable[[Shape, list[Member], int, Random], list[Member]]] = {
    "spouse": _spouse,
    "child": _children,
    "child_spouse": _child_spouse,
    "grandchild": _grandchildren,
    "parent": _parents,
    "housemate": _housemates,
}
"""How each kind of member of a shape joins the household."""
