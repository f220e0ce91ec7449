"""A party at the desk, from its first card to the last scripted act that falls upon it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from device_sim.drill.agenda import Errand
from device_sim.drill.desk import WELCOME, Desk
from device_sim.drill.desk_act import Cause
from device_sim.drill.link_words import Verdict
from device_sim.drill.plan import Act
from device_sim.drill.truth_lines import InjectTruth, PartyTruth, PersonTruth
from device_sim.drill.wallet import Wallet

Step = Callable[[int], None]
"""Something done at the desk, given the number of the attempt; after a loss of the console it is done again."""

TRIES_BY_CARD, TRIES_BY_NAME = 3, 2

UNKNOWN = frozenset({"unknown_card"})

PULLED_AFTER = 2
"""APDUs that a card answers before it is pulled: too few for its certificate."""


class Visit:
    """Serves one party. Every step may be repeated: who is here already is not received twice."""

    def __init__(
        self, desk: Desk, wallet: Wallet, persons: Mapping[str, PersonTruth], errand: Errand, party: PartyTruth
    ) -> None:
        self._desk, self._wallet, self._persons, self._party = desk, wallet, persons, party
        self._staged = errand.staged

    def steps(self) -> Iterator[Step]:
        """What is to be done, one after another; ask for a step only when the one before is done."""
        for n, who in enumerate(self._party.taps):
            yield from (self._pull(inject, who) for inject in self._scripted(Act.PULL_CARD, who))
            yield self._greet(who) if n == 0 else self._receive(who)
            yield from (self._tap_twice(inject, who) for inject in self._scripted(Act.DOUBLE_TAP, who))
            yield from (self._undo(inject, who) for inject in self._scripted(Act.UNDO, who))
        if not self._party.taps:
            yield from (self._greet_without_card(who) for who in self._party.by_name)
        for who in self._party.people:
            if who not in self._desk.here:
                yield self._find(who)
        yield from (self._stranger(inject) for inject in self._staged if inject.act == Act.WRONG_CARD)

    def missing(self) -> Iterator[str]:
        """Who of the party could not be received after all."""
        return (who for who in self._party.people if who not in self._desk.here)

    def _scripted(self, act: Act, who: str) -> Iterator[InjectTruth]:
        return (inject for inject in self._staged if inject.act == act and inject.resident == who)

    def _cause(self, who: str | None, attempt: int, inject: InjectTruth | None = None) -> Cause:
        return Cause(self._party.household, who, inject.act if inject else None, attempt)

    def _greet(self, who: str) -> Step:
        """The first card of a party, and with it those who have none in hand."""
        companions = [number for number in self._party.people if number not in self._party.taps]

        def step(attempt: int) -> None:
            """Tap, and bring those who have no card."""
            verdict = self._tap_until_welcome(who, attempt)
            if verdict is not None:
                self._bring(verdict, companions, self._cause(who, attempt))

        return step

    def _greet_without_card(self, who: str) -> Step:
        given = next(self._scripted(Act.HAND_CARD, who), None)
        return self._greet_by_name(who) if given is None else self._greet_with_new_card(given, who)

    def _greet_with_new_card(self, inject: InjectTruth, who: str) -> Step:
        """Give somebody a card of the desk's own, and see that it is known from then on."""
        companions = [number for number in self._party.people if number != who]
        card = self._wallet.hand_out(inject.card or "", inject.serial or "")

        def step(attempt: int) -> None:
            """A card that nobody knows is tapped, and given to its bearer."""
            cause = self._cause(who, attempt, inject)
            verdict = self._desk.tap(card, cause, UNKNOWN if attempt == 1 else UNKNOWN | WELCOME)
            if verdict is not None and verdict.verdict in UNKNOWN:
                verdict = self._desk.give_card(self._persons[who], cause)
            if _is_welcome(verdict, who):
                verdict = self._desk.tap(card, cause, frozenset({"already_here"}))
            if verdict is not None and _is_welcome(verdict, who):
                self._bring(verdict, companions, cause)

        return step

    def _greet_by_name(self, who: str) -> Step:
        companions = [number for number in self._party.people if number not in self._party.by_name]

        def step(attempt: int) -> None:
            """Be found by name, and bring the others."""
            verdict = self._find_until_welcome(who, attempt)
            if verdict is not None:
                self._bring(verdict, companions, self._cause(who, attempt))

        return step

    def _receive(self, who: str) -> Step:
        def step(attempt: int) -> None:
            """Tap until they are welcome."""
            self._tap_until_welcome(who, attempt)

        return step

    def _find(self, who: str) -> Step:
        def step(attempt: int) -> None:
            """Be found until they are welcome."""
            self._find_until_welcome(who, attempt)

        return step

    def _pull(self, inject: InjectTruth, who: str) -> Step:
        def step(attempt: int) -> None:
            """Pull the card away too soon."""
            cause = self._cause(who, attempt, inject)
            self._desk.tap(self._wallet.card_of(who), cause, frozenset({"removed_too_soon"}), PULLED_AFTER)

        return step

    def _tap_twice(self, inject: InjectTruth, who: str) -> Step:
        def step(attempt: int) -> None:
            """Tap once more."""
            cause = self._cause(who, attempt, inject)
            self._desk.tap(self._wallet.card_of(who), cause, frozenset({"already_here"}))

        return step

    def _undo(self, inject: InjectTruth, who: str) -> Step:
        def step(attempt: int) -> None:
            """Tap, and have it taken back."""
            card, cause = self._wallet.card_of(who), self._cause(who, attempt, inject)
            if attempt > 1:  # the console may have died before or after taking back: make this the last act again
                self._desk.tap(card, cause)
            self._desk.undo(cause)
            self._desk.tap(card, cause, frozenset({"received"}))

        return step

    def _stranger(self, inject: InjectTruth) -> Step:
        def step(attempt: int) -> None:
            """Tap a card of nobody, and leave it."""
            card = self._wallet.card_with(int(inject.serial or "0", 16))
            self._desk.tap(card, self._cause(None, attempt, inject), frozenset({"unknown_card"}))
            self._desk.dismiss()

        return step

    def _tap_until_welcome(self, who: str, attempt: int) -> Verdict | None:
        for n in range(TRIES_BY_CARD):
            verdict = self._desk.tap(self._wallet.card_of(who), self._cause(who, attempt + n))
            if _is_welcome(verdict, who):
                return verdict
            if verdict is not None and verdict.verdict == "unknown_card":
                self._desk.dismiss()
        return None

    def _find_until_welcome(self, who: str, attempt: int) -> Verdict | None:
        for n in range(TRIES_BY_NAME):
            verdict = self._desk.find(self._persons[who], self._cause(who, attempt + n))
            if _is_welcome(verdict, who):
                return verdict
        return None

    def _bring(self, verdict: Verdict, companions: Sequence[str], cause: Cause) -> None:
        """Receive companions out of the offer; who is not on it is found by name later."""
        offer = {member.resident: member for member in verdict.household}
        waiting = {number for number, member in offer.items() if member.state == "not_yet"}
        if here := [number for number in companions if number in offer and offer[number].state == "here"]:
            self._desk.see_here(here, cause)
        wanted = [number for number in companions if number in waiting]
        if wanted and set(wanted) == waiting:
            self._desk.bring("a", wanted, cause)
            return
        for number in wanted:
            self._desk.bring(offer[number].key, [number], cause)


def _is_welcome(verdict: Verdict | None, who: str) -> bool:
    return verdict is not None and verdict.verdict in WELCOME and verdict.resident == who
