"""The evidence: every fact of the journal, decoded, one JSON object a line; what a drill is scored by and a town keeps."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from village_console.journal.facts import Recorded
from village_console.journal.journal import Journal
from village_console.journal.key_file import put_in_place
from village_console.journal.standing import taken_back
from village_console.village.ids import Operator


def export_evidence(
    journal: Journal, path: Path, number_of: Callable[[str], str | None], by: Operator | None = None
) -> int:
    """Write the facts whole or not at all and return how many; `number_of` gives a resident's register number."""
    facts = journal.every_fact()
    about = f"{path.name} {len(facts)}"
    journal.note_look("exported", about, by)
    void = taken_back(recorded for _, recorded in facts if recorded)
    partial = path.with_name(path.name + ".part")
    partial.touch(0o600)
    with partial.open("wb") as file:
        for envelope, recorded in facts:
            line = {"kind": envelope.kind, "subject": envelope.subject, "dev": envelope.dev, "inc": envelope.inc,
                    "seq": envelope.seq, "hlc": envelope.hlc, "wall": envelope.at, "by": envelope.by, "via": envelope.via,
                    "mode": envelope.mode, "world": envelope.world, "understood": recorded is not None}  # fmt: skip
            if recorded is not None:
                line |= _decoded(recorded, void=recorded.hash in void, number_of=number_of)
            file.write(msgspec.json.encode(line) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    put_in_place(partial, path)
    journal.note_look("stored", about, by)
    return len(facts)


def _decoded(recorded: Recorded[Any], *, void: bool, number_of: Callable[[str], str | None]) -> dict[str, Any]:
    number = number_of(recorded.fact.subject)
    fields = {name: value for name, value in msgspec.to_builtins(recorded.fact).items() if name != "subject"}
    line: dict[str, Any] = {"hash": recorded.hash, "prev": list(recorded.prev), "void": void, "fact": fields}
    return line | ({"resident": number} if number else {})
