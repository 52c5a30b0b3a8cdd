"""A matrix as coloured cells with their numbers in them; very large ones as picture and window."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
from rich.segment import Segment
from rich.style import Style

from tui_transformer.figure import Heatmap, Scale
from tui_transformer.numbers import number
from tui_transformer.render.canvas import Lines
from tui_transformer.render.compact import box, digits, plain
from tui_transformer.render.heatmap_head import heads
from tui_transformer.render.heatmap_plan import Grid, Overview, Plan, label, plan, shape
from tui_transformer.render.overview import LOST, MASKED, dots, glyph, marks, pool, strongest
from tui_transformer.render.palette import LEVELS, Palette

Array = np.ndarray[Any, Any]


def draw_heatmap(panel: Heatmap, width: int, height: int, palette: Palette,
                 pin: tuple[int, int] | None = None) -> Lines:
    """Draw a matrix into exactly width × height cells; `pin` is (row, column) of the matrix."""
    width, height = max(width, 0), max(height, 0)
    places = plan(panel, width, height, pin)
    picture = _Picture(panel, palette, width, places, pin)
    lines = picture.lines() if places.grid or places.overview else [_nothing(panel, width, palette)]
    return [_padded(line, width, palette) for line in _exactly(lines, height)]


def heatmap_cell(panel: Heatmap, width: int, height: int, column: int, row: int,
                 pin: tuple[int, int] | None = None) -> tuple[int, int] | None:
    """Find the matrix cell at a place of the panel; in an overview, the one it shows there."""
    if not (0 <= column < width and 0 <= row < height):
        return None
    places = plan(panel, width, height, pin)
    cell = places.grid.cell(column, row) if places.grid else None
    if cell is None and places.overview:
        cell = strongest(panel, _matrix(panel), places.overview, column, row)
    return cell


def _exactly(lines: Lines, height: int) -> Lines:
    return lines[:height] + [[] for _ in range(height - len(lines))]


def _padded(line: list[Segment], width: int, palette: Palette) -> list[Segment]:
    rest = width - sum(segment.cell_length for segment in line)
    if rest < 0:
        return Segment.adjust_line_length(line, width, palette.base)
    return [*line, Segment(" " * rest, palette.base)] if rest else line


def _nothing(panel: Heatmap, width: int, palette: Palette) -> list[Segment]:
    rows, columns = shape(panel)
    return [Segment(box(f"empty ({rows}×{columns})", width, palette.ascii), palette.role("muted"))]


def _matrix(panel: Heatmap) -> Array:
    return panel.values.reshape(shape(panel))


# ── numbers to shades ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Range:
    """The numbers at both ends of the colours."""

    low: float
    high: float

    @classmethod
    def of(cls, panel: Heatmap) -> Range:
        """Take a panel's own limits, or those of its numbers; zero is a diverging middle."""
        low, high = _finite(panel.low), _finite(panel.high)
        if low is None or high is None:
            least, most = _extremes(panel.values)
            if panel.style == "probability" and panel.scale == "sequential":
                least = min(least, 0.0)
            low, high = least if low is None else low, most if high is None else high
        if panel.scale == "diverging":
            reach = max(abs(low), abs(high))
            return cls(-reach, reach)
        return cls(low, max(low, high))

    def levels(self, values: Array) -> Array:
        """Turn numbers into shades 0 … LEVELS − 1; NaN is −1, and −∞, as masks have it, −2."""
        # Halves, because the whole span of the largest floats would overflow.
        start, span = self.low / 2, self.high / 2 - self.low / 2
        with np.errstate(all="ignore"):
            share = (values.astype(float) / 2 - start) / span if span > 0 else values * 0 + 0.5
            share = np.clip(share, 0, 1)
            share[np.isnan(share)] = 0.5
            shades: Array = np.rint(share * (LEVELS - 1)).astype(int)
            shades[np.isnan(values)] = LOST
            shades[np.isneginf(values)] = MASKED
        return shades


def _finite(x: float | None) -> float | None:
    return None if x is None or not math.isfinite(x) else float(x)


def _extremes(values: Array) -> tuple[float, float]:
    """Find the least and the largest finite number."""
    with np.errstate(all="ignore"):
        least, most = float(np.min(values)), float(np.max(values))
        if math.isfinite(least) and math.isfinite(most):
            return least, most
        finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


@lru_cache(maxsize=64)
def _styles(palette: Palette, scale: Scale, bold: bool = False) -> tuple[Style, ...]:
    """List the style of every shade; the last two are for what has none."""
    if palette.colors != "full":
        # Glyphs tell the shades here, and reverse is left to what is pinned.
        return (palette.role("plain", bold=bold),) * (LEVELS + 2)
    shades = [palette.shade(scale, level / (LEVELS - 1)) for level in range(LEVELS)]
    shades += [palette.role("muted")] * 2
    return tuple(style + Style(bold=True) for style in shades) if bold else tuple(shades)


