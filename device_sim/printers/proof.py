"""What a printer would make of some bytes, without network, time or faults: for tests of whoever writes the bytes."""

from device_sim.printers.command_stream import CommandStream
from device_sim.printers.paper import Paper
from device_sim.printers.sheet import PAPER_DOTS, Sheet


def proof(received: bytes, width: int = PAPER_DOTS) -> list[Sheet]:
    """Return the sheets that `received` prints on a printer just switched on; what is not cut comes last, torn.

    `width` is that of the head, in dots.
    """
    paper = Paper(width)
    motions = [paper.execute(command) for command in CommandStream().feed(received)]
    sheets = [motion.sheet for motion in motions if motion.sheet is not None]
    rest = paper.tear()
    return sheets if rest is None else [*sheets, rest]
