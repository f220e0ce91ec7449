"""The paper between the last cut and the head: what is burnt on it so far, and what went wrong on the way."""

from dataclasses import dataclass, field

from device_sim.printers.print_modes import LINE_SPACING
from device_sim.printers.sheet import PAPER_DOTS, Line, Sheet, Strip


@dataclass(slots=True)
class SheetInProgress:
    """Strips and counts of the sheet to come; `lines` counts the paper used in lines, since the printer was built."""

    width: int = PAPER_DOTS
    strips: list[Strip] = field(default_factory=list[Strip])
    refused: list[bytes] = field(default_factory=list[bytes])
    undecodable: int = 0
    inline_images: int = 0
    clipped: int = 0
    lines: int = 0

    def burn(self, strip: Strip) -> None:
        """Print `strip`; an image uses as many lines of paper as it is high."""
        self.strips.append(strip)
        self.lines += 1 if isinstance(strip, Line) else -(-strip.height // LINE_SPACING)

    def part(self, *, torn: bool) -> Sheet:
        """Return what is printed as a sheet, cut off or torn off, and begin the next one."""
        counts = (self.undecodable, self.inline_images, self.clipped)
        sheet = Sheet(tuple(self.strips), torn, self.width, *counts, tuple(self.refused))
        self.strips.clear()
        self.refused.clear()
        self.undecodable = self.inline_images = self.clipped = 0
        return sheet
