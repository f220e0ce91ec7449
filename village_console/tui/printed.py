"""How the outcome of a paper looks: no answer is never fine."""

from __future__ import annotations

from village_console.devices.ports import PrintOutcome
from village_console.tui.answers import Bell, Face
from village_console.tui.shapes import CROSS, HILL, RING
from village_console.tui.station import Printed
from village_console.words import Words


def printed_face(printed: Printed, people: int, words: Words, kind: str = "roster") -> Face:
    """Say what is known of a paper with so many people on it; `kind`: the table of its words."""
    report, missing = printed.report, printed.missing
    if report.outcome is PrintOutcome.PRINTED:
        said = (
            words.say(f"{kind}.printed_with_gaps", count=people, missing=" ".join(missing))
            if missing
            else words.say(f"{kind}.printed", count=people)
        )
        return Face("good", RING, "済", "〇", said, bell=Bell.DONE)
    if report.outcome is PrintOutcome.UNCERTAIN:
        return Face("ask", HILL, "再", "！", words.say(f"{kind}.uncertain", count=people), bell=Bell.AGAIN)
    said = words.say(f"roster.not_printed.{report.health}", count=people)
    return Face("stop", CROSS, "止", "Ｘ", said, bell=Bell.STOP)
