"""Consoles that meet over a real anchor: nats-server with JetStream, TLS, and a name for everybody."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from tests.anchors import FORBIDDEN, PATIENCE, Shelter, carrier_to, heads_in_the_end, people
from tests.carriers import new_console
from tests.foreign import NESTED_PACKED, NESTED_PARCEL
from tests.town import registered
from village_console.children import free_ports
from village_console.journal.admission import console_subject, signed
from village_console.journal.facts import ConsoleRevoked, PersonErased
from village_console.journal.journal import Journal
from village_console.journal.store import Purpose
from village_console.sync.anchor import trust_in
from village_console.sync.anchor_server import AnchorServer
from village_console.sync.anchor_streams import keys_of
from village_console.sync.answers import Answer, Confirmed, NatsRefusedError, checked
from village_console.sync.carrier import CarrierLostError, Found, Refused
from village_console.sync.own import store_key, tls_pair
from village_console.sync.wire import Question, Wire
from village_console.village.errors import (
    AnchorDidNotStartError,
    AnchorIsInUseError,
    AnchorPortIsTakenError,
    VillageError,
)

pytestmark = pytest.mark.integration


def test_what_one_console_writes_all_know_after_one_meeting_each(shelter: Callable[..., Shelter]) -> None:
    here = shelter(3)
    people(here.consoles[0], 450)
    people(here.consoles[1], 3, "q")
    here.meet()
    assert here.all_know_the_same()
    assert sum(subject.startswith("resident:") for _, subject in here.consoles[2].rows.everything()) == 453


def test_a_meeting_at_which_nothing_is_new_writes_nothing(shelter: Callable[..., Shelter]) -> None:
    here = shelter(2)
    people(here.consoles[0], 5)
    here.meet()
    before = end_of(here)
    here.meet()
    assert end_of(here) == before


def test_a_fact_is_pushed_once_however_many_consoles_hold_it(shelter: Callable[..., Shelter]) -> None:
    here = shelter(3)
    here.meet()
    before = end_of(here)
    people(here.consoles[0], 1)
    here.meet()
    assert end_of(here) - before == 1


def test_an_erased_persons_keys_leave_the_anchor(shelter: Callable[..., Shelter]) -> None:
    here = shelter(2)
    people(here.consoles[0], 2)
    here.meet()
    assert keys_lying(here, "resident:p0") == 1
    here.consoles[1].append(PersonErased(subject="resident:p0", why="asked for it"))
    here.meet()
    assert [keys_lying(here, f"resident:p{n}") for n in (0, 1)] == [0, 1]
    assert here.all_know_the_same()


def test_a_console_is_woken_when_another_has_written_and_not_by_itself(shelter: Callable[..., Shelter]) -> None:
    here = shelter(2)
    here.meet()
    here.carriers[1].news(0)
    people(here.consoles[1], 1)
    here.meetings[1].hold()
    assert not here.carriers[1].news(0.2)
    people(here.consoles[0], 1)
    here.meetings[0].hold()
    assert here.carriers[1].news(2)


def test_nobody_who_was_not_admitted_comes_in_and_whoever_is_admitted_does_at_once(
    shelter: Callable[..., Shelter],
) -> None:
    here = shelter(1)
    late = here.join()
    here.server.reload()
    assert heads_in_the_end(here.carrier(late), lambda heads: isinstance(heads, Found))


def test_a_console_of_another_village_is_refused_before_it_reads_anything(
    shelter: Callable[..., Shelter], tmp_path: Path
) -> None:
    here = shelter(1)
    with closing(new_console(tmp_path / "elsewhere", 1)) as stranger:
        assert here.carrier(stranger).heads() is Refused.OTHER_VILLAGE


def test_a_console_with_a_name_that_the_anchor_does_not_know_is_refused(
    shelter: Callable[..., Shelter], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = shelter(2)
    with closing(new_console(here.folder / "elsewhere", 1)) as stranger:
        from village_console.sync import anchor

        seed = anchor.nkey_seed(stranger)

        def stolen(_journal: Journal) -> bytes:
            return seed

        monkeypatch.setattr(anchor, "nkey_seed", stolen)
        assert here.carriers[1].heads() is Refused.NOT_ADMITTED


def test_a_revoked_console_is_put_out_and_stays_out(shelter: Callable[..., Shelter]) -> None:
    here = shelter(3)
    here.meet()
    lost = here.consoles[2]
    seed = here.consoles[0].village_seed
    assert seed is not None
    n = here.consoles[0].members()[lost.device].n + 1
    public = lost.public_key
    here.consoles[0].say(
        signed(ConsoleRevoked(subject=console_subject(public), public=public.hex(), counts={}, n=n, why="lost"), seed)
    )

    assert heads_in_the_end(here.carriers[2], lambda heads: heads is Refused.NOT_ADMITTED)
    here.meetings[1].hold()


def test_another_purpose_is_refused(shelter: Callable[..., Shelter]) -> None:
    here = shelter(1)
    other = here.join(Purpose("drill", "simulated", "another-evening"))
    here.server.reload()
    assert heads_in_the_end(here.carrier(other), lambda heads: heads is Refused.OTHER_PURPOSE)


def test_an_anchor_that_confirms_before_it_is_on_disk_is_refused(tmp_path: Path) -> None:
    from dataclasses import replace

    with closing(new_console(tmp_path, 1)) as journal:
        server = AnchorServer(journal, tmp_path / "anchor", ("127.0.0.1", free_ports(1)[0]))
        server.plan = replace(server.plan, sync_always=False)
        server.start()
        try:
            with closing(carrier_to(server, journal)) as carrier:
                assert carrier.heads() is Refused.NOT_DURABLE
        finally:
            server.stop()


HERE_FORBIDDEN = FORBIDDEN | {
    "create": ("$JS.API.STREAM.CREATE.MORE", b"{}"),
    "two_megabytes": ("facts.{own}", b"x" * (2 << 20)),
}


@pytest.mark.parametrize(("subject", "content"), HERE_FORBIDDEN.values(), ids=HERE_FORBIDDEN)
def test_a_console_cannot_do_what_is_not_its_own(shelter: Callable[..., Shelter], subject: str, content: bytes) -> None:
    here = shelter(2)
    here.meet()
    before = end_of(here)
    mine, other = here.consoles[1].device, here.consoles[0].device
    with pytest.raises(CarrierLostError):
        here.carriers[1]._line().ask(Question(subject.format(own=mine, other=other), content))
    assert end_of(here) == before
    here.meetings[1].hold()


HOSTILE: dict[str, tuple[str, bytes, dict[str, str]]] = {
    "a word that ends a reading": ("facts.{own}", b"x", {"Status": "404"}),
    "the same among the keys": ("keys.a.b", b"x", {"Status": "404"}),
    "another end": ("facts.{own}", b"x", {"Status": "204", "Nats-Num-Pending": "0", "Nats-Last-Sequence": "1"}),
    "another number": ("facts.{own}", b"x", {"Nats-Sequence": "7", "Nats-Subject": "facts.other"}),
    "a statement without end": ("have.{own}", NESTED_PACKED, {}),
    "a key without end": ("keys.a.b", NESTED_PACKED, {}),
    "a parcel without end": ("facts.{own}", NESTED_PARCEL, {}),
}
"""What a laptop may say that was admitted, and means ill."""


@pytest.mark.parametrize("word", HOSTILE)
def test_what_one_console_lays_there_with_ill_will_keeps_nobody_from_what_lies_behind_it(
    shelter: Callable[..., Shelter], word: str
) -> None:
    here = shelter(3)
    here.meet()
    subject, content, headers = HOSTILE[word]
    own = here.consoles[2].device
    checked(here.carriers[2]._line().ask(Question(subject.format(own=own), content, headers)), Confirmed)
    for n in range(9):
        people(here.consoles[0], 30, f"{n}-")
        here.meetings[0].hold()
    here.carriers[1].close()
    here.meetings[1].hold()
    assert here.consoles[1].have() == here.consoles[0].have()
    assert len(here.consoles[1].keys_held()) == 270


def test_a_replayed_parcel_is_refused_by_its_number(shelter: Callable[..., Shelter]) -> None:
    here = shelter(1)
    here.meet()
    before = end_of(here)
    replay = Question(f"facts.{here.consoles[0].device}", b"again", {"Nats-Expected-Last-Subject-Sequence": "0"})
    with pytest.raises(NatsRefusedError) as refused:
        checked(here.carriers[0]._line().ask(replay), Confirmed)
    assert refused.value.code == 10071
    assert end_of(here) == before


@pytest.mark.parametrize("verb", ["PURGE", "MSG.DELETE"])
def test_not_even_the_anchor_takes_facts_out(shelter: Callable[..., Shelter], verb: str) -> None:
    here = shelter(1)
    here.meet()
    with closing(here.server.manage()) as wire, pytest.raises(NatsRefusedError):
        wire.ask_plain(Answer, f"$JS.API.STREAM.{verb}.FACTS", {"seq": 1} if verb == "MSG.DELETE" else None)


def test_an_anchor_that_cannot_come_up_is_a_sentence(shelter: Callable[..., Shelter]) -> None:
    here = shelter(1)
    taken = here.server.plan.listen
    (here.folder / "unwritable" / "anchor.crt").mkdir(parents=True)
    cases: list[tuple[Path, tuple[str, int], type[VillageError]]] = [
        (here.folder / "anchor", ("127.0.0.1", free_ports(1)[0]), AnchorIsInUseError),
        (here.folder / "another", taken, AnchorPortIsTakenError),
        (here.folder / "unwritable", ("127.0.0.1", free_ports(1)[0]), AnchorDidNotStartError),
    ]
    for folder, listen, error in cases:
        with pytest.raises(error):
            AnchorServer(here.consoles[0], folder, listen).start()


def test_no_secret_of_the_anchor_lies_on_the_disk(shelter: Callable[..., Shelter]) -> None:
    here = shelter(2)
    here.consoles[0].append(registered("resident:secret", "秘密の 名前"))
    here.meet()
    here.server.reload()
    key = "".join(tls_pair(here.consoles[0])[1].splitlines()[1:-1])
    files = [path for path in (here.folder / "anchor").rglob("*") if path.is_file()]
    content = b"".join(path.read_bytes() for path in files)
    assert len(files) > 10
    for secret in (key, store_key(here.consoles[0]), "resident:secret", "秘密の", keys_of("resident:secret")):
        assert secret.encode() not in content
    assert re.search(rb"server_name: anchor", content)


@pytest.mark.parametrize("pairing", [False, True])
def test_whoever_is_nobody_yet_may_at_most_ask_to_be_admitted(tmp_path: Path, pairing: bool) -> None:
    with closing(new_console(tmp_path, 1)) as journal:
        server = AnchorServer(journal, tmp_path / "anchor", ("127.0.0.1", free_ports(1)[0]))
        server.start()
        server.let_ask(asked=pairing)
        try:
            with closing(Wire(server.plan.listen, trust_in((), tls_pair(journal)[0]), None, "pair.reply")) as wire:
                wire.patience = PATIENCE
                assert wire.open() is (None if pairing else Refused.NOT_ADMITTED)
                if pairing:
                    wire.hear("pair.reply.7f2a", lambda _subject, _data: None)
                with pytest.raises(CarrierLostError):
                    wire.ask(Question(f"facts.{journal.device}", b"forged"))
        finally:
            server.stop()


def end_of(here: Shelter) -> int:
    """How many parcels the anchor has."""
    found = here.carriers[0].heads()
    assert isinstance(found, Found)
    return found.end


def keys_lying(here: Shelter, subject: str) -> int:
    with closing(here.server.manage()) as wire:
        return len(wire.read("KEYS", multi_last=[f"{keys_of(subject)}.*"], batch=10)[0])


@contextmanager
def idle_sockets(address: tuple[str, int], count: int) -> Generator[list[socket.socket]]:
    with ExitStack() as ending:
        yield [ending.enter_context(closing(socket.create_connection(address))) for _ in range(count)]


def test_five_hundred_who_say_nothing_keep_nobody_out(shelter: Callable[..., Shelter]) -> None:
    here = shelter(1)
    with idle_sockets(here.server.plan.listen, 500):
        fresh = here.carrier(here.consoles[0])
        assert isinstance(fresh.heads(), Found)
