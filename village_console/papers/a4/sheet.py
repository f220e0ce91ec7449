"""The evacuee sheet (避難者カード) on A4: blank to be written by hand, or filled with what is known of one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from village_console.papers.a4.codes import code_values
from village_console.papers.a4.compiling import A4Paper
from village_console.papers.a4.form import Form, Said, Section
from village_console.papers.a4.frame import Frame
from village_console.village.printed_code import PrintedCode
from village_console.words import Language

Facts = Mapping[str, str]
"""What is known of a person, by the names that a form's fields may ask for."""


@dataclass(frozen=True, slots=True)
class Card:
    """One sheet."""

    person: Facts = field(default_factory=dict[str, str])
    """Empty: a blank sheet."""
    household: tuple[Facts, ...] = ()
    """The others of the household."""
    code: PrintedCode | None = None


def sheet_paper(frame: Frame, form: Form, cards: Sequence[Card]) -> A4Paper:
    """Lay out one sheet a page."""
    language = frame.words.language
    title = _said(form.title, language)
    values = frame.values(title) | {
        "lead": _said(form.lead, language),
        "cards": [_card(card, form, language) for card in cards],
    }
    if not any(card.person for card in cards):
        values["at"] = ""
    return A4Paper("sheet", title, frame.at, values, sum(bool(card.person) for card in cards))


def _card(card: Card, form: Form, language: Language) -> dict[str, Any]:
    receipt = card.person.get("receipt", "")
    return {
        "id": receipt,
        "receipt": receipt,
        "code": code_values(card.code),
        "sections": [_section(section, card, language) for section in form.sections],
    }


def _section(section: Section, card: Card, language: Language) -> dict[str, Any]:
    columns = [
        {
            "label": _said(one.label, language),
            "width": one.width,
            "lines": one.lines,
            "choices": [_said(word, language) for word in one.choices],
            "value": card.person.get(one.known, "") if one.known else "",
        }
        for one in section.fields
    ]
    if not section.people:
        return {"kind": "boxes", "title": _said(section.title, language), "fields": columns}
    rows = [[other.get(one.known, "") if one.known else "" for one in section.fields] for other in card.household]
    empty = [[""] * len(columns)] * max(0, section.people - len(rows))
    return {
        "kind": "people", "title": _said(section.title, language), "columns": columns, "rows": [*rows, *empty],
    }  # fmt: skip


def _said(said: Said, language: Language) -> str:
    return said.ja if language is Language.JAPANESE else said.en
