"""A console of one's own: a commented console.toml, its key and its empty journal in a new folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import msgspec

from village_console.bootstrap import open_journal
from village_console.settings import Devices, Mode, Settings, Site, load_settings
from village_console.village.clock import Clock
from village_console.village.run_mode import RunMode, World
from village_console.words import Words

NO_MUNICIPALITY, NO_SHELTER, NO_NAME = "000000", "S0", "？"
"""Placeholders: they can be read, and the doctor complains about them."""
FILES = ("console.toml", "journal.key", "journal.db")


@dataclass(frozen=True, slots=True)
class NewConsole:
    """What is known of it so far."""

    municipality: str = NO_MUNICIPALITY
    shelter: str = NO_SHELTER
    name: str = NO_NAME


def make_console(folder: Path, console: NewConsole, words: Words) -> Path | None:
    """Write settings, key and journal and return the settings file; None when any of them is there already.

    Raises:
        SettingsAreWrongError, DiskIsFullError: the folder does not take them.
    """
    if any((folder / name).exists() for name in FILES):
        return None
    text = console_toml(console, Clock().now().year, words)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "console.toml"
    path.touch(0o600)  # it will hold the broker's password
    path.write_text(text, "utf-8")
    open_journal(load_settings(path), folder, Clock()).close()
    return path


def console_toml(console: NewConsole, year: int, words: Words) -> str:
    """Every key of the settings with its default and a sentence about it; nothing but names and mode is set."""
    site = Site(console.municipality, console.shelter, console.name)
    mode = Mode(RunMode.REAL, World.PHYSICAL, str(year))
    whole = Settings(site, mode, Devices(), language=words.language.value)
    tables = {"site": whole.site, "mode": whole.mode, "devices": whole.devices}
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
