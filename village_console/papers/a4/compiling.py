"""A template and values become a PDF: PDF/A-2b, no system fonts, no packages, the same bytes for the same values."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from village_console.papers.a4.writing import Gap, written
from village_console.papers.fonts import FontChain, standard_chain
from village_console.village.errors import PaperIsNotComposedError

TEMPLATES = Path(__file__).parent / "templates"
_NO_PACKAGES = TEMPLATES / "no-packages"
"""A folder that does not exist: a template that asks for a package fails, network or not."""


@dataclass(frozen=True, slots=True)
class A4Paper:
    """A paper before it is a PDF."""

    template: str
    """File in `templates` without its ending."""
    title: str
    at: datetime
    """The moment that it tells about; also the PDF's own date."""
    values: dict[str, Any]
    """Every text in it is drawn as it is: nothing becomes markup."""
    people: int
    """How many stand on it; 0 for a blank sheet."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A PDF, not yet anybody's."""

    paper: A4Paper
    pdf: bytes
    pages: int
    gaps: tuple[Gap, ...]
    """What no font has: 〓 on the paper, to be said before it is printed."""

    @property
    def sha256(self) -> str:
        """What tells this very paper from any other."""
        return hashlib.sha256(self.pdf).hexdigest()


def compose(paper: A4Paper, chain: FontChain | None = None) -> Composed:
    """Compile a paper; takes a moment.

    Raises:
        PaperIsNotComposedError: the template refuses its values, or a font file is gone.
    """
    import typst  # noqa: PLC0415 -- slow import

    fonts = chain or standard_chain()
    drawn = written(paper.values, fonts)
    lacking = [f"{gap.codes}   {gap.where}".rstrip() for gap in drawn.gaps]
    values = drawn.values | {"font": fonts.family, "file_title": paper.title, "gaps": lacking}
    try:
        pdf: Any = typst.compile(
            TEMPLATES / f"{paper.template}.typ",
            root=TEMPLATES,
            font_paths=fonts.folders,
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"paper": json.dumps(values, ensure_ascii=False)},
            pdf_standards=["a-2b"],
            pdf_tags=False,
            package_path=_NO_PACKAGES,
            package_cache_path=_NO_PACKAGES,
            timestamp=int(paper.at.timestamp()),
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise PaperIsNotComposedError(template=paper.template, said=_first_line(error)) from error
    return Composed(paper, bytes(pdf), pages_of(bytes(pdf)), drawn.gaps)


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF of ours has."""
    streams = re.findall(rb"/ObjStm.*?stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    plain = [pdf, *(zlib.decompressobj().decompress(stream) for stream in streams)]
    counts = [int(n) for text in plain for n in re.findall(rb"/Type\s*/Pages\b.*?/Count\s+(\d+)", text, re.DOTALL)]
    return max(counts, default=0)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
