"""Plots: curves, points and bars over two axes."""

from collections.abc import Sequence

import numpy as np
from rich.cells import cell_len
from rich.style import Style

from tui_transformer.panels import Plot
from tui_transformer.pieces import Columns, Mark
from tui_transformer.render.axes import Frame, framed, lay_out
from tui_transformer.render.bars import Covered, draw_bars
from tui_transformer.render.board import Board, bits
from tui_transformer.render.canvas import Lines
from tui_transformer.render.ground import Copied
from tui_transformer.render.marks import gather, in_order, looks, rulers
from tui_transformer.render.palette import Palette
from tui_transformer.render.scene import draw_marks
from tui_transformer.render.texts import legend, legend_lines
from tui_transformer.text import visible

TWO_LINES = 10  # height from which names that do not fit on one line may have another


class PlotBoard(Board):
    """A plane with columns on it, which other marks are drawn over."""

    def __init__(self, canvas: Copied, frame: Frame, covered: Covered) -> None:
        super().__init__(canvas, frame)
        self._covered = covered
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
        canvas = Copied(framed(frame, palette))
        if frame.header and named:
            legend(canvas, cloud.marks, found, start, width, frame.top)
        board = PlotBoard(canvas, frame, draw_bars(canvas, frame, cloud, found))
        draw_marks(board, cloud, found)
    return board.lines()
