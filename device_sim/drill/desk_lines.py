"""The lines of desk.jsonl: what the person at the desk did, saw and heard. Times `at` are drill time, others monotonic."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from device_sim.drill.link_words import PresumedHome


class DeskEntry(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """One line."""

    at: datetime
    """Drill time at which it was written."""


class Begun(DeskEntry, frozen=True, kw_only=True, tag="begun"):
    """The console has said hello, the televisions are connected, time runs."""

    scenario: str
    seed: int
    speed: float
    run_mode: str
    world: str
    received: int
    """People whom the journal already held."""
    people_watch: bool


class Acknowledged(msgspec.Struct, frozen=True):
    """Somebody whom the desk was shown as received, or as here already."""

    resident: str
    fact: str | None = None
    """Absent where nothing was written."""
    receipt: str | None = None


class DeskAct(DeskEntry, frozen=True, kw_only=True):
    """Something that the person at the desk did, and the answer to it."""

    presented: float
    """When the card was dialled in, or the last key was sent."""
    heard: float | None
    """When the verdict line arrived; None: no answer in time, or the console died."""
    painted: float | None
    latency_ms: float | None
    """From `presented` to `heard`."""
    painted_ms: float | None
    """From `presented` to `painted`, which is the console's own reading of the same clock."""
    verdict: str | None
    household: str | None = None
    resident: str | None = None
    """Who stood at the desk; None for somebody unknown, or for several."""
    asked: tuple[str, ...] = ()
    """Who was to be received as companions."""
    shown: str | None = None
    """Whom the answer named."""
    acknowledged: tuple[Acknowledged, ...] = ()
    fact: str | None = None
    """The fact of an act that acknowledges nobody."""
    mismatch: bool = False
    """Another verdict or another person than this act asks for."""
    attempt: int = 1
    inject: str | None = None
    """The scripted act that this one belongs to."""


class Tap(DeskAct, frozen=True, kw_only=True, tag="tap"):
    """A card was laid on the reader."""


class ByName(DeskAct, frozen=True, kw_only=True, tag="by_name"):
    """Somebody was found by kana name and date of birth."""


class CardGiven(DeskAct, frozen=True, kw_only=True, tag="card_given"):
    """A card of the desk's own was bound to somebody found by kana name and date of birth."""


class Companions(DeskAct, frozen=True, kw_only=True, tag="companions"):
    """Members of the household were received out of the offer."""


class Undo(DeskAct, frozen=True, kw_only=True, tag="undo"):
    """The last act was taken back."""


class OrderGiven(DeskAct, frozen=True, kw_only=True, tag="order"):
    """An evacuation order was recorded."""


class Print(DeskAct, frozen=True, kw_only=True, tag="print"):
    """The roster was sent to the printer."""


class BoardShown(DeskEntry, frozen=True, kw_only=True, tag="show_board"):
    """The person at the desk looked at the stranded board."""


class PaperChanged(DeskEntry, frozen=True, kw_only=True, tag="paper"):
    """The printer's roll ended (`out`), or a new one was put in (`in`)."""

    value: str


class BoardSeen(DeskEntry, frozen=True, kw_only=True, tag="board"):
    """Whom the board presumes stranded from now on."""

    households: tuple[PresumedHome, ...]


class Aside(DeskEntry, frozen=True, kw_only=True, tag="aside"):
    """The console said something that no act of the desk had asked for, or too late."""

    verdict: str | None
    resident: str | None = None
    said: str | None = None


class GivenUp(DeskEntry, frozen=True, kw_only=True, tag="given_up"):
    """Somebody could be received neither by card nor by name."""

    household: str
    resident: str


class ConsoleLost(DeskEntry, frozen=True, kw_only=True, tag="console_lost"):
    """Link or slot were gone."""

    why: str


class ConsoleBack(DeskEntry, frozen=True, kw_only=True, tag="console_back"):
    """The console has said hello again."""

    seconds: float
    """Real, from the loss."""
    received: int


class Failure(DeskEntry, frozen=True, kw_only=True, tag="failure"):
    """The drill was ended here."""

    why: str


class Ended(DeskEntry, frozen=True, kw_only=True, tag="ended"):
    """The console's evidence is on disk."""

    tv_published: int
    tv_acknowledged: int
    real_seconds: float


DeskLine = (
    Begun
    | Tap
    | ByName
    | CardGiven
    | Companions
    | Undo
    | OrderGiven
    | Print
    | BoardShown
    | PaperChanged
    | BoardSeen
    | Aside
    | GivenUp
    | ConsoleLost
    | ConsoleBack
    | Failure
    | Ended
)


def read_desk(path: Path) -> tuple[DeskLine, ...]:
    """All lines of a desk.jsonl; raises OSError, msgspec.DecodeError."""
    decoder = msgspec.json.Decoder(DeskLine)
    return tuple(decoder.decode(line) for line in path.read_bytes().splitlines())
