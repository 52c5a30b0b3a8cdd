"""A matrix as coloured cells with their numbers in them; very large ones as picture and window."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from rich.segment import Segment

from tui_transformer.arrays import Array
from tui_transformer.figure import Heatmap
from tui_transformer.numbers import number
from tui_transformer.render.canvas import Lines
from tui_transformer.render.compact import box, plain
from tui_transformer.render.heatmap_cells import Cells
from tui_transformer.render.heatmap_overview import draw_overview, pool, pooled_rows, strongest
from tui_transformer.render.heatmap_plan import Grid, Overview, Plan, lit, plan, shape
from tui_transformer.render.heatmap_shades import Range, glyphs, styles
from tui_transformer.render.palette import LEVELS, Palette

_SWATCH = 12  # cells of the colour legend


def draw_heatmap(
    panel: Heatmap, width: int, height: int, palette: Palette, pin: tuple[int, int] | None = None
) -> Lines:
    """Draw a matrix into exactly width × height cells; `pin` is (row, column) of the matrix."""
    width, height = max(width, 0), max(height, 0)
    places = plan(panel, width, height, pin)
    if places.grid is None and places.overview is None:
        rows, columns = shape(panel)
        text = box(f"empty ({rows}×{columns})", width, palette.ascii)
        lines = [[Segment(text, palette.role("muted"))]]
    else:
        lines = _picture(panel, width, palette, places, pin)
    blank = [Segment(" " * width, palette.base)]
    return lines[:height] + [blank] * (height - len(lines))


def heatmap_uses(panel: Heatmap, width: int, height: int) -> tuple[int, int]:
    """Say how many columns and lines of its room a matrix takes: cells are whole."""
    places = plan(panel, width, height, None)
    right, down = 0, 0 if places.foot is None else places.foot + 1
    if (grid := places.grid) is not None:
        right, down = grid.x + grid.wide * grid.columns, max(down, grid.y + grid.tall * grid.rows)
    if (overview := places.overview) is not None:
        right = max(right, overview.x + overview.width)
        down = max(down, overview.y + overview.height)
    return right, min(down, height)


def heatmap_cell(
    panel: Heatmap,
    width: int,
    height: int,
    column: int,
    row: int,
    pin: tuple[int, int] | None = None,
) -> tuple[int, int] | None:
    """Find the matrix cell at a place of the panel; in an overview, the one it shows there."""
    if not (0 <= column < width and 0 <= row < height):
        return None
    places = plan(panel, width, height, pin)
    cell = places.grid.cell(column, row) if places.grid else None
    if cell is None and places.overview:
        cell = strongest(panel, _matrix(panel), places.overview, column, row)
    return cell


def _matrix(panel: Heatmap) -> Array:
    return panel.values.reshape(shape(panel))


@lru_cache(maxsize=2)
def _pooled(panel: Heatmap, tall: int, wide: int) -> Array:
    """Pool a panel once for all pins that are moved over it."""
    return pool(_matrix(panel), tall, wide, panel.scale == "diverging")


def _picture(
    panel: Heatmap, width: int, palette: Palette, places: Plan, pin: tuple[int, int] | None
) -> Lines:
    """Draw overview and cells beside each other, and the foot under them."""
    matrix, overview, grid = _matrix(panel), places.overview, places.grid
    pooled = None
    if overview is not None:
        pooled = _pooled(panel, pooled_rows(overview, palette), overview.wide)
    reach = Range.of(panel, pooled)
    lines: Lines = []
    if overview is not None and pooled is not None:
        taken = width if grid is None else grid.x - grid.margin
        lines = draw_overview(
            panel, overview, grid, reach.levels(pooled), taken, places.focus, palette
        )
    if grid is not None:
        part = np.s_[grid.row : grid.row + grid.rows, grid.column : grid.column + grid.columns]
        window = matrix[part].astype(float)
        left = grid.x - grid.margin
        cells = Cells(panel, grid, width - left, palette, lit(panel, pin), pin)
        alone = None if panel.unmatched is None else panel.unmatched[part]
        lines = _beside(lines, left, cells.lines(window, reach, alone), width, palette)
    if places.foot is not None:
        lines += [[Segment(" " * width, palette.base)]] * (places.foot - len(lines))
        lines.append(_foot(panel, width, palette, places, reach))
    return lines


def _beside(left: Lines, taken: int, right: Lines, width: int, palette: Palette) -> Lines:
    """Put lines to the right of others, which take so many columns."""
    if not taken:
        return right
    space = [Segment(" " * taken, palette.base)]
    rest = [Segment(" " * (width - taken), palette.base)]
    return [
        (left[y] if y < len(left) else space) + (right[y] if y < len(right) else rest)
        for y in range(max(len(left), len(right)))
    ]


# ── the line under the picture ─────────────────────────────────────────────────────────


def _foot(
    panel: Heatmap, width: int, palette: Palette, places: Plan, reach: Range
) -> list[Segment]:
    """Write what is pooled or only partly shown, and the scale where there is room."""
    caption = _caption(panel, width, palette, places.grid, places.overview)
    legend = _legend(panel, palette, reach)
    gap = "   " if caption else ""
    line = [Segment(box(caption, min(len(caption), width)) + gap, palette.role("muted")), *legend]
    if sum(segment.cell_length for segment in line) > width:
        line = [Segment(box(caption, width, palette.ascii), palette.role("muted"))]
    rest = width - sum(segment.cell_length for segment in line)
    return [*line, Segment(" " * rest, palette.base)]


def _legend(panel: Heatmap, palette: Palette, reach: Range) -> list[Segment]:
    """Draw the scale with the numbers at its ends."""
    low, high = (plain(number(x, 3), palette.ascii) for x in (reach.low, reach.high))
    steps = [round(i / (_SWATCH - 1) * (LEVELS - 1)) for i in range(_SWATCH)]
    look, marks = styles(palette, panel.scale), glyphs(palette, panel.scale)
    ramp = [Segment(" " if palette.colors == "full" else marks[at], look[at]) for at in steps]
    muted = palette.role("muted")
    return [Segment(f"{low} ", muted), *ramp, Segment(f" {high}", muted)]


def _caption(
    panel: Heatmap, width: int, palette: Palette, grid: Grid | None, overview: Overview | None
) -> str:
    """Say what is pooled and which part the window shows, in as many words as fit."""
    rows, columns = shape(panel)
    if overview is None and grid and (grid.rows, grid.columns) == (rows, columns):
        return ""
    parts = [_pooling(panel, overview, palette)] if overview else []
    if grid is None:
        return palette.spell(f"{parts[0]} of {rows}×{columns}")
    down = f"{grid.row}–{grid.row + grid.rows - 1}"
    across = f"{grid.column}–{grid.column + grid.columns - 1}"
    sayings = (
        f"rows {down}, columns {across} of {rows}×{columns}",
        f"{down} × {across} of {rows}×{columns}",
        f"{down} × {across}",
    )
    whole = (palette.spell_parts(" · ".join([*parts, saying])) for saying in sayings)
    return next((text for text in whole if len(text) <= width), palette.spell(sayings[-1]))


def _pooling(panel: Heatmap, overview: Overview, palette: Palette) -> str:
    tall, wide = pooled_rows(overview, palette), overview.wide
    if tall == wide == 1:
        return "every cell"
    return f"{'max |x|' if panel.scale == 'diverging' else 'max'} over {tall}×{wide}"
