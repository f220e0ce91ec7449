"""Pairing (組み入れ): a new console asks, a console of the village answers; a code that is read from one screen binds both.

The request may be seen and carried by anybody. It is sealed with a key made of the code, so the console that answers knows
that it came from whoever knows the code, and the new one knows the same of the answer. Over a network both also say which
certificate they see at the anchor's end of the line: whoever stands between has another one, and gets nothing.
On a stick the code holds for one request, over a network for one window; guessing it costs an argon2id for every try.
"""

from __future__ import annotations

import hmac
import json
import re
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

import msgspec

from village_console.journal.admission import console_subject, is_of, signed
from village_console.journal.exchange import TakenIn
from village_console.journal.facts import ConsoleAdmitted
from village_console.journal.journal import Journal
from village_console.journal.keys.age import is_recipient, open_sealed, seal
from village_console.journal.subject_keys import SubjectKey
from village_console.sync.own import Place, age_identity, own_word
from village_console.village.foreign import UNREADABLE, read_as
from village_console.village.ids import FactHash

REQUEST, ANSWER = "request", "answer"
_REFUSED = b"refused "
MOST_BYTES = 4 << 20
"""Of a request or an answer: what is larger is neither."""
Code = tuple[int, ...]
_NKEY = re.compile(r"U[A-Z2-7]{55}")
"""It is written into a server's configuration."""


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
    ALREADY_IN = "already_in"
    """This console was let into a village before."""
    REVOKED = "revoked"
    """The village's key has put the console out; over a network nobody sees who asks, so it is not let in again there."""
    OTHER_LINE = "other_line"
    """Whoever asks sees another certificate than the one who answers shows: somebody stands between them."""
    CLOSED = "closed"
    """The anchor lets nobody in now."""
    TOO_MANY_TRIES = "too_many_tries"
    """The anchor lets nobody in any more: the code was wrong too often."""
    NO_ANCHOR = "no_anchor"
    """Nobody answers at that address, or no anchor."""
    NO_ANSWER = "no_answer"
    """There is an anchor, and nothing came back in time."""


