"""Where a finished PDF goes: a folder, one file, or the system's print queue (a driver, behind the same port)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from village_console.village.errors import PaperIsNotLaidDownError


class Tray(Protocol):
    """Takes PDFs."""

    @property
    def place(self) -> str:
        """Name of the queue, or the folder's path."""
        ...

    @property
    def prints(self) -> bool:
        """Whether paper is to come out."""
        ...

    def lay(self, pdf: bytes, name: str, title: str) -> str:
        """Take a PDF and return where it went: a job's number or a path; raises VillageError."""
        ...


@dataclass(frozen=True, slots=True)
class FolderTray:
    """Keeps PDFs where only their owner reads them; prints nothing."""

    folder: Path
    prints: bool = False

    @property
    def place(self) -> str:
        """The folder."""
        return str(self.folder)

    def lay(self, pdf: bytes, name: str, title: str) -> str:
        """Write it under its name; raises PaperIsNotLaidDownError."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise PaperIsNotLaidDownError(path=self.folder, said=error.strerror) from error
        return FileTray(self.folder / f"{name}.pdf").lay(pdf, name, title)


@dataclass(frozen=True, slots=True)
class FileTray:
    """One file that somebody named."""

    path: Path
    prints: bool = False

    @property
    def place(self) -> str:
        """The file."""
        return str(self.path)

    def lay(self, pdf: bytes, name: str, title: str) -> str:  # noqa: ARG002 -- the port's shape
        """Put the whole PDF in place, or nothing; raises PaperIsNotLaidDownError."""
        half = self.path.with_name(f".{self.path.name}.part")
        try:
            half.touch(0o600)
            half.write_bytes(pdf)
            half.replace(self.path)
        except OSError as error:
            with suppress(OSError):
                half.unlink()
            raise PaperIsNotLaidDownError(path=self.path, said=error.strerror) from error
        return str(self.path)
