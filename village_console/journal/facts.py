"""What a fact is: a frozen, typed record in the past tense about the smallest subject that has a state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar, cast, get_args, get_type_hints

from village_console.village.foreign import is_dated
from village_console.village.ids import FactHash, Operator

_MERGE = "merge:"
MOST = 1_000_000
"""No village counts more of anything."""
F_co = TypeVar("F_co", bound="Fact", covariant=True)
R = TypeVar("R")


def personal(default: Any = MISSING) -> Any:
    """Mark a field as personal: it is sealed under the subject's own key and can be erased later."""
    return field(default=default, metadata={"personal": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened to one subject."""

    VERSION: ClassVar[int] = 1

    subject: str

    @classmethod
    def personal_fields(cls) -> frozenset[str]:
        """Names of the fields that are sealed."""
        return frozenset(f.name for f in fields(cls) if f.metadata.get("personal"))

    @classmethod
    def upcast(cls, version: int, plain: dict[str, Any]) -> dict[str, Any] | None:  # noqa: ARG003 -- for kinds that grow
        """The fields of an older version as this one has them, at read time; None when it cannot be told."""
        return None

    def is_sound(self) -> bool:
        """Whether it can be meant as it stands. What cannot is kept and passed on, and never folded: any laptop may err."""
        return all(_can_be_meant(getattr(self, name)) for name in _bounded(type(self)))


@cache
def _bounded(kind: type[Fact]) -> tuple[str, ...]:
    hints = get_type_hints(kind)
    of = ((f.name, hints[f.name]) for f in fields(kind))
    return tuple(name for name, hint in of if {datetime, int} & {hint, *get_args(hint)})


def _can_be_meant(value: Any) -> bool:
    match value:
        case datetime():
            return is_dated(value)
        case int():
            return 0 <= value < MOST
        case dict():
            return all(map(_can_be_meant, cast("dict[str, Any]", value).values()))
        case _:
            return True


@dataclass(frozen=True, slots=True, kw_only=True)
class FactTakenBack(Fact):
    """A fact of the same subject does not stand (取り消し); may itself be taken back."""

    target: FactHash
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactCorrected(Fact):
    """Fields of a fact of the same subject were wrong (訂正); what was built upon that fact stays."""

    target: FactHash
    changes: dict[str, Any] = personal()
    """The fields that change, with their right values as plain JSON."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _AboutTwo(Fact):
    """Something about two persons; subject: `merge_subject` of both."""

    one: str
    other: str
    why: str

    def is_sound(self) -> bool:
        """Also two, and under their own subject: folding a merge must not merge what is folded."""
        named = (self.one, self.other)
        are_persons = not any(name.startswith(_MERGE) for name in named)
        return Fact.is_sound(self) and are_persons and self.one != self.other and self.subject == merge_subject(*named)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonsMerged(_AboutTwo):
    """Two persons are the same one (同一人物). Taken back, they are two again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonsToldApart(_AboutTwo):
    """Two persons who look like one are two (別の人). Nobody is asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonErased(Fact):
    """What was known of a subject before is deleted for good (消去); cannot be taken back."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleAdmitted(Fact):
    """A console belongs to the village (端末の登録); subject: `console_subject` of its public key. Counts by its signature."""

    public: str
    """The 32 bytes of Ed25519 that check its facts, in hex."""
    recipient: str
    """Whom bundles are encrypted to: an age recipient."""
    nkey: str
    """Its name at the anchor: a NATS user key."""
    tls: str
    """The certificate that it shows when it is the anchor: DER in base64, signed by itself, pinned by this fact."""
    number: int
    """Of the laptop among the village's."""
    shelter: str
    name: str
    """Of the shelter."""
    n: int
    """What the village says of one device is numbered from 1; the highest number counts."""
    signature: str = ""
    """Of the village's key (`admission.signed`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleRevoked(Fact):
    """A console belongs to it no more (登録の取り消し): what it wrote behind these places is kept apart."""

    public: str
    n: int
    counts: dict[str, int]
    """Incarnation -> the last of its facts that counts."""
    why: str
    signature: str = ""

    def is_sound(self) -> bool:
        """It names places in chains, which have no bound, and the village's signature says that it is meant."""
        return True


class Unread(StrEnum):
    """Why a fact is kept and passed on, but not read."""

    UNKNOWN_KIND = "unknown_kind"
    NEWER = "newer"
    MALFORMED = "malformed"
    NO_KEY = "no_key"
    """The subject's key has not arrived."""
    ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood(Fact):
    """Stands in for a fact that cannot be read here and now; never written."""

    kind: str
    version: int
    why: Unread


TARGETED = (FactTakenBack, FactCorrected)
"""Facts about another fact of the same subject."""


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
    def order(self) -> tuple[int, str, str, int, str]:
        """Where the fact stands among those that did not know of each other: by logical clock, ties by device."""
        return (self.hlc, self.dev, self.inc, self.seq, self.hash)


def _itself(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Fold(Generic[R]):
    """How the standing facts of one subject become a row."""

    row: type[R]
    kinds: tuple[type[Fact], ...]
    fold: Callable[[Sequence[Recorded[Any]]], R | None]
    single: bool = True
    """Single rows have heads, and two heads that say different things are a conflict; a set takes whatever comes."""
    says: Callable[[R], Any] = _itself
    """What a single row comes down to: two heads that agree in it are no conflict."""


class Catalogue:
    """Every kind of fact and every fold of this program, found by listing the rooms."""

    def __init__(self, kinds: Iterable[type[Fact]], folds: Iterable[Fold[Any]]) -> None:
        """Index the kinds by name and the folds by the kinds that they read."""
        own = (
            FactTakenBack,
            FactCorrected,
            PersonsMerged,
            PersonsToldApart,
            PersonErased,
            ConsoleAdmitted,
            ConsoleRevoked,
        )
        self.kinds: dict[str, type[Fact]] = {kind.__name__: kind for kind in (*own, *kinds)}
        self.folds: tuple[Fold[Any], ...] = (MERGES, TOLD_APART, CONSOLES, *folds)
        self.row_of: dict[type[Fact], Fold[Any]] = {kind: fold for fold in self.folds for kind in fold.kinds}
        self._folds_of = {
            kind: frozenset(n for n, fold in enumerate(self.folds) if self.kinds[kind] in fold.kinds)
            for kind in self.kinds
        }

    def folds_for(self, facts: Iterable[Recorded[Any]]) -> list[Fold[Any]]:
        """The folds that read any of some facts, understood or not: of two dozen one or two."""
        names = {r.fact.kind if isinstance(r.fact, NotUnderstood) else type(r.fact).__name__ for r in facts}
        wanted = {n for name in names for n in self._folds_of.get(name, ())}
        return [self.folds[n] for n in sorted(wanted)]


@dataclass(frozen=True, slots=True)
class Merge:
    """That two persons are one."""

    one: str
    other: str


def merge_subject(one: str, other: str) -> str:
    """The journal's subject for the sameness of two persons, whichever is named first."""
    return _MERGE + "=".join(sorted((one, other)))


@dataclass(frozen=True, slots=True)
class ToldApart:
    """That somebody has looked: two persons are two."""

    one: str
    other: str


def _fold_told_apart(facts: Sequence[Recorded[Any]]) -> ToldApart:
    fact: PersonsToldApart = facts[-1].fact
    return ToldApart(*sorted((fact.one, fact.other)))


def _fold_merge(facts: Sequence[Recorded[Any]]) -> Merge:
    fact: PersonsMerged = facts[-1].fact
    return Merge(*sorted((fact.one, fact.other)))


MERGES: Fold[Merge] = Fold(Merge, (PersonsMerged,), _fold_merge)
TOLD_APART: Fold[ToldApart] = Fold(ToldApart, (PersonsToldApart,), _fold_told_apart)


@dataclass(frozen=True, slots=True)
class KnownConsole:
    """A console as the facts tell (端末); whether it may write is the device table's to say."""

    number: int
    shelter: str
    name: str
    revoked: bool


def _fold_console(facts: Sequence[Recorded[Any]]) -> KnownConsole | None:
    newest = max(facts, key=lambda r: (r.fact.n, isinstance(r.fact, ConsoleRevoked))).fact
    told: list[ConsoleAdmitted] = [r.fact for r in facts if isinstance(r.fact, ConsoleAdmitted)]
    if not told:
        return None
    last = max(told, key=lambda fact: (fact.n, fact.signature))
    return KnownConsole(last.number, last.shelter, last.name, isinstance(newest, ConsoleRevoked))


CONSOLES: Fold[KnownConsole] = Fold(KnownConsole, (ConsoleAdmitted, ConsoleRevoked), _fold_console, single=False)
