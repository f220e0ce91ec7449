"""What is played: two laptops become one village, are cut off, receive the same person, and become equal by a stick."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from tests.two_shelters.stage import Desk, PlayStoppedError, Stage

DISPUTED = "佐藤 ハル"
"""Who is received at both."""
STARTING, LINE_COMES = 40, 60
"""Seconds: until a desk is open, and until the LAN is tried again by whoever was refused before."""
QUESTION_HEARS_AFTER = 1.2
"""Seconds in which a new question hears no key."""
_WORDS = re.compile(r"^ {4}([a-z]+) +([a-z]+) +([a-z]+) *$", re.MULTILINE)


@dataclass
class Seen:
    """What stood on the screens."""

    table: str = ""
    """Who knows what until when, while the LAN was there."""
    cut: str = ""
    tray: str = ""
    question: str = ""
    settled: str = ""
    tray_at_the_other: str = ""
    received: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    """Console and name, for every person of whom a screen said that they are received."""


def play(stage: Stage) -> Seen:
    """The whole of it; raises PlayStoppedError where a screen does not show what it should."""
    seen = Seen()
    _open(stage)
    _pair(stage)
    _meet_on_the_lan(stage, seen)
    _cut(stage, seen)
    _carry(stage)
    _settle(stage, seen)
    _carry_back(stage, seen)
    return seen


def _open(stage: Stage) -> None:
    stage.narrate("opening")
    for desk in (stage.one, stage.two):
        stage.wait_for(desk, desk.name, "待", within=STARTING)


def _pair(stage: Stage) -> None:
    one, two = stage.one, stage.two
    stage.narrate("ask")
    stage.press(one, "C-l")
    stage.wait_for(one, "このパソコンだけです")
    stage.press(one, "n")
    words = _words_on(stage.wait_for(one, "入れられます"))
    stage.narrate("let_in")
    stage.press(two, "C-l")
    stage.wait_for(two, "このパソコンだけです")
    stage.press(two, "j")
    stage.wait_for(two, "どの 中継役に")
    stage.press(two, "Enter")
    stage.wait_for(two, "六つの言葉を 空白で")
    stage.type(two, words)
    stage.press(two, "Enter")
    stage.wait_for(two, f"1番 {one.name} が 村に 入れました", within=30)
    stage.wait_for(one, f"2番 {two.name} を 入れました")
    stage.narrate("joined")


def _words_on(screen: str) -> str:
    """The romaji of the six words, as a person reads them off the other screen."""
    words = [word for line in _WORDS.findall(screen) for word in line]
    if len(words) != 6:
        raise PlayStoppedError(f"no six words\n{screen}")
    return " ".join(words)


def _meet_on_the_lan(stage: Stage, seen: Seen) -> None:
    one, two = stage.one, stage.two
    stage.narrate("lan", 3)
    stage.wait_for(two, "LAN 〇", within=LINE_COMES)
    _to_reception(stage, two)
    _receive(stage, two, "yamazaki", "山﨑 トミ子", seen)
    _to_reception(stage, one)
    stage.press(one, "/")
    stage.type(one, "yamazaki")
    stage.wait_for(one, "上興部会館 山﨑 トミ子")
    stage.press(one, "Escape", "C-l")
    seen.table = stage.wait_for(one, "LAN 〇", "届いています", within=LINE_COMES)


def _cut(stage: Stage, seen: Seen) -> None:
    stage.narrate("cut", 2)
    stage.line.unplug()
    stage.press(stage.two, "C-l")
    seen.cut = stage.wait_for(stage.two, "LAN － 切れています", "同期？返事なし", within=30)
    stage.narrate("same_person")
    for desk in (stage.one, stage.two):
        _to_reception(stage, desk)
        _receive(stage, desk, "sato ha", DISPUTED, seen)


def _carry(stage: Stage) -> None:
    one, two = stage.one, stage.two
    stage.narrate("carry")
    _carry_at(stage, one)
    _carry_at(stage, two)
    stage.wait_for(two, "1件 受け取り", "1人が 二か所に")
    _carry_at(stage, one)
    stage.wait_for(one, "1件 受け取り", "1人が 二か所に")


def _settle(stage: Stage, seen: Seen) -> None:
    one = stage.one
    stage.narrate("conflict")
    stage.press(one, "Escape", "w")
    seen.tray = stage.wait_for(one, "二か所にいる", DISPUTED)
    stage.narrate("settle")
    stage.press(one, "Enter")
    seen.question = stage.wait_for(one, "食いちがっています", f"1 {one.name}   2 {stage.two.name}")
    stage.pause(3)
    time.sleep(QUESTION_HEARS_AFTER)
    stage.press(one, "1")
    stage.wait_for(one, f"「{one.name}」に 決めますか")
    time.sleep(QUESTION_HEARS_AFTER)
    stage.press(one, "Enter")
    seen.settled = stage.wait_for(one, "居場所を 決めました", DISPUTED)


def _carry_back(stage: Stage, seen: Seen) -> None:
    stage.narrate("carry_back")
    _carry_at(stage, stage.one)
    _carry_at(stage, stage.two)
    stage.wait_for(stage.two, "1件 受け取り", "抜いても かまいません")
    stage.press(stage.two, "Escape", "w")
    seen.tray_at_the_other = stage.wait_for(stage.two, "人が決めることは ありません")
    for desk in (stage.one, stage.two):
        stage.press(desk, "Escape", "Escape", "C-l")


def _receive(stage: Stage, desk: Desk, typed: str, name: str, seen: Seen) -> None:
    stage.press(desk, "/")
    stage.type(desk, typed)
    stage.wait_for(desk, name)
    stage.press(desk, "Enter")
    stage.wait_for(desk, "受け付けました", name)
    seen.received.append((desk.number, name))


def _carry_at(stage: Stage, desk: Desk) -> None:
    _to_reception(stage, desk)
    stage.press(desk, "C-l", "u", "Enter")
    stage.wait_for(desk, "件 書きました", within=30)


def _to_reception(stage: Stage, desk: Desk) -> None:
    stage.press(desk, "Escape", "F2")
    stage.wait_for(desk, "受付  ")
