"""The rule of the source document, pure."""

from __future__ import annotations

from enum import StrEnum

from village_console.viewing.facts import TvState


class Presumption(StrEnum):
    """What the rule says of one person."""

    STRANDED = "stranded"
    """逃げ遅れ推定: the television was ON when the order was given, and the person has checked in at no shelter."""
    CHECKED_IN = "checked_in"
    CANNOT_TELL = "cannot_tell"
    """OFF, silent, no television, no consent: the television says nothing about where the person is."""


def presume(tv_at_order: TvState | None, *, checked_in: bool) -> Presumption:
    """Apply the rule; `tv_at_order` is None where there is no television that may be asked."""
    if checked_in:
        return Presumption.CHECKED_IN
    return Presumption.STRANDED if tv_at_order is TvState.ON else Presumption.CANNOT_TELL
