"""The virtual receipt printer: ESC/POS on a loopback port, and the faults of a real one on demand."""

from collections.abc import Callable
from threading import Condition, Event, RLock
from types import TracebackType
from typing import Self

from device_sim.printers.network_card import LOOPBACK
from device_sim.printers.paper_path import PaperPath
from device_sim.printers.power_cycle import QUESTIONS, Build, PowerCycle
from device_sim.printers.sheet import PAPER_DOTS, Sheet

BUFFER_BYTES = 4096
IDLE_SECONDS = 300.0


class ReceiptPrinter:
    """A printer that is switched on while its `with` block lasts, or between `power_on` and `power_off`.

    `width` is that of the head in dots: 576 on 80 mm paper, 384 on 58 mm. `deaf_to`: questions in the queue
    (`GS ( H`, `GS r`) that it does not know. `on_cut` gets every sheet that is cut, in the
    printing thread; it must not switch the power. While paper or cover stop the printer and its buffer is full, nothing
    is read from the network, status questions included.
    """

    def __init__(  # noqa: PLR0913 -- how a printer is made
        self,
        port: int = 0,
        *,
        buffer_bytes: int = BUFFER_BYTES,
        lines_per_second: float | None = None,
        idle_seconds: float = IDLE_SECONDS,
        width: int = PAPER_DOTS,
        deaf_to: frozenset[str] = frozenset(),
        on_cut: Callable[[Sheet], None] | None = None,
    ) -> None:
        self._port = port
        self._build = Build(buffer_bytes, lines_per_second, idle_seconds, width, QUESTIONS - deaf_to)
        self._on_cut = on_cut
        self._path = PaperPath()
        self._cycle: PowerCycle | None = None
        self._switch = RLock()
        self._muted = Event()
        self._sheets: list[Sheet] = []
        self._delivered = Condition()

    def __enter__(self) -> Self:
        self.power_on()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.power_off()

    @property
    def address(self) -> str:
        """Where the printer listens, as `host:port`; known from the first `power_on` on."""
        return f"{LOOPBACK}:{self._port}"

    @property
    def sheets(self) -> list[Sheet]:
        """All sheets that have left the printer so far, torn ones included, oldest first."""
        with self._delivered:
            return list(self._sheets)

    @property
    def waiting_bytes(self) -> int:
        """How many bytes wait in the receive buffer."""
        cycle = self._cycle
        return cycle.waiting_bytes if cycle else 0

    def wait_for_sheets(self, count: int, seconds: float) -> bool:
        """Wait until `count` sheets have left the printer; False when they have not after `seconds`."""
        with self._delivered:
            return self._delivered.wait_for(lambda: len(self._sheets) >= count, seconds)

    def power_on(self) -> None:
        """Switch on; without effect on a printer that is on. Raises OSError when the port is taken."""
        with self._switch:
            if self._cycle is None:
                self._cycle = PowerCycle(self._port, self._build, self._path, self._muted, self._deliver)
                self._port = self._cycle.port

    def power_off(self) -> None:
        """Cut the power: connection, buffer and modes are gone, and a sheet that was begun is torn out."""
        with self._switch:
            cycle, self._cycle = self._cycle, None
            torn = cycle.end() if cycle else None
        if torn is not None:
            self._keep(torn)

    def paper_out_after(self, lines: int) -> None:
        """Let the roll end when so many more lines are printed, in the middle of a sheet or not."""
        self._path.end_after(lines)

    def refill(self) -> None:
        """Put in a new roll; the printer goes on where it stopped."""
        self._path.refill()

    def near_end(self) -> None:
        """Let the roll run low; the printer goes on printing."""
        self._path.near_end()

    def cover(self, *, is_open: bool) -> None:
        """Open the cover, which stops the printer, or close it."""
        self._path.cover(is_open=is_open)

    def jam(self, *, is_jammed: bool) -> None:
        """Let the cutter be stuck, which stops the printer, or free it."""
        self._path.jam(is_jammed=is_jammed)

    def mute(self) -> None:
        """Print, but answer nothing, as over a one-way cable."""
        self._muted.set()

    def unmute(self) -> None:
        """Answer again."""
        self._muted.clear()

    def _deliver(self, sheet: Sheet) -> None:
        self._keep(sheet)
        if self._on_cut is not None:
            self._on_cut(sheet)

    def _keep(self, sheet: Sheet) -> None:
        with self._delivered:
            self._sheets.append(sheet)
            self._delivered.notify_all()
