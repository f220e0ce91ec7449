"""Operators: who may do what, how one signs in, and that every fact from then on says who."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.town import clock_at, listed, open_journal, person
from village_console.__main__ import main
from village_console.behind import behind, writer
from village_console.devices.ports import CardRead, CardRemoved, CardUnreadable
from village_console.init import NewConsole, make_console
from village_console.journal.journal import Journal
from village_console.journal.keys.ring import unattended
from village_console.operators.facts import Means, Role
from village_console.operators.rows import Duty, StaffMember
from village_console.operators.rules import WANTS, is_passphrase, may
from village_console.operators.sign_in import Operators
from village_console.records import drill_clock
from village_console.records import open_journal as open_record
from village_console.register.facts import CardBound, card_subject
from village_console.register.tokens import card_token, token_key_name
from village_console.settings import load_settings
from village_console.shelter.facts import Path as Way
from village_console.shelter.receive import Desk, receive
from village_console.village.ids import NOT_SIGNED_IN, Operator, ShelterId
from village_console.village.run_mode import World
from village_console.words import Words

HARU = person(1)
DESK = Desk(ShelterId("S1"), 1)
WORDS = "kawa no mizu"
CARD = CardRead("felica", "suica", b"\x01\x02", World.SIMULATED)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = open_journal(tmp_path, clock_at())
    opened.append(listed(1, 1, "佐藤 ハル", "サトウ ハル"))
    yield opened
    opened.close()


@pytest.fixture
def operators(journal: Journal) -> Operators:
    return Operators(journal, DESK)


@pytest.fixture
def head(operators: Operators) -> StaffMember:
    return operators.add("山本", Role.HEAD, WORDS)


@pytest.mark.parametrize("act", sorted(WANTS))
def test_an_act_beyond_the_shelter_wants_its_role_once_somebody_has_it(act: str) -> None:
    assert may(act, None, led=False)
    assert not may(act, None, led=True)
    assert not may(act, Role.DESK, led=True)
    assert may(act, Role.HEAD, led=True)


@pytest.mark.parametrize("act", ["search", "one", "undo", "needs", "visit", "clear", "hide", "print"])
def test_reception_needs_visits_and_undo_are_everybodys(act: str) -> None:
    assert may(act, None, led=True)


@pytest.mark.parametrize(
    ("typed", "fine"),
    [("kawa no mizu", True), ("abcdefgh", True), ("short", False), ("aaaaaaaaaaaa", False), ("", False)],
)
def test_a_passphrase_is_long_enough_and_not_one_key(typed: str, fine: bool) -> None:
    assert is_passphrase(typed) is fine


@pytest.mark.usefixtures("head")
def test_reception_goes_on_before_any_sign_in(operators: Operators, journal: Journal) -> None:
    done = receive(journal, DESK, [HARU], Way.NAME)[0]
    assert operators.current is None
    assert operators.who_wrote(done.fact) == ""


def test_from_the_sign_in_on_every_fact_says_who(operators: Operators, head: StaffMember, journal: Journal) -> None:
    operators.enter(head, Means.PASSPHRASE)
    done = receive(journal, DESK, [HARU], Way.NAME)[0]
    journal.note_look("opened", HARU)
    assert operators.who_wrote(done.fact) == "山本"
    assert journal.looks()[-1].by == head.id
    assert [writer(journal.rows, one.recorded.by, Words()) for one in behind(journal, [HARU])][-1] == "山本"


def test_after_the_sign_out_nobody_is_named(operators: Operators, head: StaffMember, journal: Journal) -> None:
    operators.enter(head, Means.PASSPHRASE)
    operators.leave("", people=0, unfinished=0, alarms=0)
    done = receive(journal, DESK, [HARU], Way.NAME)[0]
    assert operators.who_wrote(done.fact) == ""
    duty = journal.rows.one(Duty, head.id)
    assert duty is not None
    assert not duty.on_duty


def test_whoever_signs_in_signs_the_other_out(operators: Operators, head: StaffMember, journal: Journal) -> None:
    other = operators.add("川口", Role.DESK)
    operators.enter(head, Means.PASSPHRASE)
    operators.enter(other, Means.CARD)
    on_duty = {duty.operator: duty.on_duty for duty in journal.rows.all(Duty).values()}
    assert on_duty == {head.id: False, other.id: True}
    assert operators.current is not None
    assert operators.current.name == "川口"


@pytest.mark.parametrize("typed", [WORDS, "  kawa  no   mizu ", "ｋａｗａ ｎｏ ｍｉｚｕ"])
def test_a_passphrase_is_known_however_it_was_typed(operators: Operators, head: StaffMember, typed: str) -> None:
    assert operators.by_passphrase(typed) == head


@pytest.mark.parametrize("typed", ["kawa no", "", "KAWA NO MIZU"])
@pytest.mark.usefixtures("head")
def test_another_passphrase_is_nobodys(operators: Operators, typed: str) -> None:
    assert operators.by_passphrase(typed) is None


def test_the_passphrase_itself_is_nowhere_in_the_record(head: StaffMember, journal: Journal) -> None:
    assert WORDS not in str(journal.every_fact())
    assert "$argon2id$" in head.verifier


def test_whoever_was_removed_can_sign_in_no_more(operators: Operators, head: StaffMember) -> None:
    operators.give_card(head, CARD)
    operators.remove(head, "異動")
    assert (operators.by_passphrase(WORDS), operators.by_card(CARD), operators.staff()) == (None, None, [])


def test_a_staff_card_signs_in_and_is_told_from_others(operators: Operators, head: StaffMember) -> None:
    assert operators.give_card(head, CARD)
    found = operators.by_card(CARD)
    assert found is not None
    assert found.id == head.id
    assert operators.by_card(CardRead("felica", "suica", b"\x01\x03", World.SIMULATED)) is None
    assert operators.by_card(CardRead("felica", "suica", b"\x01\x02", World.PHYSICAL)) is None


@pytest.mark.parametrize("tap", [CardRemoved(), CardUnreadable()])
def test_what_was_not_read_is_nobodys_card(operators: Operators, head: StaffMember, tap: CardRemoved) -> None:
    assert operators.by_card(tap) is None
    assert not operators.give_card(head, tap)


def test_a_card_that_stands_for_an_evacuee_or_another_operator_is_not_given(
    operators: Operators, head: StaffMember, journal: Journal
) -> None:
    key = journal.secret(token_key_name(journal.purpose.incident))
    token = card_token(key, CARD.kind, CARD.issuer, CARD.identifier)
    other = CardRead("felica", "suica", b"\x09", World.SIMULATED)
    journal.append(CardBound(subject=card_subject(token), resident=HARU, kind="felica"))
    assert not operators.give_card(head, CARD)
    assert operators.give_card(head, other)
    assert not operators.give_card(operators.add("川口", Role.DESK), other)


def test_the_note_of_the_last_shift_is_kept_with_its_numbers(operators: Operators, head: StaffMember) -> None:
    operators.enter(head, Means.PASSPHRASE)
    operators.leave("発電機は 22時に 給油", people=12, unfinished=3, alarms=1)
    note = operators.note_here()
    assert note is not None
    assert (note.note, note.people, note.unfinished, note.alarms, note.by) == (
        "発電機は 22時に 給油",
        12,
        3,
        1,
        head.id,
    )


def test_an_operator_whom_this_console_does_not_know_is_named_by_the_id(operators: Operators) -> None:
    assert operators.name_of(Operator("operator:x-1")) == "operator:x-1"
    assert operators.name_of(NOT_SIGNED_IN) == ""


# As somebody types it


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    assert make_console(tmp_path / "hall", NewConsole("015628", "S1", "公民館"), Words()) is not None
    return tmp_path / "hall" / "console.toml"


def passphrase_file(tmp_path: Path, text: str = WORDS) -> str:
    path = tmp_path / "words.txt"
    path.write_text(f"{text}\n", "utf-8")
    return str(path)


def test_the_command_adds_lists_and_removes(settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = ["--settings", str(settings)]
    added = main(["staff", "add", "山本", "--role", "head", "--passphrase-file", passphrase_file(tmp_path), *common])
    main(["staff", "list", *common])
    removed = main(["staff", "remove", "山本", "--why", "異動", *common])
    main(["staff", "list", *common])
    out = capsys.readouterr().out
    assert (added, removed) == (0, 0)
    assert "山本  責任者  合言葉" in out
    assert out.rstrip().endswith("係員は いません")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add"], "名前を 言ってください"),
        (["add", "山本", "--passphrase-file", "weak"], "8文字より"),
        (["remove", "山本"], "その方は いません"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(
    settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    words = [passphrase_file(tmp_path, "short") if word == "weak" else word for word in words]
    assert main(["staff", *words, "--settings", str(settings)]) == 1
    assert said in capsys.readouterr().err
    read = load_settings(settings)
    with closing(open_record(read, settings.parent, drill_clock(read), unattended(settings.parent))) as journal:
        assert not journal.rows.all(StaffMember)
