"""The virtual card's front answers as reference/cards.md 1.6 says a real one does, and is the same for a town's folder."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography import x509

from device_sim.cards.card_face import Face
from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.kept_ca import CERTIFICATE, KEYS, ca_of
from device_sim.cards.my_number import VirtualMyNumberCard
from device_sim.drill.play_errors import DrillFolderError
from device_sim.drill.wallet import Wallet

TODAY = datetime(2026, 11, 3, tzinfo=UTC)
FACE = Face("山田\u3000花子", "青町１番地", date(1980, 2, 17), "2", 2035, "2285")
ISSUE = Issue.plain(42, TODAY, FACE)
CA = DrillCa.create()
SELECT = "00A4040C0AD3921000310001010408"
PIN, CODE_B = "0020009104" + b"1234".hex(), "002000950E" + b"55021720352285".hex()
CODE_A = "002000940C" + b"000000000000".hex()
RESIDENTS = "住民番号,世帯番号,氏名,氏名カナ,生年月日,性別,続柄,集落,住所,電話番号,要支援\n"


def ask(card: VirtualMyNumberCard, *apdus: str) -> str:
    """The last answer in hex."""
    return [card.transmit(bytes.fromhex(apdu)).hex().upper() for apdu in apdus][-1]


def fresh(issue: Issue = ISSUE) -> VirtualMyNumberCard:
    card = VirtualMyNumberCard(CA, issue)
    assert ask(card, SELECT) == "9000"
    return card


def test_the_head_is_that_of_the_reference() -> None:
    head = FACE.attributes()[:14].hex().upper()
    assert (head[:4], head[6:12]) == ("FF20", "DF2108")
    assert head[12:16] == "000E", "the name begins right behind the table"


def test_the_table_says_where_each_field_begins() -> None:
    for face in (FACE, replace(FACE, address="長" * 60), replace(FACE, name="長" * 60, address="長" * 60)):
        content = face.attributes()
        table = content[content.index(b"\xdf\x21") + 3 :][:8]
        offsets = [int.from_bytes(table[n : n + 2], "big") for n in range(0, 8, 2)]
        assert [content[at : at + 2].hex() for at in offsets] == ["df22", "df23", "df24", "df25"]


def test_code_b_is_the_worked_example_of_the_reference() -> None:
    assert FACE.code_b == "55021720352285"


def test_the_front_tells_what_code_b_is_made_of() -> None:
    assert FACE.printed() == "山田\u3000花子  昭和55年2月17日生  2035年まで有効  2285"


@pytest.mark.parametrize("secret", [PIN, CODE_B])
def test_either_secret_opens_the_four_attributes(secret: str) -> None:
    card = fresh()
    assert ask(card, "00B0820000") == "6982"
    assert ask(card, secret) == "9000"
    assert ask(card, "00B0820000") == FACE.attributes().hex().upper() + "9000"
    assert card.tripped == []


def test_code_b_does_not_open_the_my_number_and_code_a_not_the_attributes() -> None:
    card = fresh()
    assert ask(card, CODE_B, "00B0810000") == "6982"
    other = fresh()
    assert ask(other, CODE_A, "00B0820000") == "6982"
    assert (card.tripped, other.tripped) == (["text 0001"], ["text 0014"])


@pytest.mark.parametrize("secret", [PIN, CODE_A])
def test_whoever_opens_the_my_number_gets_nobodys_and_trips_the_wire(secret: str) -> None:
    card = fresh()
    assert ask(card, secret, "00B0810000") == (b"0" * 12).hex() + "9000"
    assert card.tripped[-1] == "text 0001"


def test_each_secret_has_its_own_tries() -> None:
    card = fresh()
    assert [ask(card, f"002000{ef}") for ef in ("91", "95")] == ["63C3", "63CA"]
    assert ask(card, "002000950E" + b"0".hex() * 14) == "63C9"
    assert ask(card, "00200091") == "63C3"


def test_without_power_all_secrets_are_forgotten() -> None:
    card = fresh()
    ask(card, PIN)
    ask(card, CODE_B)
    card.power_on()
    assert ask(card, SELECT, "00B0820000") == "6982"


def test_a_card_about_whose_holder_nothing_is_known_has_no_such_files() -> None:
    assert ask(fresh(replace(ISSUE, face=None)), "00B0820000") == "6A82"


def test_no_card_is_issued_with_a_pin_of_the_front_that_nobody_could_enter() -> None:
    with pytest.raises(ValueError, match="four digits"):
        replace(ISSUE, text_pin="12345")


def town(folder: Path, *residents: str) -> Path:
    """A town's files; every resident has a card."""
    numbers = [line.split(",")[0] for line in residents]
    cards = "".join(f"{number},my_number,X,{0x1000 + n:x}\n" for n, number in enumerate(numbers))
    (folder / "cards.csv").write_text("住民番号,カード種別,発行者,シリアル番号\n" + cards, "utf-8-sig")
    (folder / "residents.csv").write_text(RESIDENTS + "".join(f"{line}\n" for line in residents), "utf-8-sig")
    return folder


def test_a_towns_card_bears_what_the_register_says_written_as_on_cards(tmp_path: Path) -> None:
    line = "0000001,H0001,渡辺\U000e0102 花子,ワタナベ ハナコ,1942-05-03,女,世帯主,青町,青町12-3番地,,"
    face = Wallet.read(town(tmp_path, line), TODAY).card_of("0000001").issue.face
    assert face is not None
    assert (face.name, face.address, face.birth, face.sex) == (
        "渡辺\u3000花子", "青町１２－３番地", date(1942, 5, 3), "2",
    )  # fmt: skip
    assert face == Wallet.read(tmp_path, TODAY).card_of("0000001").issue.face, "the same on every day of the drill"


def test_a_register_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    town(tmp_path, "0000001,H0001,山田,ヤマダ,in May,女,世帯主,青町,青町,,")
    with pytest.raises(DrillFolderError, match="not a list of residents"):
        Wallet.read(tmp_path, TODAY)


def test_the_authority_of_a_folder_is_made_once(tmp_path: Path) -> None:
    first, second = ca_of(tmp_path), ca_of(tmp_path)
    assert (first.auth_ca, first.sign_ca) == (second.auth_ca, second.sign_ca)
    pairs = [(first.key, second.key), (first.auth_key, second.auth_key), (first.sign_key, second.sign_key)]
    assert all(one.private_numbers() == other.private_numbers() for one, other in pairs)


def test_what_a_console_pins_is_the_authority_of_the_authentication_certificates(tmp_path: Path) -> None:
    ca = ca_of(tmp_path)
    (pinned,) = x509.load_pem_x509_certificates((tmp_path / CERTIFICATE).read_bytes())
    issued = x509.load_der_x509_certificate(ca.issue_auth(5, "X", TODAY, TODAY))
    issued.verify_directly_issued_by(pinned)
    assert b"PRIVATE" not in (tmp_path / CERTIFICATE).read_bytes()
    assert stat.S_IMODE((tmp_path / KEYS).stat().st_mode) == 0o600


def test_keys_that_are_none_are_one_sentence(tmp_path: Path) -> None:
    ca_of(town(tmp_path))
    (tmp_path / KEYS).write_text("not a key")
    with pytest.raises(DrillFolderError, match="card_ca_keys"):
        Wallet.read(tmp_path, TODAY)
