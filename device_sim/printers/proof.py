"""What a printer would make of some bytes, without network, time or faults: for tests of whoever writes the bytes."""

from device_sim.printers.command_stream import CommandStream
from device_sim.printers.paper import Paper
from device_sim.printers.sheet import Sheet


def proof(received: bytes) -> list[Sheet]:
    """Return the sheets that `received` prints on a printer just switched on; what is not cut comes last, torn."""
    paper = Paper()
    motions = [paper.execute(command) for command in CommandStream().feed(received)]
    sheets = [motion.sheet for motion in motions if motion.sheet is not None]
    rest = paper.tear()
    return sheets if rest is None else [*sheets, rest]
