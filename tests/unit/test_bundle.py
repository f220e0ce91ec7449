"""A bundle that is not exactly what a console of the village wrote is not read, and not a byte of the record changes."""

from __future__ import annotations

import shutil
import struct
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bundles import Stick, record, refusals, sections
from tests.carriers import new_console
from tests.property.test_journal_consoles import IN_MEMORY
from tests.town import DRILL, registered
from village_console.journal.admission import signed
from village_console.journal.facts import ConsoleRevoked
from village_console.journal.keys import age
from village_console.journal.subject_keys import SubjectKey
from village_console.sync import bundle as layout
from village_console.sync.bundle import FRONT, LENGTH, MOST_HEADER, MOST_SECTION
from village_console.sync.bundle_reading import Unfit
from village_console.sync.meeting import Meeting
from village_console.sync.own import Place, own_word
from village_console.sync.parcel import Parcel, packed
from village_console.sync.stick import StickCarrier

FLIPS, CUTS, SPLICES = 200, 60, 60


@pytest.fixture(scope="module")
def village() -> Iterator[Stick]:
    """Made once: no test of damage changes a record, and each says so."""
    folder = Path(mkdtemp(dir=IN_MEMORY))
    founder = new_console(folder, 1)
    writer, reader = (new_console(folder, n, founder) for n in (2, 3))
    stick = Stick(folder / "stick", founder, writer, reader)
    stick.folder.mkdir()
    for journal in (founder, writer, reader, founder, writer, reader, writer, reader):
        stick.meet(journal)
    assert stick.look()[0].pushed == 0, "there is nothing left to say"
    writer.append(registered("resident:haru", "佐藤 ハル"))
    stick.meet(writer)
    yield stick
    for journal in (founder, writer, reader):
        journal.close()
    shutil.rmtree(folder)


@pytest.fixture
def stick(village: Stick) -> Iterator[Stick]:
    """The village's stick; what lay there is put back."""
    path, content = village.path, village.path.read_bytes()
    yield village
    for lying in village.folder.rglob("*.bundle*"):
        if lying.name.endswith(".part"):
            lying.unlink()
    path.unlink(missing_ok=True)
    path.write_bytes(content)


# The whole one, so that the refusals below mean something


def test_the_bundle_that_is_damaged_below_would_be_taken_in(village: Stick) -> None:
    with closing(new_console(village.folder.parent, 4, village.founder)) as late:
        village.meet(village.founder)
        village.meet(village.writer)
        content = village.path.read_bytes()
        outcome = Meeting(late, StickCarrier(late, village.folder)).hold()
        assert outcome.taken.new > 0
        assert village.path.read_bytes() == content, "nobody changes another's bundle"
    next(village.folder.rglob(f"console-*-{late.device[:8]}.bundle")).unlink()
    village.reader.append(registered("resident:ken", "田中 健"))
    assert village.meet(village.reader).taken.new > 0
    for _ in range(3):
        for journal in (village.founder, village.writer, village.reader):
            village.meet(journal)
    village.writer.append(registered("resident:haru", "佐藤 春"))
    village.meet(village.writer)


# 300 and more damaged ones


def test_a_flipped_byte_anywhere(stick: Stick) -> None:
    whole = stick.path.read_bytes()

    def flipped(seed: int) -> bytes:
        random, content = Random(seed), bytearray(whole)
        at = random.randrange(len(whole)) if seed % 2 else random.randrange(FRONT.size + 600)
        content[at] ^= random.randrange(1, 256)
        return bytes(content)

    why = refusals(stick, map(flipped, range(FLIPS)))
    assert len(why) == FLIPS
    assert {Unfit.DAMAGED, Unfit.NOT_A_BUNDLE} <= set(why)


def test_a_bundle_that_ends_anywhere(stick: Stick) -> None:
    whole, random = stick.path.read_bytes(), Random(1)
    edges, begins = [0, 1, FRONT.size - 1, FRONT.size], 0
    for section in sections(whole):
        begins += len(section)
        edges += [begins - 1, begins, begins + 1, begins + LENGTH.size]
    cuts = [end for end in edges if end < len(whole)] + [random.randrange(len(whole)) for _ in range(CUTS)]
    assert len(refusals(stick, (whole[:end] for end in cuts))) == len(cuts)


def test_a_bundle_with_something_behind_it(stick: Stick) -> None:
    whole = stick.path.read_bytes()
    longer = [whole + bytes(n) for n in (1, 4, 1000)] + [whole + whole]
    assert refusals(stick, longer) == [Unfit.DAMAGED] * 4


