"""Messages: what may be said, what a television shows, when it is due, and three states that do not follow from each other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from device_sim.tvs.set_top import SetTop as Box
from tests.town import EVENING, MUNICIPALITY, clock_at, home, listed, set_clock, write_all
from village_console.announce import payloads, replies
from village_console.announce.announcer import PATIENCE, Announcer
from village_console.announce.facts import AnnouncementAnswered, Answer, Audience
from village_console.announce.payloads import ECHONET_BYTES, Notice, Outgoing, cut_to
from village_console.announce.release import Wish, cancel, reached, release
from village_console.announce.rows import Announcement, Delivery, fold_delivery
from village_console.announce.rules import Refused, Texts, fill, on_screen, refusal, round_due, speaks_of_health
from village_console.announce.templates import for_level, templates
from village_console.announce.views import reach
from village_console.devices.tvs.set_top import SetTop as Dialect
from village_console.journal.journal import Journal
from village_console.journal.store import Purpose
from village_console.records import catalogue
from village_console.stranded.facts import Means, Said, word_of
from village_console.stranded.rows import Words
from village_console.stranded.visits import word_heard
from village_console.viewing.facts import TelevisionPaired
from village_console.village.errors import DiskIsFullError
from village_console.village.ids import television_id

ALL = list(templates().values())
NOTICE = templates()["notice"]
SAID = {Answer.SAFE: Said.SAFE, Answer.HELP: Said.NEEDS_HELP, Answer.LEAVING: Said.LEAVING}
UNTIL = EVENING + timedelta(hours=1)


class Line:
    """A line to a broker that can be down, or up and deaf."""

    def __init__(self) -> None:
        self.is_connected = True
        self.acknowledges = True
        self.sent: list[Outgoing] = []

    def say(self, outgoing: Outgoing, taken: Callable[[], None]) -> None:
        self.sent.append(outgoing)
        if self.acknowledges:
            taken()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    purpose = Purpose("drill", "simulated", "evening-1")
    journal = Journal(tmp_path / "journal.db", bytes(32), purpose, catalogue(), clock_at())
    write_all(
        journal,
        [listed(n, n, f"村 {'一二三'[n - 1]}", "ムラ", settlement="上藻" if n < 3 else "東興") for n in (1, 2, 3)],
    )
    for n in (1, 2, 3):
        television = television_id(MUNICIPALITY, f"stb-{n}")
        journal.append(TelevisionPaired(subject=television, household=home(n), device=f"stb-{n}"))
    yield journal
    journal.close()


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def announcer(journal: Journal, line: Line) -> Announcer:
    return new_announcer(journal, line)


def new_announcer(journal: Journal, line: Line, sources: dict[str, str] | None = None) -> Announcer:
    known = sources or {}
    return Announcer(
        journal, line, lambda home, answer: word_heard(home, Means.TELEVISION, SAID[answer]),
        lambda device: known.get(device, ""), drill=True,
    )  # fmt: skip


def wish(**changes: Any) -> Wish:
    plain = Wish(templates()["evacuate"], Audience.ALL, (), Texts("にげて", "にげて", "Go"), "", EVENING, UNTIL)
    return replace(plain, **changes)


def made(journal: Journal, **changes: Any) -> Announcement:
    found = release(journal, wish(**changes), 1)
    assert isinstance(found, Announcement)
    return found


def body(outgoing: Outgoing) -> dict[str, Any]:
    return json.loads(outgoing.payload)


def delivery(journal: Journal, announcement: Announcement, device: str) -> Delivery:
    found = journal.rows.one(Delivery, f"{announcement.id}/{device}")
    assert found is not None
    return found


# Words


@pytest.mark.parametrize("template", ALL, ids=lambda template: template.name)
def test_a_template_is_whole_in_three_languages_and_says_nothing_of_health(template: Any) -> None:
    texts = fill(template, place="中央公民館", note="12日 10時")
    for text in (texts.ja, texts.easy, texts.en):
        assert text
        assert "{" not in text
        assert not speaks_of_health(text)
    assert sum("\u4e00" <= c <= "\u9fff" for c in template.easy) == 0, "やさしい日本語 has no kanji"
    assert template.en.isascii()


@pytest.mark.parametrize(("level", "name"), [(3, "early_evacuation"), (4, "evacuate"), (5, "stay_inside")])
def test_each_level_has_its_template(level: int, name: str) -> None:
    found = for_level(level)
    assert found is not None
    assert found.name == name


def test_level_five_tells_nobody_to_go_out() -> None:
    stay = templates()["stay_inside"]
    assert "外に出ない" in stay.ja
    assert "Do not go out" in stay.en
    assert all("避難所" not in text and "{place}" not in text for text in (stay.ja, stay.easy, stay.en))


def test_no_level_has_no_template() -> None:
    assert for_level(0) is None


@pytest.mark.parametrize(
    ("note", "refused"),
    [
        ("ごみの日は 12日です", None), ("", Refused.EMPTY), ("  \u3000", Refused.EMPTY), ("あ" * 61, Refused.TOO_LONG),
        ("透析の 方は 来てください", Refused.NEVER), ("bring your medicine", Refused.NEVER),
        ("村 一さんは 来てください", Refused.NAME),
        ("村一 を見た方", Refused.NAME),
    ],
)  # fmt: skip
def test_what_the_office_types_is_held_to_the_same(note: str, refused: Refused | None) -> None:
    assert refusal(NOTICE, note, ["村 一", "村 二"]) is refused


def test_a_drill_is_marked_in_every_language_and_a_name_is_put_behind_the_mark() -> None:
    texts = on_screen(Texts("にげて", "にげて", "Go"), "山﨑 トミ子", drill=True)
    assert texts == Texts(
        "【訓練】山﨑 トミ子 さん  にげて", "【くんれん】山﨑 トミ子 さん  にげて", "[DRILL] 山﨑 トミ子: Go"
    )
    assert on_screen(Texts("に", "に", "G"), "", drill=False) == Texts("に", "に", "G")


# To whom


@pytest.mark.parametrize(
    ("audience", "targets", "devices"),
    [
        (Audience.ALL, (), ["stb-1", "stb-2", "stb-3"]), (Audience.SETTLEMENTS, ("上藻",), ["stb-1", "stb-2"]),
        (Audience.HOUSEHOLDS, (home(3),), ["stb-3"]), (Audience.BY_NAME, (home(2),), ["stb-2"]),
        (Audience.SETTLEMENTS, (), []),
    ],
)  # fmt: skip
def test_to_whom_a_message_goes(
    journal: Journal, audience: Audience, targets: tuple[str, ...], devices: list[str]
) -> None:
    assert [pairing.device for pairing in reached(journal, audience, targets)] == devices


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"valid_until": EVENING}, Refused.OVER), ({"valid_until": EVENING + timedelta(hours=49)}, Refused.OVER),
        ({"starts_at": EVENING - timedelta(hours=2), "valid_until": EVENING - timedelta(hours=1)}, Refused.OVER),
        ({"audience": Audience.SETTLEMENTS, "targets": ("六興",)}, Refused.NOBODY),
        ({"template": NOTICE, "note": "薬を お持ちください"}, Refused.NEVER),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_refused_and_nothing_is_written(
    journal: Journal, changes: dict[str, Any], refused: Refused
) -> None:
    assert release(journal, wish(**changes), 1) is refused
    assert journal.rows.all(Announcement) == {}


def test_a_name_stands_only_in_what_goes_to_its_own_television_and_in_no_fact(
    journal: Journal, line: Line, announcer: Announcer
) -> None:
    message = made(journal, audience=Audience.BY_NAME, targets=(home(2),))
    announcer.tick()
    assert [sent.topic for sent in line.sent] == ["msg/stb-2/say-1-1"]
    assert "村 二 さん" in body(line.sent[0])["ja"]
    assert "村 二" not in repr(journal.facts_about(message.id))


def test_to_many_no_name_is_sent(journal: Journal, line: Line, announcer: Announcer) -> None:
    made(journal, audience=Audience.HOUSEHOLDS, targets=(home(1), home(2)))
    announcer.tick()
    assert not any("村" in sent.payload.decode() for sent in line.sent)


# When


@pytest.mark.parametrize(("minutes", "n"), [(-1, None), (0, 0), (9, 0), (10, 1), (59, 5), (60, None)])
def test_which_repetition_is_due(journal: Journal, minutes: int, n: int | None) -> None:
    assert round_due(made(journal, every_minutes=10), EVENING + timedelta(minutes=minutes)) == n


def test_a_message_for_later_waits(journal: Journal, line: Line, announcer: Announcer) -> None:
    made(journal, starts_at=EVENING + timedelta(minutes=10))
    announcer.tick()
    nothing = list(line.sent)
    set_clock(journal.clock, EVENING + timedelta(minutes=10))
    announcer.tick()
    assert (nothing, len(line.sent)) == ([], 3)


def test_each_repetition_goes_once_and_ends_where_the_next_begins(
    journal: Journal, line: Line, announcer: Announcer
) -> None:
    message = made(journal, every_minutes=10)
    for minute in (0, 1, 10, 11):
        set_clock(journal.clock, EVENING + timedelta(minutes=minute))
        announcer.tick()
    announcer.tick()
    mine = [body(sent) for sent in line.sent if "stb-1/" in sent.topic]
    assert [one["round"] for one in mine] == [0, 1]
    assert mine[0]["valid_until"] == (EVENING + timedelta(minutes=10)).isoformat()
    assert delivery(journal, message, "stb-1").rounds == {0, 1}


def test_what_a_dead_broker_did_not_take_is_sent_when_it_is_back(
    journal: Journal, line: Line, announcer: Announcer
) -> None:
    message = made(journal)
    line.is_connected = False
    announcer.tick()
    before = reach(message, 3, journal.rows.all(Delivery).values())
    line.is_connected = True
    announcer.tick()
    announcer.tick()
    after = reach(message, 3, journal.rows.all(Delivery).values())
    assert (before.published, after.published, len(line.sent)) == (0, 3, 3)


def test_what_was_never_acknowledged_is_not_published_and_goes_again_after_a_while(
    journal: Journal, line: Line, announcer: Announcer, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = made(journal)
    line.acknowledges = False
    announcer.tick()
    announcer.tick()
    once = len(line.sent)
    later = journal.clock.monotonic() + PATIENCE + 1
    monkeypatch.setattr(journal.clock, "monotonic", lambda: later)
    announcer.tick()
    assert (once, len(line.sent)) == (3, 6)
    assert reach(message, 3, journal.rows.all(Delivery).values()).published == 0


def test_a_console_that_was_started_again_sends_nothing_twice(
    journal: Journal, line: Line, announcer: Announcer
) -> None:
    made(journal)
    announcer.tick()
    announcer.tick()
    again = Line()
    new_announcer(journal, again).tick()
    assert (len(line.sent), again.sent) == (3, [])


@pytest.mark.parametrize("end", ["cancelled", "over"])
def test_what_is_over_or_called_off_is_taken_away_once_and_never_sent(
    journal: Journal, line: Line, announcer: Announcer, end: str
) -> None:
    message = made(journal)
    announcer.tick()
    announcer.tick()
    line.sent.clear()
    if end == "cancelled":
        cancel(journal, message.id, "slip")
    else:
        set_clock(journal.clock, UNTIL)
    announcer.tick()
    announcer.tick()
    assert [(sent.topic, sent.payload, sent.retain) for sent in line.sent] == [
        (f"msg/stb-{n}/say-1-1", b"", True) for n in (1, 2, 3)
    ]


# On the wires


def notice(text: str = "にげて", *, asks: bool = True) -> Notice:
    return Notice("say-1-1", 0, 4, Texts(text, text, "Go"), UNTIL, True, asks)


def test_a_toast_is_the_plain_text() -> None:
    assert payloads.webos("lgtv-3", notice()) == Outgoing("lgtv-3/set/toast", "にげて".encode(), retain=False)


def test_echonet_text_has_its_length_and_its_code_before_it() -> None:
    sent = payloads.echonet("tv1", notice())
    edt = bytes.fromhex(sent.payload.decode())
    assert (edt[:3], edt[3:].decode(), sent.cut) == (bytes((9, 8, 0)), "にげて", False)


@pytest.mark.parametrize("text", ["あ" * 200, "葛\U000e0100" * 90, "a" * 243 + "山", "👨‍👩‍👧" * 30])
def test_echonet_text_is_cut_between_characters_and_that_is_told(text: str) -> None:
    sent = payloads.echonet("tv1", notice(text))
    said = bytes.fromhex(sent.payload.decode())[3:]
    assert len(said) <= ECHONET_BYTES
    assert text.startswith(said.decode())
    assert not said.decode().endswith("\u200d")
    assert sent.cut


def test_a_cut_message_is_counted(journal: Journal, line: Line) -> None:
    message = made(journal, texts=Texts("あ" * 100, "あ", "a"))
    announcer = new_announcer(journal, line, {"stb-1": "echonet"})
    announcer.tick()
    announcer.tick()
    assert reach(message, 3, journal.rows.all(Delivery).values()).cut == 1


def test_a_plug_shows_nothing_and_is_sent_nothing(journal: Journal, line: Line) -> None:
    made(journal)
    new_announcer(journal, line, {"stb-1": "tasmota"}).tick()
    assert [sent.topic for sent in line.sent] == ["msg/stb-2/say-1-1", "msg/stb-3/say-1-1"]


def test_cutting_at_nothing_leaves_nothing() -> None:
    assert (cut_to("あ", 2), cut_to("あ", 3), cut_to("", 9)) == (b"", "あ".encode(), b"")


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("tv/stb-1/log", b"{}"), ("tv/stb-1/shown", b"{"), ("tv/stb-1/shown", b"\xff"), ("tv/STB/shown", b"{}"),
        ("tv/stb-1/shown", b'{"v":1,"id":"say-1-1","round":0,"t":"2026-11-03T18:00:00"}'),
        ("tv/stb-1/shown", b'{"v":2,"id":"say-1-1","round":0,"t":"2026-11-03T18:00:00+09:00"}'),
        ("tv/stb-1/answer", b'{"v":1,"id":"say-1-1","t":"2026-11-03T18:00:00+09:00","value":"cheese"}'),
        ("tv/stb-1/answer", b'{"v":1,"id":"../x","t":"2026-11-03T18:00:00+09:00","value":"help"}'),
        ("tv/stb-1/answer", b'{"v":1,"id":"say-1-1","t":"2026-11-03T18:00:00+09:00","value":"help","more":1}'),
        ("tv/stb-1/answer", b'{"v":1,"id":"say-1-1","t":"9999-12-31T23:59:59Z","value":"help"}'),
        ("tv/stb-1/answer", b'{"v":1,"id":"say-1-1","t":"0001-01-01T00:00:00+09:00","value":"help"}'),
        ("tv/stb-1/answer", b" " * 600),
    ],
)  # fmt: skip
def test_what_is_no_reply_is_none(topic: str, payload: bytes) -> None:
    assert replies.read(topic, payload) is None


# With the box


@pytest.fixture
def box() -> Box:
    box = Box("stb-1")
    box.power_up("0" * 8)
    return box


def hear(box: Box, line: Line, at: datetime = EVENING) -> list[Any]:
    """Everything on the line comes to the box."""
    return [said for sent in line.sent for said in box.hear(sent.topic, sent.payload, at)]


def test_a_box_shows_says_so_and_answers_and_the_answer_is_evidence(
    journal: Journal, line: Line, announcer: Announcer, box: Box
) -> None:
    message = made(journal)
    box.switch(on=True, at=EVENING)
    announcer.tick()
    announcer.tick()
    for said in hear(box, line):
        announcer.on_message(said.topic, said.payload)
    shown = delivery(journal, message, "stb-1")
    (answer,) = box.press("help", EVENING + timedelta(seconds=30))
    announcer.on_message(answer.topic, answer.payload)
    announcer.on_message(answer.topic, answer.payload)
    answered = delivery(journal, message, "stb-1")
    words = journal.rows.one(Words, word_of(home(1)))
    assert (shown.rounds, shown.shown_at, shown.answer) == ({0}, EVENING, None)
    assert (answered.answer, answered.answered_at) == (Answer.HELP, EVENING + timedelta(seconds=30))
    assert words is not None
    assert [(told.means, told.what) for told in words.told] == [(Means.TELEVISION, Said.NEEDS_HELP)], "once"


def test_a_box_whose_television_is_off_shows_it_when_somebody_switches_on(
    journal: Journal, line: Line, announcer: Announcer, box: Box
) -> None:
    made(journal)
    announcer.tick()
    silent = hear(box, line)
    on = box.switch(on=True, at=EVENING + timedelta(minutes=5))
    assert (silent, [said.topic for said in on][-1]) == ([], "tv/stb-1/shown")


def test_a_box_never_shows_what_is_over_and_nothing_twice(
    journal: Journal, line: Line, announcer: Announcer, box: Box
) -> None:
    made(journal)
    announcer.tick()
    late = Box("stb-1")
    late.power_up("1" * 8)
    late.switch(on=True, at=EVENING)
    box.switch(on=True, at=EVENING)
    assert hear(late, line, UNTIL) == []
    assert (len(hear(box, line)), hear(box, line)) == (1, [])


def test_a_message_that_was_called_off_leaves_the_screen_and_is_not_answered(
    journal: Journal, line: Line, announcer: Announcer, box: Box
) -> None:
    message = made(journal)
    box.switch(on=True, at=EVENING)
    announcer.tick()
    hear(box, line)
    cancel(journal, message.id, "slip")
    announcer.tick()
    hear(box, line)
    assert (box.screen.on_screen, box.press("safe", EVENING)) == ({}, [])


def test_what_a_box_says_of_messages_is_no_event_of_the_television_and_no_dead_letter() -> None:
    payload = json.dumps({"v": 1, "id": "say-1-1", "round": 0, "t": EVENING.isoformat()}).encode()
    assert Dialect().events("tv/stb-1/shown", payload, EVENING, retained=False, duplicate=False) == []


def test_a_reply_about_a_message_that_nobody_made_or_from_a_stranger_changes_nothing(
    journal: Journal, announcer: Announcer
) -> None:
    made(journal)
    facts = len(journal.every_fact())
    said = {"v": 1, "round": 0, "t": EVENING.isoformat()}
    announcer.on_message("tv/stb-1/shown", json.dumps(said | {"id": "say-9-9"}).encode())
    announcer.on_message("tv/stb-99/shown", json.dumps(said | {"id": "say-1-1"}).encode())
    assert len(journal.every_fact()) == facts


def test_the_newest_answer_holds_whatever_came_first(journal: Journal) -> None:
    message = made(journal)
    for minute, answer in ((9, Answer.LEAVING), (3, Answer.SAFE)):
        at = EVENING + timedelta(minutes=minute)
        subject = f"{message.id}/stb-1"
        journal.append(AnnouncementAnswered(subject=subject, device="stb-1", answer=answer, at=at))
    facts = journal.facts_about(f"{message.id}/stb-1")
    assert fold_delivery(facts) == fold_delivery(facts[::-1])
    assert fold_delivery(facts).answer is Answer.LEAVING


def test_an_answer_that_the_disk_refused_is_written_when_there_is_room(
    journal: Journal, line: Line, announcer: Announcer, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = made(journal)
    box.switch(on=True, at=EVENING)
    announcer.tick()
    hear(box, line)
    (answer,) = box.press("help", EVENING)

    def refuse(*_by: object, **_via: object) -> Any:
        raise DiskIsFullError

    with monkeypatch.context() as full:
        full.setattr(journal, "writing", refuse)
        announcer.on_message(answer.topic, answer.payload)
    nothing = journal.rows.all(Words)
    announcer.tick()
    assert nothing == {}
    assert delivery(journal, message, "stb-1").answer is Answer.HELP
    assert len(journal.rows.all(Words)) == 1


@pytest.mark.parametrize("payload", [b"[]", b"\xff", b'{"v":1}', b'{"v":2}', b"null"])
def test_a_box_that_hears_nonsense_shows_nothing(box: Box, payload: bytes) -> None:
    box.switch(on=True, at=EVENING)
    assert box.hear("msg/stb-1/say-1-1", payload, EVENING) == []
