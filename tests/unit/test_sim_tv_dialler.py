"""A fleet looks for its broker patiently, and together."""

from __future__ import annotations

from device_sim.tvs.dialler import BATCH, FIRST_PAUSE, LONGEST_PAUSE, Dialler


class Village:
    """A broker that is there or not, and boxes that dial it."""

    def __init__(self) -> None:
        self.is_there = False
        self.attempts: list[str] = []
        self.dialler = Dialler[str](self.dial)

    def dial(self, device: str) -> None:
        self.attempts.append(device)
        if not self.is_there:
            raise ConnectionRefusedError


def test_nobody_is_dialled_when_nobody_waits() -> None:
    assert Village().dialler.due_in(0) is None


def test_who_waits_is_dialled_at_once() -> None:
    village = Village()
    village.is_there = True
    village.dialler.want("stb-1")
    assert village.dialler.due_in(0) == 0
    village.dialler.turn(0)
    assert (village.attempts, village.dialler.due_in(0)) == (["stb-1"], None)


def test_while_there_is_no_broker_one_box_tries_for_all() -> None:
    village = Village()
    for number in range(300):
        village.dialler.want(f"stb-{number}")
    village.dialler.turn(0)
    assert village.attempts == ["stb-0"]


def test_the_pauses_grow_and_stay_bearable() -> None:
    village, now, pauses = Village(), 0.0, list[float]()
    village.dialler.want("stb-1")
    for _ in range(8):
        village.dialler.turn(now)
        pause = village.dialler.due_in(now)
        assert pause is not None
        pauses.append(round(pause, 6))
        now += pause
    assert pauses == [FIRST_PAUSE, 0.2, 0.4, 0.8, 1.6, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


def test_nobody_is_dialled_during_a_pause() -> None:
    village = Village()
    village.dialler.want("stb-1")
    village.dialler.turn(0)
    village.dialler.turn(FIRST_PAUSE / 2)
    assert village.attempts == ["stb-1"]


def test_three_hundred_lines_that_break_together_are_one_failure() -> None:
    village = Village()
    for number in range(300):
        village.dialler.failed(0)
        village.dialler.want(f"stb-{number}")
    assert village.dialler.due_in(0) == FIRST_PAUSE


def test_a_broker_that_answers_makes_the_next_pause_short_again() -> None:
    village = Village()
    for second in range(10):
        village.dialler.failed(10.0 * second)
    village.dialler.succeeded()
    village.dialler.failed(200)
    village.dialler.want("stb-1")
    assert village.dialler.due_in(200 + FIRST_PAUSE) == 0


def test_those_who_are_connected_get_a_turn_between_two_batches() -> None:
    village = Village()
    village.is_there = True
    for number in range(2 * BATCH):
        village.dialler.want(f"stb-{number}")
    village.dialler.turn(0)
    assert len(village.attempts) == BATCH
    village.dialler.turn(0)
    assert len(village.attempts) == 2 * BATCH


def test_a_box_waits_only_once_and_may_be_forgotten() -> None:
    village = Village()
    village.is_there = True
    village.dialler.want("stb-1")
    village.dialler.want("stb-1")
    village.dialler.want("stb-2")
    village.dialler.forget("stb-2")
    village.dialler.forget("stb-3")
    village.dialler.turn(0)
    assert village.attempts == ["stb-1"]
