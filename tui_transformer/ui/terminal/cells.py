"""Styled text as a row of cells, each kept once so that cells can be compared by identity."""

from collections.abc import Iterable
from typing import Final

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from textual.strip import Strip

from tui_transformer.ui.terminal.pens import LIMIT, Pen, Pens

_VARIATION_SELECTOR: Final = "\ufe0f"
_EMOJI: Final = "\U0001f000"


class Cell:
    """What one cell shows; a wide character has a second cell, of width 0, in `rest`."""

    __slots__ = ("pen", "plain", "rest", "size", "sure", "text", "width")

    def __init__(self, text: str, pen: Pen, width: int) -> None:
        self.text = text
        self.pen = pen
        self.width = width
        # Terminals disagree about the width of clusters and new emoji.
        self.sure = len(text) < 2 and text < _EMOJI
        self.plain = self.sure and width == 1
        self.rest = Cell("", pen, 0) if width == 2 else None
        self.size = len(text.encode(errors="replace"))


class _Odd(Exception):
    """The text has a character that does not simply fill one cell."""


class _CellsOfPen(dict[str, Cell]):
    """The cells of one pen by character, made when first needed; raises _Odd."""

    def __init__(self, pen: Pen, blanks: "_CellsOfPen | None") -> None:
        self.pen = pen
        self.blanks = blanks

    def __missing__(self, character: str) -> Cell:
        if character == " " and self.blanks is not None:
            cell = self.blanks[" "]
        elif cell_len(character) == 1:
            cell = Cell(character, self.pen, 1)
        else:
            raise _Odd
        self[character] = cell
        return cell


class Cells:
    """Turns strips into cells of one colour system."""

    def __init__(self, pens: Pens, system: ColorSystem) -> None:
        self.system = system
        self._pens = pens
        self._by_style: dict[str, _CellsOfPen] = {}
        self._by_pen: dict[Pen, _CellsOfPen] = {}
        self._clusters: dict[tuple[str, Pen], Cell] = {}

    def of_segments(self, segments: Iterable[Segment]) -> list[Cell]:
        """Return the cells of a strip's segments, in the colours that Textual would send."""
        cells: list[Cell] = []
        for text, style, _ in segments:
            key = ""
            if style is not None:
                ansi = style._ansi
                key = Strip.render_ansi(style, self.system) if ansi is None else ansi
                if style._link:
                    key = f"{key}\0{style._link}"
            known = self._by_style.get(key)
            if known is None:
                known = self._of_style(key)
            begin = len(cells)
            try:
                cells += map(known.__getitem__, text)
            except _Odd:
                del cells[begin:]
                self._add_clusters(cells, text, known.pen)
        return cells

    def _of_style(self, key: str) -> _CellsOfPen:
        if len(self._by_style) > LIMIT:
            self._by_style.clear()
            self._by_pen.clear()
        sgr, _, link = key.partition("\0")
        cells = self._by_style[key] = self._of_pen(self._pens.styled(sgr, link))
        return cells

    def _of_pen(self, pen: Pen) -> _CellsOfPen:
        if pen not in self._by_pen:
            blanks = None if pen.blank is pen else self._of_pen(pen.blank)
            self._by_pen[pen] = _CellsOfPen(pen, blanks)
        return self._by_pen[pen]

    def _add_clusters(self, cells: list[Cell], text: str, pen: Pen) -> None:
        """Add the cells of a text with wide or combining characters; controls are left out."""
        cluster = ""
        for character in text:
            if character < " " or "\x7f" <= character < "\xa0":
                continue
            widens = cell_len(cluster + character) > cell_len(cluster)
            if not cluster or not widens or character == _VARIATION_SELECTOR:
                cluster += character
            else:
                self._add_cluster(cells, cluster, pen)
                cluster = character
        self._add_cluster(cells, cluster, pen)

    def _add_cluster(self, cells: list[Cell], cluster: str, pen: Pen) -> None:
        width = cell_len(cluster)
        if width == 0:
            # A mark without a letter belongs to the one before it, if any.
            if not cells:
                return
            base = cells.pop()
            if base.width == 0:
                base = cells.pop()
            cluster, pen, width = base.text + cluster, base.pen or pen, base.width
        cell = self._clusters.get((cluster, pen))
        if cell is None:
            if len(self._clusters) > LIMIT:
                self._clusters.clear()
            cell = self._clusters[cluster, pen] = Cell(cluster, pen, width)
        cells.append(cell)
        if cell.rest:
            cells.append(cell.rest)
