"""What the rooms ask of hardware. Drivers stand behind these shapes and are known to bootstrap alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from village_console.village.eras import era_year
from village_console.village.run_mode import World


class Health(StrEnum):
    """How a device is. No answer is a value of its own: it is not fine, and not broken."""

    READY = "ready"
    ABSENT = "absent"
    """Not configured on this laptop."""
    NO_ANSWER = "no_answer"
    """There, and silent."""
    GONE = "gone"
    """Nothing is there, or the line was lost: power, cable, network."""
    ONE_WAY = "one_way"
    """There, on a line that never says anything back."""
    NO_DRIVER = "no_driver"
    """The part of the system that speaks to it is not installed."""
    NOT_ALLOWED = "not_allowed"
    """The system does not let this user speak to it."""
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    NEAR_END = "near_end"
    FAULT = "fault"
    ELSEWHERE = "elsewhere"
    """Well, in the hands of another process of this laptop."""
    GAPS = "gaps"
    """Messages are known to be lost: numbers were skipped."""
    DROPPED = "dropped"
    """The broker says that it threw messages away."""
    LITTLE_ROOM = "little_room"
    """The disk will be full some day; so many megabytes are left."""
    TV_WAITS = "tv_waits"
    """So little room is left that televisions are no longer written down: it belongs to check-ins."""
    BEHIND = "behind"
    """Other consoles know things that have not arrived here."""
    DAMAGED = "damaged"
    """Pages of the journal are not as they were written."""


class Part(StrEnum):
    """The devices of the status line."""

    READER = "reader"
    TELEVISIONS = "televisions"
    TV_LOG = "tv_log"
    """What televisions said; in the status line only when something of it is lost."""
    PRINTER = "printer"
    SYNC = "sync"
    """Other consoles; in the status line only where there are any."""
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class CardRead:
    """A card was read: what kind, who issued it, and what tells it from others. Never kept: it becomes a token."""

    kind: str
    issuer: str
    identifier: bytes
    world: World


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """The card left before it could be read."""


@dataclass(frozen=True, slots=True)
class CardUnreadable:
    """The card answered, but not with what its kind must hold."""


class Unusable(StrEnum):
    """Why a card tells nothing that could be kept."""

    OTHER_KIND = "other_kind"
    """A licence, a bank card: nothing of it is read."""
    CHANGING_NUMBER = "changing_number"
    """It draws a new identifier for every tap, as telephones do."""
    REAL_CARD = "real_card"
    """A resident's own card in a simulated world."""
    DRILL_CARD = "drill_card"
    """A simulated card in the physical world."""


@dataclass(frozen=True, slots=True)
class CardUnusable:
    """A card of a kind that reception cannot use."""

    why: Unusable = Unusable.OTHER_KIND


class Refusal(StrEnum):
    """Why a card did not do what a person wanted of it."""

    NO_READER = "no_reader"
    NO_CARD = "no_card"
    GONE = "gone"
    NOT_THIS_KIND = "not_this_kind"
    """Another kind of card, one without what was asked of it, or one of the other world."""
    UNREADABLE = "unreadable"
    """It opened, but holds something else than its kind must."""
    BLOCKED = "blocked"
    LAST_TRY = "last_try"
    """One try is left and nobody said that it may be spent."""
    NO_PIN = "no_pin"
    """Nobody gave one, or it had not the right number of digits: nothing was sent to the card."""
    WRONG_PIN = "wrong_pin"


@dataclass(frozen=True, slots=True)
class Refused:
    """The card did not do it; how many tries at its secret are left, where it said so."""

    why: Refusal
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """暗証番号, four digits: a leading zero counts. Never kept, and in no text that is made of it."""

    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodeB:
    """照合番号B, fourteen digits, all of them printed on the front of the card."""

    digits: str = field(repr=False)

    @classmethod
    def of(cls, birth: date, expires: str, security: str) -> CodeB:
        """What the front shows: birth with the year of its era, year of expiry (4 digits), security code (4 digits)."""
        era = era_year(birth)
        year = era[1] if era else birth.year
        return cls(f"{year % 100:02d}{birth:%m%d}{expires}{security}")


