"""Finding the anchor in a shelter's network by mDNS. A hint and no more: whether it is ours is decided by TLS."""

from __future__ import annotations

import hashlib
import logging
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from village_console.journal.journal import Journal
from village_console.sync.anchor_streams import purpose_text
from village_console.sync.own import Place

if TYPE_CHECKING:
    from zeroconf import ServiceBrowser, ServiceInfo, Zeroconf

KIND = "_village-console._tcp.local."
_PATIENCE_MS = 2_000
_MOST_BYTES = 200
"""Of a name in a TXT record."""
_MOST_DIGITS, _MOST_ADDRESSES = 6, 4
_ANY = ("0.0.0.0", "::")  # noqa: S104 -- compared, not bound
logging.getLogger("zeroconf").addHandler(logging.NullHandler())  # else it writes to stderr, into the screen


def fingerprint(village: bytes) -> str:
    """What a village is called on the network: nobody can tell which it is who does not know its key."""
    return hashlib.sha256(village).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """An anchor that says that it lets laptops in now."""

    addresses: tuple[tuple[str, int], ...]
    """At least one."""
    number: int
    name: str
    """Of its shelter, as it says."""
    same_purpose: bool
    """Whether it is of our run mode, world and incident."""


def addresses_of(host: str) -> list[str]:
    """Where others reach who listens at a host, or at any."""
    from zeroconf import get_all_addresses  # noqa: PLC0415 # pyright: ignore[reportPrivateImportUsage] -- slow import

    found = list(get_all_addresses()) if host in _ANY else [host]
    return [one for one in found if not one.startswith("127.")] or found


class Announcement:
    """Tells the network where this console's anchor listens."""

    def __init__(self, journal: Journal, listen: tuple[str, int], interfaces: list[str] | None = None) -> None:
        """Nothing is told yet. `interfaces`: addresses of ours to speak at; None: all."""
        self._village, self._purpose, self._device = (
            fingerprint(journal.village),
            purpose_text(journal.purpose),
            journal.device,
        )
        self._listen, self._interfaces = listen, interfaces
        self._said = 0
        """Numbers what is told: who hears the same again takes it for an echo of the first time."""
        self._zeroconf: Zeroconf | None = None

    def start(self) -> None:
        """Begin to tell it; without a network there is nobody to tell, which is no error."""
        from zeroconf import Error  # noqa: PLC0415 -- slow import

        with suppress(OSError, Error):
            self._zeroconf = _on(self._interfaces)
            self._zeroconf.register_service(self._told(None))

    def tell_window(self, place: Place | None) -> None:
        """Say that laptops are let in now, and where one has to go for the code; None: not any more."""
        from zeroconf import Error  # noqa: PLC0415 -- slow import

        self._said += 1
        if self._zeroconf is not None:
            with suppress(OSError, Error):
                self._zeroconf.update_service(self._told(place))

    def _told(self, window: Place | None) -> ServiceInfo:
        from zeroconf import ServiceInfo  # noqa: PLC0415 -- slow import

        host, port = self._listen
        addresses = self._interfaces or addresses_of(host)
        said = {"village": self._village, "purpose": self._purpose, "n": str(self._said)}
        if window is not None:
            said |= {"number": str(window.number), "name": window.name.encode()[:_MOST_BYTES].decode("utf-8", "ignore")}
        return ServiceInfo(
            KIND, f"{self._village}-{self._device}.{KIND}", port=port, parsed_addresses=addresses,
            properties=said, server=f"{self._device}.local.",
        )  # fmt: skip

    def stop(self) -> None:
        """Take it back."""
        _end(self._zeroconf)
        self._zeroconf = None


class Finder:
    """Hears which anchors there are: of this village and purpose, and such that let laptops in."""

    def __init__(self, journal: Journal, interfaces: list[str] | None = None) -> None:
        """Nothing is heard yet."""
        self._village, self._purpose = fingerprint(journal.village), purpose_text(journal.purpose)
        self._interfaces = interfaces
        self._zeroconf: Zeroconf | None = None
        self._browser: ServiceBrowser | None = None
        self._stopped = False
        self._known: dict[str, list[tuple[str, int]]] = {}
        self._windows: dict[str, OpenWindow] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to listen; without a network nothing will be heard, which is no error."""
        from zeroconf import Error, ServiceBrowser  # noqa: PLC0415 -- slow import

        with suppress(OSError, Error):
            self._zeroconf = _on(self._interfaces)
            self._browser = ServiceBrowser(self._zeroconf, KIND, handlers=[self._changed])
        if self._stopped:
            self.stop()

    def stop(self) -> None:
        """Listen no more; also when another thread is about to begin."""
        self._stopped = True
        if self._browser is not None:
            self._browser.cancel()
            self._browser = None
        _end(self._zeroconf)
        self._zeroconf = None

    def __call__(self) -> list[tuple[str, int]]:
        """Where they may be now."""
        with self._lock:
            return [address for name in sorted(self._known) for address in self._known[name]]

    def windows(self) -> list[OpenWindow]:
        """Who says to let laptops in now, by number."""
        with self._lock:
            return sorted(self._windows.values(), key=lambda one: (not one.same_purpose, one.number, one.addresses))

    def _changed(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: Any) -> None:
        """Called from zeroconf's thread, by these names."""
        from zeroconf import Error, ServiceStateChange  # noqa: PLC0415 -- slow import

        told = None
        if state_change is not ServiceStateChange.Removed:
            with suppress(Error):  # anybody may announce a name that is none; nothing would be heard after that
                told = zeroconf.get_service_info(service_type, name, _PATIENCE_MS)
        with self._lock:
            if told is not None and self._is_ours(told):
                self._known[name] = [(address, told.port or 0) for address in told.parsed_addresses()]
            else:
                self._known.pop(name, None)
            if told is not None and (window := self._window_in(told)):
                self._windows[name] = window
            else:
                self._windows.pop(name, None)

    def _window_in(self, told: ServiceInfo) -> OpenWindow | None:
        said, addresses = told.decoded_properties, told.parsed_addresses()
        number, name = said.get("number") or "", said.get("name") or ""
        if not addresses or not number.isdecimal() or len(number) > _MOST_DIGITS:
            return None
        name = "".join(character for character in name if character.isprintable())
        places = tuple((address, told.port or 0) for address in addresses[:_MOST_ADDRESSES])
        return OpenWindow(places, int(number), name, said.get("purpose") == self._purpose)

    def _is_ours(self, told: ServiceInfo) -> bool:
        said = told.decoded_properties
        return (said.get("village"), said.get("purpose")) == (self._village, self._purpose)


def _on(interfaces: list[str] | None) -> Zeroconf:
    from zeroconf import InterfaceChoice, IPVersion, Zeroconf  # noqa: PLC0415 -- slow import

    return Zeroconf(interfaces=interfaces or InterfaceChoice.All, ip_version=IPVersion.V4Only)


def _end(zeroconf: Zeroconf | None) -> None:
    if zeroconf is not None:
        with suppress(OSError):
            zeroconf.close()