@dataclass(frozen=True, slots=True)
class Request:
    """A console that wants to join."""

    word: ConsoleAdmitted
    """What it asks the village to say of it."""
    purpose: str
    line: str = ""
    """SHA-256 of the certificate that was seen at the anchor's end, in hex; empty: carried by hand."""
    seal: str = ""
    """HMAC-SHA-256 under the key of the code, in hex."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a new console is told; travels sealed to it."""

    village: str
    purpose: str
    by: str
    """The device that answers; one of the members."""
    members: tuple[ConsoleAdmitted, ...]
    keys: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Of subjects, so that cards are known at once; in hex. None over a network, which brings them at once anyway."""
    seed: str | None
    """The village's key, where the new console may admit others, too."""
    line: str = ""
    """As in the request."""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of an answer."""

    by: ConsoleAdmitted
    """Who has let this console in."""
    taken: TakenIn


def ask_to_join(journal: Journal, place: Place, code: Code, line: str = "") -> bytes | Unpaired:
    """The request of this console, to be carried to one of the village; `line`: see `Request`."""
    if refused := cannot_join(journal):
        return refused
    request = Request(own_word(journal, place, journal.members()[journal.device].n + 1), _purpose(journal), line)
    key = _key(code, request.word.public)
    return _bytes(replace(request, seal=_seal_of(request, REQUEST, key)))


def cannot_join(journal: Journal) -> Unpaired | None:
    """Why this console cannot ask at all."""
    members = journal.members()
    if len(members) < 2:
        return None
    return Unpaired.ALREADY_IN if journal.village_seed is None else Unpaired.HAS_OTHERS


def read_request(content: bytes) -> Request | None:
    """Who asks; None when it is no request. Nothing of it is believed before the code has been typed."""
    try:
        request = _requests.decode(content) if len(content) <= MOST_BYTES else None
        word = request and request.word
        named = word is not None and word.subject == console_subject(bytes.fromhex(word.public))
        reachable = word is not None and is_recipient(word.recipient) and _NKEY.fullmatch(word.nkey)
    except UNREADABLE:
        return None
    return request if named and reachable else None


def answer(journal: Journal, request: Request, code: Code, *, may_admit: bool, line: str = "") -> bytes | Unpaired:
    """Admit the console that asks, if it knows the code: the fact is on disk before the answer is made.

    Whoever was admitted just so before is only answered again: the first answer may have been lost.
    """
    seed = journal.village_seed
    if seed is None:
        return Unpaired.NOT_OURS_TO_ADMIT
    if request.purpose != _purpose(journal):
        return Unpaired.OTHER_PURPOSE
    key = _key(code, request.word.public)
    if not _is_sealed(request, REQUEST, key):
        return Unpaired.OTHER_CODE
    if refused := _refused(journal, request, line):
        return refused
    known = journal.members().get(request.word.subject.removeprefix("console:"))
    if known is None or known.counts is not None or not _says_the_same(known.admitted, request.word):
        journal.say(signed(replace(request.word, n=max(request.word.n, known.n + 1 if known else 0)), seed))
    members = tuple(m.admitted for m in journal.members().values() if m.admitted and m.counts is None)
    held = () if line else journal.keys_held()
    keys = tuple((held.subject, held.key.hex(), held.after) for held in held)
    told = _Answer(
        journal.village.hex(), _purpose(journal), journal.device, members, keys, seed.hex() if may_admit else None, line
    )
    return seal(_bytes(replace(told, seal=_seal_of(told, ANSWER, key))), request.word.recipient)


def join(journal: Journal, content: bytes, code: Code, line: str = "") -> Joined | Unpaired:
    """Belong to the village that answered, from now on."""
    if refused := cannot_join(journal):
        return refused
    told = _opened(journal, content)
    if told is None:
        return Unpaired.NOT_READABLE
    if not _is_sealed(told, ANSWER, _key(code, journal.public_key.hex())):
        return Unpaired.OTHER_CODE
    if told.line != line:
        return Unpaired.OTHER_LINE
    village = bytes.fromhex(told.village)
    words = {word.subject: word for word in told.members if is_of(word, village)}
    by, own = words.get(f"console:{told.by}"), words.get(console_subject(journal.public_key))
    if told.purpose != _purpose(journal) or by is None or own is None:
        return Unpaired.OTHER_PURPOSE
    taken = journal.join(village, bytes.fromhex(told.seed) if told.seed else None, told.members)
    keys = (SubjectKey(subject, bytes.fromhex(key), tuple(map(FactHash, after))) for subject, key, after in told.keys)
    taken.add(journal.take_in((), keys))
    return Joined(by, taken)


def refusal(why: Unpaired) -> bytes:
    """What is sent instead of an answer. Anybody could have written it: it is shown, and nothing is done for it."""
    return _REFUSED + why.encode()


def refusal_in(content: bytes) -> Unpaired | None:
    """Why nobody was let in; None where an answer may have come."""
    if not content.startswith(_REFUSED):
        return None
    said = content.removeprefix(_REFUSED).decode("ascii", "replace")
    return next((why for why in Unpaired if why == said), Unpaired.NOT_READABLE)


def _refused(journal: Journal, request: Request, line: str) -> Unpaired | None:
    """Why one who knows the code is not let in all the same."""
    if request.line != line:
        return Unpaired.OTHER_LINE
    members = journal.members().values()
    if line and any(m.public.hex() == request.word.public and m.counts is not None for m in members):
        return Unpaired.REVOKED
    others = [m.admitted for m in members if m.admitted and m.counts is None]
    taken = any(word.number == request.word.number and word.public != request.word.public for word in others)
    return Unpaired.NUMBER_TAKEN if taken else None


def _says_the_same(known: ConsoleAdmitted | None, word: ConsoleAdmitted) -> bool:
    return known is not None and replace(known, n=word.n, signature=word.signature) == word


def _opened(journal: Journal, content: bytes) -> _Answer | None:
    plain = open_sealed(content, age_identity(journal)) if len(content) <= MOST_BYTES else None
    return None if plain is None else read_as(_answers.decode, plain)


def _purpose(journal: Journal) -> str:
    return f"{journal.purpose.mode}/{journal.purpose.world}/{journal.purpose.incident}"


def _key(code: Code, public: str) -> bytes:
    """Slow on purpose: a tenth of a second, 64 MiB."""
    from argon2.low_level import Type, hash_secret_raw  # noqa: PLC0415 -- slow import

    salt = b"village_console pairing " + bytes.fromhex(public)
    return hash_secret_raw(" ".join(map(str, code)).encode(), salt, 3, 1 << 16, 4, 32, Type.ID)


def _seal_of(said: Request | _Answer, what: str, key: bytes) -> str:
    return hmac.new(key, what.encode() + b"\0" + _bytes(replace(said, seal="")), "sha256").hexdigest()


def _is_sealed(said: Request | _Answer, what: str, key: bytes) -> bool:
    return hmac.compare_digest(said.seal.encode(), _seal_of(said, what, key).encode())


def _bytes(said: Request | _Answer) -> bytes:
    return json.dumps(asdict(said), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


_requests, _answers = msgspec.json.Decoder(Request), msgspec.json.Decoder(_Answer)
