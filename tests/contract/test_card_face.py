"""The card face, driver against twin: the front of a card fills a form, and no secret is sent twice or kept."""

from __future__ import annotations

import logging
import traceback
from dataclasses import replace
from datetime import date

import pytest

from device_sim.cards.storage import StorageKind, VirtualStorageCard
from tests.contract.laid_cards import FACE, ISSUE, Laid, Twisted, card
from village_console.devices.cards.card_face import parse, read_card_face, tries_left
from village_console.devices.ports import CardFace, CodeB, Door, FaceSex, Pin, Refusal, Refused, TriesLeft
from village_console.village.run_mode import World

READ = CardFace("髙橋\u3000ミツ", "西興部１２番地", date(1942, 5, 3), FaceSex.FEMALE)
PIN, CODE = Pin("1234"), CodeB.of(date(1942, 5, 3), "2035", "2285")
WRONG_PIN, WRONG_CODE = Pin("9999"), CodeB("0" * 14)
both_doors = pytest.mark.parametrize(
    ("door", "right", "wrong", "tries"),
    [(Door.PIN, PIN, WRONG_PIN, 3), (Door.CODE_B, CODE, WRONG_CODE, 10)],
    ids=["pin", "code_b"],
)


def read(lying: Laid, secret: Pin | CodeB, *, dares: bool = False) -> CardFace | Refused:
    return read_card_face(lying, World.SIMULATED, secret, dares_last_try=dares)


@pytest.mark.parametrize("secret", [PIN, CODE], ids=["pin", "code_b"])
@pytest.mark.parametrize("hiccup", [False, True])
@pytest.mark.parametrize("filler", [0, 1, 700])
def test_the_four_attributes_are_read(secret: Pin | CodeB, *, hiccup: bool, filler: int) -> None:
    assert read(Laid(card(hiccup=hiccup, filler=filler)), secret) == READ


def test_code_b_is_made_of_what_the_front_shows() -> None:
    assert CodeB.of(date(1980, 2, 17), "2035", "2285") == CodeB("55021720352285"), "the example of the reference"
    assert CodeB.of(date(2019, 5, 1), "2030", "0001").digits == "01050120300001"
    assert CodeB.of(date(2019, 4, 30), "2030", "0001").digits == "31043020300001"
    assert CodeB.of(date(1989, 1, 7), "2030", "0001").digits == "64010720300001"
    assert FACE.code_b == CODE.digits


def test_a_long_name_and_a_long_address_are_read_whole() -> None:
    face = replace(FACE, name="寿限無\u3000" + "擦切" * 60, address="北海道紋別郡西興部村字西興部" + "１２番地" * 60)
    expected = replace(READ, name=face.name, address=face.address)
    assert read(Laid(card(replace(ISSUE, face=face))), PIN) == expected


@pytest.mark.parametrize(
    ("sex", "told"), [("1", FaceSex.MALE), ("2", FaceSex.FEMALE), ("9", FaceSex.UNKNOWN), ("0", FaceSex.UNKNOWN)]
)
def test_sex_is_told_as_the_card_has_it(sex: str, told: FaceSex) -> None:
    assert read(Laid(card(replace(ISSUE, face=replace(FACE, sex=sex)))), PIN) == replace(READ, sex=told)


@both_doors
def test_tries_are_told_before_anything_is_sent_and_cost_none(
    door: Door, right: Pin | CodeB, wrong: Pin | CodeB, tries: int
) -> None:
    lying = Laid(card())
    assert [tries_left(lying, World.SIMULATED, door) for _ in range(3)] == [TriesLeft(tries)] * 3
    assert lying.secrets() == []
    assert read(lying, wrong) == Refused(Refusal.WRONG_PIN, tries - 1)
    assert tries_left(lying, World.SIMULATED, door) == TriesLeft(tries - 1)
    assert read(lying, right) == READ
    lying.card.power_on()
    assert tries_left(lying, World.SIMULATED, door) == TriesLeft(tries), "the right one gave all tries back"


