"""A drill of seven people and three parties that has one of every scripted act, for tests of the player."""

from __future__ import annotations

import json
import socket
from datetime import date, datetime, timedelta
from pathlib import Path

from device_sim.drill.desk_lines import DeskAct, DeskLine, read_desk
from device_sim.drill.patience import Patience
from device_sim.drill.play import Play
from device_sim.drill.player import Player
from device_sim.drill.truth import Truth
from device_sim.drill.truth_lines import DrillTruth, InjectTruth, PartyTruth, PersonTruth

START = datetime.fromisoformat("2026-11-03T17:55:00+09:00")
ORDER = START + timedelta(minutes=5)
HOMES = {"H0001": ("0000001", "0000002"), "H0002": ("0000003", "0000004"), "H0003": ("0000005", "0000006", "0000007")}
SERIALS = {0x1001: "0000001", 0x1003: "0000003"}
STAYING = {"0000004", "0000007"}
SPEED = 6000
IMPATIENT = Patience(begin=2.0, verdict=1.0, paper=3.0, redial=5.0, evidence=2.0, overdue=15.0)


def after(minutes: float) -> datetime:
    return ORDER + timedelta(minutes=minutes)


def person(number: str, household: str) -> PersonTruth:
    stays = number in STAYING
    return PersonTruth(
        resident=number,
        household=household,
        name=f"人 {number}",
        kana=f"ヒト {'アイウエオカキ'[int(number) - 1]}",
        birth=date(1950, 1, int(number)),
        at_home=True,
        leaves_at=None if stays else after(1),
        destination="home" if stays else "shelter",
        arrives_at=None if stays else after(5),
        card="in_hand" if number in SERIALS.values() else "none",
        stranded=stays,
    )


def party(household: str, minutes: float, people: tuple[str, ...], *, taps: tuple[str, ...] = ()) -> PartyTruth:
    by_name = () if taps else people[:1]
    return PartyTruth(household=household, arrives_at=after(minutes), people=people, taps=taps, by_name=by_name)


def staged(act: str, minutes: float, household: str, resident: str, serial: str | None = None) -> InjectTruth:
    return InjectTruth(at=after(minutes), act=act, household=household, resident=resident, serial=serial)


INJECTS = (
    InjectTruth(at=ORDER, act="order", level=4),
    staged("pull_card", 5, "H0001", "0000001"),
    staged("double_tap", 5, "H0001", "0000001"),
    staged("undo", 6, "H0002", "0000003"),
    staged("wrong_card", 6, "H0002", "0000003", "f000"),
    InjectTruth(at=after(8), act="print_roster"),
    InjectTruth(at=after(9), act="paper_out"),
    InjectTruth(at=after(9.5), act="print_roster"),
    InjectTruth(at=after(10), act="paper_in"),
    InjectTruth(at=after(11), act="show_board"),
    InjectTruth(at=after(12), act="print_roster"),
)
WITHOUT_PAPER = tuple(inject for inject in INJECTS if inject.act not in ("print_roster", "paper_out", "paper_in"))
"""Drawing papers takes most of a small drill's time."""
PARTIES = (
    party("H0001", 5, HOMES["H0001"], taps=("0000001",)),
    party("H0002", 6, ("0000003",), taps=("0000003",)),
    party("H0003", 7, ("0000005", "0000006")),
)


def truth(injects: tuple[InjectTruth, ...] = INJECTS, parties: tuple[PartyTruth, ...] = PARTIES) -> Truth:
    persons = tuple(person(number, home) for home, people in HOMES.items() for number in people)
    head = DrillTruth(
        scenario="小さな訓練", seed=3, starts_at=START, order_at=ORDER, ends_at=after(15),
        residents=len(persons), households=len(HOMES), televisions=0,
    )  # fmt: skip
    return Truth(head, persons, (), parties, injects)


def lay_out(folder: Path, drill: Truth) -> dict[str, str]:
    """A prepared folder with wires of its own."""
    servers = [socket.create_server(("127.0.0.1", 0)) for _ in range(4)]
    ports = [server.getsockname()[1] for server in servers]
    for server in servers:
        server.close()
    wires = {name: f"127.0.0.1:{port}" for name, port in zip(("slot", "broker", "printer", "link"), ports, strict=True)}
    (folder / "wires.json").write_text(json.dumps(wires))
    (folder / "truth.jsonl").write_bytes(drill.encoded())
    (folder / "town").mkdir()
    rows = "".join(f"{number},my_number,VILLAGE-CONSOLE-DRILL,{serial:x}\n" for serial, number in SERIALS.items())
    (folder / "town" / "cards.csv").write_text("住民番号,カード種別,発行者,シリアル番号\n" + rows, "utf-8-sig")
    return wires


def play(folder: Path, patience: Patience = IMPATIENT) -> tuple[DeskLine, ...]:
    Player(Play.load(folder, speed=SPEED), patience).run()
    return read_desk(folder / "desk.jsonl")


def verdicts(lines: tuple[DeskLine, ...], kind: type[DeskAct]) -> list[str | None]:
    return [line.verdict for line in lines if isinstance(line, kind)]
