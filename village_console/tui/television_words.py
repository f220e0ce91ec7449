"""A television, what its source can know and what was agreed to, in words and on paper."""

from __future__ import annotations

from village_console.devices.ports import SourceKnows
from village_console.papers.document import Document
from village_console.papers.receipts.consent import ConsentLine, ConsentSheet, consent_sheet
from village_console.tui.station import Station
from village_console.viewing.consented import KEPT_FOR
from village_console.viewing.enrol import Television
from village_console.viewing.facts import Granularity
from village_console.viewing.rows import Terms
from village_console.village.run_mode import RunMode
from village_console.words import Words


def knows_words(knows: SourceKnows | None, words: Words) -> str:
    """What a source can tell: pattern 1, pattern 2, or nothing."""
    if knows is None or not knows.power:
        return words.say("televisions.knows.nothing")
    return words.say("televisions.knows.both" if knows.channel else "televisions.knows.power")


def granularity_words(terms: Terms, words: Words) -> str:
    """How much is agreed to."""
    return words.say(f"granularity.{terms.granularity}")


def until_words(terms: Terms, words: Words) -> str:
    """Until when it holds."""
    if terms.granularity is Granularity.NOTHING:
        return ""
    return f"{terms.until:%Y-%m-%d}" if terms.until else words.say("televisions.until_withdrawn")


def sheet_of(television: Television, name: str, columns: int, station: Station, words: Words) -> Document:
    """The sheet about one television."""
    now = station.clock.now()
    lines = [
        ConsentLine(
            words.say(f"behind.purpose.{terms.purpose}"), granularity_words(terms, words), until_words(terms, words),
            words.say("televisions.days", count=KEPT_FOR[terms.purpose].days),
        )
        for terms in television.terms
    ]  # fmt: skip
    sheet = ConsentSheet(
        station.place, f"{now:%Y-%m-%d %H:%M}", name, television.pairing.device, knows_words(television.knows, words), lines,
        station.run_mode is not RunMode.REAL,
    )  # fmt: skip
    return consent_sheet(sheet, columns, words)
