"""What comes to the desk, in which order, and who stands in the queue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from device_sim.drill.agenda import Queue, agenda
from device_sim.drill.play_errors import DrillFolderError
from device_sim.drill.truth_lines import InjectTruth, PartyTruth
from tests.small_drill import ORDER, after, party, staged, truth


def test_everything_comes_in_the_order_of_time() -> None:
    errands = agenda(truth())
    assert [errand.due for errand in errands] == sorted(errand.due for errand in errands)
    assert [type(errand.what) for errand in errands[:3]] == [InjectTruth, PartyTruth, PartyTruth]


def test_a_scripted_act_falls_upon_its_party_and_no_other() -> None:
    errands = [errand for errand in agenda(truth()) if isinstance(errand.what, PartyTruth)]
    assert [[inject.act for inject in errand.staged] for errand in errands] == [
        ["pull_card", "double_tap"],
        ["undo", "wrong_card"],
        [],
    ]


def test_an_act_of_its_own_goes_before_a_party_of_the_same_moment() -> None:
    drill = truth((InjectTruth(at=after(5), act="show_board"),))
    assert isinstance(agenda(drill)[0].what, InjectTruth)


def test_a_second_party_of_the_same_household_is_another_one() -> None:
    late = party("H0001", 9, ("0000002",))
    drill = replace(truth(), parties=(*truth().parties, late), injects=(staged("pull_card", 5, "H0001", "0000001"),))
    by_due = {errand.due: errand for errand in agenda(drill)}
    assert by_due[after(5)].staged
    assert not by_due[after(9)].staged


def test_an_act_for_a_party_that_does_not_come_is_refused() -> None:
    with pytest.raises(DrillFolderError, match=r"no party of H0009 arrives at 18:05:00 for the inject undo"):
        agenda(truth((staged("undo", 5, "H0009", "0000009"),)))


def test_the_queue_counts_people() -> None:
    errands = agenda(truth())
    queue = Queue(errands)
    assert queue.coming == 5
    assert (queue.arrived(ORDER), queue.waiting(ORDER)) == (0, 0)
    assert (queue.arrived(after(6)), queue.waiting(after(6))) == (3, 3)
    for errand in errands[:2]:
        queue.serve(errand)
    assert queue.waiting(after(6)) == 1
    assert queue.waiting(after(6) - timedelta(minutes=2)) == 0, "nobody is served before having come"
