"""What this console is: a TOML file, checked against its shape; a slip is answered with file, line, key and what was meant."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import msgspec

from village_console.village.errors import SettingsAreWrongError
from village_console.village.run_mode import RunMode, World

_PORT = r"[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5]"
Address = Annotated[str, msgspec.Meta(pattern=rf"^(\S+:({_PORT}))?$")]
"""host:port with a port from 1 to 65535, or empty."""
HubWay = Annotated[str, msgspec.Meta(pattern=rf"^(tls|wss)://\S+:({_PORT})$")]
"""tls://host:port or wss://host:port."""
PrinterAddress = Annotated[str, msgspec.Meta(pattern=rf"^(\S+:({_PORT})|/dev/\S+|[0-9a-fA-F]{{4}}:[0-9a-fA-F]{{4}})?$")]
"""host:port, a device file or serial port, a USB printer's vendor and product; which, says the printer's record."""


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where this console stands."""

    municipality: str
    """Six-digit municipality code (団体コード)."""
    shelter: str
    shelter_name: str
    console: int = 1
    """Number of this laptop among the village's."""


class Mode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What its records mean, and what is behind its devices."""

    run_mode: RunMode
    world: World
    incident: str
    title: str = ""
    """Shown in the banner; empty in a real disaster until an order names it."""


class Devices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Addresses, as host:port where nothing else is said; empty: this laptop has no such device."""

    card_slot: Address = ""
    broker: Address = ""
    printer: PrinterAddress = ""
    printer_record: str = "epson-80"
    """What the printer can do: one of `data/printers`, or a file beside the settings (`printer setup` writes one)."""
    a4_queue: str = ""
    """Name of the system's print queue for A4; empty: PDFs are kept in a folder beside the settings."""
    broker_user: str = ""
    """Name at the broker, and then also the client id; empty: the broker asks for none."""
    broker_password: str = ""
    broker_ca: str = ""
    """File with the certificate of the broker's authority, from the root; empty: no TLS."""
    pcsc: bool = False
    """Card readers plugged into this laptop, by way of pcscd; any number."""
    scanner: bool = True
    """A scanner of printed codes that types like a keyboard may be plugged in at any time."""
    card_ca: str = ""
    """File with the certificates of the pinned card authorities (PEM), from the root; empty: none can be known."""
    token_ground: str = ""
    """The ground in law on which the number of a resident's certificate becomes a token; empty: it does not."""


class Screen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the screen behaves while nobody is at it."""

    lock_minutes: Annotated[int, msgspec.Meta(ge=0, le=480)] = 10
    """Minutes without a key after which the screen lock (画面ロック) comes; 0: never."""


class Sync(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How this console comes together with the village's others over a network; by stick it always can."""

    anchor: Address = ""
    """Where the village's anchor is; empty: it is looked for in the network."""
    serve: bool = False
    """Whether this laptop is the anchor."""
    listen: Address = "0.0.0.0:4477"
    """Where it listens if it is."""
    hub: tuple[HubWay, ...] = ()
    """A town's or prefecture's hub, its nodes one by one; beside an anchor or without one."""
    hub_ca: str = ""
    """File with the certificates that are believed of a hub (PEM), from the root; empty: those of the system."""
    stick: str = ""
    """A folder that is offered like a stick, from the root: one that is shared, or where no stick is mounted by itself."""


