"""Real cells of a matrix: coloured, with their numbers in them and labels around them."""

import math
from dataclasses import replace

import numpy as np
from rich.segment import Segment
from rich.style import Style

from tui_transformer.arrays import Array
from tui_transformer.panels import Heatmap
from tui_transformer.records import dataclass
from tui_transformer.render.canvas import Lines, join
from tui_transformer.render.compact import digits, initial
from tui_transformer.render.heatmap_head import heads
from tui_transformer.render.heatmap_names import label
from tui_transformer.render.heatmap_plan import Grid, Spot
from tui_transformer.render.heatmap_shades import Range, glyphs, styles
from tui_transformer.render.palette import Palette
from tui_transformer.render.spelling import drawn

# Only these may stand before a number: points and signs would be read as a part of it.
_BESIDE = {"sequential": "░▒▓█*#%@", "diverging": ""}


@dataclass(frozen=True)
class Cells:
    """The cells of one grid, drawn into lines of exactly `width` cells."""

    panel: Heatmap
    grid: Grid
    width: int
    palette: Palette
    lit: Spot
    pin: tuple[int, int] | None

    def lines(self, window: Array, reach: Range, alone: Array | None = None) -> Lines:
        """Draw the labels over the cells, and the cells; `window` holds their numbers.

        What is `alone` has nothing to be compared with, and says so.
        """
        lines = heads(self.panel, self.grid, self.lit[1], self.palette)
        tail = self._tail()
        lines = [[*line, Segment(tail, self.palette.base)] for line in lines]
        texts, shades = self._texts(window, reach), reach.levels(window).tolist()
        if alone is not None:
            new = ("new" if self.grid.wide > 3 else "+").rjust(self.grid.wide)
            for row, column in np.argwhere(alone).tolist():
                texts[row][column] = new
        for i in range(self.grid.rows):
            lines += self._row(i, texts[i], shades[i])
        return lines + [self._ahead(y) for y in range(self.grid.ahead * self.grid.tall)]

    def _ahead(self, y: int) -> list[Segment]:
        """Draw a line of what is still to come."""
        named = y % self.grid.tall == (self.grid.tall - 1) // 2
        dot = ("." if self.palette.ascii else "·") if named else " "
        text = dot.center(self.grid.wide) * self.grid.columns
        margin = " " * self.grid.margin
        return [Segment(margin + text + self._tail(), self.palette.role("muted"))]

    def _tail(self) -> str:
        """The space after the last cell."""
        return " " * (self.width - self.grid.margin - self.grid.columns * self.grid.wide)

    def _texts(self, window: Array, reach: Range) -> list[list[str]]:
        """Write the numbers, all with the same decimals, below each other in their cells."""
        wide, room = self.grid.wide, self.grid.wide - 1
        way = digits(window, self.panel.style, self.panel.decimals, room)
        if way is None:
            signed = self.panel.scale == "diverging" and self.palette.colors == "full"
            below = 0.1 * reach.low if signed else -math.inf
            texts = [[_bare(x, below)[:room] for x in row] for row in window.tolist()]
        else:
            way = replace(way, ascii=self.palette.ascii)
            texts = [way.row(row, room) for row in window.tolist()]
        if self.palette.ascii:
            texts = [[drawn(text) for text in row] for row in texts]
        longest = max(max(map(len, row)) for row in texts)
        behind = " " * ((wide - longest) // 2) if longest else ""
        return [[(text + behind).rjust(wide) for text in row] for row in texts]

    def _row(self, i: int, texts: list[str], shades: list[int]) -> Lines:
        """Draw the lines of one row of cells; the numbers stand on the middle one."""
        grid, row = self.grid, self.grid.row + i
        look = styles(self.palette, self.panel.scale, bold=row == self.lit[0])
        looks = [*[look[shade] for shade in shades], self.palette.base]
        here = self.pin[1] - grid.column if self.pin and self.pin[0] == row else -1
        middle = (grid.tall - 1) // 2
        lines = [self._line(row, texts, shades, looks, here)]
        if grid.tall > 1:
            blank = self._line(row, None, shades, looks, here)
            lines = [blank] * middle + lines + [blank] * (grid.tall - 1 - middle)
        return lines

    def _line(
        self, row: int, texts: list[str] | None, shades: list[int], looks: list[Style], here: int
    ) -> list[Segment]:
        """Draw one line of a row; without texts it is one above or below the numbers."""
        blank = " " * self.grid.wide
        cells = [blank] * len(shades) if texts is None else texts
        if self.palette.colors != "full":
            cells = self._on_glyphs(cells, shades)
        cells, looks = [*cells, self._tail()], list(looks)
        if 0 <= here < self.grid.columns:
            self._hold(cells, looks, here, "" if texts is None else texts[here])
        return [*self._row_label(row, texts is not None), *join(cells, looks)]

    def _on_glyphs(self, cells: list[str], shades: list[int]) -> list[str]:
        """Say with glyphs what colours cannot say here."""
        marks, beside = glyphs(self.palette, self.panel.scale), _BESIDE[self.panel.scale]
        found, before = [], " "
        for shade, cell in zip(shades, cells, strict=True):
            if cell.isspace():
                cell = marks[shade] * len(cell)
            elif marks[shade] in beside:
                # A shade that touches a number would be read as a part of it.
                at = 0 if before == " " else 1
                if cell[: at + 2].isspace():
                    cell = cell[:at] + marks[shade] + cell[at + 1 :]
            before = cell[-1]
            found.append(cell)
        return found

    def _hold(self, cells: list[str], looks: list[Style], at: int, cell: str) -> None:
        """Reverse a pinned cell and put brackets around its number.

        Where the number ends with its cell, the right one stands in the gap of the next.
        """
        style = self.palette.role("cursor", bold=True, reverse=True)
        wide, text = self.grid.wide, cell.strip()
        if text:
            text = f"[{text}]".rjust(len(cell.rstrip()) + 1)
        elif cell:
            text = "[]".center(wide)
        cells[at], looks[at] = text[:wide].ljust(wide), style
        if text[wide:] and cells[at + 1]:
            cells[at + 1 : at + 2] = text[wide:], cells[at + 1][1:]
            looks.insert(at + 1, style)

    def _row_label(self, row: int, named: bool) -> list[Segment]:
        """Write the label before a row of cells; a lit one is marked and bold."""
        if not self.grid.margin:
            return []
        marked = row == self.lit[0]
        role = self.panel.row_role if marked else "plain"
        style = self.palette.role(role, bold=marked)
        if not named:
            return [Segment(" " * self.grid.margin, style)]
        text = label(self.panel.rows, row)
        if self.grid.numbered:
            text = f"{row} {text}"
        elif self.grid.window and not self.panel.rows:
            text = str(row)
        mark = (">" if self.palette.ascii else "▸") if marked else " "
        name = initial(text, self.grid.margin - 1, self.palette.ascii, right=True)
        return [Segment(name + mark, style)]


def _bare(x: float, below: float) -> str:
    """Write what a cell without room for its number still says: its sign, or that it is none."""
    return "×" if x != x else "−" if x < below else ""
