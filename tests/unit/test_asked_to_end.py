"""A service ends when it is asked to, and when a part of it has ended: half of it would look like all of it."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from village_console.asked_to_end import asked_to_end
from village_console.village.errors import PartHasEndedError


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_and_what_was_there_before_is_there_again(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with asked_to_end() as end:
        os.kill(os.getpid(), number)
        assert end.wait(5)
    assert signal.getsignal(number) is before


def test_a_thread_that_ends_for_what_is_wrong_in_it_ends_the_service_and_tells_no_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", heard.append)

    def wrong() -> None:
        raise LookupError("佐藤 ハル")

    def serve() -> None:
        with asked_to_end() as end:
            threading.Thread(target=wrong, name="television-log").start()
            assert end.wait(5)

    with pytest.raises(PartHasEndedError, match=r"television-log.*LookupError.*test_asked_to_end.py") as told:
        serve()
    assert "佐藤" not in str(told.value)
    assert len(heard) == 1
    assert threading.excepthook == heard.append