class Door(StrEnum):
    """What opens the card face."""

    PIN = "pin"
    CODE_B = "code_b"


@dataclass(frozen=True, slots=True)
class TriesLeft:
    """How often a secret may still be wrong; it was asked, and cost none."""

    left: int


class Wish(StrEnum):
    """What a person wants of a card of their own, and by which secret."""

    FACE_BY_PIN = "face_by_pin"
    FACE_BY_CODE_B = "face_by_code_b"
    PROOF = "proof"


class FaceSex(StrEnum):
    """Sex as a card tells it (ISO/IEC 5218)."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"
    """Not known, or neither."""


@dataclass(frozen=True, slots=True)
class CardFace:
    """券面事項: what stands on the front of a My Number card. To fill a form that a person confirms; it proves nothing."""

    name: str
    """As on the card: a full-width space between family and given name, substitutes for rare characters."""
    address: str
    birth: date | None
    """None when the card holds no such day of the calendar."""
    sex: FaceSex


class Checked(StrEnum):
    """What became of one check."""

    HOLDS = "holds"
    FAILS = "fails"
    CANNOT_KNOW = "cannot_know"
    """There is nothing to check it against on this laptop."""
    NOT_CHECKED = "not_checked"
    """Cannot be checked by whoever is not accredited for it; whatever else holds, nobody may say `valid`."""


@dataclass(frozen=True, slots=True)
class CardProof:
    """What a card showed by signing a challenge. Nothing in it tells whose card it is."""

    signature: Checked
    """Whether the card holds the key of its certificate."""
    authority: Checked
    """Whether an authority that this laptop has pinned signed the certificate."""
    dates: Checked
    """Whether today lies within the certificate's time."""
    revocation: Checked = Checked.NOT_CHECKED

    @property
    def holds(self) -> bool:
        """Whether everything holds that can be checked here."""
        return {self.signature, self.authority, self.dates} == {Checked.HOLDS}


CardAnswer = TriesLeft | CardFace | CardProof | Refused
"""What a card said to something that a person wanted of it."""
OnAnswer = Callable[[CardAnswer], None]
"""Called from a reader's thread, once."""

Tap = CardRead | CardRemoved | CardUnreadable | CardUnusable
"""What one card on the reader came to (かざす)."""

OnTap = Callable[[Tap], None]
OnHealth = Callable[[Part, Health, int], None]
"""Called from a device's thread: which part, how it is, and a count where one makes sense (televisions heard, messages lost)."""


class Device(Protocol):
    """Something that owns a thread; `start` returns at once, `stop` waits for the thread."""

    def start(self) -> None:
        """Begin to work."""
        ...

    def stop(self) -> None:
        """End and free everything."""
        ...


class PrintOutcome(StrEnum):
    """What is known of a paper that was sent to a printer."""

    PRINTED = "printed"
    """The printer said that the mechanism has finished."""
    UNCERTAIN = "uncertain"
    """Sent, but nothing confirms it: a person must look."""
    NOT_SENT = "not_sent"
    """Nothing was sent; `health` says why."""


@dataclass(frozen=True, slots=True)
class PrintReport:
    """The outcome of one paper and how the printer was."""

    outcome: PrintOutcome
    health: Health


class Inline(StrEnum):
    """How a character that the printer's own font lacks gets into a line."""

    IMAGE = "image"
    """A 24-dot picture (ESC *)."""
    DEFINED = "defined"
    """A character defined for it (FS 2), for printers that put a picture on a line of its own."""
    NONE = "none"
    """Not at all: 〓 is printed, and said before."""


class Transport(StrEnum):
    """What kind of line leads to a printer."""

    TCP = "tcp"
    """`host:9100`."""
    FILE = "file"
    """A device file: `/dev/usb/lp0`."""
    SERIAL = "serial"
    """`/dev/ttyUSB0`."""
    USB = "usb"
    """`04b8:0202`, vendor and product, by libusb."""


