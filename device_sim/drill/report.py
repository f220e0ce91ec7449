"""report.json: the figures of a drill."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import msgspec

from device_sim.drill.check_ins import CheckIns
from device_sim.drill.desk_lines import GivenUp, Tap
from device_sim.drill.figures import Hits, Spread
from device_sim.drill.presumptions import Presumptions
from device_sim.drill.record import Record

NO_ANSWER = "no_answer"
"""Counted among the verdicts: an act that was answered by none."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a drill came to. None stands for what is not known, never 0."""

    scenario: str
    seed: int
    speed: float | None
    run_mode: str | None
    world: str | None
    started: datetime | None
    """Drill time."""
    ended: datetime | None
    """Drill time; None: the drill was not played to its end."""
    real_seconds: float | None
    residents: int
    households: int
    parties: int
    arriving: int
    """People who come to the shelter."""
    taps_presented: int
    verdicts: dict[str, int]
    mismatches: int
    given_up: int
    """People who could be received neither by card nor by name."""
    checkins_acknowledged: int
    checkins_in_journal: int | None
    lost_acknowledged: int | None
    doubled: int | None
    stranded_flagged: int | None
    stranded_true: int
    stranded_precision: float | None
    stranded_recall: float | None
    stranded_households: Hits
    tap_to_feedback_ms: Spread
    """From dialling the card in to the arrival of the verdict."""
    tap_to_paint_ms: Spread
    """From dialling the card in to the console's own reading when it had painted."""
    roster_lines: int | None
    tv_published: int | None
    tv_acknowledged: int | None

    @classmethod
    def of(cls, record: Record, check_ins: CheckIns, presumptions: Presumptions) -> Report:
        """Sum up."""
        drill, begun, ended = record.truth.drill, record.begun, record.ended
        taps = list(record.of(Tap))
        people = presumptions.people
        return cls(
            scenario=drill.scenario,
            seed=drill.seed,
            speed=begun.speed if begun else None,
            run_mode=begun.run_mode if begun else None,
            world=begun.world if begun else None,
            started=begun.at if begun else None,
            ended=ended.at if ended else None,
            real_seconds=ended.real_seconds if ended else None,
            residents=drill.residents,
            households=drill.households,
            parties=len(record.truth.parties),
            arriving=sum(len(party.people) for party in record.truth.parties),
            taps_presented=len(taps),
            verdicts=dict(sorted(Counter(act.verdict or NO_ANSWER for act in record.acts).items())),
            mismatches=sum(act.mismatch for act in record.acts),
            given_up=sum(1 for _ in record.of(GivenUp)),
            checkins_acknowledged=len(check_ins.acknowledged),
            checkins_in_journal=_count(check_ins.in_journal),
            lost_acknowledged=check_ins.lost_count,
            doubled=_count(check_ins.doubled),
            stranded_flagged=people.flagged,
            stranded_true=people.true,
            stranded_precision=people.precision,
            stranded_recall=people.recall,
            stranded_households=presumptions.households,
            tap_to_feedback_ms=Spread.of([tap.latency_ms for tap in taps if tap.latency_ms is not None]),
            tap_to_paint_ms=Spread.of([tap.painted_ms for tap in taps if tap.painted_ms is not None]),
            roster_lines=record.roster_lines,
            tv_published=ended.tv_published if ended else None,
            tv_acknowledged=ended.tv_acknowledged if ended else None,
        )


def _count(people: frozenset[str] | None) -> int | None:
    return None if people is None else len(people)
