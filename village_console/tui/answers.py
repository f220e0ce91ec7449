"""How each verdict looks and sounds: one face for the answer band of every desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from village_console.register.rows import Resident
from village_console.register.tokens import BY_CERTIFICATE
from village_console.shelter.acts import Answer
from village_console.shelter.decide import Claim
from village_console.shelter.rules import PersonState, Verdict
from village_console.tui import shapes
from village_console.tui.theme import Roles, Tone
from village_console.village.eras import age_on
from village_console.words import Words


class Bell(Enum):
    """Patterns by count, since pitch is not ours: how often, and after what pause in seconds."""

    DONE = (1, 0.0)
    SAME = (1, 0.4)
    QUESTION = (2, 0.0)
    AGAIN = (3, 0.0)
    STOP = (5, 0.0)
    NONE = (0, 0.0)


@dataclass(frozen=True, slots=True)
class Face:
    """What an answer band shows."""

    tone: str
    """Role of its colour: good, same, ask, stop."""
    shape: tuple[str, ...]
    mark: str
    """One kanji in the middle of the shape."""
    sign: str
    """The same as a full-width character, for rows."""
    first: str
    name: str = ""
    aside: str = ""
    third: str = ""
    number: str = ""
    bell: Bell = Bell.NONE
    picture: bool = True

    def tone_in(self, roles: Roles) -> Tone:
        """The colours of this face."""
        return getattr(roles, self.tone)


_LOOK: dict[Verdict, tuple[str, tuple[str, ...], str, str, Bell]] = {
    Verdict.RECEIVED: ("good", shapes.RING, "済", "〇", Bell.DONE),
    Verdict.COMPANIONS_RECEIVED: ("good", shapes.RING, "済", "〇", Bell.DONE),
    Verdict.ALREADY_HERE: ("same", shapes.BARS, "同", "＝", Bell.SAME),
    Verdict.ELSEWHERE: ("ask", shapes.DIAMOND, "問", "？", Bell.QUESTION),
    Verdict.MOVED: ("good", shapes.RING, "済", "〇", Bell.DONE),
    Verdict.CAME_BACK: ("good", shapes.RING, "済", "〇", Bell.DONE),
    Verdict.WENT_OUT: ("good", shapes.RING, "済", "／", Bell.DONE),
    Verdict.DEPARTED: ("good", shapes.RING, "済", "〆", Bell.DONE),
    Verdict.PLACE_TOLD: ("good", shapes.RING, "済", "家", Bell.DONE),
    Verdict.SPACE_ASSIGNED: ("good", shapes.RING, "済", "〇", Bell.DONE),
    Verdict.KNOWN_LATER: ("same", shapes.BARS, "同", "＝", Bell.SAME),
    Verdict.COUNTED: ("good", shapes.RING, "済", "〇", Bell.DONE),
    Verdict.NAMED: ("good", shapes.RING, "済", "〇", Bell.DONE),
    Verdict.NOBODY_COUNTED: ("same", shapes.BARS, "同", "＝", Bell.SAME),
    Verdict.NOBODY_LEFT: ("same", shapes.BARS, "同", "＝", Bell.SAME),
    Verdict.ALREADY_NAMED: ("same", shapes.BARS, "同", "＝", Bell.SAME),
    Verdict.CANNOT_KNOW: ("ask", shapes.DIAMOND, "問", "？", Bell.QUESTION),
    Verdict.DECIDED: ("good", shapes.RING, "済", "〇", Bell.DONE),
    Verdict.NOT_HERE: ("same", shapes.BARS, "同", "＝", Bell.SAME),
    Verdict.UNKNOWN_CARD: ("ask", shapes.DIAMOND, "問", "？", Bell.QUESTION),
    Verdict.NOT_TO_BE_BOUND: ("ask", shapes.DIAMOND, "問", "？", Bell.QUESTION),
    Verdict.BOUND_AND_RECEIVED: ("good", shapes.RING, "済", "〇", Bell.DONE),
    Verdict.BOUND: ("good", shapes.RING, "済", "〇", Bell.DONE),
    Verdict.ALREADY_BOUND: ("same", shapes.BARS, "同", "＝", Bell.SAME),
    Verdict.BOUND_TO_OTHER: ("ask", shapes.DIAMOND, "問", "？", Bell.QUESTION),
    Verdict.REMOVED_TOO_SOON: ("ask", shapes.HILL, "再", "！", Bell.AGAIN),
    Verdict.UNREADABLE: ("ask", shapes.HILL, "再", "！", Bell.AGAIN),
    Verdict.CANNOT_USE: ("stop", shapes.CROSS, "止", "Ｘ", Bell.STOP),
    Verdict.UNDONE: ("same", shapes.BARS, "同", "／", Bell.DONE),
    Verdict.NOTHING_TO_UNDO: ("same", shapes.BARS, "同", "＝", Bell.SAME),
}


_RECEPTIONS = (Verdict.RECEIVED, Verdict.MOVED, Verdict.BOUND_AND_RECEIVED)
_OF_A_PLACE = (Verdict.DEPARTED, Verdict.PLACE_TOLD, Verdict.DECIDED)


def face_of(answer: Answer, words: Words, *, asking_undo: bool = False) -> Face:
    """The face of an answer; `asking_undo` turns it into the question whether to take it back."""
    if asking_undo:
        return _undo_question(answer, words)
    tone, shape, mark, sign, bell = _LOOK[answer.verdict]
    return Face(
        tone, shape, mark, sign, _first(answer, words), _name(answer, words), _aside(answer, words),
        _third(answer, words), _number(answer), bell,
    )  # fmt: skip


def sign_and_word(answer: Answer, words: Words, *, stands: bool) -> str:
    """The state of an act in a row: shape and word."""
    if answer.facts and not stands:
        return "／ " + words.say("answer.undone.word")
    return f"{_LOOK[answer.verdict][3]} {words.say(f'answer.{answer.verdict}.word')}"


def idle_face(words: Words, *, reader_ready: bool) -> Face:
    """The invitation while nothing is open."""
    key = "idle" if reader_ready else "no_reader"
    return Face(
        "same", shapes.WAIT, "待", "－", words.say(f"answer.{key}.first"), words.say(f"answer.{key}.second"), "",
        words.say(f"answer.{key}.third"), picture=reader_ready,
    )  # fmt: skip


def binding_question(person: Resident, words: Words, now: datetime, *, here: bool) -> Face:
    """Whether the card that waits is this person's; `here`: the person has been received somewhere."""
    age = words.say("age", age=age_on(person.birth, now.date())) if person.birth else ""
    return Face(
        "ask", shapes.DIAMOND, "問", "？", words.say("binding.first"), words.say("name.polite", name=person.name),
        f"{age}  {person.settlement}", words.say("binding.card_only" if here else "binding.with_reception"),
    )  # fmt: skip


