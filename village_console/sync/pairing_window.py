"""The window (組み入れの窓): for some minutes an anchor lets laptops in that know the code on its screen.

Only while it is open there is a user at the anchor who has no nkey. Who guesses has a few tries in all, from wherever.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum

from village_console.journal.facts import ConsoleAdmitted
from village_console.journal.journal import Journal
from village_console.sync.anchor_config import REPLIES, REQUESTS
from village_console.sync.anchor_server import AnchorServer
from village_console.sync.carrier import CarrierLostError
from village_console.sync.discovery import addresses_of
from village_console.sync.own import Place, certificate_print
from village_console.sync.pairing import Code, Unpaired, answer, read_request, refusal
from village_console.sync.wire import Wire
from village_console.village.errors import VillageError

OPEN_FOR = 600.0
"""Seconds."""
TRIES = 5
"""With a wrong code, of everybody together."""
LARGEST_REQUEST = 64 << 10
"""Bytes."""
_KEPT = 16
_BY_WHO_KNOWS_THE_CODE = (Unpaired.OTHER_LINE, Unpaired.NUMBER_TAKEN, Unpaired.REVOKED)
_MOST_WAITING = 16
"""Requests; more are dropped, and asked again by whoever means it."""
_TICK, _AGAIN = 0.25, 0.5
"""Seconds."""


class Closed(StrEnum):
    """Why nobody is let in any more."""

    TIME = "time"
    TRIES = "tries"
    OTHER_LINE = "other_line"
    """Somebody stands between a laptop that knows the code and this anchor."""
    LEFT = "left"
    """The person at the anchor has left the page."""
    BROKEN = "broken"
    """The journal takes nothing: `Window.error`."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one request."""

    word: ConsoleAdmitted | None
    """Who asked; None where the code was not known: anybody could have said it."""
    refused: Unpaired | None
    """None: was let in."""


class Window:
    """What is decided while a window is open; belongs to one thread but for its attributes, which any may read."""

    def __init__(self, journal: Journal, code: Code) -> None:
        """Open from now on."""
        self._journal, self.code = journal, code
        self.may_admit = False
        """Whether who is let in may let others in."""
        self.came: tuple[Came, ...] = ()
        """The last ones, the newest at the end."""
        self.count = 0
        """Of all that came."""
        self.wrong = 0
        """Tries with another code."""
        self.error: VillageError | None = None
        self._closed: Closed | None = None
        self._ends = journal.clock.monotonic() + OPEN_FOR

    @property
    def left(self) -> float:
        """Seconds until it closes."""
        return max(0.0, self._ends - self._journal.clock.monotonic())

    @property
    def closed(self) -> Closed | None:
        """Why it is closed; None while it is open."""
        if self._closed is None and not self.left:
            self._closed = Closed.TIME
        return self._closed

    def close(self, why: Closed = Closed.LEFT) -> None:
        """Let nobody in any more."""
        self._closed = self.closed or why

    def answer(self, content: bytes) -> bytes | None:
        """What goes back to whoever asks; nothing to what is no request at all."""
        request = read_request(content) if len(content) <= LARGEST_REQUEST else None
        if request is None:
            return None
        if self.closed is not None:
            return refusal(Unpaired.TOO_MANY_TRIES if self._closed is Closed.TRIES else Unpaired.CLOSED)
        try:
            line = certificate_print(self._journal)
            told = answer(self._journal, request, self.code, may_admit=self.may_admit, line=line)
        except VillageError as error:
            self.error = error
            self.close(Closed.BROKEN)
            return refusal(Unpaired.CLOSED)
        if isinstance(told, Unpaired):
            return refusal(self._refuse(told, request.word))
        self._note(Came(request.word, None))
        return told

    def _refuse(self, why: Unpaired, word: ConsoleAdmitted) -> Unpaired:
        if why is Unpaired.OTHER_CODE:
            self.wrong += 1
        self._note(Came(word if why in _BY_WHO_KNOWS_THE_CODE else None, why))
        if why is Unpaired.OTHER_LINE:
            self.close(Closed.OTHER_LINE)
        if self.wrong >= TRIES:
            self.close(Closed.TRIES)
            return Unpaired.TOO_MANY_TRIES
        return why

    def _note(self, came: Came) -> None:
        self.came = (*self.came, came)[-_KEPT:]
        self.count += 1


class WindowAtAnchor:
    """Owns a thread in which requests are heard and answered; `start` and `close` return at once."""

    def __init__(
        self,
        window: Window,
        server: Callable[[], AnchorServer | None],
        place: Place,
        announce: Callable[[Place | None], None],
    ) -> None:
        """`server`: None while it still starts. `announce`: tells the network where the window is open, or that it is not."""
        self.window, self._server, self._place, self._announce = window, server, place, announce
        self.where: tuple[str, ...] = ()
        """Addresses at which a laptop reaches it."""
        self.is_open = False
        """Whether a laptop can come now; not yet at the very beginning, and not while the anchor starts again."""
        self._coming: queue.Queue[tuple[str, bytes]] = queue.Queue(_MOST_WAITING)
        self._left = threading.Event()
        self._after: WindowAtAnchor | None = None
        self._thread = threading.Thread(target=self._keep, name="pairing-window", daemon=True)

    def start(self, after: WindowAtAnchor | None = None) -> None:
        """Let whoever knows the code in, once an earlier window is closed."""
        self._after = after
        self._thread.start()

    def close(self) -> None:
        """Let nobody in any more."""
        self.window.close()
        self._left.set()

    def join(self) -> None:
        """Wait until the anchor knows it, too."""
        if self._thread.is_alive():
            self._thread.join()

    def _keep(self) -> None:
        if self._after is not None:
            self._after.join()
            self._after = None
        while (server := self._server()) is None and self.window.closed is None:
            self._left.wait(_TICK)
        if server is None:
            return
        host, port = server.plan.listen
        self.where = tuple(f"{one}:{port}" for one in addresses_of(host))
        server.let_ask(asked=True)
        self._announce(self._place)
        try:
            while self.window.closed is None:
                try:
                    self._listen(server)
                except CarrierLostError:  # it comes back by itself
                    self._left.wait(_AGAIN)
                finally:
                    self.is_open = False
            self._left.wait(_AGAIN)  # whoever was answered last should hear it before the line is cut
        finally:
            server.let_ask(asked=False)
            self._announce(None)

    def _listen(self, server: AnchorServer) -> None:
        with closing(server.manage()) as wire:
            wire.hear(f"{REQUESTS}*", self._heard)
            self.is_open = True
            while self.window.closed is None and wire.is_open:
                self._answer_one(wire)

    def _answer_one(self, wire: Wire) -> None:
        try:
            subject, content = self._coming.get(timeout=_TICK)
        except queue.Empty:
            return
        told = self.window.answer(content)
        if told is not None:
            wire.tell(REPLIES + subject.removeprefix(REQUESTS), told)

    def _heard(self, subject: str, content: bytes) -> None:
        if not self._coming.full():
            self._coming.put((subject, content))
