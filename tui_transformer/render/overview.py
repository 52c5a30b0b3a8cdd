"""A large matrix as a small picture: each dot the strongest of many numbers."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
from rich.segment import Segment
from rich.style import Style

from tui_transformer.figure import Heatmap, Scale
from tui_transformer.render.heatmap_plan import Grid, Overview
from tui_transformer.render.palette import LEVELS, Palette

Array = np.ndarray[Any, Any]
_SIGNED = "=−·+#"
LOST, MASKED = -1, -2  # the shades of NaN and of what is masked: minus infinity


def pool(values: Array, tall: int, wide: int, signed: bool) -> Array:
    """Take the largest of every tall × wide block, signed: the one farthest from zero.

    NaN counts only where there is nothing else. [r, c] → [⌈r/tall⌉, ⌈c/wide⌉].
    """
    high = _blocks(np.fmax, values, tall, wide)
    if not signed:
        return high
    low = _blocks(np.fmin, values, tall, wide)
    return np.where(high >= -low, high, low)


def _blocks(take: np.ufunc, values: Array, tall: int, wide: int) -> Array:
    # Transposing in between keeps both passes along memory: four times faster.
    down = _rows(take, values, tall)
    return _rows(take, np.ascontiguousarray(down.T), wide).T


def _rows(take: np.ufunc, values: Array, size: int) -> Array:
    whole = len(values) // size
    blocks = values[: whole * size].reshape(whole, size, values.shape[1])
    taken: Array = take.reduce(blocks, axis=1) if whole else values[:0]
    if whole * size < len(values):
        taken = np.concatenate([taken, take.reduce(values[whole * size :], axis=0)[None]])
    return taken


def strongest(panel: Heatmap, values: Array, overview: Overview, column: int,
              row: int) -> tuple[int, int] | None:
    """Find the number that a character of the overview shows."""
    right, down = column - overview.x, row - overview.y
    if not (0 <= right < overview.width and 0 <= down < overview.height):
        return None
    top, left = down * 2 * overview.tall, right * overview.wide
    block = np.asarray(values[top : top + 2 * overview.tall, left : left + overview.wide], float)
    ranked = np.abs(block) if panel.scale == "diverging" else block
    ranked = np.where(np.isnan(ranked), -np.inf, ranked)
    at, beside = divmod(int(np.argmax(ranked)), block.shape[1])
    return top + at, left + beside


def dots(levels: Array, palette: Palette, scale: Scale) -> list[list[Segment]]:
    """Draw pooled shades, two rows to a line; below zero is a hole (NaN)."""
    if palette.colors == "full" and not palette.ascii:
        return _half_blocks(levels, palette, scale)
    return _glyphs(levels, palette, scale)


def _half_blocks(levels: Array, palette: Palette, scale: Scale) -> list[list[Segment]]:
    if len(levels) % 2:
        levels = np.vstack([levels, np.full((1, levels.shape[1]), MASKED)])
    # Half the shades are as many as anyone sees in a dot, and a quarter of the styles.
    halves = np.where(levels < 0, levels, levels // 2)
    pairs = (halves[::2] * LEVELS + halves[1::2]).tolist()
    known = _dots(palette, scale)
    for code in set().union(*pairs).difference(known):
        known[code] = _dot(code, palette, scale)
    return [_joined([known[code] for code in line]) for line in pairs]


def _joined(line: list[Segment]) -> list[Segment]:
    """Join neighbours that are the same dot."""
    return [dot if (n := sum(1 for _ in run)) == 1 else Segment(dot.text * n, dot.style)
            for dot, run in groupby(line)]


@lru_cache(maxsize=32)
def _dots(palette: Palette, scale: Scale) -> dict[int, Segment]:
    """Keep the characters of a palette that were drawn before."""
    return {}


def _dot(code: int, palette: Palette, scale: Scale) -> Segment:
    """Draw one character with two shades: upper · LEVELS + lower."""
    upper = (code + LEVELS // 2) // LEVELS
    lower = code - upper * LEVELS
    if max(upper, lower) == LOST:
        return Segment("×", palette.role("muted"))
    paper = palette.base.bgcolor
    inks = [palette.shade(scale, 2 * level / (LEVELS - 2)).bgcolor if level >= 0 else paper
            for level in (upper, lower)]
    return Segment("▀", Style(color=inks[0], bgcolor=inks[1]))


def _glyphs(levels: Array, palette: Palette, scale: Scale) -> list[list[Segment]]:
    return [[Segment("".join(glyph(palette, scale, level) for level in line), palette.base)]
            for line in levels.tolist()]


def glyph(palette: Palette, scale: Scale, level: int) -> str:
    """Write a shade as one character; a diverging one shows its sign."""
    if level < 0:
        return " " if level == MASKED else "x" if palette.ascii else "×"
    share = level / (LEVELS - 1)
    if scale == "diverging":
        sign = _SIGNED[min(int(share * 5), 4)]
        return sign.replace("−", "-").replace("·", ".") if palette.ascii else sign
    return palette.glyph(share)


def marks(panel: Heatmap, overview: Overview, grid: Grid | None,
          focus: tuple[int | None, int | None],
          palette: Palette) -> tuple[list[Segment], list[Segment]]:
    """Draw what stands around the dots: the focus, and what the window shows.

    One line over them, and one character before each of theirs.
    """
    bar, post = ("_", "|") if palette.ascii else ("▁", "▕")
    shown = (grid.column, grid.columns, grid.row, grid.rows) if grid else (0, 0, 0, 0)
    across = _stretch(overview.width, shown[0], shown[1], overview.wide, bar)
    down = _stretch(overview.height, shown[2], shown[3], 2 * overview.tall, post)
    muted = palette.role("muted")
    over = [Segment(mark, muted) for mark in across]
    beside = [Segment(mark, muted) for mark in down]
    row, column = focus
    if column is not None:
        over[column // overview.wide] = Segment("v" if palette.ascii else "▾",
                                                palette.role(panel.column_role, bold=True))
    if row is not None:
        beside[row // (2 * overview.tall)] = Segment(">" if palette.ascii else "▸",
                                                     palette.role(panel.row_role, bold=True))
    return over, beside


def _stretch(length: int, first: int, count: int, size: int, mark: str) -> str:
    """Mark what the window covers, if anything."""
    if not count:
        return " " * length
    start, stop = first // size, (first + count - 1) // size + 1
    return (" " * start + mark * (stop - start)).ljust(length)
