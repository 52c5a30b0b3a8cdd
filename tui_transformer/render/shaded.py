"""The shades of a field, with its axes and contour lines: what its marks are drawn on."""

from __future__ import annotations

import math
from collections import deque
from functools import cached_property
from operator import itemgetter
from typing import Any

import numpy as np
from rich.segment import Segment

from tui_transformer.arrays import Array
from tui_transformer.panels import Field
from tui_transformer.render.axes import Frame, framed
from tui_transformer.render.ground import Ground, Row, merged
from tui_transformer.render.palette import Palette
from tui_transformer.render.shades import (
    HALVES,
    NOTHING,
    Range,
    cells,
    contour_cells,
    contours,
    field_values,
    has_pixels,
    levels,
    on_shade,
    two_pixels,
    value_range,
)

_KEPT = 4  # grounds: two planes beside each other, and those of the state before
_kept: deque[tuple[Array, tuple[Any, ...], Shaded]] = deque(maxlen=_KEPT)


def shades_of(panel: Field, frame: Frame, palette: Palette) -> Shaded:
    """Shade a plane; where only marks have moved since, it is the one that there was."""
    limits = panel.low, panel.high
    key = frame, palette, panel.scale, *limits, panel.levels
    now = np.asarray(panel.values)
    for values, made_of, shaded in tuple(_kept):
        if made_of == key and (values is now or _equal(values, now)):
            return shaded
    shaded = Shaded(panel, frame, palette)
    _kept.appendleft((now, key, shaded))
    return shaded


def _equal(before: Array, now: Array) -> bool:
    return before.shape == now.shape and bool((before == now).all())


class Shaded(Ground):
    """A plane of shades within its axes; `reach` is what the shades stand for.

    `levels` are the shades of the plane's cells, [rows][columns] from the top. It is `plain` where
    every cell has two pixels.
    """

    def __init__(self, panel: Field, frame: Frame, palette: Palette) -> None:
        super().__init__(frame.width, frame.height, palette)
        self._frame, self._around = frame, framed(frame, palette)
        values = field_values(panel)
        self.reach: Range = value_range(panel, values)
        pixels = levels(values, self.reach, frame.columns, HALVES * frame.rows)
        upper, lower = pixels[::2], pixels[1::2]
        middle = (upper + lower) // 2
        whole = bool(pixels.max() < NOTHING)
        if not whole:
            middle[(upper == NOTHING) | (lower == NOTHING)] = NOTHING
        self.levels: list[list[int]] = middle.tolist()
        self._codes = two_pixels(upper, lower) if has_pixels(palette) else middle
        self._looks = cells(palette, panel.scale)
        self._lines = contour_cells(palette, panel.scale)
        self._contours = _contours(panel, values, frame, palette, middle)
        self.plain = whole and has_pixels(palette)
        self._made: dict[int, Row] = {}
        self._cells: dict[int, list[Segment]] = {}

    @cached_property
    def _rows(self) -> list[list[int]]:
        return self._codes.tolist()

    def row(self, y: int) -> Row:
        """The characters and the styles of a row, a cell each."""
        if y not in self._made:
            self._made[y] = self._make(y)
        return self._made[y]

    def _make(self, y: int) -> Row:
        chars, styles = self._around.row(y)
        at, left = y - self._frame.top, self._frame.left
        if not 0 <= at < self._frame.rows:
            return chars, styles
        found = list(map(self._looks.__getitem__, self._rows[at]))
        chars = [*chars[:left], *map(itemgetter(0), found)]
        styles = [*styles[:left], *map(itemgetter(1), found)]
        for column, code in self._contours.get(at, ()):
            chars[left + column], styles[left + column], _ = self._lines[code]
        return chars, styles

    def join(self, y: int) -> list[Segment]:
        """Join the neighbours of one style."""
        at = y - self._frame.top
        if not (self.plain and 0 <= at < self._frame.rows):
            return super().join(y)
        return self.line(y, self.cells(at))

    def cells(self, row: int) -> list[Segment]:
        """The cells of a row of a plane that is plain, to draw on."""
        found = self._cells.get(row)
        if found is None:
            found = self._cells[row] = list(map(self._looks.__getitem__, self._rows[row]))
            for column, code in self._contours.get(row, ()):
                found[column] = self._lines[code]
        return found[:]

    def line(self, y: int, cells: list[Segment]) -> list[Segment]:
        """A row of the panel with such cells behind the axis."""
        return self._around.before(y, self._frame.left) + merged(cells)


def _contours(
    panel: Field, values: Array, frame: Frame, palette: Palette, behind: Array
) -> dict[int, list[tuple[int, int]]]:
    """Find where contour lines run on the shades behind them: by row, the columns and the codes of
    what is drawn there."""
    levels_known = sorted(level for level in panel.levels if math.isfinite(level))
    where = _few(levels_known, 1 if palette.ascii else max(frame.rows // 2, 1))
    if not where:
        return {}
    dots = contours(values, where, frame.columns, frame.rows)
    rows, columns = np.nonzero(dots)
    codes = on_shade(behind[rows, columns], dots[rows, columns])
    found = dict[int, list[tuple[int, int]]]()
    for row, column, code in zip(rows.tolist(), columns.tolist(), codes.tolist(), strict=True):
        found.setdefault(row, []).append((column, code))
    return found


def _few(where: list[float], most: int) -> list[float]:
    """Every second or third level only, where all would fill the plane."""
    step = max(-(-len(where) // most), 1)
    return where[(len(where) - 1) % step // 2 :: step]
