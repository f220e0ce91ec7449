"""What stands on every A4 paper: whose, when, whether it is only a drill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from village_console.village.eras import era_text
from village_console.village.run_mode import RunMode
from village_console.words import Words


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a paper comes from."""

    place: str
    at: datetime
    run_mode: RunMode
    words: Words

    def values(self, title: str, count: str = "") -> dict[str, Any]:
        """What `page.typ` draws on every page."""
        say = self.words.say
        return {
            "title": title,
            "place": self.place,
            "at": say("a4.at", day=era_text(self.at.date()), time=f"{self.at:%H:%M}"),
            "count": count,
            "mark": "" if self.run_mode is RunMode.REAL else say(f"a4.mark.{self.run_mode}"),
            "foot": say("a4.foot"),
            "gaps_said": say("a4.gaps"),
            "nobody": say("a4.nobody"),
        }
