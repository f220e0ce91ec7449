"""How a client shows a broker who it is."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from village_console.settings import Settings

if TYPE_CHECKING:
    from paho.mqtt import client as mqtt  # slow, and a name and a password need no client


@dataclass(frozen=True, slots=True)
class BrokerLogin:
    """Name, password and whom to trust; all empty for a drill's broker on the loopback."""

    user: str = ""
    password: str = ""
    ca: Path | None = None
    """Certificate of the broker's authority; None: no TLS."""

    def give_to(self, client: mqtt.Client) -> None:
        """Before connecting; raises OSError when the certificate cannot be read."""
        if self.user:
            client.username_pw_set(self.user, self.password)
        if self.ca is not None:
            untyped: Any = client
            untyped.tls_set_context(ssl.create_default_context(cafile=str(self.ca)))


def broker_login(settings: Settings) -> BrokerLogin:
    """Who this console is at its broker."""
    devices = settings.devices
    return BrokerLogin(
        devices.broker_user, devices.broker_password, Path(devices.broker_ca) if devices.broker_ca else None
    )