def handing_face(person: Resident, words: Words) -> Face:
    """The invitation to lay down the card that a person gets."""
    return Face(
        "ask", shapes.WAIT, "待", "－", words.say("handing.first"), words.say("name.polite", name=person.name), "",
        words.say("handing.third"),
    )  # fmt: skip


def _undo_question(answer: Answer, words: Words) -> Face:
    both = answer.verdict is Verdict.BOUND_AND_RECEIVED
    what = words.say("answer.bound_and_received.both" if both else f"answer.{answer.verdict}.word")
    return Face(
        "ask", shapes.DIAMOND, "問", "？", words.say("answer.undo_question.first", what=what), _name(answer, words),
        f"{answer.at:%H:%M:%S}", words.say("undo.why"), "", Bell.QUESTION,
    )  # fmt: skip


def _first(answer: Answer, words: Words) -> str:
    owner = answer.owner.name if answer.owner else ""
    return words.say(f"answer.{answer.verdict}.first", owner=owner, shelter=_shelter(answer, words))


def _shelter(answer: Answer, words: Words) -> str:
    return answer.shelter or words.say("companion.elsewhere")


def _name(answer: Answer, words: Words) -> str:
    if answer.verdict is Verdict.COMPANIONS_RECEIVED or (answer.people and answer.verdict is Verdict.UNDONE):
        return words.say("answer.companions_received.name", count=len(answer.people))
    if answer.resident is None and answer.group is not None:
        return words.say("count.people", count=answer.group.people)
    if answer.resident is None:
        return words.say("unknown" if answer.facts else f"answer.{answer.verdict}.second")
    return words.say("name.polite", name=answer.resident.name)