@both_doors
def test_the_last_try_is_not_spent_without_a_word(
    door: Door, right: Pin | CodeB, wrong: Pin | CodeB, tries: int
) -> None:
    lying = Laid(card())
    outcomes = [read(lying, wrong) for _ in range(tries + 2)]
    spent = [Refused(Refusal.WRONG_PIN, left) for left in reversed(range(1, tries))]
    assert outcomes == [*spent, *[Refused(Refusal.LAST_TRY, 1)] * 3]
    assert read(lying, right) == Refused(Refusal.LAST_TRY, 1)
    assert len(lying.secrets()) == tries - 1
    assert tries_left(lying, World.SIMULATED, door) == TriesLeft(1)
    assert read(lying, right, dares=True) == READ


@both_doors
def test_a_blocked_secret_is_named_and_left_alone(
    door: Door, right: Pin | CodeB, wrong: Pin | CodeB, tries: int
) -> None:
    lying = Laid(card())
    outcomes = [read(lying, wrong, dares=True) for _ in range(tries)]
    assert outcomes[-1] == Refused(Refusal.BLOCKED, 0)
    sent = len(lying.secrets())
    assert read(lying, right, dares=True) == Refused(Refusal.BLOCKED, 0)
    assert tries_left(lying, World.SIMULATED, door) == Refused(Refusal.BLOCKED, 0)
    assert len(lying.secrets()) == sent


def test_a_blocked_pin_leaves_code_b_alone() -> None:
    lying = Laid(card())
    for _ in range(3):
        read(lying, WRONG_PIN, dares=True)
    assert read(lying, CODE) == READ


@pytest.mark.parametrize("digits", ["", "123", "12345", "１２３４", "abcd", " 123", "1234\n", "5502172035228"])
def test_what_has_not_the_right_digits_is_not_sent(digits: str) -> None:
    lying = Laid(card())
    assert read(lying, Pin(digits)) == Refused(Refusal.NO_PIN, 3)
    assert read(lying, CodeB(digits)) == Refused(Refusal.NO_PIN, 10)
    assert lying.secrets() == []


def test_a_secret_is_sent_once() -> None:
    lying = Laid(card())
    read(lying, CODE)
    assert lying.secrets() == [CODE.digits.encode()]


@pytest.mark.parametrize("world", World)
def test_other_cards_are_not_asked_for_anything(world: World) -> None:
    felica = Laid(VirtualStorageCard(StorageKind.FELICA, bytes.fromhex("0101081A2B3C4D5E")))
    assert read_card_face(felica, world, PIN) == Refused(Refusal.NOT_THIS_KIND)
    assert felica.secrets() == []


def test_a_card_of_a_drill_fills_no_real_form() -> None:
    lying = Laid(card())
    assert read_card_face(lying, World.PHYSICAL, PIN) == Refused(Refusal.NOT_THIS_KIND)
    assert tries_left(lying, World.PHYSICAL, Door.PIN) == Refused(Refusal.NOT_THIS_KIND)
    assert lying.secrets() == []


def test_a_real_card_without_the_certificate_fills_a_form_and_a_drill_refuses_it() -> None:
    lying = Laid(card(replace(ISSUE, has_auth=False)))
    assert read_card_face(lying, World.PHYSICAL, PIN) == READ
    assert read(lying, PIN) == Refused(Refusal.NOT_THIS_KIND)


def test_a_card_without_a_face_has_no_such_secret() -> None:
    assert read(Laid(card(replace(ISSUE, face=None))), PIN) == Refused(Refusal.NOT_THIS_KIND)


@pytest.mark.parametrize("secret", [PIN, CODE], ids=["pin", "code_b"])
def test_a_card_that_leaves_at_any_moment_is_gone_and_was_sent_the_secret_at_most_once(secret: Pin | CodeB) -> None:
    whole = Laid(card())
    assert read(whole, secret) == READ
    for commands in range(len(whole.sent)):
        lying = Laid(card(), leaves_after=commands)
        assert read(lying, secret) == Refused(Refusal.GONE), commands
        assert len(lying.secrets()) <= 1


