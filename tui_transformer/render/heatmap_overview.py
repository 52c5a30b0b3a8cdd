"""A large matrix as a small picture: each dot the strongest of many numbers."""

from functools import lru_cache

import numpy as np
from rich.segment import Segment
from rich.style import Style

from tui_transformer.arrays import Array
from tui_transformer.panels import Heatmap, Scale
from tui_transformer.render.canvas import Lines
from tui_transformer.render.heatmap_names import are_numbers, label
from tui_transformer.render.heatmap_plan import Grid, Overview, Spot
from tui_transformer.render.heatmap_shades import LOST, MASKED, glyphs
from tui_transformer.render.palette import LEVELS, Palette


def strongest(
    panel: Heatmap, values: Array, overview: Overview, column: int, row: int
) -> tuple[int, int] | None:
    """Find the number that a character of the overview shows."""
    right, down = column - overview.x, row - overview.y
    if not (0 <= right < overview.width and 0 <= down < overview.height):
        return None
    top, left = down * 2 * overview.tall, right * overview.wide
    if overview.sampled:
        return top, left
    block = np.asarray(values[top : top + 2 * overview.tall, left : left + overview.wide], float)
    ranked = np.abs(block) if panel.scale == "diverging" else block
    ranked = np.where(np.isnan(ranked), -np.inf, ranked)
    at, beside = divmod(int(np.argmax(ranked)), block.shape[1])
    return top + at, left + beside


def pooled_rows(overview: Overview, palette: Palette) -> int:
    """Say how many rows of the matrix are one row of dots; half blocks draw two to a line."""
    return overview.tall if _halves(palette) else 2 * overview.tall


def _halves(palette: Palette) -> bool:
    return palette.colors == "full" and not palette.ascii


def draw_overview(
    panel: Heatmap,
    overview: Overview,
    grid: Grid | None,
    levels: Array,
    width: int,
    focus: Spot,
    palette: Palette,
) -> Lines:
    """Draw pooled shades into lines of exactly `width`, with marks around them."""
    draw = _half_blocks if _halves(palette) else _glyphs
    over, beside = _marks(panel, overview, grid, focus, palette)
    gutter = Segment(" " * overview.x, palette.base)
    tail = Segment(" " * (width - overview.x - overview.width), palette.base)
    lines: Lines = [[gutter, *over, tail]] if overview.y else []
    return lines + [
        [mark, *line, tail] if overview.x else [*line, tail]
        for mark, line in zip(beside, draw(levels, palette, panel.scale), strict=True)
    ]


def _half_blocks(levels: Array, palette: Palette, scale: Scale) -> Lines:
    if len(levels) % 2:
        levels = np.vstack([levels, np.full((1, levels.shape[1]), MASKED)])
    # Half the shades are as many as anyone sees in a dot, and a quarter of the styles.
    halves = np.where(levels < 0, levels, levels // 2)
    pairs = (halves[::2] * LEVELS + halves[1::2]).tolist()
    known = _dots(palette, scale)
    for code in set().union(*pairs).difference(known):
        known[code] = _dot(code, palette, scale)
    return [_joined(line, known) for line in pairs]


def _joined(codes: list[int], known: dict[int, Segment]) -> list[Segment]:
    """Join neighbours that are the same dot."""
    segments, start, last = [], 0, codes[0]
    for at, code in enumerate([*codes, None]):
        if code != last:
            dot = known[last]
            segments.append(dot if at - start == 1 else Segment(dot.text * (at - start), dot.style))
            start, last = at, code or 0
    return segments


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
    inks = [
        palette.shade(scale, 2 * level / (LEVELS - 1)).bgcolor if level >= 0 else paper
        for level in (upper, lower)
    ]
    return Segment("▀", Style(color=inks[0], bgcolor=inks[1]))


def _glyphs(levels: Array, palette: Palette, scale: Scale) -> Lines:
    marks = glyphs(palette, scale)
    return [
        [Segment("".join(marks[level] for level in line), palette.base)] for line in levels.tolist()
    ]


def _marks(
    panel: Heatmap, overview: Overview, grid: Grid | None, focus: Spot, palette: Palette
) -> tuple[list[Segment], list[Segment]]:
    """Draw what stands around the dots: the focus, and what the window shows, or where there is
    none, numbers of columns and rows.

    One line over them, and as many characters before each of theirs as are left free.
    """
    bar, post = ("_", "|") if palette.ascii else ("▁", "▕")
    shown = (grid.column, grid.columns, grid.row, grid.rows) if grid else (0, 0, 0, 0)
    across = _stretch(overview.width, shown[0], shown[1], overview.wide, bar)
    down = _stretch(overview.height, shown[2], shown[3], 2 * overview.tall, post)
    muted = palette.role("muted")
    if grid is None:
        across = _numbers(panel.columns, overview)
    over = [Segment(mark, muted) for mark in across]
    beside = [Segment(mark, muted) for mark in down]
    row, column = focus
    if column is not None:
        over[column // overview.wide] = Segment(
            "|" if palette.ascii else "▾", palette.role(panel.column_role, bold=True)
        )
    if row is not None:
        beside[row // (2 * overview.tall)] = Segment(
            ">" if palette.ascii else "▸", palette.role(panel.row_role, bold=True)
        )
    if (margin := overview.x - 1) > 0:
        names = [_name(panel.rows, i * 2 * overview.tall) for i in range(overview.height)]
        beside = [
            Segment(name.rjust(margin) + mark.text, mark.style)
            for name, mark in zip(names, beside, strict=True)
        ]
    return over, beside


def _name(labels: tuple[str, ...], at: int) -> str:
    """Name one of many rows or columns: by its own number, or else by its place."""
    return label(labels, at) if are_numbers(labels) else str(at)


def _numbers(labels: tuple[str, ...], overview: Overview) -> str:
    """Number as many columns as can stand apart, each where it begins."""
    names = [_name(labels, i * overview.wide) for i in range(overview.width)]
    line, free = "", 0
    for i, name in enumerate(names):
        if i >= free and (i + len(name)) <= overview.width and i % 4 == 0:
            line, free = line.ljust(i) + name, i + len(name) + 1
    return line.ljust(overview.width)


def _stretch(length: int, first: int, count: int, size: int, mark: str) -> str:
    """Mark what the window covers, if anything."""
    if not count:
        return " " * length
    start, stop = first // size, (first + count - 1) // size + 1
    return (" " * start + mark * (stop - start)).ljust(length)
