"""Whatever a card answers, filling a form and proving a card end in a value; a secret is sent once, and never guessed at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.laid_cards import CA, FACE, ISSUE, TODAY, Babbling, Twisted, card
from village_console.devices.cards.card_face import parse, read_card_face, tries_left
from village_console.devices.cards.card_proof import prove
from village_console.devices.ports import CardFace, CardProof, CodeB, Door, Pin, Refused, TriesLeft
from village_console.village.run_mode import World

AUTHORITIES = (x509.load_der_x509_certificate(CA.auth_ca),)
SECRETS = (Pin("1234"), CodeB.of(date(1942, 5, 3), "2035", "2285"))
STATUS = (
    0x9000,
    0x6100,
    0x61FF,
    0x6282,
    0x6300,
    0x63C0,
    0x63C1,
    0x63C3,
    0x63CF,
    0x6982,
    0x6984,
    0x6A82,
    0x6B00,
    0x6C10,
    0x6F00,
)
COMMANDS = 24
"""More than the longest of the conversations takes."""
answers = st.one_of(
    st.binary(max_size=4),
    st.sampled_from(STATUS).map(lambda sw: sw.to_bytes(2, "big")),
    st.tuples(st.binary(max_size=256), st.sampled_from(STATUS)).map(lambda both: both[0] + both[1].to_bytes(2, "big")),
)
twists = st.dictionaries(st.integers(0, COMMANDS), answers, min_size=1, max_size=4)


@settings(deadline=None)
@given(twists, st.sampled_from(SECRETS), st.sampled_from(World), st.booleans())
def test_a_good_card_with_strange_answers_fills_a_form_or_says_why_not(
    instead: dict[int, bytes], secret: Pin | CodeB, world: World, dares: bool
) -> None:
    lying = Twisted(card(), instead)
    assert isinstance(read_card_face(lying, world, secret, dares_last_try=dares), CardFace | Refused)
    assert lying.secrets() in ([], [secret.digits.encode()])


@settings(deadline=None)
@given(twists, st.booleans())
def test_a_good_card_with_strange_answers_proves_itself_or_says_why_not(instead: dict[int, bytes], dares: bool) -> None:
    lying = Twisted(card(), instead)
    outcome = prove(lying, World.SIMULATED, Pin("1234"), AUTHORITIES, TODAY, dares_last_try=dares)
    assert isinstance(outcome, CardProof | Refused)
    assert lying.secrets() in ([], [b"1234"])


@settings(deadline=None)
@given(st.lists(answers, max_size=60), st.sampled_from(SECRETS), st.sampled_from(World))
def test_a_card_that_answers_anything_comes_to_a_value(babble: list[bytes], secret: Pin | CodeB, world: World) -> None:
    assert isinstance(read_card_face(Babbling(babble), world, secret), CardFace | Refused)
    assert isinstance(prove(Babbling(babble), world, Pin("1234"), AUTHORITIES, TODAY), CardProof | Refused)
    assert all(isinstance(tries_left(Babbling(babble), world, door), TriesLeft | Refused) for door in Door)


@settings(deadline=None)
@given(st.binary(max_size=256).map(lambda data: data + b"\x90\x00"), st.sampled_from(World))
def test_a_card_that_says_the_same_for_ever_is_not_listened_to_for_ever(answer: bytes, world: World) -> None:
    babble = Babbling([answer] * 10_000)
    assert isinstance(read_card_face(babble, world, Pin("1234"), dares_last_try=True), CardFace | Refused)


@given(st.binary(max_size=400))
def test_any_content_is_a_face_or_none(content: bytes) -> None:
    assert parse(content) is None or isinstance(parse(content), CardFace)


@given(st.lists(st.tuples(st.integers(0, len(FACE.attributes()) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_face_with_any_bytes_changed_is_a_face_or_none(changes: list[tuple[int, int]]) -> None:
    content = bytearray(FACE.attributes())
    for place, byte in changes:
        content[place] = byte
    assert isinstance(parse(bytes(content)), CardFace | None)


@settings(deadline=None)
@given(
    name=st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]), min_size=1, max_size=80),
    address=st.text(st.characters(categories=["Lo", "Nd"]), min_size=1, max_size=200),
    birth=st.dates(date(1868, 1, 25), date(2100, 12, 31)),
    filler=st.integers(0, 300),
)
def test_what_the_issuer_wrote_is_what_is_read(name: str, address: str, birth: date, filler: int) -> None:
    face = replace(FACE, name=f"x{name}", address=address, birth=birth)
    lying = Twisted(card(replace(ISSUE, face=face), filler=filler), {})
    found = read_card_face(lying, World.SIMULATED, CodeB.of(birth, "2035", "2285"))
    assert isinstance(found, CardFace)
    assert (found.name, found.address, found.birth) == (face.name, address, birth)
