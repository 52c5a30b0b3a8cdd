"""Text with exactly one character per cell; what is wider or odder has a stand-in."""

import re
from typing import Final, NamedTuple

from rich.cells import cell_len

_FIRST: Final = 0x100000
FIRST: Final = chr(_FIRST)
"""The first of the characters that stand for something else."""
_ROOM: Final = 0x7000
_EMOJI: Final = "\U0001f000"
_VARIATION_SELECTOR: Final = "\ufe0f"

find_stand_in = re.compile("[\U00100000-\U0010ffff]").search
"""Look for a stand-in in a text."""


class Glyph(NamedTuple):
    """One or more characters that share a cell or two."""

    text: str
    width: int

    @property
    def sure(self) -> bool:
        """Whether terminals agree about the width, as they do not for clusters and new emoji."""
        return len(self.text) == 1 and self.text < _EMOJI


class Glyphs:
    """Fits text to cells, with private characters standing for what is not one simple cell.

    Each glyph has two, an even and an odd code: the second fills the cells that a wide glyph
    reaches into, so that the halves always change together.
    """

    def __init__(self) -> None:
        self.simple: set[str] = set()
        """Characters that are known to be shown as they are, in one cell."""
        self._stand_ins: dict[Glyph, str] = {}
        self._glyphs: list[Glyph] = []

    @property
    def are_given(self) -> bool:
        """Whether there are stand-ins at all."""
        return bool(self._glyphs)

    @property
    def full(self) -> bool:
        """Whether stand-ins are getting scarce."""
        return len(self._glyphs) > _ROOM // 2

    def fit(self, text: str) -> str:
        """Return one character for each cell of a text; controls are left out."""
        if self.simple.issuperset(text):
            return text
        return "".join([self._cells(cluster) for cluster in _clusters(text)])

    def shown_by(self, character: str) -> Glyph:
        """Return what a character stands for; width 0 is the second cell of a wide glyph."""
        number, second = divmod(ord(character) - _FIRST, 2)
        if number < 0:
            return Glyph(character, 1)
        return Glyph("", 0) if second else self._glyphs[number]

    def cut(self, text: str, width: int) -> str:
        """Shorten a text to a number of cells, leaving no half of a wide glyph at its end."""
        text = text[:width]
        return text[:-1] + " " if text and self.shown_by(text[-1]).width == 2 else text

    def _cells(self, cluster: str) -> str:
        width = cell_len(cluster)
        if width == 1 and len(cluster) == 1 and ord(cluster) < _FIRST:
            self.simple.add(cluster)
            return cluster
        if width == 0 or len(self._glyphs) >= _ROOM:
            return "?" * width
        glyph = Glyph(cluster, width)
        stand_in = self._stand_ins.get(glyph)
        if stand_in is None:
            first = _FIRST + 2 * len(self._glyphs)
            self._glyphs.append(glyph)
            stand_in = self._stand_ins[glyph] = chr(first) + chr(first + 1) * (width - 1)
        return stand_in


def _clusters(text: str) -> list[str]:
    """Join what takes no cell of its own to what is before it, leaving out controls."""
    clusters: list[str] = []
    for character in text:
        if character < " " or "\x7f" <= character < "\xa0":
            continue
        last = clusters[-1] if clusters else ""
        widens = cell_len(last + character) > cell_len(last)
        if last and (not widens or character == _VARIATION_SELECTOR):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters
