"""pyte's screen, with a short way for what programs send most: plain text and the style of it.

`tests/bench/test_quick_screen.py` holds it to pyte's own, cell by cell.
"""

from collections import defaultdict
from functools import cache

import pyte
from pyte.charsets import LAT1_MAP
from pyte.modes import DECSCNM, IRM
from pyte.screens import Char
from wcwidth import wcwidth

width = cache(wcwidth)


class Cells(defaultdict[str, Char]):
    """The cells of one style, each made once."""

    def __init__(self, style: Char) -> None:
        super().__init__()
        self._style = style

    def __missing__(self, character: str) -> Char:
        made = self[character] = self._style._replace(data=character)
        return made


styled = cache(Cells)
_STYLES: dict[tuple[Char, bool, tuple[int, ...], bool], Char] = {}


class QuickScreen(pyte.Screen):
    """A screen that shows the same as pyte's, sooner."""

    def __init__(self, columns: int, lines: int) -> None:
        self._texts: dict[int, str] = {}
        super().__init__(columns, lines)

    def draw(self, data: str) -> None:
        """Put text down: at once where each sign is one cell wide and the line has room for all."""
        cursor = self.cursor
        end = cursor.x + len(data)
        plain = self.g0_charset is LAT1_MAP and not self.charset and IRM not in self.mode
        if end > self.columns or not plain or any(width(character) != 1 for character in data):
            self.dirty.update(range(self.lines))  # a sign may join the last one of a line above
            super().draw(data)
            return
        line, cells = self.buffer[cursor.y], styled(cursor.attrs)
        for x, character in enumerate(data, cursor.x):
            line[x] = cells[character]
        cursor.x = end
        self.dirty.add(cursor.y)

    def select_graphic_rendition(self, *attrs: int, private: bool = False) -> None:
        """Change the style: what becomes of a style by the same numbers is worked out once."""
        before = self.cursor.attrs, DECSCNM in self.mode, attrs, private
        if before not in _STYLES:
            super().select_graphic_rendition(*attrs, **{"private": True} if private else {})
            _STYLES[before] = self.cursor.attrs
        self.cursor.attrs = _STYLES[before]

    def texts(self) -> list[str]:
        """The lines, of which those that changed are read anew."""
        for y in self.dirty:
            self._texts.pop(y, None)
        self.dirty.clear()
        for y in range(self.lines):
            if y not in self._texts:
                line = self.buffer[y]
                self._texts[y] = "".join([line[x].data for x in range(self.columns)])
        return [self._texts[y] for y in range(self.lines)]
