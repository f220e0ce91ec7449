"""The cards that people of a drill carry, and those that the desk hands out."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.my_number import VirtualMyNumberCard
from device_sim.cards.storage import StorageKind, VirtualStorageCard
from device_sim.drill.play_errors import DrillFolderError

STACK = {"felica": StorageKind.FELICA, "ntag": StorageKind.NTAG}
"""What the desk hands out."""


class Wallet:
    """My Number cards by register number, made when they are first needed."""

    def __init__(self, ca: DrillCa, serials: Mapping[str, int], today: datetime) -> None:
        """`serials`: register number to the serial number of the authentication certificate."""
        self._ca, self._serials, self._today = ca, serials, today
        self._cards: dict[int, VirtualMyNumberCard] = {}

    @classmethod
    def read(cls, town: Path, today: datetime) -> Wallet:
        """Take the cards of `cards.csv` in a town's folder; raises DrillFolderError."""
        path = town / "cards.csv"
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = [row for row in csv.DictReader(file) if row["カード種別"] == "my_number"]
            return cls(DrillCa.create(), {row["住民番号"]: int(row["シリアル番号"], 16) for row in rows}, today)
        except OSError as error:
            message = f"{path} cannot be read: {error.strerror}"
            raise DrillFolderError(message) from error
        except (KeyError, ValueError) as error:
            message = f"{path}: not a list of cards (docs/wires.md, section 6): {error}"
            raise DrillFolderError(message) from error

    def card_of(self, resident: str) -> VirtualMyNumberCard:
        """The card of a resident; raises DrillFolderError when cards.csv knows none."""
        if resident not in self._serials:
            message = f"cards.csv knows no My Number card of {resident}"
            raise DrillFolderError(message)
        return self.card_with(self._serials[resident])

    def card_with(self, serial: int) -> VirtualMyNumberCard:
        """A card with this serial number, whoever's it is."""
        if serial not in self._cards:
            self._cards[serial] = VirtualMyNumberCard(self._ca, Issue.plain(serial, self._today))
        return self._cards[serial]

    @staticmethod
    def hand_out(kind: str, identifier: str) -> VirtualStorageCard:
        """A card of the desk's own, by its identifier in hexadecimal."""
        return VirtualStorageCard(STACK[kind], bytes.fromhex(identifier))
