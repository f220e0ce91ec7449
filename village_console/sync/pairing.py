"""Pairing (組み入れ): a new console asks, a console of the village answers; a code that is read from one screen binds both.

The request may be seen and carried by anybody. It is sealed with a key made of the code, so the console that answers knows
that it came from the screen that shows the code, and the new one knows that the answer came from whoever read it there.
The code holds for one request; guessing it costs an argon2id for every try.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

import msgspec

from village_console.journal.admission import console_subject, is_of, signed
from village_console.journal.exchange import TakenIn
from village_console.journal.facts import ConsoleAdmitted
from village_console.journal.journal import Journal
from village_console.journal.keys.age import open_sealed, seal
from village_console.journal.subject_keys import SubjectKey
from village_console.sync.own import Place, age_identity, own_word
from village_console.village.ids import FactHash

REQUEST, ANSWER = "request", "answer"
MOST_BYTES = 4 << 20
"""Of a request or an answer: what is larger is neither."""
Code = tuple[int, ...]


class Unpaired(StrEnum):
    """Why a request was not answered, or an answer not taken."""

    NOT_READABLE = "not_readable"
    OTHER_CODE = "other_code"
    """The code is not the one on the other screen, or somebody changed what was carried."""
    OTHER_PURPOSE = "other_purpose"
    """Another run mode, world or incident."""
    NUMBER_TAKEN = "number_taken"
    """Another console of the village has this number."""
    NOT_OURS_TO_ADMIT = "not_ours_to_admit"
    """This console has no key of the village."""
    HAS_OTHERS = "has_others"
    """This console has admitted others to a village of its own: two villages are not made one."""


@dataclass(frozen=True, slots=True)
class Request:
    """A console that wants to join."""

    word: ConsoleAdmitted
    """What it asks the village to say of it."""
    purpose: str
    seal: str = ""
    """HMAC-SHA-256 under the key of the code, in hex."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a new console is told; travels sealed to it."""

    village: str
    purpose: str
    members: tuple[ConsoleAdmitted, ...]
    keys: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Of subjects, so that cards are known at once; in hex."""
    seed: str | None
    """The village's key, where the new console may admit others, too."""
    seal: str = ""


def ask_to_join(journal: Journal, place: Place, code: Code) -> bytes | Unpaired:
    """The request of this console, to be carried to one of the village."""
    members = journal.members()
    if len(members) > 1:
        return Unpaired.HAS_OTHERS
    request = Request(own_word(journal, place, members[journal.device].n + 1), _purpose(journal))
    key = _key(code, request.word.public)
    return _bytes(replace(request, seal=_seal_of(request, REQUEST, key)))


def read_request(content: bytes) -> Request | None:
    """Who asks; None when it is no request. Nothing of it is believed before the code has been typed."""
    try:
        request = msgspec.json.decode(content, type=Request) if len(content) <= MOST_BYTES else None
        named = request is not None and request.word.subject == console_subject(bytes.fromhex(request.word.public))
    except (msgspec.DecodeError, ValueError):
        return None
    return request if named else None


def answer(journal: Journal, request: Request, code: Code, *, may_admit: bool) -> bytes | Unpaired:
    """Admit the console that asks, if the code is the one on its screen: the fact is on disk before the answer is made."""
    seed = journal.village_seed
    if seed is None:
        return Unpaired.NOT_OURS_TO_ADMIT
    if request.purpose != _purpose(journal):
        return Unpaired.OTHER_PURPOSE
    key = _key(code, request.word.public)
    if not hmac.compare_digest(request.seal, _seal_of(request, REQUEST, key)):
        return Unpaired.OTHER_CODE
    others = [m for m in journal.members().values() if m.admitted and m.counts is None]
    if any(
        m.admitted and m.admitted.number == request.word.number for m in others if m.public.hex() != request.word.public
    ):
        return Unpaired.NUMBER_TAKEN
    known = journal.members().get(request.word.subject.removeprefix("console:"))
    word = signed(replace(request.word, n=max(request.word.n, known.n + 1 if known else 0)), seed)
    journal.say(word)
    members = tuple(m.admitted for m in journal.members().values() if m.admitted and m.counts is None)
    keys = tuple((held.subject, held.key.hex(), held.after) for held in journal.keys_held())
    told = _Answer(journal.village.hex(), _purpose(journal), members, keys, seed.hex() if may_admit else None)
    return seal(_bytes(replace(told, seal=_seal_of(told, ANSWER, key))), request.word.recipient)


def join(journal: Journal, content: bytes, code: Code) -> TakenIn | Unpaired:
    """Belong to the village that answered, from now on."""
    if len(journal.members()) > 1:
        return Unpaired.HAS_OTHERS
    plain = open_sealed(content, age_identity(journal)) if len(content) <= MOST_BYTES else None
    try:
        told = None if plain is None else msgspec.json.decode(plain, type=_Answer)
    except msgspec.DecodeError:
        told = None
    if told is None:
        return Unpaired.NOT_READABLE
    if not hmac.compare_digest(told.seal, _seal_of(told, ANSWER, _key(code, journal.public_key.hex()))):
        return Unpaired.OTHER_CODE
    village = bytes.fromhex(told.village)
    ours = [word for word in told.members if word.public == journal.public_key.hex() and is_of(word, village)]
    if told.purpose != _purpose(journal) or not ours:
        return Unpaired.OTHER_PURPOSE
    taken = journal.join(village, bytes.fromhex(told.seed) if told.seed else None, told.members)
    keys = (SubjectKey(subject, bytes.fromhex(key), tuple(map(FactHash, after))) for subject, key, after in told.keys)
    taken.add(journal.take_in((), keys))
    return taken


def _purpose(journal: Journal) -> str:
    return f"{journal.purpose.mode}/{journal.purpose.world}/{journal.purpose.incident}"


def _key(code: Code, public: str) -> bytes:
    """Slow on purpose: a tenth of a second, 64 MiB."""
    from argon2.low_level import Type, hash_secret_raw  # noqa: PLC0415 -- slow import

    salt = b"village_console pairing " + bytes.fromhex(public)
    return hash_secret_raw(" ".join(map(str, code)).encode(), salt, 3, 1 << 16, 4, 32, Type.ID)


def _seal_of(said: Request | _Answer, what: str, key: bytes) -> str:
    return hmac.new(key, what.encode() + b"\0" + _bytes(replace(said, seal="")), "sha256").hexdigest()


def _bytes(said: Request | _Answer) -> bytes:
    return json.dumps(asdict(said), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
