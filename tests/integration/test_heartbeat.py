"""A drill's broker speaks no MQTT 5: the heartbeat falls back to 3.1.1 and is heard."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from village_console.children import free_ports
from village_console.drill_broker import start_broker
from village_console.viewing.broker_login import BrokerLogin
from village_console.viewing.heartbeat import Echo, Heartbeat, hear_own_heartbeat

pytestmark = pytest.mark.integration


def test_a_broker_without_mqtt_5_is_heard_over_3_1_1(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with ExitStack() as children:
        start_broker(tmp_path, f"127.0.0.1:{port}", children)
        found = hear_own_heartbeat(("127.0.0.1", port), "console-015628-1", BrokerLogin())
    assert found == Heartbeat(Echo.HEARD, "3.1.1")
