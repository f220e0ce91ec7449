"""This console in networks: the anchor where the settings say so, the live line to whoever is the anchor, and one to a hub.

What comes in by one line goes out by the other, for both look at the same journal.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from random import Random

from village_console.journal.journal import Journal
from village_console.settings import Sync, endpoint
from village_console.sync.address import Address
from village_console.sync.anchor_server import AnchorServer
from village_console.sync.anchor_setting import keep_anchor
from village_console.sync.discovery import Announcement, Finder
from village_console.sync.hub import hub_carrier
from village_console.sync.line import Line, LineState, Standing
from village_console.sync.own import Place, admit_itself
from village_console.sync.pairing import Code
from village_console.sync.pairing_window import Window, WindowAtAnchor
from village_console.village.errors import VillageError

ALONE_LOOKS_EVERY = 2.0
"""Seconds after which a console that belongs to no village yet looks whether it does now."""

HUB_LONGEST = 10.0
"""Seconds until a hub that does not answer is tried again: it is back within half a minute after its nodes are."""


class Lan:
    """Owns a thread in which everything slow is begun; `start` returns at once."""

    def __init__(self, journal: Journal, place: Place, folder: Path, settings: Sync) -> None:
        """`folder`: of the console; the anchor's store lies in a folder of its own there."""
        self._journal, self._place, self._folder, self._settings = journal, place, folder, settings
        self.state = LineState(Standing.SEARCHING)
        """How the line stands; replaced as a whole by the lines' threads."""
        self.error: VillageError | None = None
        """Why this laptop is not the anchor that it should be; taken away once it was said."""
        self._failed = False
        self._finder: Finder | None = None
        self._server: AnchorServer | None = None
        self._announcement: Announcement | None = None
        self._window: WindowAtAnchor | None = None
        self._let_in_at: Address | None = None
        """The anchor that has let this laptop in since the start."""
        self._kept: Address | None = None
        """What was written into the settings since."""
        self._telling = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lan", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End everything, the anchor last."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def named(self) -> Address | None:
        """Where the settings say that the anchor is."""
        return self._kept or endpoint(self._settings.anchor)

    def open_window(self, code: Code) -> WindowAtAnchor | None:
        """Let whoever knows the code in for some minutes; None where this laptop is not the anchor, or could not be."""
        if not self._settings.serve or self._failed:
            return None
        before, window = self._window, Window(self._journal, code)
        if before is not None:
            before.close()
        self._window = WindowAtAnchor(window, lambda: self._server, self._place, self._tell_window)
        self._window.start(after=before)
        return self._window

    def let_in_at(self, address: Address, *, typed: bool) -> bool:
        """This anchor has let us in: meet there. What was typed, or is not what the settings name, is kept in the settings.

        Returns false where they could not be changed.

        Raises:
            DiskIsFullError: the settings stand as they were.
        """
        self._let_in_at = address
        if not typed and self.named in (None, address):
            return True
        self._kept = address
        return keep_anchor(self._folder / "console.toml", f"{address[0]}:{address[1]}")

    def _tell_window(self, place: Place | None) -> None:
        if self._announcement is not None:
            self._announcement.tell_window(place)

    def _close_window(self) -> None:
        if self._window is not None:
            self._window.close()
            self._window.join()
            self._window = None

    def _keep(self) -> None:
        with ExitStack() as ending:
            self._reach_hub(ending)
            if self._settings.serve:
                self._serve(ending)
            elif not self._belongs():
                return
            self._find(ending)
            line = Line(self._journal, self._anchors, self._stands, Random())  # noqa: S311 -- how long to wait, no secret
            line.start()
            ending.callback(line.stop)
            self._stopping.wait()

    def _belongs(self) -> bool:
        """Wait until there is a village of more than this console; false: ended before.

        An anchor that is named is not tried before, either: no certificate would be known, and the first try after the
        letting in would have to wait for all that failed.
        """
        while len(self._journal.members()) < 2:
            if self._stopping.wait(ALONE_LOOKS_EVERY):
                return False
        return not self._stopping.is_set()

    def _serve(self, ending: ExitStack) -> None:
        listen = endpoint(self._settings.listen)
        if listen is None:
            return
        try:
            admit_itself(self._journal, self._place)
            server = AnchorServer(self._journal, self._folder / "anchor", listen)
            server.start()
        except VillageError as error:
            self.error, self._failed = error, True
            return
        ending.callback(server.stop)
        announcement = Announcement(self._journal, listen)
        announcement.start()
        ending.callback(announcement.stop)
        self._announcement, self._server = announcement, server
        ending.callback(self._close_window)

    def _reach_hub(self, ending: ExitStack) -> None:
        """At once, for somebody who is alone too: a hub is a second place for what is written."""
        if not self._settings.hub:
            return
        self._hub_stands(LineState(Standing.SEARCHING))
        line = Line(self._journal, lambda: [("hub", 0)], self._hub_stands, Random())  # noqa: S311 -- no secret
        line.connect = lambda _address: hub_carrier(self._journal, self._settings)
        line.longest = HUB_LONGEST
        line.start()
        ending.callback(line.stop)

    def _find(self, ending: ExitStack) -> None:
        """Only who is told nothing listens into the network."""
        if not self._settings.serve and self.named is None:
            self._finder = Finder(self._journal)
            self._finder.start()
            ending.callback(self._finder.stop)

    def _anchors(self) -> list[Address]:
        if self._settings.serve:
            listen = endpoint(self._settings.listen)
            return [] if listen is None else [("127.0.0.1", listen[1])]
        if self.named is not None:
            return [self.named]
        found = self._finder() if self._finder else []
        return found or ([] if self._let_in_at is None else [self._let_in_at])

    def _stands(self, state: LineState) -> None:
        with self._telling:
            self.state = replace(state, hub=self.state.hub)

    def _hub_stands(self, state: LineState) -> None:
        with self._telling:
            self.state = replace(self.state, hub=state.standing)
