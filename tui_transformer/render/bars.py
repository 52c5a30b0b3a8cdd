"""Columns of a plot as blocks, exact to an eighth of a cell."""

import math
from collections.abc import Callable, Sequence
from functools import cache, partial

import numpy as np
from rich.style import Style

from tui_transformer.arrays import Array
from tui_transformer.pieces import Columns
from tui_transformer.render.axes import Frame
from tui_transformer.render.canvas import Canvas
from tui_transformer.render.ground import Row
from tui_transformer.render.marks import Cloud, Look, spacing
from tui_transformer.render.palette import Palette

EIGHTHS = 8
_BLOCKS = " ▁▂▃▄▅▆▇█"
_ASCII_BLOCKS = " ..::++#"
_GAP_FROM = 2.5  # columns at least so wide leave a cell between them

Covered = dict[tuple[int, int], Columns]  # which column mark fills a cell of the plane


def draw_bars(canvas: Canvas, frame: Frame, cloud: Cloud, found: Sequence[Look]) -> Covered:
    """Draw all columns, from zero; tells which cells are full."""
    covered: Covered = {}
    bright = [mark for mark in cloud.marks if isinstance(mark, Columns) and not mark.dim]
    for owner, mark in enumerate(cloud.marks):
        if isinstance(mark, Columns):
            part = cloud.of(owner)
            x, y = cloud.x[part], cloud.y[part]
            group = (bright.index(mark), len(bright)) if not mark.dim else (0, 1)
            tops = _tops(x, y, frame, group)
            _fill(canvas, frame, mark, found[owner].glyph, tops, covered)
    return covered


def _tops(x: Array, y: Array, frame: Frame, group: tuple[int, int]) -> dict[int, float]:
    """The height at each cell column; of several in one, the one farthest from zero.

    Marks that share their places stand side by side where they are wide enough.
    """
    known = np.isfinite(x) & ~np.isnan(y)
    x, y = x[known], y[known]
    middles = frame.x.share(x) * frame.columns
    wide = min(spacing(middles) if len(x) > 1 else frame.columns / 3, frame.columns)
    gap = int(wide >= _GAP_FROM)
    index, count = group if wide - gap >= 2 * group[1] else (0, 1)
    tops: dict[int, float] = {}
    order = np.argsort(np.abs(y), kind="stable")
    for middle, top in zip(middles[order].tolist(), y[order].tolist(), strict=True):
        if not -wide <= middle <= frame.columns + wide:
            continue
        edges = math.floor(middle - wide / 2 + 0.5), math.floor(middle + wide / 2 + 0.5) - gap
        start, end = (
            edges[0] + (edges[1] - edges[0]) * part // count for part in (index, index + 1)
        )
        start = min(start, frame.columns - 1)
        for column in range(max(start, 0), min(max(end, start + 1), frame.columns)):
            tops[column] = top
    return tops


def _fill(
    canvas: Canvas, frame: Frame, mark: Columns, fill: str, tops: dict[int, float], covered: Covered
) -> None:
    unit = frame.rows * EIGHTHS
    zero = float(frame.y.share(np.zeros(1))[0])
    base = 0 if not math.isfinite(zero) else round(min(max(zero, 0), 1) * unit)
    shares = frame.y.share(np.array(list(tops.values()), float)).tolist()
    block, rows = cache(partial(_block, canvas.palette, mark, fill)), _opened(canvas)
    for column, top, share in zip(tops, tops.values(), shares, strict=True):
        end = base if math.isnan(share) else round(min(max(share, 0), 1) * unit)
        if end == base and top != 0 and 0 < base < unit:
            end += 1 if top > 0 else -1
        if end == base == 0 and top > 0 and share > 0:
            end = 1
        low, high = min(base, end), max(base, end)
        for up in range(low // EIGHTHS, -(-high // EIGHTHS)):
            start, stop = max(low - up * EIGHTHS, 0), min(high - up * EIGHTHS, EIGHTHS)
            row = frame.rows - 1 - up
            chars, styles = rows(frame.top + row)
            chars[frame.left + column], styles[frame.left + column] = block(start, stop)
            if start == 0 and stop == EIGHTHS:
                covered[column, row] = mark
            else:
                covered.pop((column, row), None)


def _opened(canvas: Canvas) -> Callable[[int], Row]:
    """Give the rows of a canvas, each asked for once: it may have to be copied."""
    return cache(lambda y: (canvas.chars[y], canvas.styles[y]))


def _block(palette: Palette, mark: Columns, fill: str, start: int, stop: int) -> tuple[str, Style]:
    """Fill a cell between two eighths of its height. There are only blocks that stand on the
    floor, so what hangs from the ceiling is one of those with its colours exchanged."""
    if palette.ascii:
        character, hanging = (fill if stop - start > 6 else _ASCII_BLOCKS[stop - start]), False
    elif start == 0:
        character, hanging = (fill if stop == EIGHTHS else _BLOCKS[stop]), False
    else:
        hanging = EIGHTHS - stop < start
        character = _BLOCKS[start if hanging else stop]
    return character, palette.role(mark.role, mark.dim, reverse=hanging)
