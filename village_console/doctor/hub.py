"""The hub: whether its nodes themselves say that they keep what they confirm, and lose nothing when one of them is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from village_console.doctor.anchor import with_journal
from village_console.doctor.finding import Finding, State
from village_console.journal.journal import Journal
from village_console.settings import Settings
from village_console.sync.carrier import CarrierLostError, Refused
from village_console.sync.hub import REPLICAS, HubCarrier, HubState, NodeState, hub_carrier

_DO = {
    Refused.OTHER_VILLAGE: "hub_operator",
    Refused.OTHER_PURPOSE: "hub_operator",
    Refused.NOT_ADMITTED: "hub_config",
    Refused.REVOKED: "hub_config",
    Refused.TOO_OLD: "hub_operator",
    Refused.STRANGE_CERTIFICATE: "hub_ca",
    Refused.NOT_LAID: "hub_lay",
}


def hub(known: Settings, folder: Path) -> Iterator[Finding]:
    """One finding; nothing where no hub is named."""

    def look(journal: Journal) -> Iterator[Finding]:
        with closing(hub_carrier(journal, known.sync)) as carrier:
            yield _look(carrier, ", ".join(known.sync.hub))

    if known.sync.hub:
        yield from with_journal("hub", known, folder, look, named=True)


def _look(carrier: HubCarrier, address: str) -> Finding:
    try:
        found = carrier.heads()
        if found in (Refused.NOT_DURABLE, Refused.NOT_KNOWN):
            return _not_durable(carrier.nodes(), address)
        if isinstance(found, Refused):
            return Finding("hub", State.MEND, f"hub_{found}", _DO[found], {"address": address})
        return judged(carrier.state(), found.end)
    except CarrierLostError:
        return Finding("hub", State.LOOK, "hub_no_answer", "hub_line", {"address": address})


def judged(state: HubState, end: int) -> Finding:
    """What is to be said of what the nodes say; `end`: so many parcels lie there."""
    known = {node.nodes for node in state.nodes} | {node.routes_secured for node in state.nodes}
    nodes = max((node.nodes or 0 for node in state.nodes), default=0)
    if not state.nodes or None in known or not all(node.sync_always for node in state.nodes):
        return _not_durable(state.nodes, "")
    if nodes < REPLICAS or state.replicas < REPLICAS:
        values: dict[str, object] = {"nodes": nodes, "replicas": state.replicas, "wanted": REPLICAS}
        return Finding("hub", State.MEND, "hub_alone", "hub_operator", values)
    if not all(node.routes_secured for node in state.nodes):
        return Finding("hub", State.MEND, "hub_bare", "hub_operator")
    if state.offline or len(state.nodes) < nodes:
        gone: dict[str, object] = {"answer": len(state.nodes), "nodes": nodes, "names": ", ".join(state.offline)}
        return Finding("hub", State.LOOK, "hub_node_gone", "hub_node", gone)
    return Finding("hub", State.FINE, "hub_level", values={"nodes": nodes, "replicas": state.replicas, "end": end})


def _not_durable(nodes: Sequence[NodeState], address: str) -> Finding:
    """Not to know is no yes, and no accusation."""
    guilty = [node.name for node in nodes if node.sync_always is False]
    if not guilty:
        return Finding("hub", State.UNKNOWN, "hub_not_known", "hub_operator", {"address": address})
    return Finding("hub", State.MEND, "hub_not_durable", "hub_always", {"names": ", ".join(guilty)})
