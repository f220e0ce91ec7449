"""One thing that was looked at: a value, never an exception."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from village_console.village.errors import VillageError
from village_console.words import Words


class State(StrEnum):
    """How a part is; not to know is a state of its own."""

    FINE = "fine"
    LOOK = "look"
    """Works, but somebody should look at it."""
    MEND = "mend"
    UNKNOWN = "unknown"


SHAPES = {State.FINE: "〇", State.LOOK: "！", State.MEND: "Ｘ", State.UNKNOWN: "？"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found at one part."""

    what: str
    state: State
    said: str
    """Key of its sentence among `doctor.said`."""
    do: str = "nothing"
    """Key of what to do among `doctor.do`."""
    values: dict[str, object] = field(default_factory=dict[str, object])

    def line(self, words: Words) -> str:
        """One line: shape, part, what, and what to do."""
        values = self._spoken(words)
        part, said = words.say(f"doctor.part.{self.what}"), words.say(f"doctor.said.{self.said}", **values)
        line = words.say("doctor.line", shape=SHAPES[self.state], part=part, said=said)
        do = words.say(f"doctor.do.{self.do}", **values)
        return line + words.say("doctor.do_it", do=do) if do else line

    def plain(self, words: Words) -> dict[str, Any]:
        """For machines."""
        values = self._spoken(words)
        said, do = words.say(f"doctor.said.{self.said}", **values), words.say(f"doctor.do.{self.do}", **values)
        return {"what": self.what, "state": self.state.value, "key": self.said, "said": said, "do": do}

    def _spoken(self, words: Words) -> dict[str, object]:
        """The values, with an error among them put into words."""
        error = self.values.get("error")
        if not isinstance(error, VillageError):
            return self.values
        what, do = words.explain(error.code, error.values)
        problem = error.values.get("problem", "")
        told = words.say(f"problem.{problem}", **error.values) if problem else ""
        return self.values | error.values | {"what": f"{error.code} {what}", "do": do, "problem": told}


def broken(what: str, error: VillageError) -> Finding:
    """A part that answers with an error of its own: that error has its sentences already."""
    return Finding(what, State.MEND, "explained", "explained", {"error": error})


def status_of(findings: Iterable[Finding]) -> int:
    """Exit status: 1 when something must be mended."""
    return int(any(finding.state is State.MEND for finding in findings))


def told(findings: Iterable[Finding], words: Words, *, as_json: bool) -> str:
    """All findings as text."""
    if as_json:
        return json.dumps([finding.plain(words) for finding in findings], ensure_ascii=False, indent=1) + "\n"
    return "".join(finding.line(words) + "\n" for finding in findings)
