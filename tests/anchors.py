"""Real anchors: a nats-server over which consoles of one village meet, to be killed, shortened and spoilt."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from village_console.children import free_ports
from village_console.journal.journal import Journal
from village_console.sync.anchor import AnchorCarrier
from village_console.sync.anchor_server import AnchorServer

PATIENCE = 2.0
"""Seconds: nobody is far away here."""


@contextmanager
def running_anchor(folder: Path, journal: Journal, *, guarded: bool = True) -> Generator[AnchorServer]:
    """An anchor of this console that runs until the block ends; not `guarded`: its own user may take facts out."""
    server = AnchorServer(journal, folder / "anchor", ("127.0.0.1", free_ports(1)[0]))
    server.guarded = guarded
    server.start()
    try:
        yield server
    finally:
        server.stop()


def carrier_to(server: AnchorServer, journal: Journal, address: tuple[str, int] | None = None) -> AnchorCarrier:
    """A console's way to it, perhaps by a detour."""
    carrier = AnchorCarrier(journal, address or server.plan.listen)
    carrier.patience = PATIENCE
    return carrier


@contextmanager
def anchor_carriers(folder: Path, journals: Sequence[Journal]) -> Generator[list[AnchorCarrier]]:
    """One carrier each for consoles of one village, over one running anchor: what the conformance suite asks for."""
    with ExitStack() as ending:
        server = ending.enter_context(running_anchor(folder, journals[0]))
        carriers = [carrier_to(server, journal) for journal in journals]
        for carrier in carriers:
            ending.callback(carrier.close)
        yield carriers