def test_sections_of_two_bundles_spliced(stick: Stick) -> None:
    """Of the same console, an hour apart: every part of both is genuine."""
    old = stick.path.read_bytes()
    carrier = StickCarrier(stick.writer, stick.folder)
    assert carrier.heads()
    stick.forge([Parcel(links=tuple(stick.writer.links())), Parcel(keys=tuple(stick.writer.keys_held()))])
    new, random = stick.path.read_bytes(), Random(2)
    one, other = sections(old), sections(new)
    spliced = [
        b"".join(random.choice(pair) for pair in zip(one, other, strict=False)) + b"".join(one[len(other) :])
        for _ in range(SPLICES)
    ]
    mixed = [content for content in spliced if content not in (old, new)]
    mixed += [b"".join(one[:1] + one[:0:-1]), b"".join(one[:1] + one[2:]), b"".join([*one, one[-1]])]
    assert len(mixed) > SPLICES / 3
    assert set(refusals(stick, mixed)) == {Unfit.DAMAGED}


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_bytes(village: Stick, content: bytes) -> None:
    path, whole, before = village.path, village.path.read_bytes(), record(village.reader)
    path.write_bytes(layout.MAGIC + content if len(content) % 2 else content)
    try:
        assert len(village.look()[1]) == 1
        assert record(village.reader) == before
    finally:
        path.write_bytes(whole)


# Signed by a console, and still not to be taken in


def test_a_header_that_says_something_else(stick: Stick) -> None:
    whole = stick.path.read_bytes()
    _, _, length, sig = FRONT.unpack_from(whole)
    header, rest = stick.header(), whole[FRONT.size + length :]
    changed = [replace(header, **change) for change in (
        {"n": header.n + 1}, {"number": 9}, {"parcels": 0}, {"sections": 1}, {"digest": "0" * 64}, {"v": 2},
        {"dev": stick.reader.device}, {"recipients": ""}, {"sealed": header.sealed - 1}, {"sealed": -1}, {"sections": -1},
    )]  # fmt: skip
    blocks = [msgspec.json.encode(one) for one in changed] + [b"", b"{}", b"[" * 60_000, b'{"v":' + b"[" * 60_000]
    why = refusals(stick, [FRONT.pack(layout.MAGIC, 1, len(block), sig) + block + rest for block in blocks])
    assert len(why) == len(blocks)
    assert set(why) <= {Unfit.DAMAGED, Unfit.UNKNOWN_WRITER}


def bombs() -> Iterator[bytes]:
    """Bundles that the writer itself has signed, of parcels that are none: a lost laptop in wrong hands."""
    swollen = b"VCP1" + zlib.compress(bytes(64 << 20), 9)
    nested = b"VCP1" + zlib.compress(b"\x81\xa1z" + b"\x91" * 200_000 + b"\xc0")
    for parcel in (swollen, nested, b"VCP1", b"", b"VCP1" + zlib.compress(b"\xc0"), packed(Parcel())[:-1]):
        yield msgspec.msgpack.encode([packed(Parcel()), parcel])
    yield from (b"", b"\xc0", b"\x91" * 100_000, msgspec.msgpack.encode([1, 2]))


def written_as(stick: Stick, monkeypatch: pytest.MonkeyPatch, plain: bytes, length: int | None = None) -> bytes:
    """A bundle that the writer has signed, with these bytes for its parcels, and perhaps another length than they have."""
    add = layout.Sealed.add

    def forged(sealed: layout.Sealed, content: bytes) -> None:
        add(sealed, plain if sealed.sections == 0 else content)

    monkeypatch.setattr(layout.Sealed, "add", forged)

    def said(sealed: bytes) -> bytes:
        return LENGTH.pack(len(sealed) if length is None else length)

    monkeypatch.setattr(layout, "length_of", said)
    stick.forge([Parcel()])
    monkeypatch.undo()
    return stick.path.read_bytes()


def test_bombs_with_a_fitting_signature(stick: Stick, monkeypatch: pytest.MonkeyPatch) -> None:
    written = [written_as(stick, monkeypatch, plain) for plain in bombs()]
    assert refusals(stick, written) == [Unfit.OVERFLOWS] * 10


@pytest.mark.parametrize("length", [0, 1, MOST_SECTION + 1, 2**32 - 1])
def test_a_section_that_says_another_length_than_it_has(
    stick: Stick, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = written_as(stick, monkeypatch, msgspec.msgpack.encode([packed(Parcel())]), length)
    assert set(refusals(stick, [written])) <= {Unfit.OVERFLOWS, Unfit.NOT_FOR_US}


def test_a_header_longer_than_any_is_not_read(stick: Stick) -> None:
    front = FRONT.pack(layout.MAGIC, 1, MOST_HEADER + 1, bytes(64))
    assert refusals(stick, [front + bytes(MOST_HEADER + 1)]) == [Unfit.TOO_LARGE]


def test_a_file_larger_than_any_bundle_is_not_read(stick: Stick, monkeypatch: pytest.MonkeyPatch) -> None:
    stick.forge([Parcel(keys=tuple(SubjectKey(f"resident:{n}", Random(n).randbytes(32)) for n in range(5000)))])
    monkeypatch.setattr("village_console.sync.bundle_reading.MOST_SEALED", 100_000)
    assert refusals(stick, [stick.path.read_bytes()])[0] is Unfit.TOO_LARGE


def test_a_bundle_of_a_newer_version_says_so(stick: Stick) -> None:
    whole = bytearray(stick.path.read_bytes())
    struct.pack_into(">H", whole, len(layout.MAGIC), 2)
    assert refusals(stick, [bytes(whole)]) == [Unfit.NEWER]


# Whose it is


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"mode": "real"}, Unfit.OTHER_PURPOSE),
        ({"world": "physical"}, Unfit.OTHER_PURPOSE),
        ({"incident": "another"}, Unfit.OTHER_PURPOSE),
        ({"village": "00" * 32}, Unfit.OTHER_VILLAGE),
        ({"dev": "0" * 16}, Unfit.UNKNOWN_WRITER),
    ],
)
def test_a_bundle_for_something_else_is_left_alone(stick: Stick, changes: dict[str, Any], why: Unfit) -> None:
    stick.forge([Parcel(links=tuple(stick.writer.links()))], **changes)
    assert refusals(stick, [stick.path.read_bytes()]) == [why]


