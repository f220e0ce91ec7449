"""Which facts stand, in which order, and which of them nobody has built upon: pure functions of a set of facts."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from village_console.journal.facts import TARGETED, Fact, FactCorrected, FactTakenBack, NotUnderstood, Recorded
from village_console.village.ids import FactHash


def in_order(facts: Iterable[Recorded[Any]]) -> list[Recorded[Any]]:
    """Causes before what was built upon them; clocks only break ties between facts that did not know of each other."""
    ordered = sorted(facts, key=lambda recorded: recorded.order)
    known = {recorded.hash for recorded in ordered}
    seen: set[FactHash] = set()
    for recorded in ordered:
        if any(cause in known and cause not in seen for cause in _causes(recorded)):
            return _by_cause(ordered, known)
        seen.add(recorded.hash)
    return ordered


def _causes(recorded: Recorded[Any]) -> tuple[FactHash, ...]:
    return (*recorded.prev, recorded.fact.target) if isinstance(recorded.fact, TARGETED) else recorded.prev


def _by_cause(facts: Sequence[Recorded[Any]], known: set[FactHash]) -> list[Recorded[Any]]:
    by_hash = {recorded.hash: recorded for recorded in facts}
    waits = {r.hash: {cause for cause in _causes(r) if cause in known} for r in facts}
    followers: dict[FactHash, list[FactHash]] = {}
    for hash_, causes in waits.items():
        for cause in causes:
            followers.setdefault(cause, []).append(hash_)
    free = [(by_hash[hash_].order, hash_) for hash_, causes in waits.items() if not causes]
    heapq.heapify(free)
    result: list[Recorded[Any]] = []
    while free:
        _, hash_ = heapq.heappop(free)
        result.append(by_hash[hash_])
        for follower in followers.get(hash_, ()):
            waits[follower].discard(hash_)
            if not waits[follower]:
                heapq.heappush(free, (by_hash[follower].order, follower))
    return result


def taken_back(facts: Iterable[Recorded[Any]]) -> set[FactHash]:
    """The facts that are taken back, takings-back among them: what those name stands again."""
    void: set[FactHash] = set()
    for recorded in reversed(in_order(facts)):
        if isinstance(recorded.fact, FactTakenBack) and recorded.hash not in void:
            void.add(recorded.fact.target)
    return void


def standing(facts: Iterable[Recorded[Any]]) -> list[Recorded[Any]]:
    """The facts that are not taken back, in order and with their corrections; facts about facts are left out."""
    ordered = in_order(facts)
    void = taken_back(ordered) if any(isinstance(r.fact, FactTakenBack) for r in ordered) else set[FactHash]()
    changes = {r.fact.target: r.fact for r in ordered if isinstance(r.fact, FactCorrected) and r.hash not in void}
    plain = [r for r in ordered if r.hash not in void and not isinstance(r.fact, (*TARGETED, NotUnderstood))]
    return [_corrected(r, changes[r.hash]) if r.hash in changes else r for r in plain]


def _corrected(recorded: Recorded[Any], correction: FactCorrected) -> Recorded[Any]:
    """The fact with its right fields; as it was, when they cannot be read."""
    fact: Fact = recorded.fact
    try:
        right = msgspec.convert(msgspec.to_builtins(fact) | correction.changes | {"subject": fact.subject}, type(fact))
    except msgspec.ValidationError:
        return recorded
    return replace(recorded, fact=right) if right.is_sound() else recorded


def foundations(of: Iterable[Recorded[Any]], facts: Iterable[Recorded[Any]]) -> set[FactHash]:
    """Everything that some facts were built upon, at any depth: what lies between need not be understood."""
    prev = {recorded.hash: recorded.prev for recorded in facts}
    found: set[FactHash] = set()
    waiting = [hash_ for recorded in of for hash_ in recorded.prev]
    while waiting:
        if (hash_ := waiting.pop()) not in found:
            found.add(hash_)
            waiting += prev.get(hash_, ())
    return found


def heads(facts: Sequence[Recorded[Any]], among: Sequence[Recorded[Any]] | None = None) -> tuple[FactHash, ...]:
    """The facts that no other of them was built upon, in order of hash; `among` holds what may lie between them."""
    built_upon = foundations(facts, facts if among is None else among)
    return tuple(sorted(recorded.hash for recorded in facts if recorded.hash not in built_upon))


def branch(head: FactHash, facts: Sequence[Recorded[Any]]) -> list[Recorded[Any]]:
    """A head with everything below it: what the console that wrote it knew."""
    below = foundations([r for r in facts if r.hash == head], facts)
    return [r for r in facts if r.hash == head or r.hash in below]