# ── the picture ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Picture:
    """One heatmap in one size, palette and state."""

    panel: Heatmap
    palette: Palette
    width: int
    places: Plan
    pin: tuple[int, int] | None

    def lines(self) -> Lines:
        """Draw overview and grid beside each other, and the foot under them."""
        reach = Range.of(self.panel)
        overview, grid = self.places.overview, self.places.grid
        left = self._overview(overview, reach) if overview else []
        right = self._grid(grid, reach) if grid else []
        if left and right:
            gap = Segment("  ", self.palette.base)
            blank = Segment(" " * (overview.x + overview.width if overview else 0),
                            self.palette.base)
            left += [[blank]] * (len(right) - len(left))
            lines = [[*a, gap, *b] for a, b in zip(left, right, strict=False)]
            lines += left[len(right):]
        else:
            lines = left or right
        if self.places.foot is not None:
            lines = _exactly(lines, self.places.foot)
            lines.append(self._foot(reach))
        return lines

    # ── real cells ──

    def _grid(self, grid: Grid, reach: Range) -> Lines:
        """Draw the labels over the cells, and the cells, line by line."""
        lines = heads(self.panel, grid, self.places.focus[1], self.palette)
        window = _matrix(self.panel)[grid.row : grid.row + grid.rows,
                                     grid.column : grid.column + grid.columns].astype(float)
        texts = self._texts(grid, window, reach)
        shades = reach.levels(window).tolist()
        for i in range(grid.rows):
            lines += self._row(grid, i, texts[i], shades[i])
        return lines

    def _texts(self, grid: Grid, window: Array, reach: Range) -> list[list[str]]:
        """Write the numbers, all with the same decimals, below each other in their cells."""
        room = grid.wide - 1
        way = digits(window, self.panel.style, self.panel.decimals, room)
        signed = self.panel.scale == "diverging" and self.palette.colors == "full"
        below = 0.1 * reach.low if signed else -math.inf
        if way is None:
            texts = [[_bare(x, below)[:room] for x in row] for row in window.tolist()]
        else:
            texts = [[way.write(x, room) for x in row] for row in window.tolist()]
        longest = max(len(text) for row in texts for text in row)
        behind = " " * max((grid.wide - longest) // 2, 0) if longest else ""
        ascii = self.palette.ascii
        return [[((plain(text, True) if ascii else text) + behind).rjust(grid.wide)
                 for text in row] for row in texts]

    def _row(self, grid: Grid, i: int, texts: list[str], shades: list[int]) -> Lines:
        """Draw the lines of one row of cells; the numbers stand on the middle one."""
        lit = grid.row + i == self.places.focus[0]
        styles = _styles(self.palette, self.panel.scale, bold=lit)
        here = self.pin[1] - grid.column if self.pin and self.pin[0] == grid.row + i else -1
        lines = []
        for k in range(grid.tall):
            middle = k == (grid.tall - 1) // 2
            cells = self._filled(texts if middle else [" " * grid.wide] * len(texts), shades)
            looks = [styles[shade] for shade in shades]
            pieces = list(zip(cells, looks, strict=True))
            if 0 <= here < grid.columns:
                self._hold(pieces, here, texts[here] if middle else None)
            lines.append([*self._row_label(grid, grid.row + i, middle), *_runs(pieces)])
        return lines

    def _filled(self, cells: list[str], shades: list[int]) -> list[str]:
        """Say with glyphs what colours cannot say here."""
        if self.palette.colors == "full":
            return cells
        scale = self.panel.scale
        marks = [glyph(self.palette, scale, shade) for shade in shades]
        beside = scale == "sequential"  # a sign beside a number would be read as its own
        return [mark * len(cell) if cell.isspace() else
                mark + cell[1:] if beside and cell[0] == " " else cell
                for mark, cell in zip(marks, cells, strict=True)]

    def _hold(self, pieces: list[tuple[str, Style]], at: int, cell: str | None) -> None:
        """Reverse a pinned cell and put brackets around its number.

        Where the number ends with its cell, the right one stands in the gap of the next.
        """
        style = self.palette.role("cursor", bold=True, reverse=True)
        wide = len(pieces[at][0])
        if cell is None:
            pieces[at] = (" " * wide, style)
            return
        text = cell.strip()
        text = f"[{text}]".rjust(len(cell.rstrip()) + 1) if text else "[]".center(wide)
        pieces[at] = (text[:wide].ljust(wide), style)
        if text[wide:]:
            beside, look = pieces[at + 1] if at + 1 < len(pieces) else (" ", self.palette.base)
            pieces[at + 1 : at + 2] = [(text[wide:], style), (beside[1:], look)]

    def _row_label(self, grid: Grid, row: int, named: bool) -> list[Segment]:
        """Write the label before a row of cells; a lit one is marked and bold."""
        if not grid.margin:
            return []
        lit = row == self.places.focus[0]
        text = label(self.panel.rows, row) if named else ""
        if named and not self.panel.rows and grid.window:
            text = str(row)
        if grid.numbered and named:
            text = f"{row} {text}"
        style = self.palette.role(self.panel.row_role, bold=True) if lit else (
            self.palette.role("plain"))
        mark = (">" if self.palette.ascii else "▸") if lit and named else " "
        return [Segment(box(text, grid.margin - 1, self.palette.ascii, right=True) + mark, style)]

    # ── all of it, small ──

    def _overview(self, overview: Overview, reach: Range) -> Lines:
        """Draw the dots with what is lit and what the window shows marked around them."""
        signed = self.panel.scale == "diverging"
        full = self.palette.colors == "full" and not self.palette.ascii
        tall = overview.tall * (1 if full else 2)
        with np.errstate(all="ignore"):
            pooled = pool(_matrix(self.panel), tall, overview.wide, signed)
        body = dots(reach.levels(pooled.astype(float)), self.palette, self.panel.scale)
        over, beside = marks(self.panel, overview, self.places.grid, self.places.focus,
                             self.palette)
        gutter = Segment(" " * overview.x, self.palette.base)
        lines: Lines = [[gutter, *over]] if overview.y else []
        return lines + [[mark, *line] if overview.x else line
                        for mark, line in zip(beside, body, strict=True)]

    # ── the line under it ──

    def _foot(self, reach: Range) -> list[Segment]:
        """Write the scale, and what is only partly shown or pooled."""
        caption = self._caption()
        line = [Segment(plain(caption, self.palette.ascii), self.palette.role("muted"))]
        legend = self._legend(reach)
        used = sum(segment.cell_length for segment in (*line, *legend))
        if used + 3 > self.width:
            return line if caption else []
        return [*line, Segment("   ", self.palette.base), *legend] if caption else legend

    def _legend(self, reach: Range) -> list[Segment]:
        low, high = (plain(number(x, 3), self.palette.ascii) for x in (reach.low, reach.high))
        steps = range(0, LEVELS, LEVELS // 12)
        styles = _styles(self.palette, self.panel.scale)
        glyphs = self.palette.colors != "full"
        ramp = ((glyph(self.palette, self.panel.scale, at) if glyphs else " ", styles[at])
                for at in steps)
        muted = self.palette.role("muted")
        return [Segment(f"{low} ", muted), *_runs(ramp), Segment(f" {high}", muted)]

    def _caption(self) -> str:
        """Say what is pooled and which part the window shows, in as many words as fit."""
        rows, columns = shape(self.panel)
        grid, overview = self.places.grid, self.places.overview
        if not overview and grid and (grid.rows, grid.columns) == (rows, columns):
            return ""
        parts = [self._pooled(overview)] if overview else []
        if grid is None:
            return f"{parts[0]} of {rows}×{columns}"
        down = f"{grid.row}–{grid.row + grid.rows - 1}"
        across = f"{grid.column}–{grid.column + grid.columns - 1}"
        sayings = (f"rows {down}, columns {across} of {rows}×{columns}",
                   f"{down} × {across} of {rows}×{columns}", f"{down} × {across}")
        whole = (" · ".join([*parts, saying]) for saying in sayings)
        return next((text for text in whole if len(text) <= self.width), sayings[-1])

    def _pooled(self, overview: Overview) -> str:
        full = self.palette.colors == "full" and not self.palette.ascii
        tall, wide = overview.tall * (1 if full else 2), overview.wide
        if tall == wide == 1:
            return "every cell"
        return f"{'max |x|' if self.panel.scale == 'diverging' else 'max'} over {tall}×{wide}"


def _bare(x: float, below: float) -> str:
    """Write what a cell without room for its number still says: its sign, or that it is none."""
    return "×" if x != x else "−" if x < below else ""


def _runs(pieces: Iterable[tuple[str, Style]]) -> Iterator[Segment]:
    """Join neighbours of one style."""
    for _, run in groupby(pieces, key=lambda piece: id(piece[1])):
        same = list(run)
        yield Segment("".join(text for text, _ in same), same[0][1])
