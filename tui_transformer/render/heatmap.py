"""A matrix as coloured cells with their numbers in them; very large ones as picture and window."""

from functools import lru_cache

import numpy as np
from rich.segment import Segment

from tui_transformer.arrays import Array
from tui_transformer.numbers import number
from tui_transformer.panels import Heatmap
from tui_transformer.render.canvas import Lines
from tui_transformer.render.compact import box, digits, initial, plain
from tui_transformer.render.fit import cells, clauses
from tui_transformer.render.heatmap_cells import Cells
from tui_transformer.render.heatmap_overview import draw_overview, pooled_rows, strongest
from tui_transformer.render.heatmap_plan import Grid, Overview, Plan, lit, plan, shape
from tui_transformer.render.heatmap_pool import pool, sample
from tui_transformer.render.heatmap_shades import Range, glyphs, styles
from tui_transformer.render.palette import DARK, LEVELS, Palette

_EVERY = "every cell"
_SWATCH, _LEAST = 12, 3  # cells of the colour legend, and as few as still show a scale
_NAMED = 8  # cells of a title that a scale leaves
_SLIM = 16  # beside a matrix as narrow as this the next title may begin at once


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
    right, down = 0, 0
    if places.foot is not None:
        caption = _caption(panel, width, DARK, places.grid, places.overview)
        right, down = min(len(caption), width), places.foot + 1
    if (grid := places.grid) is not None:
        rows = grid.rows + grid.ahead
        right = max(right, grid.x + grid.wide * grid.columns)
        down = max(down, grid.y + grid.tall * rows)
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
def _pooled(panel: Heatmap, tall: int, wide: int, sampled: bool) -> Array:
    """Pool a panel once for all pins that are moved over it."""
    if sampled:
        return sample(_matrix(panel), tall, wide).astype(float)
    return pool(_matrix(panel), tall, wide, panel.scale == "diverging")


def _picture(
    panel: Heatmap, width: int, palette: Palette, places: Plan, pin: tuple[int, int] | None
) -> Lines:
    """Draw overview and cells beside each other, and the foot under them."""
    matrix, overview, grid = _matrix(panel), places.overview, places.grid
    pooled = None
    if overview is not None:
        pooled = _small(panel, overview, palette)
    reach = _reach(panel, places, palette)
    lines: Lines = []
    if overview is not None and pooled is not None:
        taken = width if grid is None else grid.x - grid.margin
        lines = draw_overview(
            panel, overview, grid, reach.levels(pooled), taken, places.focus, palette
        )
    if grid is not None:
        part = _part(grid)
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
    ramp = _legend(panel, palette, reach, _swatch(panel, width, palette, places, reach))
    gap = "   " if caption and ramp else ""
    line = [Segment(initial(caption, min(len(caption), width)) + gap, palette.role("muted")), *ramp]
    rest = width - sum(segment.cell_length for segment in line)
    return [*line, Segment(" " * rest, palette.base)]


def _swatch(panel: Heatmap, width: int, palette: Palette, places: Plan, reach: Range) -> int:
    """Say how many cells of colour the foot has room for between the ends of the scale."""
    caption = _caption(panel, width, palette, places.grid, places.overview)
    room = width - (len(caption) + 3 if caption else 0) - sum(map(len, _ends(palette, reach))) - 2
    return min(room, _SWATCH) if room >= _LEAST else 0


def _ends(palette: Palette, reach: Range) -> tuple[str, str]:
    low, high = (plain(number(x, 3), palette.ascii) for x in (reach.low, reach.high))
    return low, high


def heatmap_tail(
    panel: Heatmap, width: int, height: int, palette: Palette, pin: tuple[int, int] | None
) -> list[Segment]:
    """Draw the scale for the line of the title, where the cells have no numbers and the line
    under the picture no room."""
    places = plan(panel, width, height, None)
    if places.grid is None and places.overview is None:
        return []
    reach = _reach(panel, places, palette)
    if places.foot is not None and _swatch(panel, width, palette, places, reach):
        return []
    if (grid := places.grid) is not None:
        part = _matrix(panel)[_part(grid)].astype(float)
        if digits(part, panel.style, panel.decimals, grid.wide - 1) is not None:
            return []
    named = min(cells(plain(clauses(panel.title)[0])), _NAMED)
    left = width - named - sum(map(len, _ends(palette, reach))) - 3
    apart = [Segment(" ", palette.base)] if width < _SLIM and left > 2 else []
    return [*_legend(panel, palette, reach, min(max(left - len(apart), 2), _LEAST)), *apart]


def _reach(panel: Heatmap, places: Plan, palette: Palette) -> Range:
    if (overview := places.overview) is None or overview.sampled:
        return Range.of(panel)  # the farthest may be none of those that are shown
    return Range.of(panel, _small(panel, overview, palette))


def _small(panel: Heatmap, overview: Overview, palette: Palette) -> Array:
    """Make a matrix as small as its overview is."""
    return _pooled(panel, pooled_rows(overview, palette), overview.wide, overview.sampled)


def _part(grid: Grid) -> tuple[slice, slice]:
    """Say which part of the matrix a grid shows."""
    return np.s_[grid.row : grid.row + grid.rows, grid.column : grid.column + grid.columns]


def _legend(panel: Heatmap, palette: Palette, reach: Range, swatch: int) -> list[Segment]:
    """Draw so many cells of the scale between the numbers at its ends."""
    if not swatch:
        return []
    low, high = _ends(palette, reach)
    steps = [round(i / (swatch - 1) * (LEVELS - 1)) for i in range(swatch)]
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
        of = f"{rows}×{columns}"
        sayings = [f"{parts[0]} of {of}", parts[0], parts[0].replace(" over", "")]
        if parts[0] == _EVERY:
            return ""
    else:
        down = f"{grid.row}–{grid.row + grid.rows - 1}"
        across = f"{grid.column}–{grid.column + grid.columns - 1}"
        sayings = [
            " · ".join([*parts, f"rows {down}, columns {across} of {rows}×{columns}"]),
            " · ".join([*parts, f"{down} × {across} of {rows}×{columns}"]),
            " · ".join([*parts, f"{down} × {across}"]),
            f"{down} × {across}",
        ]
    whole = [palette.spell_parts(saying) for saying in sayings]
    return next((text for text in whole if len(text) <= width), whole[-1])


def _pooling(panel: Heatmap, overview: Overview, palette: Palette) -> str:
    tall, wide = pooled_rows(overview, palette), overview.wide
    if tall == wide == 1:
        return _EVERY
    if overview.sampled:
        return f"one of every {tall}×{wide}"
    return f"{'max |x|' if panel.scale == 'diverging' else 'max'} over {tall}×{wide}"
