"""A console of one's own: a commented console.toml, its key in slots, and its empty journal in a new folder."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from village_console.journal import key_file
from village_console.journal.keys import slots_file
from village_console.journal.keys.change import add_device, add_slot
from village_console.journal.keys.ring import JOURNAL, Ring
from village_console.journal.keys.secret import Passphrase, Recovery, personal_slot
from village_console.records import open_journal
from village_console.settings import Devices, Mode, Settings, Site, load_settings
from village_console.village.clock import Clock
from village_console.village.run_mode import RunMode, World
from village_console.words import Words

NO_MUNICIPALITY, NO_SHELTER, NO_NAME = "000000", "S0", "？"
"""Placeholders: they can be read, and the doctor complains about them."""
FILES = ("console.toml", key_file.NAME, slots_file.NAME, JOURNAL)


@dataclass(frozen=True, slots=True)
class NewConsole:
    """What is known of it so far."""

    municipality: str = NO_MUNICIPALITY
    shelter: str = NO_SHELTER
    name: str = NO_NAME


def make_console(
    folder: Path, console: NewConsole, words: Words, locks: Mapping[str, Passphrase | Recovery] | None = None
) -> Path | None:
    """Write settings, key and journal and return the settings file; None when any of them is there already.

    `locks`: by label, what will open it. Without any the key is kept on the laptop itself, so that the desk opens alone.

    Raises:
        SettingsAreWrongError, DiskIsFullError: the folder does not take them.
    """
    if any((folder / name).exists() for name in FILES):
        return None
    now = Clock().now()
    text = console_toml(console, now.year, words)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "console.toml"
    path.touch(0o600)  # it will hold the broker's password
    path.write_text(text, "utf-8")
    ring = Ring((secrets.token_bytes(key_file.KEY_BYTES),))
    for label, secret in (locks or {}).items():
        add_slot(folder, personal_slot(secret, label, now.isoformat(timespec="seconds"), ring.keys))
    if not locks:
        add_device(folder, ring)
    open_journal(load_settings(path), folder, Clock(), ring).close()
    return path


def console_toml(console: NewConsole, year: int, words: Words) -> str:
    """Every key of the settings with its default and a sentence about it; nothing but names and mode is set."""
    site = Site(console.municipality, console.shelter, console.name)
    mode = Mode(RunMode.REAL, World.PHYSICAL, str(year))
    whole = Settings(site, mode, Devices(), language=words.language.value)
    tables = {
        "site": whole.site, "mode": whole.mode, "devices": whole.devices, "screen": whole.screen, "sync": whole.sync,
    }  # fmt: skip
    lines = [_comment(words.say("init.head")), "", *_key("language", whole.language, words.say("init.language"))]
    for name, table in tables.items():
        lines += ["", _comment(words.say(f"init.{name}")), f"[{name}]"]
        for key, value in msgspec.structs.asdict(table).items():
            lines += _key(key, value, words.say(f"init.{name}_{key}"))
    return "\n".join(lines) + "\n"


def _key(name: str, value: object, sentence: str) -> list[str]:
    # A JSON string or number is a TOML one too; an enumeration's value is its text.
    return [_comment(sentence), f"{name} = {json.dumps(value, ensure_ascii=False)}"]


def _comment(sentences: str) -> str:
    return "\n".join(f"# {line}" for line in sentences.strip().splitlines())
