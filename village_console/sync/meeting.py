"""One meeting with a carrier: look, read, read again what should be there, write what it lacks, say what is held.

No step trusts what the carrier promises. What was read is taken in before the place is noted; what was pushed is looked for
in what others then say that they hold; what somebody lacks who has read to the end is pushed again. Repeating a meeting, or
breaking it off anywhere, loses nothing and doubles nothing: facts are a set.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from village_console.journal.contacts import Contact
from village_console.journal.envelope import Link
from village_console.journal.exchange import ChainId, Have, TakenIn
from village_console.journal.facts import ConsoleAdmitted
from village_console.journal.journal import Journal
from village_console.journal.subject_keys import SubjectKey
from village_console.journal.tables import mixed
from village_console.sync.carrier import Carrier, Found, Keyring, Refused
from village_console.sync.parcel import Parcel, parcels
from village_console.sync.statement import DOMAIN, Signed, Statement, plain_have, read_statement, statement_body

PATIENCE = 3
"""How often the same gap of another console is filled before it is left to somebody to look at."""
NOTHING = Have(0, 0, bytes(32))
OnProgress = Callable[[int, int], None]
"""How many parcels were read, of how many."""
Gap = tuple[str, ChainId, Have]
"""A console, and what it holds of a chain of which it should hold more."""


@dataclass(slots=True)
class Outcome:
    """What a meeting brought."""

    taken: TakenIn = field(default_factory=TakenIn)
    pushed: int = 0
    """Links that were written to the carrier."""
    spoilt: int = 0
    """Parcels that nobody can read: left where they are, and what they held is asked for again."""
    repaired: int = 0
    """Links that were read or pushed once more because somebody lacked them."""
    refused: Refused | None = None


class Meeting:
    """Meetings of one journal with one carrier; between them it keeps only what may be forgotten."""

    def __init__(self, journal: Journal, carrier: Carrier, on_progress: OnProgress | None = None) -> None:
        """Nothing happens yet."""
        self._journal = journal
        self._carrier = carrier
        self._on_progress: OnProgress = on_progress or _unseen
        self._seen: Counter[Gap] = Counter()
        self._filled: Counter[Gap] = Counter()
        self._keys: tuple[int, tuple[int, str]] | None = None
        """What all keys came down to, and at which version of them."""

    def hold(self) -> Outcome:
        """Meet once; raises CarrierLostError, and DiskIsFullError when ours cannot take it: either only breaks it off."""
        found = self._carrier.heads()
        if isinstance(found, Refused):
            return Outcome(refused=found)
        outcome = Outcome()
        read_to = self._read(found, outcome)
        statements = self._heard(found)
        if statements:
            self._read_again(found, statements, outcome)
        self._write(found, statements, outcome, read_to)
        return outcome

    # Reading

    def _read(self, found: Found, outcome: Outcome) -> int:
        key, read_to = found.carrier or self._carrier.name, found.end
        for pulled in self._carrier.pull(self._journal.contacts.place(key)):
            if pulled.parcel is None:
                outcome.spoilt += 1
            else:
                self._take(pulled.parcel, outcome)
            self._journal.contacts.read_to(key, pulled.place)
            self._on_progress(pulled.at, found.end)
            read_to = max(read_to, pulled.at)
        return read_to

    def _take(self, parcel: Parcel, outcome: Outcome) -> int:
        taken = self._journal.heed(parcel.admitted) if parcel.admitted else TakenIn()
        taken.add(self._journal.take_in(parcel.links, parcel.keys))
        outcome.taken.add(taken)
        return taken.new

    def _heard(self, found: Found) -> dict[str, Statement]:
        """What consoles of this village say, by device; kept for the table of who knows what until when."""
        devices, village, contacts = self._journal.devices(), self._journal.village.hex(), self._journal.contacts
        heard = [(said, read_statement(said, devices)) for said in found.statements]
        ours = [(said, statement) for said, statement in heard if statement and statement.village == village]
        before = contacts.all()
        for said, statement in ours:
            known = before.get(statement.dev)
            last = read_statement(Signed(known.body, known.sig), devices) if known else None
            if last is None or last.n < statement.n:
                now_ms = round(self._journal.clock.epoch() * 1000)
                contacts.note(Contact(statement.dev, said.body, said.sig, now_ms, self._carrier.name))
        return {statement.dev: statement for _, statement in ours}

    def _read_again(self, found: Found, statements: Mapping[str, Statement], outcome: Outcome) -> None:
        """What is said to lie here and is not ours yet was spoilt or passed over: read the whole of it once more."""
        ours, apart = self._journal.have(), self._journal.quarantined()
        claims = (claim for statement in _claims(found, statements) for claim in statement.chains().items())
        lacking = {chain[0] for chain, held in claims if ours.get(chain, NOTHING).count < held.count} - apart.keys()
        if lacking:
            for parcel in self._carrier.repair(frozenset(lacking)):
                outcome.repaired += self._take(parcel, outcome)

    # Writing

    def _write(self, found: Found, statements: Mapping[str, Statement], outcome: Outcome, read_to: int) -> None:
        # What is said to be held is looked up before what is owed: a fact written meanwhile is pushed and not yet claimed.
        held = self._holds()
        said = statements.get(self._journal.device)
        nothing_to_say = said is not None and _gist(said) == _gist(self._statement(held, found.carrier, read_to))
        if nothing_to_say and not found.carrier:
            return
        owed = list(self._journal.owed(self._lies_there(found, statements)))
        again = self._lacked_by_readers(found, statements)
        same_keys = any(statement.keys == held.keys for statement in _claims(found, statements))
        same_keys = same_keys and not self._keys_lacked(found, statements, held.keys)
        if nothing_to_say and not owed and not again and same_keys:
            return
        keyring = None if same_keys else Keyring(tuple(self._journal.keys_held()), self._journal.erased())
        admitted = tuple(m.admitted for m in self._journal.members().values() if m.admitted)
        laid = list(_to_parcels([*owed, *again], admitted))

        def said_at(end: int) -> Signed:
            # What others wrote between ours was not read yet: only behind nothing but our own have we read to the end.
            alone = end <= read_to + len(laid)
            return self._said(held, found.carrier, end if alone else read_to, end)

        self._carrier.push(laid, keyring, said_at)
        outcome.pushed += len(owed)
        outcome.repaired += len(again)

    def _lies_there(self, found: Found, statements: Mapping[str, Statement]) -> dict[ChainId, Have]:
        """What the carrier is said to hold, by the word of all who wrote there."""
        ours, best = self._journal.have(), dict[ChainId, Have]()
        for statement in _claims(found, statements):
            for chain, held in statement.chains().items():
                known = best.get(chain, NOTHING)
                if held == ours.get(chain) or (known != ours.get(chain) and held.seq > known.seq):
                    best[chain] = held
        return best

    def _lacked_by_readers(self, found: Found, statements: Mapping[str, Statement]) -> list[Link]:
        """What a console has not that has read behind all that we wrote: the carrier has lost it."""
        mine = statements.get(self._journal.device)
        if mine is None or mine.carrier != found.carrier:
            return []
        ours, lacked = self._journal.have(), dict[bytes, Link]()
        for reader in _claims(found, statements):
            if reader.dev != mine.dev and reader.read_to >= mine.wrote_to:
                gaps = self._gaps_to_fill(reader, mine, statements)
                told = {chain: gaps.get(chain, held) for chain, held in ours.items()}
                lacked |= {link.hash: link for link in self._journal.owed(told)} if gaps else {}
        return list(lacked.values())

    def _gaps_to_fill(
        self, reader: Statement, mine: Statement, statements: Mapping[str, Statement]
    ) -> dict[ChainId, Have]:
        """Chains of which a reader lacks what we have written, and that are ours to fill: one does it, others after it."""
        held, gaps = reader.chains(), dict[ChainId, Have]()
        for chain, claimed in mine.chains().items():
            there = held.get(chain, NOTHING)
            gap = (reader.dev, chain, there)
            if there.count < claimed.count and chain[0] not in reader.apart and self._filled[gap] < PATIENCE:
                self._seen[gap] += 1
                if self._seen[gap] > _rank(mine.dev, chain, statements.values()):
                    self._filled[gap] += 1
                    gaps[chain] = there
        return gaps

    def _keys_lacked(self, found: Found, statements: Mapping[str, Statement], keys: tuple[int, str]) -> bool:
        """Whether a console that has read to the end holds other keys than we: they are looked for there, and laid again."""
        lacking = False
        for reader in _claims(found, statements):
            gap = (reader.dev, ("keys", reader.keys[1]), NOTHING)
            behind = reader.dev == self._journal.device or reader.read_to < found.end
            if not behind and reader.keys != keys and self._filled[gap] < PATIENCE:
                self._filled[gap] += 1
                lacking = True
        return lacking

    # Saying

    def _holds(self) -> _Held:
        journal = self._journal
        return _Held(plain_have(journal.have()), self._keys_sum(), tuple(sorted(journal.quarantined())))

    def _keys_sum(self) -> tuple[int, str]:
        version = self._journal.keys_version  # before the keys: who writes meanwhile makes it too old, never too new
        if self._keys is None or self._keys[0] != version:
            self._keys = version, _sum_of(self._journal.keys_held())
        return self._keys[1]

    def _said(self, held: _Held, carrier: str, read_to: int, wrote_to: int) -> Signed:
        body = statement_body(self._statement(held, carrier, read_to, wrote_to))
        said = Signed(body, self._journal.sign(DOMAIN, body))
        now_ms = round(self._journal.clock.epoch() * 1000)
        self._journal.contacts.note(Contact(self._journal.device, said.body, said.sig, now_ms, self._carrier.name))
        return said

    def _statement(self, held: _Held, carrier: str, read_to: int, wrote_to: int = 0) -> Statement:
        journal = self._journal
        own = journal.contacts.all().get(journal.device)
        last = read_statement(Signed(own.body, own.sig), journal.devices()) if own else None
        now_ms, purpose = round(journal.clock.epoch() * 1000), journal.purpose
        return Statement(
            dev=journal.device, village=journal.village.hex(), n=max(last.n + 1 if last else 1, now_ms), wall=now_ms,
            purpose=f"{purpose.mode}/{purpose.world}/{purpose.incident}", have=held.have, apart=held.apart,
            keys=held.keys, carrier=carrier,
            read_to=read_to if carrier else 0, wrote_to=wrote_to if carrier else 0,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Held:
    """What the journal held at a moment, as a statement has it."""

    have: dict[str, tuple[int, int, str]]
    keys: tuple[int, str]
    apart: tuple[str, ...]


def _unseen(_done: int, _of: int) -> None:
    """Nobody watches."""


def _claims(found: Found, statements: Mapping[str, Statement]) -> Iterator[Statement]:
    """Statements about what lies at this very store; none counts after the store has become shorter than it was."""
    same = (s for s in statements.values() if found.carrier and s.carrier == found.carrier)
    return (statement for statement in same if max(statement.read_to, statement.wrote_to) <= found.end)


def _rank(dev: str, chain: ChainId, statements: Iterable[Statement]) -> int:
    """How many others come before us in filling a gap of a chain: its own device, then by name."""
    holders = {statement.dev for statement in statements if statement.chains().get(chain)} | {dev}
    return sorted(holders, key=lambda holder: (holder != chain[0], holder)).index(dev)


def _gist(statement: Statement) -> tuple[object, ...]:
    """What a statement comes down to: saying it again would tell nobody anything."""
    return statement.have, statement.keys, statement.apart, statement.carrier, statement.read_to


def _to_parcels(links: Iterable[Link], admitted: tuple[ConsoleAdmitted, ...]) -> Iterator[Parcel]:
    """The first says who is admitted, so that what follows is not kept apart."""
    for piece in parcels(links):
        yield Parcel(piece, admitted=admitted)
        admitted = ()


def _sum_of(keys: Iterable[SubjectKey]) -> tuple[int, str]:
    count, mix = 0, bytes(32)
    for held in keys:
        count += 1
        mix = mixed(mix, hashlib.sha256(f"{held.subject}\0{' '.join(held.after)}\0".encode() + held.key).digest())
    return count, mix.hex()
