"""The A4 papers of a console, put together for its screens and for the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from village_console.devices.printers.system_queue import SystemQueue
from village_console.journal.journal import Journal
from village_console.papers.a4.tray import FolderTray, Tray
from village_console.paperwork.desk import A4Desk, Site
from village_console.places import evacuee_sheet_of
from village_console.settings import Settings
from village_console.shelter.reception import ReceptionDesk
from village_console.stranded.views import Board

PAPERS = "papers"
"""Folder beside the settings in which PDFs are kept when there is no queue."""


def make_a4_desk(
    settings: Settings, folder: Path, journal: Journal, reception: ReceptionDesk, board: Callable[[], Board | None]
) -> A4Desk:
    """Put the desk together; nothing is opened."""
    site, mode = settings.site, settings.mode
    queue = settings.devices.a4_queue
    tray: Tray = SystemQueue(queue) if queue else FolderTray(folder / PAPERS)
    where = Site(site.shelter_name, site.console, mode.run_mode, evacuee_sheet_of(site.municipality), tray)
    return A4Desk(journal, where, reception.roster, board)
