"""What the console has written and goes by: settings, place, key, journal."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from village_console.doctor.finding import Finding, State, broken
from village_console.init import NO_MUNICIPALITY, NO_NAME, NO_SHELTER
from village_console.journal import key_file
from village_console.journal.keys import slots_file
from village_console.journal.keys.ring import JOURNAL, Ring
from village_console.journal.keys.slots_file import read_slots
from village_console.journal.store import Purpose, Store
from village_console.journal.verify import check_pages, verify_chain, verify_tail
from village_console.settings import Settings, every_slip
from village_console.village.errors import JournalIsInUseError, SlotsAreDamagedError, VillageError

FEWEST_SLOTS = 2
"""A passphrase alone can be forgotten."""
TAIL = 200
"""Facts that a quick look checks: some minutes of a running queue."""


def settings(path: Path) -> list[Finding]:
    """One finding for each slip, with file and line."""
    slips = every_slip(path)
    if not slips:
        return [Finding("settings", State.FINE, "settings_read", values={"path": path})]
    return [Finding("settings", State.MEND, "slip", "mend_line", {"error": slip}) for slip in slips]


def place(known: Settings) -> Finding:
    """Whether somebody has said where this desk stands."""
    site = known.site
    values: dict[str, object] = {
        "municipality": site.municipality, "shelter": site.shelter, "name": site.shelter_name,
    }  # fmt: skip
    if site.municipality == NO_MUNICIPALITY or site.shelter == NO_SHELTER or site.shelter_name == NO_NAME:
        return Finding("place", State.MEND, "place_unset", "fill_place", values)
    if not is_municipality_code(site.municipality):
        return Finding("place", State.MEND, "code_wrong", "fill_place", values)
    return Finding("place", State.FINE, "placed", values=values)


def is_municipality_code(code: str) -> bool:
    """Whether the sixth digit of a municipality code (団体コード) checks the other five."""
    if len(code) != 6 or not (code.isascii() and code.isdecimal()):
        return False
    weighted = sum(int(digit) * weight for digit, weight in zip(code[:5], (6, 5, 4, 3, 2), strict=True))
    return (11 - weighted % 11) % 10 == int(code[5])


def key(folder: Path) -> Finding:
    """Whether the key is there and nobody else can read it; none is made."""
    path = folder / key_file.NAME
    if not path.exists():
        if (folder / slots_file.NAME).exists():
            return _slots(folder / slots_file.NAME)
        lost = (folder / JOURNAL).exists()
        do = "nothing" if lost else "desk_makes"
        return Finding("key", State.MEND if lost else State.LOOK, "key_none", do, {"path": path})
    try:
        key_file.read_keys(path)
    except VillageError as error:
        return broken("key", error)
    return Finding("key", State.FINE, "key_kept")


def _slots(path: Path) -> Finding:
    """Whether the slots are whole, and a lost passphrase would not be the end."""
    try:
        slots = read_slots(path)
    except VillageError as error:
        return broken("key", error)
    if not slots.is_whole:
        return broken("key", SlotsAreDamagedError(path=path))
    values: dict[str, object] = {"count": len(slots.slots)}
    if slots.rekeying:
        return Finding("key", State.LOOK, "key_unfinished", "finish_rekey", values)
    if len(slots.slots) < FEWEST_SLOTS:
        return Finding("key", State.LOOK, "key_single", "add_slot", values)
    return Finding("key", State.FINE, "key_slots", values=values)


def journal(known: Settings, folder: Path, *, deep: bool) -> Finding:
    """Whether the journal opens for this purpose, and its chain holds."""
    path, key, mode = folder / JOURNAL, folder / key_file.NAME, known.mode
    if path.exists() and not key.exists() and (folder / slots_file.NAME).exists():
        return Finding("journal", State.UNKNOWN, "journal_locked", "verify_it")
    if not path.exists() or not key.exists():
        return Finding("journal", State.LOOK, "journal_none", "desk_makes", {"path": path})
    purpose = Purpose(mode.run_mode.value, mode.world.value, mode.incident)
    try:
        with closing(Store(path, Ring(key_file.read_keys(key)).key_for(path), purpose)) as store:
            check_pages(path, store.connection)
            count = verify_chain(path, store.connection) if deep else verify_tail(path, store.connection, TAIL)
    except JournalIsInUseError:
        return Finding("journal", State.UNKNOWN, "journal_open", "close_desk")
    except VillageError as error:
        return broken("journal", error)
    values: dict[str, object] = {"mode": mode.run_mode.value, "count": count}
    return Finding("journal", State.FINE, "journal_whole" if deep else "journal_tail", values=values)