def test_a_console_that_the_village_has_not_admitted_is_not_read(stick: Stick) -> None:
    """It has signed its own admission, and knows all that is public."""
    with closing(new_console(stick.folder.parent / "stranger", 7)) as stranger:
        Meeting(stranger, StickCarrier(stranger, _made(stick.folder.parent / "other"))).hold()
        seed = stranger.village_seed
        assert seed is not None
        word = signed(own_word(stranger, Place(7, "S1", "中央公民館")), seed)
        links = Parcel(links=tuple(stranger.links()), keys=tuple(stranger.keys_held()))
        stick.forge([links], stranger, word=word, dev=stranger.device)
        assert refusals(stick, [stick.path.read_bytes()]) == [Unfit.UNKNOWN_WRITER]


def test_a_signature_of_another_console_is_none(stick: Stick) -> None:
    stick.forge([Parcel(links=tuple(stick.writer.links()))], stick.founder, word=stick.header().word)
    assert refusals(stick, [stick.path.read_bytes()]) == [Unfit.DAMAGED]


def test_a_bundle_that_was_not_sealed_to_us_says_so(stick: Stick) -> None:
    _, stranger = age.new_identity()
    stick.forge([Parcel()], to=(stranger,))
    assert refusals(stick, [stick.path.read_bytes()]) == [Unfit.NOT_FOR_US]


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Stick]:
    """A village of its own, for what changes records."""
    founder = new_console(tmp_path, 1)
    writer, reader = (new_console(tmp_path, n, founder) for n in (2, 3))
    stick = Stick(_made(tmp_path / "stick"), founder, writer, reader)
    for journal in (founder, writer, reader, founder, writer, reader):
        stick.meet(journal)
    yield stick
    for journal in (founder, writer, reader):
        journal.close()


def test_a_bundle_of_a_revoked_console_is_not_read(apart: Stick) -> None:
    apart.writer.append(registered("resident:haru", "佐藤 ハル"))
    apart.meet(apart.writer)
    seed, public = apart.founder.village_seed, apart.writer.public_key.hex()
    assert seed is not None
    word = ConsoleRevoked(subject=f"console:{apart.writer.device}", public=public, n=2, counts={}, why="stolen")
    apart.reader.heed((signed(word, seed),))
    apart.look()
    assert refusals(apart, [apart.path.read_bytes()]) == [Unfit.REVOKED]


def test_an_older_bundle_is_said_and_adds_nothing(apart: Stick) -> None:
    old = apart.path.read_bytes()
    apart.writer.append(registered("resident:haru", "佐藤 ハル"))
    apart.meet(apart.writer)
    assert apart.meet(apart.reader).taken.new == 1
    have = apart.reader.have()
    apart.path.write_bytes(old)
    carrier = StickCarrier(apart.reader, apart.folder)
    outcome = Meeting(apart.reader, carrier).hold()
    assert (outcome.taken.new, outcome.spoilt, outcome.refused) == (0, 0, None)
    assert carrier.folder.stale == [f"{apart.path.parent.name}/{apart.path.name}"]
    assert apart.reader.have() == have


def test_a_damaged_bundle_does_not_keep_the_others_from_being_read(apart: Stick) -> None:
    apart.founder.append(registered("resident:haru", "佐藤 ハル"))
    apart.meet(apart.founder)
    apart.path.write_bytes(b"rubbish")
    outcome = apart.meet(apart.reader)
    assert (outcome.spoilt, outcome.taken.new) == (1, 1)


def test_names_and_seals_are_nowhere_in_the_file(apart: Stick) -> None:
    fact = registered("resident:haru", "佐藤 ハル")
    apart.writer.append(fact)
    apart.meet(apart.writer)
    content = apart.path.read_bytes()
    inside = [fact.subject.encode(), "佐藤".encode(), *(key.key for key in apart.writer.keys_held())]
    assert [piece for piece in inside if piece in content] == []
    assert DRILL.mode.encode() in content, "what is not secret can be read"
