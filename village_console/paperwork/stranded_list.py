"""Those presumed stranded on A4: the board by settlement, its evidence in sentences."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from village_console.papers.a4.compiling import A4Paper
from village_console.papers.a4.frame import Frame
from village_console.papers.a4.stranded import Home, Missing, Settlement, stranded_paper
from village_console.register.rows import Resident
from village_console.stranded.views import Board, BoardRow
from village_console.village.eras import age_on
from village_console.words import Words


def stranded_of(frame: Frame, board: Board) -> A4Paper:
    """Lay out the presumed by settlement."""
    return stranded_paper(frame, order_of(board, frame), rest_of(board, frame), settlements_of(frame, board))


def settlements_of(frame: Frame, board: Board) -> list[Settlement]:
    """The presumed by settlement; within one, those who need support and homes nobody came from stay first."""
    by_settlement = sorted(board.stranded, key=lambda row: row.household.settlement)  # stable: the board's order stays
    return [
        Settlement(name or frame.words.say("a4.no_settlement"), tuple(_home(row, board, frame) for row in rows))
        for name, rows in groupby(by_settlement, key=lambda row: row.household.settlement)
    ]


def order_of(board: Board, frame: Frame) -> str:
    """Which order the list is under."""
    words = frame.words
    where = words.say("list.comma").join(board.order.settlements) or words.say("order.everywhere")
    return f"{words.say(f'order.level.{board.order.level}')} {_moment(board.order.issued_at, frame.at)} {where}"


def rest_of(board: Board, frame: Frame) -> str:
    """Who does not stand on the list."""
    return frame.words.say("a4.stranded.rest", blind=len(board.cannot_tell), cleared=len(board.cleared))


def _home(row: BoardRow, board: Board, frame: Frame) -> Home:
    head, words = row.household.head, frame.words
    return Home(
        id=row.household.id.rpartition("/")[2],
        head=head.name,
        address=head.address or head.settlement,
        phone=next((m.phone for m in row.household.members if m.phone), ""),
        missing=tuple(_missing(person, words, frame.at) for person in row.missing),
        evidence=_evidence(row, board, frame),
    )


def _missing(person: Resident, words: Words, at: datetime) -> Missing:
    age = words.say("a4.age", age=age_on(person.birth, at.date())) if person.birth else words.say("unknown")
    support = words.say("a4.support") if person.needs_evacuation_support else ""
    return Missing(person.name, person.kana, f"{age} {words.say(f'sex.{person.sex}')}", support)


def _evidence(row: BoardRow, board: Board, frame: Frame) -> tuple[str, ...]:
    say = frame.words.say
    heard = row.evidence.last_heard if row.evidence else None
    at = _moment(board.order.issued_at, frame.at)
    television = say("why.on", at=at, heard=f"{heard:%H:%M:%S}" if heard else say("never"))
    came = say("a4.stranded.came", count=len(row.arrived)) if row.arrived else say("a4.stranded.nobody_came")
    return television, came


def _moment(moment: datetime, now: datetime) -> str:
    return f"{moment:%H:%M}" if moment.date() == now.date() else f"{moment.month}/{moment.day} {moment:%H:%M}"
