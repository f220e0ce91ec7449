"""The fonts of every paper in the order in which they are asked: which one has a cluster, its chosen form included."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from village_console.own_files import data_folder
from village_console.village.names import is_variation_selector

OWN_FONT = Path("fonts") / "BIZUDGothic-Regular.ttf"
"""Drawn to be read by everybody, half-width letters exactly half as wide; it has all of JIS X 0213's kanji."""
IPAMJ = (
    Path("/usr/share/fonts/opentype/ipamj/ipamjm.ttf"),
    Path("/usr/share/fonts/truetype/ipamj/ipamjm.ttf"),
    Path("/usr/share/fonts/opentype/ipamjm/ipamjm.ttf"),
)
"""Where Debian and others put IPAmj Mincho, which has the characters of the family register."""
_FAMILY = 16, 1
"""Name records of a font that say its family, the better one first."""


@dataclass(frozen=True, slots=True)
class Face:
    """One font file and what it can draw."""

    family: str
    path: Path
    characters: frozenset[int]
    forms: frozenset[tuple[int, int]]
    """Base and variation selector, for every form that the font knows by its own."""

    def has(self, cluster: str) -> bool:
        """Whether the whole cluster is in it, as asked for and not as something similar."""
        selectors = [ord(c) for c in cluster[1:] if is_variation_selector(c)]
        plain = [ord(c) for c in cluster if not is_variation_selector(c)]
        if len(selectors) > 1 or not all(code in self.characters for code in plain):
            return False
        return not selectors or (plain[0], selectors[0]) in self.forms


class FontChain:
    """Fonts in order; the first that has a cluster draws it."""

    def __init__(self, faces: Iterable[Face]) -> None:
        """The first is the paper's own."""
        self.faces = tuple(faces)
        self._found: dict[str, Face | None] = {}

    @property
    def family(self) -> str:
        """The paper's own font."""
        return self.faces[0].family

    @property
    def folders(self) -> list[Path]:
        """Where the files lie."""
        return sorted({face.path.parent for face in self.faces})

    def face_for(self, cluster: str) -> Face | None:
        """The font that has a cluster; None: no font has it, and it must not be printed as something else."""
        if cluster not in self._found:
            drawn = _may_be_drawn(cluster)
            self._found[cluster] = next((face for face in self.faces if face.has(cluster)), None) if drawn else None
        return self._found[cluster]

    def family_of(self, cluster: str) -> str | None:
        """The family of the font that has a cluster."""
        face = self.face_for(cluster)
        return face.family if face else None


def face_of(path: Path) -> Face:
    """Read what a font file has."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as file:
        font: Any = file
        family = next(str(name) for number in _FAMILY if (name := font["name"].getDebugName(number)))
        characters = frozenset[int](font.getBestCmap())
        forms = {
            (base, selector)
            for table in font["cmap"].tables
            if table.format == 14
            for selector, pairs in table.uvsDict.items()
            for base, _ in pairs
        }
    return Face(family, path, characters, frozenset(forms))


@cache
def standard_chain() -> FontChain:
    """BIZ UDGothic and Noto JP, which come with the program, then IPAmj Mincho where it is installed."""
    from pylopdf_fonts_jp import sans_path, serif_path  # noqa: PLC0415 -- slow import

    installed = [path for path in IPAMJ if path.is_file()]
    return FontChain(face_of(path) for path in (data_folder() / OWN_FONT, sans_path(), serif_path(), *installed))


def _may_be_drawn(cluster: str) -> bool:
    """Line ends, marks that turn the writing about and the like draw nothing: they are no part of a paper."""
    return not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for c in cluster)
