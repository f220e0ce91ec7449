"""What the printer knows about itself, and how it says so (printing.md 1.1: DLE EOT, GS r, GS I, GS ( H)."""

from dataclasses import dataclass

from device_sim.printers.commands import Command

FIXED_BITS = 0x12
OFFLINE = 0x08
COVER_OPEN, STOPPED_BY_PAPER_END, STOPPED_BY_ERROR = 0x04, 0x20, 0x40
CUTTER_ERROR = 0x08
NEAR_END, PAPER_END = 0x0C, 0x60
SENSOR_NEAR_END, SENSOR_PAPER_END = 0x03, 0x0C
AUTOMATIC, AUTOMATIC_COVER = 0x10, 0x20
"""The fixed bits of the first byte are others than those of an answer to DLE EOT."""
IDENTITIES = {
    1: b"\x20",
    2: b"\x03",
    3: b"\x01",
    49: b"\x20",
    50: b"\x03",
    51: b"\x01",
    65: b"_1.00\0",
    66: b"_VILLAGE\0",
    67: b"_DRILL-80\0",
    68: b"_00000001\0",
    69: b"_KANJI JAPANESE\0",
}
PROCESS_ID_REQUEST = b"\x06\x00\x30\x30"
PROCESS_ID_BYTES = range(0x20, 0x7F)


@dataclass(frozen=True, slots=True)
class Status:
    """The state of cover, paper and cutter at one moment."""

    cover_open: bool = False
    paper_end: bool = False
    near_end: bool = False
    jammed: bool = False
    """The cutter is stuck."""

    @property
    def online(self) -> bool:
        """Whether the printer prints what it receives."""
        return not (self.cover_open or self.paper_end or self.jammed)

    def real_time_answer(self, kind: int) -> bytes:
        """Answer DLE EOT: 1 online, 2 cause of offline, 3 error, 4 paper; nothing to another `kind`."""
        answers = {
            1: 0 if self.online else OFFLINE,
            2: COVER_OPEN * self.cover_open | STOPPED_BY_PAPER_END * self.paper_end | STOPPED_BY_ERROR * self.jammed,
            3: CUTTER_ERROR * self.jammed,
            4: NEAR_END * (self.near_end or self.paper_end) | PAPER_END * self.paper_end,
        }
        return bytes((FIXED_BITS | answers[kind],)) if kind in answers else b""

    def automatic(self) -> bytes:
        """The four bytes that GS a lets the printer send by itself: state, errors, paper, nothing."""
        first = AUTOMATIC | OFFLINE * (not self.online) | AUTOMATIC_COVER * self.cover_open
        near, end = self.near_end or self.paper_end, self.paper_end
        return bytes((first, CUTTER_ERROR * self.jammed, SENSOR_NEAR_END * near | SENSOR_PAPER_END * end, 0))

    def queued_answer(self, command: Command) -> bytes:
        """Answer a command that had to wait for its turn; nothing to one that is no question."""
        if command.name == "GS r":
            return self._sensor_answer(command.arguments[0])
        if command.name == "GS I":
            return IDENTITIES.get(command.arguments[0], b"")
        return _process_id_answer(command.arguments) if command.name == "GS ( H" else b""

    def _sensor_answer(self, kind: int) -> bytes:
        """GS r 1 asks for the paper; GS r 2 for a cash drawer, which is shut as there is none."""
        if kind in {1, 49}:
            near, end = self.near_end or self.paper_end, self.paper_end
            return bytes((SENSOR_NEAR_END * near | SENSOR_PAPER_END * end,))
        return b"\0" if kind in {2, 50} else b""


def _process_id_answer(arguments: bytes) -> bytes:
    """GS ( H fn 48: as the queue is worked off in order, everything before it has been printed."""
    head, process_id = arguments[: len(PROCESS_ID_REQUEST)], arguments[len(PROCESS_ID_REQUEST) :]
    wanted = head == PROCESS_ID_REQUEST and all(byte in PROCESS_ID_BYTES for byte in process_id)
    return b"\x37\x22" + process_id + b"\0" if wanted else b""
