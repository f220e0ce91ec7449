"""Several ways to one key: each opens it, nothing else does, and the last way of the people at the desk stays."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from village_console.journal import key_file
from village_console.journal.keys import age, slots_file
from village_console.journal.keys.change import DEVICE, RemoveVerdict, add_device, add_slot, remove_slot
from village_console.journal.keys.ring import Ring, by_device, by_secret, unattended
from village_console.journal.keys.secret import (
    Passphrase,
    PassphraseVerdict,
    Recovery,
    StaffCard,
    TownHall,
    escrow_slot,
    judge,
    personal_slot,
)
from village_console.journal.keys.slot import Cost, Kind, Secret, Slot, is_genuine, key_id, keys_in, sealed_for
from village_console.journal.keys.slots_file import Slots, read_slots, write_slots
from village_console.journal.sqlcipher import open_encrypted
from village_console.village.errors import JournalKeyIsWrongError, RecordIsLockedError, SlotsAreDamagedError

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
CHEAP = Cost(8, 1, 1)
MADE = "2026-11-03T18:00:00+09:00"
WORDS = Passphrase("hisoka komatsuna okitsuku kawa")
PRINTED = Recovery(b"r" * 32)


def signs_with(secret: bytes) -> StaffCard:
    """A card as the slots see it: the same challenge is always signed alike."""
    return StaffCard(lambda challenge: hashlib.sha512(secret + challenge).digest())


def slot(secret: Passphrase | Recovery | StaffCard, *keys: bytes) -> Slot:
    return personal_slot(secret, "受付", MADE, keys or (KEY,), CHEAP)


def locked(folder: Path, *slots: Slot) -> Path:
    """A folder whose key is in these slots alone."""
    for one in slots:
        add_slot(folder, one)
    return folder


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("hisoka komatsuna okitsuku kawa", PassphraseVerdict.FINE),
        ("ひそか　こまつな　おきつく　さくらがわのみず", PassphraseVerdict.FINE),
        ("hisoka komatsuna okitsuku", PassphraseVerdict.TOO_FEW_WORDS),
        ("hisoka hisoka hisoka hisoka", PassphraseVerdict.TOO_FEW_WORDS),
        ("1234", PassphraseVerdict.TOO_FEW_WORDS),
        ("a b c d e f", PassphraseVerdict.TOO_SHORT),
        ("aaa bbb ccc ddd", PassphraseVerdict.TOO_SHORT),
        ("aaa bbb ccc dddd", PassphraseVerdict.FINE),
        ("", PassphraseVerdict.TOO_FEW_WORDS),
    ],
)
def test_a_passphrase_has_four_different_words_and_sixteen_characters(text: str, verdict: PassphraseVerdict) -> None:
    assert judge(text) is verdict


@pytest.mark.parametrize(
    "typed", ["  ｈｉｓｏｋａ komatsuna　okitsuku\tkawa\n", "hisoka  komatsuna okitsuku kawa", WORDS.text]
)
def test_a_passphrase_is_the_same_however_the_keyboard_composes_it(typed: str) -> None:
    assert keys_in(slot(WORDS), Passphrase(typed)) == (KEY,)


def test_bytes_that_are_no_text_are_only_a_wrong_passphrase() -> None:
    typed = b"\xff\xfe not the right words".decode("utf-8", "surrogateescape")
    assert keys_in(slot(WORDS), Passphrase(typed)) == ()


def test_a_voiced_kana_may_be_composed_or_not() -> None:
    composed = Passphrase("か\u3099っこう みずうみ さくらがわ やまなみ")
    assert keys_in(slot(composed), Passphrase("がっこう みずうみ さくらがわ やまなみ")) == (KEY,)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (WORDS, Passphrase("hisoka komatsuna okitsuku kawaa")),
        (WORDS, Passphrase("Hisoka komatsuna okitsuku kawa")),
        (PRINTED, Recovery(b"s" * 32)),
        (signs_with(b"mine"), signs_with(b"another's")),
    ],
)
def test_what_belongs_to_a_slot_opens_it_and_nothing_else_does(
    right: Passphrase | Recovery | StaffCard, wrong: Secret
) -> None:
    made = slot(right)
    assert keys_in(made, right) == (KEY,)
    assert keys_in(made, wrong) == ()


def test_a_secret_tries_only_slots_of_its_own_kind() -> None:
    asked: list[bytes] = []

    def sign(challenge: bytes) -> bytes:
        asked.append(challenge)
        return challenge

    assert keys_in(slot(PRINTED), StaffCard(sign)) == ()
    assert asked == []


def test_a_card_signs_a_challenge_of_its_slots_own() -> None:
    first, second = slot(signs_with(b"mine")), slot(signs_with(b"mine"))
    assert first.salt != second.salt
    assert len(first.salt) == 32


def test_the_town_hall_opens_its_slot_and_the_standard_tool_would_too() -> None:
    identity, recipient = age.new_identity()
    made = escrow_slot(recipient, "役場", MADE, (KEY,))
    assert made is not None
    assert keys_in(made, TownHall(identity)) == (KEY,)
    assert keys_in(made, TownHall(age.new_identity()[0])) == ()
    assert keys_in(made, TownHall("AGE-SECRET-KEY-1NONSENSE")) == ()
    inside = age.open_sealed(made.keys[key_id(KEY)].key, identity)
    assert inside is not None
    assert inside.decode("ascii") == f"{KEY.hex()}\n", "as it is, it can be put into journal.key"


@pytest.mark.parametrize("recipient", ["", "age1", "age1qqqqqqqqqq", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1"])
def test_what_is_no_recipient_gets_nothing(recipient: str) -> None:
    assert escrow_slot(recipient, "役場", MADE, (KEY,)) is None


def test_no_secret_stands_in_the_file(tmp_path: Path) -> None:
    identity, recipient = age.new_identity()
    escrow = escrow_slot(recipient, "役場", MADE, (KEY,))
    assert escrow is not None
    locked(tmp_path, slot(WORDS), slot(PRINTED), escrow)
    text = (tmp_path / slots_file.NAME).read_text("utf-8").lower()
    for secret in (KEY.hex(), WORDS.text, PRINTED.secret.hex(), identity.lower(), "age-secret-key"):
        assert secret not in text
    assert stat.S_IMODE((tmp_path / slots_file.NAME).stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"journal.keys", "journal.keys.lock"}


def test_a_folder_opens_by_whichever_slot_fits(tmp_path: Path) -> None:
    locked(tmp_path, slot(Passphrase("somebody elses own passphrase")), slot(WORDS), slot(PRINTED))
    assert by_secret(tmp_path, WORDS) == Ring((KEY,))
    assert by_secret(tmp_path, PRINTED) == Ring((KEY,))
    assert by_secret(tmp_path, signs_with(b"mine")) is None
    assert by_secret(tmp_path, Passphrase("not the right words")) is None


def test_a_locked_folder_does_not_open_alone(tmp_path: Path) -> None:
    locked(tmp_path, slot(WORDS))
    assert by_device(tmp_path) is None
    with pytest.raises(RecordIsLockedError) as refused:
        unattended(tmp_path)
    assert (refused.value.code, refused.value.values) == ("E121", {"path": tmp_path / "journal.keys"})
    assert not (tmp_path / key_file.NAME).exists(), "no key is made up where one is locked away"


def test_a_key_on_the_laptop_opens_alone(tmp_path: Path) -> None:
    locked(tmp_path, slot(WORDS))
    add_device(tmp_path, Ring((KEY,)))
    assert unattended(tmp_path) == Ring((KEY,))
    assert stat.S_IMODE((tmp_path / key_file.NAME).stat().st_mode) == 0o600


def test_a_new_console_makes_its_key(tmp_path: Path) -> None:
    first = by_device(tmp_path)
    assert first is not None
    assert by_device(tmp_path) == first


def test_a_journal_whose_key_is_gone_is_not_given_another(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"encrypted")
    with pytest.raises(JournalKeyIsWrongError):
        by_device(tmp_path)
    assert not (tmp_path / key_file.NAME).exists()


def test_a_slot_that_is_removed_opens_no_more(tmp_path: Path) -> None:
    leaving, staying = slot(WORDS), slot(PRINTED)
    locked(tmp_path, leaving, staying)
    assert remove_slot(tmp_path, leaving.id) is RemoveVerdict.REMOVED
    assert by_secret(tmp_path, WORDS) is None
    assert by_secret(tmp_path, PRINTED) == Ring((KEY,))
    assert remove_slot(tmp_path, leaving.id) is RemoveVerdict.NO_SUCH


@pytest.mark.parametrize("kept", [False, True])
def test_the_last_slot_of_the_people_at_the_desk_stays(tmp_path: Path, kept: bool) -> None:
    escrow = escrow_slot(age.new_identity()[1], "役場", MADE, (KEY,))
    assert escrow is not None
    last = slot(WORDS)
    locked(tmp_path, last, escrow)
    if kept:
        add_device(tmp_path, Ring((KEY,)))
    assert remove_slot(tmp_path, last.id) is RemoveVerdict.LAST_FOR_PEOPLE
    assert by_secret(tmp_path, WORDS) == Ring((KEY,))
    assert remove_slot(tmp_path, escrow.id) is RemoveVerdict.REMOVED


def test_the_laptops_own_key_goes_only_when_somebody_else_can_open(tmp_path: Path) -> None:
    add_device(tmp_path, Ring((KEY,)))
    assert remove_slot(tmp_path, DEVICE) is RemoveVerdict.LAST_FOR_PEOPLE
    assert unattended(tmp_path) == Ring((KEY,))
    add_slot(tmp_path, slot(WORDS))
    assert remove_slot(tmp_path, DEVICE) is RemoveVerdict.REMOVED
    assert by_device(tmp_path) is None
    assert remove_slot(tmp_path, DEVICE) is RemoveVerdict.NO_SUCH


def test_a_key_that_a_crash_left_half_written_goes_with_the_laptops_own(tmp_path: Path) -> None:
    add_device(tmp_path, Ring((KEY,)))
    (tmp_path / "journal.key.part").write_text(KEY.hex())
    locked(tmp_path, slot(WORDS))
    remove_slot(tmp_path, DEVICE)
    assert {path.name for path in tmp_path.iterdir()} == {"journal.keys", "journal.keys.lock"}


CHANGES: list[Callable[[Slot], Slot]] = [
    lambda made: msgspec.structs.replace(made, label="だれか"),
    lambda made: msgspec.structs.replace(made, made="2020-01-01T00:00:00+09:00"),
    lambda made: msgspec.structs.replace(made, id="00000000"),
    lambda made: msgspec.structs.replace(made, recipient=age.new_identity()[1]),
    lambda made: msgspec.structs.replace(made, salt=b"0" * 32),
    lambda made: msgspec.structs.replace(made, nonce=b"0" * 12),
    lambda made: msgspec.structs.replace(made, nonce=b""),
    lambda made: msgspec.structs.replace(made, cost=Cost(16, 1, 1)),
    lambda made: msgspec.structs.replace(made, identity=b""),
    lambda made: msgspec.structs.replace(made, keys={}),
    lambda made: msgspec.structs.replace(made, keys={key_id(OTHER): made.keys[key_id(KEY)]}),
    lambda made: sealed_for(msgspec.structs.replace(made, label="だれか"), (OTHER,)),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_slot_that_was_changed_gives_nothing_and_is_known(change: Callable[[Slot], Slot]) -> None:
    changed = change(slot(WORDS))
    assert keys_in(changed, WORDS) == ()
    assert not is_genuine(changed, KEY)


def test_a_key_slipped_into_a_slot_by_its_public_name_has_no_mark_of_the_right_key() -> None:
    slipped = sealed_for(slot(WORDS), (OTHER,))
    assert keys_in(slipped, WORDS) == (OTHER,), "whoever can write can seal; the record does not open with it"
    assert not is_genuine(slipped, KEY)


def test_a_slot_that_still_opens_is_used_though_another_is_damaged(tmp_path: Path) -> None:
    broken = msgspec.structs.replace(slot(PRINTED), identity=b"x")
    locked(tmp_path, broken, slot(WORDS))
    text = json.loads((tmp_path / slots_file.NAME).read_text("utf-8")) | {"check": "0" * 64}
    (tmp_path / slots_file.NAME).write_text(json.dumps(text), "utf-8")
    assert by_secret(tmp_path, WORDS) == Ring((KEY,))
    with pytest.raises(SlotsAreDamagedError) as refused:
        by_secret(tmp_path, PRINTED)
    assert (refused.value.code, refused.value.values) == ("E122", {"path": tmp_path / "journal.keys"})


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b'{"version": 2, "slots": []}', b'{"slots": [{"id": 1}]}', b'{"a": 1}']
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / slots_file.NAME
    path.write_bytes(content)
    with pytest.raises(SlotsAreDamagedError):
        read_slots(path)


@pytest.mark.parametrize(
    "cost", [{"memory_kib": 2**30}, {"passes": 10**9}, {"lanes": 0}, {"memory_kib": 0}, {"lanes": 16}]
)
def test_a_cost_that_would_hold_the_desk_up_for_ever_is_damage(tmp_path: Path, cost: dict[str, int]) -> None:
    locked(tmp_path, slot(WORDS))
    path = tmp_path / slots_file.NAME
    plain = json.loads(path.read_text("utf-8"))
    plain["slots"][0]["cost"] |= cost
    path.write_text(json.dumps(plain), "utf-8")
    with pytest.raises(SlotsAreDamagedError):
        by_secret(tmp_path, WORDS)


def test_the_file_is_written_whole_over_what_a_crash_left(tmp_path: Path) -> None:
    path = tmp_path / slots_file.NAME
    (tmp_path / "journal.keys.part").write_text("half")
    write_slots(path, Slots((slot(WORDS),)))
    assert read_slots(path).is_whole
    assert [path.name for path in tmp_path.iterdir()] == ["journal.keys"]


def test_there_is_nothing_to_open_where_there_is_no_file(tmp_path: Path) -> None:
    assert read_slots(tmp_path / slots_file.NAME).slots == ()
    assert read_slots(tmp_path / slots_file.NAME).is_whole
    assert by_secret(tmp_path, WORDS) is None


def test_of_two_keys_each_file_gets_the_one_that_opens_it(tmp_path: Path) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    for path, key in ((old, KEY), (new, OTHER)):
        connection = open_encrypted(path, key)
        connection.execute("CREATE TABLE t (a)")
        connection.close()
    ring = Ring((KEY, OTHER))
    assert (ring.key_for(old), ring.key_for(new), ring.key_for(tmp_path / "none.db")) == (KEY, OTHER, OTHER)
    assert (ring.named(key_id(OTHER)), ring.named("?")) == (OTHER, None)
    assert not (tmp_path / "none.db").exists()
    with pytest.raises(JournalKeyIsWrongError):
        Ring((b"a" * 32, b"b" * 32)).key_for(old)


def test_a_kind_of_slot_knows_what_it_costs() -> None:
    assert personal_slot(PRINTED, "", MADE, (KEY,)).cost is None
    whole = personal_slot(WORDS, "", MADE, (KEY,))
    assert whole.cost == Cost(2**18, 3, 4), "about half a second and 256 MiB for every guess"
    assert keys_in(whole, WORDS) == (KEY,)
    assert whole.kind is Kind.PASSPHRASE
