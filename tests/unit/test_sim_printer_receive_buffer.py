"""The receive buffer holds few bytes, makes the sender wait, and gives nothing out while the printer is offline."""

from collections.abc import Callable
from threading import Thread

from device_sim.printers.commands import Command, Text
from device_sim.printers.receive_buffer import ReceiveBuffer

A, B, C = (Text(ord(letter)) for letter in "ABC")
SOON, LATE = 0.05, 5.0


class Waiting:
    """A call in a thread of its own, which may be blocked."""

    def __init__(self, call: Callable[[], object]) -> None:
        self.result: object = None
        self._call = call
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self.result = self._call()

    def is_over(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()


def test_commands_come_out_in_the_order_they_went_in() -> None:
    buffer = ReceiveBuffer(10)
    assert [buffer.put(A), buffer.put(B)] == [True, True]
    assert [buffer.take(), buffer.take()] == [A, B]


def test_a_full_buffer_makes_the_sender_wait_until_something_is_taken() -> None:
    buffer = ReceiveBuffer(2)
    buffer.put(A)
    buffer.put(B)
    sender = Waiting(lambda: buffer.put(C))
    assert not sender.is_over(SOON)
    buffer.take()
    assert sender.is_over(LATE)
    assert buffer.held_bytes == 2


def test_an_image_longer_than_the_buffer_is_let_into_an_empty_one() -> None:
    image = Command("GS v 0", b"", bytes(100))
    buffer = ReceiveBuffer(10)
    assert buffer.put(image)
    assert not Waiting(lambda: buffer.put(A)).is_over(SOON)
    buffer.close()


def test_nothing_is_taken_while_the_printer_is_offline() -> None:
    buffer = ReceiveBuffer(10)
    buffer.put(A)
    buffer.stop(stopped=True)
    mechanism = Waiting(buffer.take)
    assert not mechanism.is_over(SOON)
    buffer.stop(stopped=False)
    assert mechanism.is_over(LATE)
    assert mechanism.result == A


def test_clearing_makes_room() -> None:
    buffer = ReceiveBuffer(1)
    buffer.put(A)
    sender = Waiting(lambda: buffer.put(B))
    buffer.clear()
    assert sender.is_over(LATE)
    assert buffer.take() == B


def test_closing_releases_the_one_who_takes() -> None:
    buffer = ReceiveBuffer(1)
    mechanism = Waiting(buffer.take)
    buffer.close()
    assert mechanism.is_over(LATE)
    assert mechanism.result is None


def test_closing_releases_the_one_who_puts() -> None:
    buffer = ReceiveBuffer(1)
    buffer.put(A)
    sender = Waiting(lambda: buffer.put(B))
    buffer.close()
    assert sender.is_over(LATE)
    assert sender.result is False
