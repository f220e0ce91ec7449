"""Every verdict on a card as a table: what brings it about at a desk, how its band looks, how often it rings, what it says."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import JournalMaker
from tests.town import ISSUER, listed, person, write_all
from village_console.devices.ports import CardRead, CardRemoved, CardUnreadable, CardUnusable, Unusable
from village_console.register.facts import CardBound, card_subject
from village_console.shelter.acts import Answer
from village_console.shelter.facts import Path
from village_console.shelter.receive import Desk
from village_console.shelter.reception import ReceptionDesk
from village_console.shelter.rules import Verdict
from village_console.tui.answers import Bell, face_of
from village_console.village.ids import ShelterId
from village_console.village.run_mode import World
from village_console.words import Language, Words

S1, S2 = ShelterId("S1"), ShelterId("S2")
HARU, KEN = person(2), person(3)
CARD = CardRead("felica", ISSUER, b"\x01\x14\xc3", World.SIMULATED)


class Desks:
    """Haru with a card, and two shelters that hear of each other only when they meet."""

    def __init__(self, make_journal: JournalMaker) -> None:
        self.journals = [make_journal(f"{name}/journal.db") for name in ("hall", "school")]
        for one in self.journals:
            for other in self.journals:
                one.admit(other.public_key)
        write_all(self.journals[0], [listed(2, 1, "佐藤 ハル", "サトウ ハル"), listed(3, 2, "佐藤 健", "サトウ ケン")])
        self.hall, self.school = (
            ReceptionDesk(journal, Desk(shelter, n))
            for n, (journal, shelter) in enumerate(zip(self.journals, (S1, S2), strict=True), start=1)
        )
        unknown = self.hall.tap(CARD).card
        assert unknown is not None
        write_all(self.journals[0], [CardBound(subject=card_subject(unknown.token), resident=HARU, kind="felica")])
        self.meet()

    def meet(self) -> None:
        for giver, taker in (self.journals, self.journals[::-1]):
            links = giver.owed(taker.have())
            taker.take_in(links, giver.keys_for(links))


def elsewhere(desks: Desks) -> Answer:
    desks.school.receive(HARU, Path.CARD)
    desks.meet()
    return desks.hall.tap(CARD)


def moved(desks: Desks) -> Answer:
    elsewhere(desks)
    return desks.hall.receive(HARU, moving_from=S2)


def already_here(desks: Desks) -> Answer:
    desks.hall.tap(CARD)
    return desks.hall.tap(CARD)


def went_out(desks: Desks) -> Answer:
    desks.hall.tap(CARD)
    return desks.hall.go_out(HARU)


def came_back(desks: Desks) -> Answer:
    went_out(desks)
    return desks.hall.tap(CARD)


def cannot_know(desks: Desks) -> Answer:
    desks.hall.tap(CARD)
    desks.school.receive(HARU, Path.CARD)
    desks.meet()
    return desks.hall.tap(CARD)


def unknown_card(desks: Desks) -> Answer:
    return desks.hall.tap(CardRead("felica", ISSUER, b"\x02", World.SIMULATED))


Row = tuple[Callable[[Desks], Answer], Verdict, str, Bell, str, bool]
TABLE: tuple[Row, ...] = (
    (lambda desks: desks.hall.tap(CARD), Verdict.RECEIVED, "good", Bell.DONE, "受け付けました", True),
    (already_here, Verdict.ALREADY_HERE, "same", Bell.SAME, "もう 受け付けています", False),
    (elsewhere, Verdict.ELSEWHERE, "ask", Bell.QUESTION, "", False),
    (moved, Verdict.MOVED, "good", Bell.DONE, "", True),
    (went_out, Verdict.WENT_OUT, "good", Bell.DONE, "", True),
    (came_back, Verdict.CAME_BACK, "good", Bell.DONE, "", True),
    (unknown_card, Verdict.UNKNOWN_CARD, "ask", Bell.QUESTION, "だれのカードか わかりません", False),
    (lambda desks: desks.hall.tap(CardUnreadable()), Verdict.UNREADABLE, "ask", Bell.AGAIN, "カードが 読めません", False),
    (lambda desks: desks.hall.tap(CardRemoved()), Verdict.REMOVED_TOO_SOON, "ask", Bell.AGAIN, "早く離れました", False),
    (
        lambda desks: desks.hall.tap(CardUnusable(Unusable.OTHER_KIND)),
        Verdict.CANNOT_USE, "stop", Bell.STOP, "このカードは 受付に使えません", False,
    ),
    (cannot_know, Verdict.CANNOT_KNOW, "ask", Bell.QUESTION, "", False),
)  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=[row[1].value for row in TABLE])
def test_a_card_comes_to_its_verdict_with_band_bell_and_sentence(make_journal: JournalMaker, row: Row) -> None:
    act, verdict, tone, bell, said, writes = row
    answer = act(Desks(make_journal))
    assert answer.verdict is verdict
    assert bool(answer.facts) is writes, "what is shown as done is on disk, and nothing else is"
    for language in Language:
        face = face_of(answer, Words(language))
        assert (face.tone, face.bell) == (tone, bell)
        assert face.first
        assert face.third
        if language is Language.JAPANESE and said:
            assert face.first == said


def test_no_two_kinds_of_verdict_ring_alike() -> None:
    """Whoever cannot see the screen hears what to do: go on, look, do it again, stop."""
    rings = {bell.value for _, _, _, bell, _, _ in TABLE}
    assert len(rings) == len({bell for _, _, _, bell, _, _ in TABLE}) == 5


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("language", Language)
def test_every_verdict_there_is_has_its_words(verdict: Verdict, language: Language) -> None:
    words = Words(language)
    assert words.say(f"answer.{verdict}.word")
    assert words.say(f"answer.{verdict}.first", owner="佐藤", shelter="小学校")
