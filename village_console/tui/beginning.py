"""From an open record to a working desk: devices, the drill's link, and what a person should know first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from village_console.devices.ports import Device, Health, Part
from village_console.drill_link import Desk as LinkDesk
from village_console.incident.rows import State
from village_console.incident.written import incident_of
from village_console.tui import drill_desk
from village_console.tui.shapes import BARS, DIAMOND
from village_console.village.errors import VillageError
from village_console.village.timing import mark

if TYPE_CHECKING:
    from village_console.shelter.reception import Answer
    from village_console.tui.app import ConsoleApp

ASK_PRINTER_EVERY = 10.0


async def begin(app: ConsoleApp, last: Answer | None) -> list[Device]:
    """Start every device that can be started, and listen to the drill; `last`: the last act before this start."""
    devices = app.live.make_devices(app)
    for device in devices:
        try:
            device.start()
        except VillageError as error:
            app.say_broken(error)
    app.on_health(Part.DISK, Health.READY, 0)
    if app.live.link is not None:
        await app.live.link.open(
            LinkDesk(
                press=lambda keys: drill_desk.press(app, keys),
                end=lambda: drill_desk.end(app),
                hello=lambda: drill_desk.hello(app),
            )
        )
    mark("devices")
    app.set_interval(ASK_PRINTER_EVERY, app.printing.ask_health)
    app.printing.ask_health()
    app.printing.recover()
    app.refresh_board()
    _say_if_resumed(app, last)
    _say_if_closed(app)
    return devices


def _say_if_resumed(app: ConsoleApp, last: Answer | None) -> None:
    if last is not None and app.desk.last_face is None:
        here = app.live.reception.presence()
        app.say_in_band("same", BARS, "同", "〇", "resumed", at=f"{last.at:%H:%M:%S}", people=here.people)


def _say_if_closed(app: ConsoleApp) -> None:
    """A closed incident refuses nobody; whoever is received opens it again."""
    incident = incident_of(app.live.journal)
    if incident is not None and incident.state is not State.OPEN:
        app.say_in_band("ask", DIAMOND, "問", "！", "incident.at_desk")