class Drill(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Only in a drill."""

    link: Address
    starts_at: Annotated[datetime, msgspec.Meta(tz=True)]
    speed: float = 1.0


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    site: Site
    mode: Mode
    devices: Devices = Devices()
    drill: Drill | None = None
    language: Literal["ja", "en"] = "ja"
    screen: Screen = Screen()
    sync: Sync = Sync()

    @property
    def console_name(self) -> str:
        """This laptop's name at the broker."""
        return self.devices.broker_user or f"console-{self.site.municipality}-{self.site.console}"


def load_settings(path: Path) -> Settings:
    """Read and check a settings file; raises SettingsAreWrongError."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise SettingsAreWrongError(path=path, line=0, problem="no_file") from error
    except UnicodeDecodeError as error:
        raise SettingsAreWrongError(path=path, line=0, problem="not_text") from error
    try:
        plain = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise SettingsAreWrongError(
            path=path, line=int(line[1]) if line else 0, problem="not_toml", found=error
        ) from error
    _refuse_unknown(path, text, plain, Settings, "")
    try:
        return msgspec.convert(plain, Settings)
    except msgspec.ValidationError as error:
        table, key = _place_of(str(error))
        line = line_of(text, key.rpartition(".")[2]) or line_of(text, table)
        raise SettingsAreWrongError(path=path, line=line, problem="wrong_value", key=key, found=error) from error


def every_slip(path: Path) -> list[SettingsAreWrongError]:
    """All that is wrong with a settings file; empty when it can be loaded."""
    try:
        load_settings(path)
    except SettingsAreWrongError as first:
        if first.values["problem"] in ("no_file", "not_text", "not_toml"):
            return [first]
        text = path.read_text("utf-8")
        return list(_slips(path, text, tomllib.loads(text), Settings, "")) or [first]
    return []


def endpoint(address: str) -> tuple[str, int] | None:
    """`host:port` as a pair, None for an empty address."""
    host, _, port = address.rpartition(":")
    return (host, int(port)) if host and port.isdecimal() else None


def line_of(text: str, key: str) -> int:
    """The first line on which a key or a table of that name stands; 0 when it does not."""
    pattern = re.compile(rf"^\s*(\[+\s*)?([\w.]*\.)?{re.escape(key)}\s*(=|\])")
    return next((n for n, line in enumerate(text.splitlines(), start=1) if pattern.match(line)), 0)


def _place_of(problem: str) -> tuple[str, str]:
    """The table and the dotted key that a complaint of msgspec is about; of a missing key it names only the table."""
    path = re.search(r"`\$\.([\w.]+)`$", problem)
    missing = re.match(r"Object missing required field `(\w+)`", problem)
    parts = [*(path[1].split(".") if path else []), *([missing[1]] if missing else [])]
    return (parts[-2] if len(parts) > 1 else ""), ".".join(parts)


def _refuse_unknown(path: Path, text: str, plain: dict[str, Any], struct: type[msgspec.Struct], where: str) -> None:
    fields = {field.name: field.type for field in msgspec.structs.fields(struct)}
    for key, value in plain.items():
        if key not in fields:
            raise _unknown(path, text, key, where, fields)
        inner = _struct_in(fields[key])
        if inner is not None and isinstance(value, dict):
            _refuse_unknown(path, text, cast("dict[str, Any]", value), inner, f"{where}{key}.")


def _unknown(path: Path, text: str, key: str, where: str, fields: Iterable[str]) -> SettingsAreWrongError:
    near = next(iter(difflib.get_close_matches(key, list(fields), 1, 0.5)), "")
    problem = "unknown_key" if near else "unknown_key_only"
    return SettingsAreWrongError(path=path, line=line_of(text, key), problem=problem, key=where + key, near=near)


def _slips(
    path: Path, text: str, plain: dict[str, Any], struct: type[msgspec.Struct], where: str
) -> Iterator[SettingsAreWrongError]:
    fields = {field.name: field for field in msgspec.structs.fields(struct)}
    yield from (_unknown(path, text, key, where, fields) for key in plain if key not in fields)
    for name, field in fields.items():
        value, inner, found = plain.get(name), _struct_in(field.type), ""
        if inner is not None and isinstance(value, dict):
            yield from _slips(path, text, cast("dict[str, Any]", value), inner, f"{where}{name}.")
            continue
        try:
            if name in plain:
                msgspec.convert(value, field.type)
            elif field.required:
                found = "－"
        except msgspec.ValidationError as error:
            found = str(error)
        if found:
            line = line_of(text, name) or line_of(text, where.rstrip("."))
            yield SettingsAreWrongError(path=path, line=line, problem="wrong_value", key=where + name, found=found)


def _struct_in(kind: Any) -> type[msgspec.Struct] | None:
    candidates = (kind, *getattr(kind, "__args__", ()))
    return next((c for c in candidates if isinstance(c, type) and issubclass(c, msgspec.Struct)), None)
