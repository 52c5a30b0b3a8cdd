"""The screen as it was last sent, and the bytes that make it what it should be now."""

from collections.abc import Iterable, Iterator
from operator import is_not
from typing import Final

from rich.color import ColorSystem
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.strip import Strip

from tui_transformer.ui.terminal.cells import Cell, Cells
from tui_transformer.ui.terminal.pencil import Pencil
from tui_transformer.ui.terminal.pens import Look, Pen, Pens

Piece = tuple[int, int, Strip]
"""A row, a column, and what is painted from there on."""

# Differs from every cell that is painted, so that what is not known is always sent.
_UNKNOWN: Final = Cell("?", Pen(Look(), None), 1)


def pieces(update: LayoutUpdate | ChopsUpdate) -> Iterator[Piece]:
    """Yield what an update paints, which is what Textual's own rendering of it would."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in line:
                yield y, x, strip
                x += strip.cell_length
        return
    for y, left, right in update.spans:
        for end, (x, chop) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if chop is not None and x <= right and end > left:
                whole = left <= x < right and end <= right
                yield y, x, chop if whole else chop.crop(0, min(end, right) - x)


class Painter:
    """Remembers every cell of the terminal and sends only those that change."""

    def __init__(self, system: ColorSystem) -> None:
        pens = Pens()
        self._cells = Cells(pens, system)
        self._pencil = Pencil(pens)
        self._size = (0, 0)
        self._rows: list[list[Cell]] = []
        # Which strip was painted last from which column on, by row: most strips of
        # a frame are the very objects of the frame before, and are done with at once.
        self._strips: list[dict[int, Strip]] = []

    def forget(self) -> None:
        """Take nothing about the terminal for granted any more."""
        width, height = self._size
        self._rows = [[_UNKNOWN] * width for _ in range(height)]
        self._strips = [{} for _ in range(height)]
        self._pencil.drop()

    def paint(self, new: Iterable[Piece], size: tuple[int, int], *, plain: bool) -> str:
        """Return what makes a terminal of this width and height show the new pieces.

        `plain` ends with the terminal's pen as it was found, for a terminal that others write to.
        """
        if size != self._size:
            self._size = size
            self.forget()
        width, height = size
        for y, x, strip in new:
            if 0 <= y < height and 0 <= x < width and self._strips[y].get(x) is not strip:
                self._paint(y, x, strip)
        return self._pencil.take(plain=plain)

    def _paint(self, y: int, x: int, strip: Strip) -> None:
        row = self._rows[y]
        cells = self._cells.of_segments(strip)
        if len(cells) > len(row) - x:
            _cut(cells, len(row) - x)
        if not cells:
            return
        end = x + len(cells)
        old = row[x:end]
        self._release(y, x, end)
        if cells != old:
            row[x:end] = cells
            self._mend(y, x, end, old)
            self._write(y, row, x, bytes(map(is_not, cells, old)))
        self._strips[y][x] = strip

    def _write(self, y: int, row: list[Cell], x: int, changed: bytes) -> None:
        """Write the runs of cells from a column on that have changed."""
        begin = changed.find(1)
        while begin >= 0:
            end = changed.find(0, begin)
            if end < 0:
                end = len(changed)
            self._pencil.write(y, row, x + begin, x + end)
            begin = changed.find(1, end)

    def _release(self, y: int, x: int, end: int) -> None:
        """Forget the strips that were painted between two columns of a row."""
        strips = self._strips[y]
        for at in [at for at, strip in strips.items() if at < end and x < at + strip.cell_length]:
            del strips[at]

    def _mend(self, y: int, x: int, end: int, old: list[Cell]) -> None:
        """Take the other half of a wide character that is painted over as lost."""
        row = self._rows[y]
        if x > 0 and old[0].width == 0 and row[x] is not old[0]:
            row[x - 1] = _UNKNOWN
            self._release(y, x - 1, x)
        if end < len(row) and old[-1].width == 2 and row[end - 1] is not old[-1]:
            row[end] = _UNKNOWN
            self._release(y, end, end + 1)


def _cut(cells: list[Cell], width: int) -> None:
    """Shorten a row of cells, leaving no half of a wide character at its end."""
    del cells[width:]
    if cells and cells[-1].width == 2:
        cells[-1] = Cell(" ", cells[-1].pen, 1)
