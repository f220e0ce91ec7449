"""What is looked at whenever a journal is opened: is its end whole, is it the file it was, does it hold this program's rows."""

from __future__ import annotations

import hashlib
from typing import Any

from village_console.journal.aliases import Aliases
from village_console.journal.chain import Chain
from village_console.journal.facts import Catalogue, Merge
from village_console.journal.identity import machine_id
from village_console.journal.reading import Reader
from village_console.journal.rows import Change, fold_subject, write_rows
from village_console.journal.store import Store
from village_console.journal.tip_file import TipFile
from village_console.journal.verify import verify_tail


def begin(store: Store, chain: Chain, reader: Reader, tip_file: TipFile, catalogue: Catalogue) -> None:
    """Inside the open transaction; raises JournalIsDamagedError when the newest facts do not hold."""
    verify_tail(store.path, store.connection, 1)
    if why := _is_not_the_file_it_was(store, tip_file):
        chain.begin_again(why)
        store.set_meta("machine", machine_id())
    made_by = fingerprint(catalogue)
    if store.meta("fingerprint") != made_by:
        fold_everything(store, reader, catalogue)
        store.set_meta("fingerprint", made_by)


def _is_not_the_file_it_was(store: Store, tip_file: TipFile) -> str | None:
    """Why another continuation of our chain may exist, if one may."""
    here, before = machine_id(), store.meta("machine")
    if before not in {here, "unknown", None} and here != "unknown":
        return "copied"
    noted = tip_file.read()
    if noted is None:
        return None
    query = "SELECT 1 FROM facts WHERE hash = ?"
    if noted[1] and store.connection.execute(query, (bytes.fromhex(noted[2]),)).fetchone() is None:
        return "put_back"
    return None


def fold_everything(store: Store, reader: Reader, catalogue: Catalogue) -> None:
    """Fold every subject again: after an update that knows more kinds of facts, or folds them otherwise."""
    store.connection.execute("DELETE FROM rows")
    merges = [
        folded.value
        for subject in reader.subjects()
        if subject.startswith("merge:")
        for fold, folded in fold_subject(catalogue, subject, reader.about((subject,)))
        if fold.row is Merge and folded.value
    ]
    aliases = Aliases(merges)
    for subject in {aliases.canonical(subject) for subject in reader.subjects()}:
        changes: list[Change] = fold_subject(catalogue, subject, reader.about(sorted(aliases.members(subject))))
        write_rows(store.connection, changes)


def fingerprint(catalogue: Catalogue) -> str:
    """What rows depend on: kinds with their versions, and what each row holds."""
    kinds = sorted(f"{name} {kind.VERSION}" for name, kind in catalogue.kinds.items())
    rows = sorted(f"{fold.row.__name__} {_fields(fold.row)} {fold.single}" for fold in catalogue.folds)
    return hashlib.sha256("\n".join([*kinds, *rows]).encode()).hexdigest()[:16]


def _fields(row: type[Any]) -> str:
    return " ".join(f"{name}:{kind}" for name, kind in row.__annotations__.items())
