"""The manual knows every number that can appear on a screen, and its pictures are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from village_console.village import errors
from village_console.village.errors import VillageError

DOCS = Path(__file__).parents[2] / "docs"
MANUAL = (DOCS / "manual.ja.md").read_text("utf-8")
ROWS = re.findall(r"^\| (E\d{3}) \| (.+?) \| (.+?) \|$", MANUAL, re.MULTILINE)
CODES = {e.code for e in vars(errors).values() if isinstance(e, type) and issubclass(e, VillageError)}


def test_every_error_has_one_row_that_says_what_to_do() -> None:
    assert sorted(code for code, _, _ in ROWS) == sorted(CODES)
    assert all(what.strip() and do.strip() for _, what, do in ROWS)


@pytest.mark.parametrize("picture", re.findall(r"!\[[^\]]+\]\(([^)]+)\)", MANUAL))
def test_every_picture_is_there(picture: str) -> None:
    assert (DOCS / picture).read_bytes().startswith(b"\x89PNG")


def test_the_first_page_has_what_a_volunteer_needs() -> None:
    first = MANUAL.split("\n## ")[1]
    assert all(said in first for said in ("カードのある方", "カードのない方", "`z`", "`F2`", "`0`", "形の意味"))
    assert all(f"| {sign} " in first for sign in "〇＝？！Ｘ")


@pytest.mark.parametrize("decision", sorted((DOCS / "decisions").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_is_short_and_says_why_and_what_follows(decision: Path) -> None:
    text = decision.read_text("utf-8")
    assert len(text.splitlines()) <= 40
    assert all(part in text for part in ("**Context.**", "**Decision.**", "**Consequence.**"))


def test_mqtt_is_spoken_in_one_room() -> None:
    package = DOCS.parent / "village_console"
    speakers = {path.parent.name for path in package.rglob("*.py") if "from paho" in path.read_text("utf-8")}
    assert speakers == {"viewing"}