class Codec(StrEnum):
    """How a printer is told a character of JIS X 0208, which it has itself. Nothing beyond that table is left to it."""

    SHIFT_JIS = "shift_jis"
    JIS = "jis"
    """In kanji mode, for printers that do not know FS C."""
    NONE = "none"
    """It has no Japanese: everything but ASCII is drawn."""


@dataclass(frozen=True, slots=True)
class PrinterRecord:
    """What one make of receipt printer can do; `data/printers/*.toml`, or what `printer setup` has found out."""

    columns: int
    """Half-width columns of a line; a kanji takes two."""
    dots: int
    transport: Transport = Transport.TCP
    codec: Codec = Codec.SHIFT_JIS
    inline: Inline = Inline.IMAGE
    process_id: bool = True
    """Answers GS ( H when everything before it is printed."""
    sensor: bool = True
    """Answers GS r in its turn, after what was sent before."""
    status: bool = True
    """Answers DLE EOT over this line; False: a one-way line, nothing is ever known of it."""
    cutter: bool = True
    baud: int = 0
    """Bits in a second on a serial line."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What makes a paper known again: to the printer by its number, to the spool by the moment when all of it was sent."""

    number: int
    sent: Callable[[], None]
    reissue: bool = False
    """Whether what an unfinished paper may have left in the printer is cleared first: it would be printed twice."""


class ReceiptPrinter(Protocol):
    """A printer that takes finished bytes."""

    record: PrinterRecord

    def health(self) -> Health:
        """Ask the printer how it is; NO_ANSWER after the time-out."""
        ...

    def send(self, job: bytes, lines: int, ticket: Ticket | None = None) -> PrintReport:
        """Print one job of about so many lines and wait until the printer has finished it, or cannot say."""
        ...


class TvEventKind(StrEnum):
    """What a television's source can say."""

    POWER = "power"
    CHANNEL = "channel"
    ALIVE = "alive"
    LINE = "line"
    WATTS = "watts"
    """What a plug measures: not yet whether the television is on."""
    WITHHELD = "withheld"
    """A number that was heard, without what it said: nobody has agreed to that."""


@dataclass(frozen=True, slots=True)
class SourceKnows:
    """What one family of sources can tell of a television."""

    power: bool = True
    """ON and OFF (視聴パターン1)."""
    channel: bool = False
    """Which channel, and changes of it (視聴パターン2)."""
    own_time: bool = False
    """It says when something happened; otherwise only the moment of hearing is known."""
    tells_loss: bool = False
    """The broker says when it is gone."""


@dataclass(frozen=True, slots=True)
class TvEvent:
    """One event of a television, whatever its dialect."""

    device: str
    source: str
    """The dialect that spoke: `set_top`, `tasmota`."""
    kind: TvEventKind
    value: str
    t_device: datetime | None
    """The television's own time; None where the dialect has none."""
    t_received: datetime
    retained: bool
    """A retained message is the broker's memory, never an event."""
    duplicate: bool
    boot: str
    """Which start of the device its number belongs to; empty where the dialect has no numbers."""
    seq: int
    raw: bytes


class ForeignPayloadError(Exception):
    """A payload that its dialect does not know; the text says why. It goes to the dead letters."""


class TvDialect(Protocol):
    """How one family of sources speaks over MQTT."""

    topics: tuple[str, ...]
    """Topic filters to subscribe to."""
    source: str
    """Its name, and what its devices' names begin with (docs/wires.md)."""
    knows: SourceKnows

    def events(
        self, topic: str, payload: bytes, received: datetime, *, retained: bool, duplicate: bool
    ) -> list[TvEvent]:
        """Read one message; raises ForeignPayloadError."""
        ...

    def device_of(self, topic: str) -> str | None:
        """The television that a topic names, whatever the message says; None when it names none."""
        ...

    def question_to(self, device: str) -> str | None:
        """The topic on which a device is asked to say again what it is; None where it cannot be asked."""
        ...
