"""What a fact is: a frozen, typed record in the past tense about the smallest subject that has a state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from village_console.village.ids import FactHash, Operator

F_co = TypeVar("F_co", bound="Fact", covariant=True)
R = TypeVar("R")


def personal() -> Any:
    """Mark a field as personal: it is sealed under the subject's own key and can be erased later."""
    return field(metadata={"personal": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened to one subject."""

    VERSION: ClassVar[int] = 1

    subject: str

    @classmethod
    def personal_fields(cls) -> frozenset[str]:
        """Names of the fields that are sealed."""
        return frozenset(f.name for f in fields(cls) if f.metadata.get("personal"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FactTakenBack(Fact):
    """A fact of the same subject does not stand (取り消し); may itself be taken back."""

    target: FactHash
    why: str


@dataclass(frozen=True, slots=True)
class Recorded(Generic[F_co]):
    """A fact as the journal holds it, with what its envelope says."""

    hash: FactHash
    fact: F_co
    dev: str
    inc: str
    seq: int
    hlc: int
    wall: datetime
    arrived: datetime
    by: Operator
    prev: tuple[FactHash, ...]

    @property
    def order(self) -> tuple[int, str, str, int]:
        """Where the fact stands among all: by logical clock, ties by device."""
        return (self.hlc, self.dev, self.inc, self.seq)


@dataclass(frozen=True, slots=True)
class Fold(Generic[R]):
    """How the standing facts of one subject become a row."""

    row: type[R]
    kinds: tuple[type[Fact], ...]
    fold: Callable[[Sequence[Recorded[Any]]], R | None]
    single: bool = True
    """Single rows have heads, and two heads are a conflict; a set takes whatever comes."""


class Catalogue:
    """Every kind of fact and every fold of this program, found by listing the rooms."""

    def __init__(self, kinds: Iterable[type[Fact]], folds: Iterable[Fold[Any]]) -> None:
        """Index the kinds by name and the folds by the kinds that they read."""
        self.kinds: dict[str, type[Fact]] = {kind.__name__: kind for kind in (FactTakenBack, *kinds)}
        self.folds: tuple[Fold[Any], ...] = tuple(folds)
        self.row_of: dict[type[Fact], Fold[Any]] = {kind: fold for fold in self.folds for kind in fold.kinds}


def taken_back(facts: Iterable[Recorded[Any]]) -> set[FactHash]:
    """The facts that are taken back, takings-back among them: what those name stands again."""
    void: set[FactHash] = set()
    for recorded in sorted(facts, key=lambda recorded: recorded.order, reverse=True):
        if isinstance(recorded.fact, FactTakenBack) and recorded.hash not in void:
            void.add(recorded.fact.target)
    return void


def standing(facts: Iterable[Recorded[Any]]) -> list[Recorded[Any]]:
    """The facts that are not taken back, in order; takings-back themselves are left out."""
    ordered = sorted(facts, key=lambda recorded: recorded.order)
    void = taken_back(ordered)
    return [r for r in ordered if r.hash not in void and not isinstance(r.fact, FactTakenBack)]


def heads(facts: Sequence[Recorded[Any]]) -> tuple[FactHash, ...]:
    """The facts that no other fact was built upon, in order of hash."""
    built_upon = {hash_ for recorded in facts for hash_ in recorded.prev}
    return tuple(sorted(recorded.hash for recorded in facts if recorded.hash not in built_upon))