def test_tries_of_a_card_that_leaves_are_not_known() -> None:
    whole = Laid(card())
    tries_left(whole, World.SIMULATED, Door.PIN)
    for commands in range(len(whole.sent)):
        assert tries_left(Laid(card(), commands), World.SIMULATED, Door.PIN) == Refused(Refusal.GONE)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (b"\x63\x00", Refused(Refusal.WRONG_PIN)),
        (b"\x69\x83", Refused(Refusal.BLOCKED, 0)),
        (b"\x6c\x04", Refused(Refusal.WRONG_PIN)),
        (b"\x61\x04", Refused(Refusal.WRONG_PIN)),
    ],
)
def test_a_strange_answer_to_a_secret_opens_nothing_and_is_not_asked_again(status: bytes, outcome: Refused) -> None:
    honest = Laid(card())
    read(honest, PIN)
    moment = next(n for n, apdu in enumerate(honest.sent) if apdu[1] == 0x20 and len(apdu) > 4)
    lying = Twisted(card(), {moment: status})
    assert read(lying, PIN) == outcome
    assert lying.secrets() == [b"1234"]


def test_no_text_that_is_made_of_a_secret_tells_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        outcomes = [read(Laid(card()), secret) for secret in (PIN, WRONG_PIN, CODE)]
    told = "".join(f"{value!r}{value}" for value in (PIN, WRONG_PIN, CODE, *outcomes)) + caplog.text
    assert not any(digits in told for digits in ("1234", "9999", CODE.digits))


def test_no_breakage_tells_a_secret() -> None:
    class Broken(Laid):
        def send(self, apdu: bytes) -> object:  # pyright: ignore[reportIncompatibleMethodOverride]
            if apdu[1] == 0x20 and len(apdu) > 4:
                raise OSError
            return super().send(apdu)

    with pytest.raises(OSError) as broken:  # noqa: PT011 -- whatever the wire breaks with
        read(Broken(card()), PIN)
    told = "".join(traceback.format_exception(broken.value))
    assert "1234" not in told


def test_whole_content_with_stray_bytes_before_it_is_read() -> None:
    content = FACE.attributes()
    assert parse(content) == parse(b"\x00\x00" + content) == parse(content + b"\xff" * 9) == READ
    assert parse(b"\x00" * 3 + content) is None


def test_content_that_is_cut_off_is_not_read() -> None:
    content = FACE.attributes()
    assert [parse(content[:end]) for end in range(len(content))] == [None] * len(content)


@pytest.mark.parametrize("name", ["\x1b[31m髙橋", "髙橋\nミツ", "\u202e髙橋", " \u3000", ""])
def test_a_name_that_would_steer_the_screen_is_none(name: str) -> None:
    assert parse(replace(FACE, name=name).attributes()) is None


def test_bytes_that_are_no_text_are_no_name() -> None:
    content = FACE.attributes()
    assert parse(content.replace("髙".encode(), b"\xff\xfe\xfd")) is None


def test_a_day_that_no_calendar_has_is_not_known() -> None:
    content = FACE.attributes()
    assert parse(content.replace(b"19420503", b"19420000")) == replace(READ, birth=None)
    assert parse(content.replace(b"19420503", "１９42".encode().ljust(8)[:8])) == replace(READ, birth=None)


def test_a_tag_that_stands_twice_is_not_read() -> None:
    content = FACE.attributes()
    another = b"\xdf\x25\x011"
    assert parse(content[:2] + bytes([content[2] + len(another)]) + content[3:] + another) is None
    unknown = b"\xdf\x26\x011"
    assert parse(content[:2] + bytes([content[2] + len(unknown)]) + content[3:] + unknown) == READ, "a new one may"
