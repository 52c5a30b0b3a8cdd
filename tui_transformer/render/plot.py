"""Plots: curves, points and bars over two axes."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tui_transformer.panels import Plot
from tui_transformer.pieces import Columns, Mark
from tui_transformer.render.axes import Frame, framed, lay_out
from tui_transformer.render.bars import Covered, draw_bars
from tui_transformer.render.board import Board, bits
from tui_transformer.render.canvas import Lines
from tui_transformer.render.curves import Run
from tui_transformer.render.ground import Copied, Painted, segment
from tui_transformer.render.marks import gather, in_order, looks, rulers
from tui_transformer.render.palette import Palette
from tui_transformer.render.scene import draw_marks
from tui_transformer.render.texts import legend, legend_lines
from tui_transformer.text import visible

TWO_LINES = 10  # height from which names that do not fit on one line may have another


class PlotBoard(Board):
    """A plane with columns on it, which other marks are drawn over.

    A row that has curves alone is made of these and the blanks between them, not of its cells.
    """

    def __init__(self, canvas: Copied, frame: Frame, around: Painted, covered: Covered) -> None:
        super().__init__(canvas, frame)
        self._around, self._covered = around, covered
        self._marks: Sequence[Mark] = ()
        self._inks: list[Style | None] = []  # of each mark; None ends a row
        self._curves: dict[int, list[Run]] = {}  # by row: what its cells do not have yet
        self.hides = bool(covered)
        for column, row in covered:
            self.taken[row] |= bits(column, 1)

    def ink(self, mark: Mark) -> Style | None:
        """The style of a mark, if there are no columns."""
        return None if self._covered else super().ink(mark)

    def inks(self, mark: Mark, row: int, column: int, count: int) -> Sequence[Style | None]:
        """The styles of a mark; on a column it is cut out of the column's colour."""
        plain = self.palette.role(mark.role, mark.dim)
        columns = [self._covered.get((c, row)) for c in range(column, column + count)]
        return [plain if behind is None else self._over(mark, behind) for behind in columns]

    def _over(self, mark: Mark, behind: Columns) -> Style | None:
        if mark.dim and not behind.dim:
            return None
        return self.palette.role(behind.role, behind.dim, reverse=True)

    def paint(self, marks: Sequence[Mark], runs: Iterable[Run]) -> None:
        """Draw runs of characters, each in the style of its mark."""
        self._marks, self._inks = marks, [*map(self.ink, marks), None]
        plain = any(ink is self.palette.base for ink in self._inks)
        if self._covered or plain or not self.frame.left:
            super().paint(marks, runs)
        else:
            self._curves = {row: list(found) for row, found in groupby(runs, itemgetter(0))}

    def write(self, column: int, row: int, text: str, mark: Mark) -> None:
        """Write text on a row of the plane, over the curves there."""
        self._fill(row)
        super().write(column, row, text, mark)

    def line(self, y: int) -> list[Segment]:
        """A finished row of the panel."""
        row = y - self.frame.top
        if row not in self._curves or self.canvas.chars.touched(y):
            self._fill(row)
            return super().line(y)
        return self._joined(y, self._curves[row])

    def _fill(self, row: int) -> None:
        """Draw the curves of a row into its cells."""
        super().paint(self._marks, self._curves.pop(row, ()))

    def _joined(self, y: int, runs: Iterable[Run]) -> list[Segment]:
        """Join curves with the blanks after each, as `joined` does the cells of a row: no style of
        a curve has a ground of its own."""
        *done, (text, style, _) = self._around.before(y, self.frame.left)
        end = 0
        for _, column, curve, owner in (*runs, (0, self.frame.columns, "", -1)):
            ink = self._inks[owner]
            text += " " * (column - end)
            if column > end or ink is not style:
                done.append(segment((text, style, None)))
                text, style = "", ink
            text += curve
            end = column + len(curve)
        return done


def draw_plot(panel: Plot, width: int, height: int, palette: Palette, _pin: object = None) -> Lines:
    """Draw a plot on width × height cells, without its title."""
    if width < 1 or height < 1:
        return [[] for _ in range(max(height, 0))]
    with np.errstate(all="ignore"):
        cloud = gather(in_order(panel.marks))
        found = looks(cloud.marks, palette)
        x, y = rulers(panel.x, panel.y, cloud)
        named = sum(bool(look.label) for look in found)
        start = cell_len(visible(panel.y.label)) + 2 if panel.y.label else 0
        lines = legend_lines(found, start, width) if height >= TWO_LINES else 1
        header = lines if named > 1 else 0
        frame = lay_out(x, y, width, height, panel.x.label, panel.y.label, header)
        around = framed(frame, palette)
        canvas = Copied(around)
        if frame.header and named:
            legend(canvas, cloud.marks, found, start, width, frame.top)
        board = PlotBoard(canvas, frame, around, draw_bars(canvas, frame, cloud, found))
        draw_marks(board, cloud, found)
    return board.lines()
