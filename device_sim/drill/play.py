"""What is needed to play a drill: its folder, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from device_sim.drill.passwords import read_passwords
from device_sim.drill.play_errors import DrillFolderError
from device_sim.drill.scenario import Scenario
from device_sim.drill.truth import Truth
from device_sim.drill.wallet import Wallet
from device_sim.drill.wires import Wires


@dataclass(frozen=True, slots=True)
class Play:
    """One drill, ready to be played."""

    folder: Path
    truth: Truth
    wires: Wires
    wallet: Wallet
    speed: float
    people_watch: bool = False
    """People watch the console's screen: every answer is left standing for a moment."""
    passwords: Mapping[str, str] | None = None
    """By set-top, where the broker asks for them."""

    @classmethod
    def load(cls, folder: Path, speed: float, *, people_watch: bool = False, passwords: Path | None = None) -> Play:
        """Read the folder of a drill that was prepared; raises DrillFolderError."""
        truth = read_truth(folder)
        wires = Wires.read(folder / "wires.json")
        wallet = Wallet.read(folder / "town", truth.drill.starts_at)
        known = read_passwords(passwords) if passwords else None
        return cls(folder, truth, wires, wallet, speed, people_watch, known)

    def demand(self, scenario: Scenario, seed: int) -> None:
        """Raise DrillFolderError when the folder was prepared for another scenario or seed."""
        drill = self.truth.drill
        if drill.scenario != scenario.drill.name:
            message = f'{self.folder} was prepared for "{drill.scenario}", not for "{scenario.drill.name}"'
            raise DrillFolderError(message)
        if drill.seed != seed:
            message = f"{self.folder} was prepared with seed {drill.seed}, not {seed}: play with --seed {drill.seed}"
            raise DrillFolderError(message)


def read_truth(folder: Path) -> Truth:
    """Read truth.jsonl of a drill's folder; raises DrillFolderError."""
    path = folder / "truth.jsonl"
    try:
        return Truth.read(path)
    except FileNotFoundError as error:
        message = f"{path} is missing: run `device-sim drill prepare SCENARIO --out {folder}` first"
        raise DrillFolderError(message) from error
    except (OSError, ValueError) as error:
        message = f"{path}: {error}"
        raise DrillFolderError(message) from error


def undecodable(path: Path, error: msgspec.DecodeError) -> DrillFolderError:
    """The sentence for a file of the folder that is not what docs/wires.md says."""
    return DrillFolderError(f"{path}: {error}")
