"""A console without a screen, to be run in a network of its own: orders come line by line, answers are lines of JSON.

`python -m tests.lan_console FOLDER`
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from village_console.journal.journal import Journal
from village_console.records import open_journal
from village_console.settings import Settings, load_settings
from village_console.shelter.receive import Desk
from village_console.shelter.reception import ReceptionDesk
from village_console.shelter.rows import Stay
from village_console.shelter.rules import PersonState
from village_console.sync.lan import Lan
from village_console.sync.own import Place
from village_console.village.clock import Clock
from village_console.village.ids import ResidentId, ShelterId


def main(folder: Path) -> None:
    """Obey until the orders end."""
    settings = load_settings(folder / "console.toml")
    site = settings.site
    with closing(open_journal(settings, folder, Clock())) as journal:
        lan = Lan(journal, Place(site.console, site.shelter, site.shelter_name), folder, settings.sync)
        lan.start()
        try:
            for order in sys.stdin:
                verb, *about = order.split()
                answer = _obey(journal, settings, verb, about) | {"line": lan.state.standing.value}
                sys.stdout.write(json.dumps(answer) + "\n")
                sys.stdout.flush()
        finally:
            lan.stop()


def _obey(journal: Journal, settings: Settings, verb: str, about: list[str]) -> dict[str, Any]:
    reception = ReceptionDesk(journal, Desk(ShelterId(settings.site.shelter), settings.site.console))
    match verb, about:
        case "receive", [person]:
            return {"verdict": reception.receive(ResidentId(person)).verdict.value}
        case "decide", [person, shelter]:
            claims = reception.receive(ResidentId(person)).claims
            claim = next(claim for claim in claims if claim.shelter == shelter)
            return {"verdict": reception.decide(ResidentId(person), claim).verdict.value}
        case _:
            return _known(journal, reception)


def _known(journal: Journal, reception: ReceptionDesk) -> dict[str, Any]:
    """What it knows, as far as it can be compared while it runs."""
    have = sorted((*chain, held.seq, held.count, held.mix.hex()) for chain, held in journal.have().items())
    disputed = [one.resident.id for one in reception.follow_ups() if one.state is PersonState.TWO_PLACES]
    stays = {person: stay.shelter for person, stay in journal.rows.all(Stay).items()}
    return {"have": have, "disputed": sorted(disputed), "stays": stays}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