def _aside(answer: Answer, words: Words) -> str:
    if answer.why is not None:
        return words.say(f"unusable.{answer.why}")
    if answer.resident is None or answer.resident.birth is None or answer.verdict is Verdict.COMPANIONS_RECEIVED:
        return ""
    if answer.verdict is Verdict.ALREADY_HERE and answer.stay:
        return words.say("answer.already_here.aside", receipt=answer.stay.receipt, at=f"{answer.stay.since:%H:%M}")
    if answer.verdict is Verdict.ELSEWHERE and answer.stay:
        return words.say("answer.elsewhere.aside", at=at_of(answer.stay.since, answer.at))
    return words.say("age", age=age_on(answer.resident.birth, answer.at.date()))


def _third(answer: Answer, words: Words) -> str:
    resident = answer.resident
    if answer.verdict in (Verdict.BOUND, Verdict.BOUND_AND_RECEIVED) and answer.owner is not None:
        return words.say("answer.bound.instead", owner=answer.owner.name)
    if answer.verdict is Verdict.BOUND and answer.household and answer.household[0].state is PersonState.ELSEWHERE:
        return words.say("answer.bound.elsewhere")
    if answer.verdict in _RECEPTIONS and resident is not None and answer.household:
        here = sum(companion.state is PersonState.HERE for companion in answer.household)
        size = len(answer.household)
        key = "answer.received.alone" if size == 1 else "answer.received.third"
        return words.say(key, settlement=resident.settlement, size=size, nth=here)
    if answer.verdict is Verdict.COMPANIONS_RECEIVED:
        return words.say("list.comma").join(person.name for person, _ in answer.people)
    if answer.verdict in _OF_A_PLACE:
        return _place_said(answer, words)
    if answer.verdict is Verdict.CANNOT_KNOW and answer.claims:
        return _claims_said(answer.claims, words)
    if answer.verdict in _RECEPTIONS:
        return ""
    own = answer.verdict is Verdict.UNKNOWN_CARD and answer.card is not None and answer.card.kind in BY_CERTIFICATE
    return words.say(
        "answer.unknown_card.own" if own else f"answer.{answer.verdict}.third", shelter=_shelter(answer, words),
        settlement=resident.settlement if resident else "", receipt=_receipt(answer),
        space=answer.space.space if answer.space else "",
    )  # fmt: skip


def _place_said(answer: Answer, words: Words) -> str:
    """Where somebody goes or is; an unknown place stays in the tray."""
    stay = answer.stay
    if stay is None or stay.shelter is not None:
        return words.say(f"answer.{answer.verdict}.third", place=_shelter(answer, words))
    place = words.say(f"place.long.{stay.place}")
    follow = stay.lost_sight_of and answer.verdict is not Verdict.DECIDED
    return words.say(f"answer.{answer.verdict}.{'follow' if follow else 'third'}", place=place)


def claim_said(claim: Claim, words: Words) -> str:
    """One of the places at which a person may be."""
    return claim.name or words.say(f"place.long.{claim.place}")


def _claims_said(claims: Sequence[Claim], words: Words) -> str:
    numbered = (words.say("claim.line", n=n, place=claim_said(claim, words)) for n, claim in enumerate(claims, start=1))
    return "   ".join(numbered)


def claim_question(answer: Answer, claim: Claim, words: Words) -> Face:
    """Whether that is where the person is."""
    return Face(
        "ask", shapes.DIAMOND, "問", "？", words.say("claim.first", place=claim_said(claim, words)), _name(answer, words),
        "", words.say("claim.third"),
    )  # fmt: skip


def _number(answer: Answer) -> str:
    return _receipt(answer) if answer.verdict in _RECEPTIONS else ""


def _receipt(answer: Answer) -> str:
    if answer.group is not None:
        return answer.group.receipt.rpartition("-")[2]
    return answer.stay.receipt.rpartition("-")[2] if answer.stay else ""


def at_of(moment: datetime, now: datetime) -> str:
    """An hour and minute today, with the date on other days."""
    return f"{moment:%H:%M}" if moment.date() == now.date() else f"{moment.month}/{moment.day} {moment:%H:%M}"
