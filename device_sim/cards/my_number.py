"""A My Number card (マイナンバーカード) in software: JPKI and card face as in reference/cards.md 1.2-1.6, bytes in, bytes out."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from device_sim.cards.apdu import Command, RefusedError, Status, parse
from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.files import CardFile, Pin, Readable, SigningKey
from device_sim.cards.issue import Issue, face_files, jpki_files

JPKI = bytes.fromhex("D392F000260100000001")
TEXT = bytes.fromhex("D3921000310001010408")
VISUAL = bytes.fromhex("D3921000310001010402")

CONTACT_ATR = bytes.fromhex("3BE000FF8131FE4514")

TRIPWIRE = {TEXT: {0x0001: "text 0001", 0x0014: "text 0014"}, VISUAL: {0x0005: "visual 0005", 0x0013: "visual 0013"}}
"""The My Number and the code that opens it (reference/cards.md 1.6): nobody may name these files."""


class VirtualMyNumberCard:
    """One card; `transmit` answers any bytes and never raises. A new card is powered."""

    def __init__(
        self, ca: DrillCa, issue: Issue, *, atr: bytes = CONTACT_ATR, hiccup: bool = False, filler: int = 0
    ) -> None:
        """`hiccup`: the first answer after power-up is 6F00; `filler`: bytes behind the content of each file."""
        self.issue = issue
        self.atr = atr
        self.tripped: list[str] = []
        self._hiccup = hiccup
        text, jpki = face_files(issue, filler), jpki_files(ca, issue, filler)
        self._files: Mapping[bytes, dict[int, CardFile]] = {JPKI: jpki, TEXT: text, VISUAL: {}}
        self._acts: Mapping[tuple[int, int], Callable[[Command], bytes]] = {
            (0x00, 0xA4): self._select,
            (0x00, 0xB0): self._read_binary,
            (0x00, 0x20): self._verify,
            (0x00, 0x84): self._get_challenge,
            (0x80, 0x2A): self._compute_signature,
        }
        self.power_on()

    def power_on(self) -> None:
        """Power up: nothing is selected, no PIN has been shown; spent tries stay spent."""
        self._powered = True
        self._hiccup_due = self._hiccup
        self._application = b""
        self._current: int | None = None
        for file in (file for files in self._files.values() for file in files.values()):
            if isinstance(file, Pin):
                file.forget()

    def power_off(self) -> None:
        """Cut the power: until the next power-up every command is answered 6F00."""
        self.power_on()
        self._powered = False

    def reset(self) -> None:
        """Warm reset; what was selected and shown is gone as after a power-up."""
        self.power_on()

    def transmit(self, apdu: bytes) -> bytes:
        """Answer a command APDU: data and the two bytes of the status word."""
        try:
            return self._answer(apdu) + Status.OK.to_bytes(2, "big")
        except RefusedError as refused:
            return refused.status.to_bytes(2, "big")

    def _answer(self, apdu: bytes) -> bytes:
        if self._hiccup_due or not self._powered:
            self._hiccup_due = False
            raise RefusedError(Status.NOTHING_SAID)
        command = parse(apdu)
        if command.cla not in {0x00, 0x80}:
            raise RefusedError(Status.UNKNOWN_CLASS)
        act = self._acts.get((command.cla, command.ins))
        if act is None:
            raise RefusedError(Status.UNKNOWN_INSTRUCTION)
        return act(command)

    def _select(self, command: Command) -> bytes:
        if command.p1 != 0x04:
            self._watch(int.from_bytes(command.data[-2:], "big"))
        if command.p1_p2 == 0x040C:
            self._select_application(command.data)
        elif command.p1_p2 == 0x020C:
            self._select_file(command.data)
        elif command.p1_p2 != 0x0000:  # real cards say yes to SELECT MF and do nothing
            raise RefusedError(Status.WRONG_P1_P2)
        return b""

    def _select_application(self, name: bytes) -> None:
        if name not in self._files:
            raise RefusedError(Status.NOT_FOUND)
        self._application, self._current = name, None

    def _select_file(self, identifier: bytes) -> None:
        if len(identifier) != 2:
            raise RefusedError(Status.WRONG_LENGTH)
        number = int.from_bytes(identifier, "big")
        self._find(number)
        self._current = number

    def _watch(self, number: int) -> None:
        tripped = TRIPWIRE.get(self._application, {}).get(number)
        if tripped is not None:
            self.tripped.append(tripped)

    def _find(self, number: int) -> CardFile:
        file = self._files.get(self._application, {}).get(number)
        if file is None:
            raise RefusedError(Status.NOT_FOUND)
        return file

    def _current_file(self) -> CardFile:
        if self._current is None:
            raise RefusedError(Status.NO_CURRENT_FILE)
        return self._find(self._current)

    def _meant(self, parameter: int) -> CardFile:
        """The file that a parameter means: 80 the current one, 80+id the one with that short identifier."""
        if parameter & 0xE0 != 0x80:
            raise RefusedError(Status.WRONG_P1_P2)
        if parameter == 0x80:
            return self._current_file()
        self._watch(parameter & 0x1F)
        return self._find(parameter & 0x1F)

    def _read_binary(self, command: Command) -> bytes:
        by_short_id = command.p1 & 0x80
        file = self._meant(command.p1) if by_short_id else self._current_file()
        if not isinstance(file, Readable):
            raise RefusedError(Status.NOT_THIS_KIND_OF_FILE)
        if command.data:
            raise RefusedError(Status.WRONG_LENGTH)
        if command.p1 & 0x1F and by_short_id:
            self._current = command.p1 & 0x1F
        return file.read(command.p2 if by_short_id else command.p1_p2, command.wants())

    def _verify(self, command: Command) -> bytes:
        if command.p1:
            raise RefusedError(Status.WRONG_P1_P2)
        pin = self._meant(command.p2)
        if not isinstance(pin, Pin):
            raise RefusedError(Status.NOT_THIS_KIND_OF_FILE)
        if command.expected is not None:
            raise RefusedError(Status.WRONG_LENGTH)
        if command.data:
            pin.show(command.data)
        else:
            pin.ask()
        return b""

    def _compute_signature(self, command: Command) -> bytes:
        if command.p1:
            raise RefusedError(Status.WRONG_P1_P2)
        key = self._meant(command.p2)
        if not isinstance(key, SigningKey):
            raise RefusedError(Status.NOT_THIS_KIND_OF_FILE)
        return key.sign(command.data, command.wants())

    def _get_challenge(self, command: Command) -> bytes:
        if command.p1_p2:
            raise RefusedError(Status.WRONG_P1_P2)
        if command.data:
            raise RefusedError(Status.WRONG_LENGTH)
        return secrets.token_bytes(command.wants())
