"""How long does an A4 roster of 500 people take as a PDF, against reportlab with the same rows in its own way?"""

from __future__ import annotations

import io
from typing import Any, cast

from tests.a4_papers import roster
from tests.benchmarks.measured import MS, Measured, medians, seconds
from village_console.papers.a4.compiling import A4Paper, compose

HOMES = 167
"""Of three people each."""
ROUNDS = 5
_FIELDS = ("receipt", "name", "kana", "age", "sex", "settlement", "since", "state")


def measure() -> list[Measured]:
    """Time and size; the first paper of each side, which reads fonts, is not counted."""
    paper = roster(homes=HOMES)
    ours, peer = compose(paper), _reportlab(paper)
    mine, theirs = medians(
        ROUNDS, lambda _n: seconds(lambda: compose(paper)) * MS, lambda _n: seconds(lambda: _reportlab(paper)) * MS
    )
    note = (
        f"{paper.people} people, {ours.pages} pages, font in the file, every character looked up first, PDF/A; reportlab"
        " has the rows in one plain table with a CID font that it does not embed, no reading above the name, and no check"
    )
    size = f"the same papers; ours holds its font ({ours.pages} pages)"
    return [
        Measured("roster_pdf", mine, theirs, "ms", note),
        Measured("roster_pdf_size", len(ours.pdf) / 1024, len(peer) / 1024, "KiB", size),
    ]


def _reportlab(paper: A4Paper) -> bytes:
    """The rows as a user of reportlab would lay them out."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import SimpleDocTemplate, Table

    metrics: Any = cast("Any", pdfmetrics)
    metrics.registerFont(UnicodeCIDFont("HeiseiKakuGo-W5"))
    rows: list[list[str]] = [[str(name) for name in paper.values["columns"][: len(_FIELDS)]]]
    for group in paper.values["groups"]:
        rows += [[group["heading"], *[""] * (len(_FIELDS) - 1)], *([row[f] for f in _FIELDS] for row in group["rows"])]
    table: Any = Table(rows, repeatRows=1)
    table.setStyle([("FONT", (0, 0), (-1, -1), "HeiseiKakuGo-W5", 9), ("LINEBELOW", (0, 0), (-1, -1), 0.4, "grey")])
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=A4).build([table])
    return file.getvalue()
