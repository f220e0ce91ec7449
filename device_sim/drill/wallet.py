"""The cards that people of a drill carry, and those that the desk hands out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from device_sim.cards.card_face import Face
from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.kept_ca import KEYS, ca_of
from device_sim.cards.my_number import VirtualMyNumberCard
from device_sim.cards.storage import StorageKind, VirtualStorageCard
from device_sim.drill.faces import read_faces, read_rows
from device_sim.drill.play_errors import DrillFolderError

STACK = {"felica": StorageKind.FELICA, "ntag": StorageKind.NTAG}
"""What the desk hands out."""


class Wallet:
    """My Number cards by register number, made when they are first needed."""

    def __init__(
        self, ca: DrillCa, serials: Mapping[str, int], today: datetime, faces: Mapping[int, Face] | None = None
    ) -> None:
        """`serials`: register number to the serial number of the authentication certificate; `faces`: by that number."""
        self._ca, self._serials, self._today, self._faces = ca, serials, today, faces or {}
        self._cards: dict[int, VirtualMyNumberCard] = {}

    @classmethod
    def read(cls, town: Path, today: datetime) -> Wallet:
        """Take the cards of `cards.csv` in a town's folder; raises DrillFolderError."""
        path = town / "cards.csv"
        try:
            rows = [row for row in read_rows(path) if row["カード種別"] == "my_number"]
            serials = {row["住民番号"]: int(row["シリアル番号"], 16) for row in rows}
            return cls(_ca(town), serials, today, read_faces(town / "residents.csv", serials, today))
        except OSError as error:
            message = f"{error.filename} cannot be read: {error.strerror}"
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
            issue = Issue.plain(serial, self._today, self._faces.get(serial))
            self._cards[serial] = VirtualMyNumberCard(self._ca, issue)
        return self._cards[serial]

    @staticmethod
    def hand_out(kind: str, identifier: str) -> VirtualStorageCard:
        """A card of the desk's own, by its identifier in hexadecimal."""
        return VirtualStorageCard(STACK[kind], bytes.fromhex(identifier))


def _ca(town: Path) -> DrillCa:
    try:
        return ca_of(town)
    except ValueError as error:
        message = f"{town / KEYS} does not hold the keys of a card authority: remove it, and a new one is made"
        raise DrillFolderError(message) from error
