"""A console made of nothing but the wires of docs/wires.md: it shares no code with the real one, and dies on demand."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from cryptography import x509

from tests.small_drill import HOMES, SERIALS, person

Line = dict[str, Any]


class DeadError(Exception):
    """The fake console is killed here."""


@dataclass
class Connections:
    """Every socket of one life of the console."""

    open: list[socket.socket] = field(default_factory=list[socket.socket])
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, sock: socket.socket) -> socket.socket:
        with self.lock:
            self.open.append(sock)
        return sock

    def cut(self) -> None:
        with self.lock:
            for sock in self.open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
                sock.close()
            self.open.clear()


class FakeConsole:
    """Reception, board and roster behind slot and link; `journal` outlives its deaths."""

    def __init__(self, wires: dict[str, str], folder: Path) -> None:
        self.wires, self.folder = wires, folder
        self.run_mode = "drill"
        self.journal: list[Line] = []
        self.presses: list[list[str]] = []
        self.clocks: list[Line] = []
        self.refused_presses = 0
        self.dies_at_tap: int | None = None
        self.dies_at_key: str | None = None
        self.mistakes: dict[str, str] = {}
        self.silent_evidence = False
        self.knows_cards, self.offers = True, True
        self.swallowed_orders = 0
        self.taps = 0
        self._lives = Connections()
        self._threads: list[threading.Thread] = []
        self._link: socket.socket | None = None
        self._answer: str | None = None
        self._typed: list[str] | None = None
        self._unknown: int | None = None
        self.bound: dict[int, str] = {}
        self.dies_after_binding = False
        self._question: Callable[[], None] | None = None
        self._front = "f2"
        self.stopped = False

    def __enter__(self) -> Self:
        self.boot()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped = True
        self._lives.cut()
        for thread in self._threads:
            thread.join(5)

    def boot(self) -> None:
        self._answer, self._typed, self._question, self._front = None, None, None, "f2"
        self._unknown = None
        for wire, serve in (("slot", self._card), ("link", self._simulator)):
            host, _, port = self.wires[wire].rpartition(":")
            listener = self._lives.keep(socket.create_server((host, int(port))))
            self._run(self._accept, listener, serve)

    def die(self) -> None:
        self._lives.cut()
        self._run(self._come_back)
        raise DeadError

    def _come_back(self) -> None:
        time.sleep(0.15)
        if not self.stopped:
            self.boot()

    def _run(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with self._lives.keep(connection), contextlib.suppress(OSError, EOFError, DeadError):
                    serve(connection)

    # The card slot

    def _card(self, wire: socket.socket) -> None:
        self.taps += 1
        try:
            card = read_card(wire)
        except (OSError, EOFError):
            self.say("removed_too_soon")
            return
        resident = self.bound.get(card, SERIALS.get(card)) if self.knows_cards else None
        if resident is None:
            self._question = lambda: self._find_holder(card)
            self.say("unknown_card")
        else:
            self.receive(resident, dies=self.taps == self.dies_at_tap)
        wire.recv(1)

    # The drill link

    def _simulator(self, wire: socket.socket) -> None:
        self._link = wire
        received = len(self.here())
        self.tell(saw="hello", run_mode=self.run_mode, world="simulated", received=received)
        with wire.makefile("rb") as lines:
            for line in lines:
                self._obey(json.loads(line))

    def _obey(self, order: Line) -> None:
        if order["do"] == "clock":
            self.clocks.append(order)
        elif order["do"] == "end":
            self._end()
        elif self.refused_presses:
            self.refused_presses -= 1
            self.tell(saw="pressed", id=order["id"], took=False)
        else:
            self.presses.append(order["keys"])
            for key in order["keys"]:
                self._key(key)
            self.tell(saw="pressed", id=order["id"], took=True)

    def _end(self) -> None:
        if self.silent_evidence:
            return
        lines = (json.dumps(fact) for fact in self.journal)
        (self.folder / "evidence.jsonl").write_text("".join(f"{line}\n" for line in lines))
        self.tell(saw="ended")

    def _key(self, key: str) -> None:
        if key == self.dies_at_key:
            self.dies_at_key = None
            self.die()
        if self._typed is not None and key not in ("enter", "escape"):
            self._typed.append(key)
            return
        if key in ("f2", "f3", "f4"):
            self._front = key
        elif key in KEYS:
            KEYS[key](self)
        elif key.isdigit() and self._front == "f2":
            self.companions([member for member in self.offer() if member["key"] == key])

    def enter(self) -> None:
        if self._typed is not None:
            found = self._search("".join(self._typed))
            self._typed = None
            if found and self._unknown is not None:
                self._question = lambda card=self._unknown: self.bind(card, found)
            elif found:
                self.receive(found)
            self._unknown = None
        elif self._question is not None:
            question, self._question = self._question, None
            question()

    def escape(self) -> None:
        self._typed, self._question, self._unknown = None, None, None

    def _find_holder(self, card: int) -> None:
        self._typed, self._unknown = [], card

    def slash(self) -> None:
        self._typed, self._question = [], None

    def everybody(self) -> None:
        self.companions(self.offer())

    def ask_undo(self) -> None:
        last = next(
            (fact for fact in reversed(self.journal) if fact["kind"] == "EvacueeReceived" and not fact["void"]), None
        )
        self._question = lambda: self._undo(last) if last else None

    def ask_order(self) -> None:
        self._question = self._order

    def print_roster(self) -> None:
        host, _, port = self.wires["printer"].rpartition(":")
        with socket.create_connection((host, int(port)), 2) as printer:
            printer.sendall(b"\x10\x04\x04")
            if printer.recv(1)[0] & 0x60:
                self.say("not_printed")
                return
            lines = [f"S1-{n:04d}  X".encode() for n, _ in enumerate(self.here())]
            printer.sendall(b"\x1b@ROSTER\n" + b"\n".join(lines) + b"\n\x1dVB\x00\x1d(H\x06\x00000001")
            printer.recv(7)
        self.say("printed")

    def _search(self, text: str) -> str | None:
        for home, people in HOMES.items():
            for number in people:
                who = person(number, home)
                if text == f"{who.kana} {who.birth.isoformat()}":
                    return self.mistakes.get(number, number)
        return None

    # What is written, and what is said

    def here(self) -> list[str]:
        return [fact["resident"] for fact in self.journal if fact["kind"] == "EvacueeReceived" and not fact["void"]]

    def write(self, kind: str, **more: object) -> str:
        fact: Line = {"hash": f"{len(self.journal) + 1:064x}", "kind": kind, "subject": "s", "void": False} | more
        self.journal.append(fact)
        return str(fact["hash"])

    def receive(self, resident: str, *, dies: bool = False) -> None:
        already = resident in self.here()
        fact = None if already else self.write("EvacueeReceived", resident=resident)
        if dies:
            self.die()
        self._answer, self._question = resident, None
        self.say("already_here" if already else "received", resident=resident, household=self.household(), fact=fact)
        self.tell_board()

    def bind(self, card: int, resident: str) -> None:
        self.bound[card] = resident
        bound = self.write("CardBound", resident=resident)
        if resident in self.here():
            self.say("bound", resident=resident, fact=bound)
            return
        fact, self._answer = self.write("EvacueeReceived", resident=resident), resident
        if self.dies_after_binding:
            self.dies_after_binding = False
            self.die()
        self.say("bound_and_received", resident=resident, household=self.household(), fact=fact)

    def companions(self, members: list[Line]) -> None:
        people = [
            {"resident": m["resident"], "name": "n", "fact": self.write("EvacueeReceived", resident=m["resident"])}
            for m in members
            if m["state"] == "not_yet"
        ]
        self.say("companions_received", resident=self._answer, household=self.household(), people=people)

    def household(self) -> list[Line]:
        if not self.offers:
            return []
        home = next((people for people in HOMES.values() if self._answer in people), ())
        here = self.here()
        return [
            {"key": str(n), "name": "n", "resident": number, "state": "here" if number in here else "not_yet"}
            for n, number in enumerate(home, start=1)
        ]

    def offer(self) -> list[Line]:
        return [member for member in self.household() if member["state"] == "not_yet"]

    def _undo(self, fact: Line) -> None:
        fact["void"] = True
        self.say("undone", resident=fact["resident"])

    def _order(self) -> None:
        if self.swallowed_orders:
            self.swallowed_orders -= 1
            return
        self.say("order_recorded", fact=self.write("EvacuationOrdered"))
        self.tell_board()

    def tell_board(self) -> None:
        here = self.here()
        homes = {home: [number for number in people if number not in here] for home, people in HOMES.items()}
        households = [{"household": home, "people": people} for home, people in homes.items() if people]
        self.tell(saw="board", households=households)

    def say(self, verdict: str, **more: object) -> None:
        known = {key: value for key, value in more.items() if value}
        self.tell(saw="verdict", verdict=verdict, painted=time.monotonic(), **known)

    def tell(self, **line: object) -> None:
        if self._link is not None:
            with contextlib.suppress(OSError):
                self._link.sendall(json.dumps(line).encode() + b"\n")


KEYS: dict[str, Callable[[FakeConsole], None]] = {
    "enter": FakeConsole.enter,
    "escape": FakeConsole.escape,
    "/": FakeConsole.slash,
    "a": FakeConsole.everybody,
    "z": FakeConsole.ask_undo,
    "o": FakeConsole.ask_order,
    "p": FakeConsole.print_roster,
}


STORAGE = bytes.fromhex("3B8F8001804F0CA000000306")


def read_card(wire: socket.socket) -> int:
    """The reader's side of the vpcd wire: identifier of a storage card, or serial number of the certificate in EF 000A."""

    def exactly(count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = wire.recv(count - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def ask(body: bytes) -> bytes:
        wire.sendall(len(body).to_bytes(2, "big") + body)
        return exactly(int.from_bytes(exactly(2), "big"))

    wire.sendall(b"\x00\x01\x01")
    if ask(b"\x04").startswith(STORAGE):
        return int.from_bytes(ask(bytes.fromhex("FFCA000000"))[:-2], "big")
    ask(bytes.fromhex("00A4040C0AD392F000260100000001"))
    der = ask(bytes.fromhex("00B08A0000"))[:-2]
    length = int.from_bytes(der[2:4], "big") + 4
    while len(der) < length:
        der += ask(bytes([0x00, 0xB0, len(der) >> 8, len(der) & 0xFF, 0]))[:-2]
    return x509.load_der_x509_certificate(der[:length]).serial_number
