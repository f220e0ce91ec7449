"""The system's print queue (CUPS), by its own command `lp`: no library, and the PDF never touches a disk of ours."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass

from village_console.village.errors import PrintQueueRefusedError

_LONGEST = 30.0
"""Seconds that `lp` may take to hand over a paper."""


@dataclass(frozen=True, slots=True)
class SystemQueue:
    """One queue by its name."""

    queue: str
    prints: bool = True

    @property
    def place(self) -> str:
        """The queue's name."""
        return self.queue

    def lay(self, pdf: bytes, name: str, title: str) -> str:  # noqa: ARG002 -- the port's shape
        """Hand a PDF to the queue and return the job's number; that it came out, a person must see.

        Raises:
            PrintQueueRefusedError: there is no such queue, it takes nothing, or the system has no `lp`.
        """
        command = ["lp", "-d", self.queue, "-t", title, "-o", "media=A4", "-"]
        try:
            done = subprocess.run(
                command, input=pdf, capture_output=True, timeout=_LONGEST, check=False, env=os.environ | {"LC_ALL": "C"}
            )
        except FileNotFoundError as error:
            raise PrintQueueRefusedError(queue=self.queue, said="lp?") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PrintQueueRefusedError(queue=self.queue, said=type(error).__name__) from error
        if done.returncode:
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise PrintQueueRefusedError(queue=self.queue, said=lines[0] if lines else done.returncode)
        job = re.search(r"request id is (\S+)", done.stdout.decode("utf-8", "replace"))
        return job[1] if job else self.queue
