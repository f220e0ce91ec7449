"""What is left on a disk after a power cut: a process's own file operations, traced, up to a moment and no further.

What was synced is there. Of what was not, every sector of 512 bytes is as old or as new as chance will have it, and so are the
length of a file and whether its name is in the folder.
"""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
CALLS = "openat,pwrite64,write,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat"
_CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (\S+)")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_FILE = re.compile(r"^(\d+)<((?:\\x[0-9a-f]{2})*)>")


@dataclass(frozen=True, slots=True)
class Operation:
    """One call that matters to the folder, or a line on standard output."""

    call: str
    name: str = ""
    """File in the folder; empty: the folder itself, or standard output."""
    content: bytes = b""
    at: int = 0


def trace(command: Sequence[str], folder: Path, log: Path) -> list[Operation]:
    """Run a command under strace and return what it did to the files of a folder, and what it said, in order."""
    strace = ["strace", "-f", "--seccomp-bpf", "-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-o", str(log)]
    subprocess.run([*strace, *command], check=True, stdout=subprocess.PIPE)
    with log.open("r", encoding="ascii") as lines:
        return [operation for line in lines if (operation := _operation(line, str(folder)))]


def _operation(line: str, folder: str) -> Operation | None:
    found = _CALL.match(line)
    if found is None:
        assert "unfinished" not in line, "two threads at once: the order is not known"
        return None
    call, given, returned = found.groups()
    strings = [_bytes(text) for text in _STRING.findall(given)]
    if returned.startswith("-"):
        return None
    if call in {"openat", "unlink", "unlinkat", "rename", "renameat", "renameat2"}:
        path = strings[0].decode()
        if not path.startswith(folder + "/"):
            return None
        assert "rename" not in call, "not a thing that a journal does: say here what a power cut makes of it"
        name = path.removeprefix(folder + "/")
        return (
            Operation("create", name) if "O_CREAT" in given else None if call == "openat" else Operation("unlink", name)
        )
    descriptor = _FILE.match(given)
    if descriptor is None:
        return None
    if descriptor[1] == "1" and call == "write":
        return Operation("said", content=strings[0])
    path = _bytes(descriptor[2]).decode()
    if path != folder and not path.startswith(folder + "/"):
        return None
    at = int(given.rpartition(",")[2]) if call in {"pwrite64", "ftruncate"} else 0
    assert call != "write", "a file of the folder was written at no place that is told"
    return Operation(call, path.removeprefix(folder).removeprefix("/"), strings[0] if strings else b"", at)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


@dataclass(slots=True)
class _File:
    """What is in the page cache, and everything that each sector has been since the last sync."""

    now: bytearray = field(default_factory=bytearray)
    synced: bytes = b""
    was: dict[int, list[bytes]] = field(default_factory=dict[int, list[bytes]])
    sizes: list[int] = field(default_factory=lambda: [0])

    def write(self, at: int, content: bytes) -> None:
        end = at + len(content)
        self.now.extend(bytes(max(0, end - len(self.now))))
        self.now[at:end] = content
        self.sizes.append(len(self.now))
        for sector in range(at // SECTOR, -(-end // SECTOR)):
            self._note(sector)

    def truncate(self, size: int) -> None:
        before = len(self.now)
        self.now = self.now[:size] + bytes(max(0, size - before))
        self.sizes.append(size)
        for sector in range(min(size, before) // SECTOR, -(-max(size, before) // SECTOR)):
            self._note(sector)

    def _note(self, sector: int) -> None:
        place = slice(sector * SECTOR, (sector + 1) * SECTOR)
        self.was.setdefault(sector, [self.synced[place]]).append(bytes(self.now[place]))

    def sync(self) -> None:
        self.synced, self.was, self.sizes = bytes(self.now), {}, [len(self.now)]

    def left(self, chance: random.Random) -> bytes:
        """After the cut; zeros where a file is longer than what was ever written there."""
        size = chance.choice(self.sizes)
        found = bytearray(self.synced[:size].ljust(size, b"\0"))
        for sector, versions in self.was.items():
            place = sector * SECTOR
            if place < size:
                content = chance.choice(versions).ljust(SECTOR, b"\0")
                found[place : place + SECTOR] = content[: size - place]
        return bytes(found)


@dataclass(frozen=True, slots=True)
class Cut:
    """What a power cut has left."""

    files: dict[str, bytes]
    said: list[str]
    """Lines that the process had written by then."""

    def put_into(self, folder: Path) -> None:
        """Make the folder as it is found when the power is back."""
        folder.mkdir()
        for name, content in self.files.items():
            (folder / name).write_bytes(content)


def cuts(operations: Sequence[Operation], count: int, seed: int, *, never: str = "-shm") -> Iterator[Cut]:
    """Cut the power so many times, each time anew, at random moments; files whose name ends in `never` are only memory."""
    chance = random.Random(seed)
    at = sorted(chance.randrange(len(operations) + 1) for _ in range(count))
    files: dict[str, _File] = {}
    named: dict[str, list[_File | None]] = {}
    said: list[str] = []
    for n, operation in enumerate([*operations, Operation("end")]):
        for _ in range(at.count(n)):
            kept = ((name, chance.choice(versions)) for name, versions in named.items())
            yield Cut({name: file.left(chance) for name, file in kept if file is not None}, said.copy())
        if operation.call == "said":
            said += operation.content.decode().split()
        elif not operation.name.endswith(never):
            _do(operation, files, named)


def _do(operation: Operation, files: dict[str, _File], named: dict[str, list[_File | None]]) -> None:
    name = operation.name
    match operation.call:
        case "create" if name not in files:
            files[name] = _File()
            named.setdefault(name, [None]).append(files[name])
        case "unlink":
            del files[name]
            named[name].append(None)
        case "pwrite64":
            files[name].write(operation.at, operation.content)
        case "ftruncate":
            files[name].truncate(operation.at)
        case "fsync" | "fdatasync" if name:
            files[name].sync()
        case "fsync" | "fdatasync":
            for known in named:
                named[known] = [files.get(known)]
        case _:
            pass
