"""Virtual cards of a village's residents, and laying one on a reader's slot."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.my_number import VirtualMyNumberCard
from device_sim.cards.vpcd import NoReaderError, VpcdLink
from device_sim.population import Resident, Village

TODAY = datetime(2026, 11, 3, tzinfo=UTC)


def holders(village: Village, count: int) -> list[tuple[Resident, VirtualMyNumberCard]]:
    """Residents with a card each; no two share a home or a name, and the certificates are issued already."""
    ca, serials = DrillCa.create(), {card.resident: int(card.serial, 16) for card in village.cards}
    found: dict[str, tuple[Resident, VirtualMyNumberCard]] = {}
    for home in village.households:
        person = next((p for p in home.members if p.number in serials and p.name not in found), None)
        if person is not None:
            card = VirtualMyNumberCard(ca, Issue.plain(serials[person.number], TODAY))
            card.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
            card.transmit(bytes.fromhex("00B08A0000"))
            found[person.name] = (person, card)
        if len(found) == count:
            break
    return list(found.values())


def dial_until_there(card: VirtualMyNumberCard, port: int, patience: float = 30.0) -> VpcdLink:
    """Lay a card on a reader that may not be there yet; the caller leaves the link's context."""
    deadline = time.perf_counter() + patience
    while True:
        link = VpcdLink(card, "127.0.0.1", port)
        try:
            link.__enter__()
        except NoReaderError:
            if time.perf_counter() > deadline:
                raise
            time.sleep(0.002)
        else:
            link.start()
            return link
