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
from tui_transformer.panels import Field, Scale
from tui_transformer.render.axes import Frame, framed
from tui_transformer.render.ground import Ground, Row, joined, segments
from tui_transformer.render.palette import Palette
from tui_transformer.render.shades import (
    HALVES,
    NOTHING,
    Range,
    cells,
    contour_character,
    contour_styles,
    contours,
    field_values,
    has_pixels,
    levels,
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

    `levels` are the shades of the plane's cells, [rows][columns] from the top; `alike` are the
    codes of two pixels of that shade.
    """

    def __init__(self, panel: Field, frame: Frame, palette: Palette) -> None:
        super().__init__(frame.width, frame.height, palette)
        self._frame, self._around = frame, framed(frame, palette)
        self._scale: Scale = panel.scale
        values = field_values(panel)
        self.reach: Range = value_range(panel, values)
        pixels = levels(values, self.reach, frame.columns, HALVES * frame.rows)
        upper, lower = pixels[::2], pixels[1::2]
        empty = (upper == NOTHING) | (lower == NOTHING)
        middle = np.where(empty, NOTHING, (upper + lower) // 2)
        self.levels: list[list[int]] = middle.tolist()
        self.alike: list[list[int]] = two_pixels(middle, middle).tolist()
        self._codes = two_pixels(upper, lower) if has_pixels(palette) else middle
        self._contours = _contours(panel, values, frame, palette)
        # Where all cells are the same two pixels, only their colours change along a row.
        self._plain = has_pixels(palette) and not empty.any()
        self._made: dict[int, Row] = {}

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
        table = cells(self.palette, self._scale)
        found = list(map(table.__getitem__, self._rows[at]))
        chars = [*chars[:left], *map(itemgetter(0), found)]
        styles = [*styles[:left], *map(itemgetter(1), found)]
        line = contour_styles(self.palette, self._scale)
        for column, bits in self._contours.get(at, ()):
            chars[left + column] = contour_character(self.palette, bits)
            styles[left + column] = line[self.levels[at][column]]
        return chars, styles

    def join(self, y: int) -> list[Segment]:
        """Join the neighbours of one style; of plain shades without looking at every cell."""
        at, left = y - self._frame.top, self._frame.left
        if not (self._plain and 0 <= at < self._frame.rows) or at in self._contours:
            return super().join(y)
        chars, before = self._around.row(y)
        around = joined(chars[:left], before[:left], self.palette.base, {})
        codes, table = self._rows[at], cells(self.palette, self._scale)
        edges = (np.flatnonzero(np.diff(self._codes[at])) + 1).tolist()
        character = table[codes[0]][0]
        ends = (*edges, len(codes))
        texts = [character * (end - start) for start, end in zip((0, *edges), ends, strict=True)]
        styles = [table[codes[start]][1] for start in (0, *edges)]
        return around + segments(texts, styles)


def _contours(
    panel: Field, values: Array, frame: Frame, palette: Palette
) -> dict[int, list[tuple[int, int]]]:
    """Find where contour lines run: by row, the columns and the dots in each."""
    levels_known = sorted(level for level in panel.levels if math.isfinite(level))
    where = _few(levels_known, 1 if palette.ascii else max(frame.rows // 2, 1))
    if not where:
        return {}
    dots = contours(values, where, frame.columns, frame.rows)
    rows, columns = np.nonzero(dots)
    bits, found = dots[rows, columns].tolist(), dict[int, list[tuple[int, int]]]()
    for row, column, bit in zip(rows.tolist(), columns.tolist(), bits, strict=True):
        found.setdefault(row, []).append((column, bit))
    return found


def _few(where: list[float], most: int) -> list[float]:
    """Every second or third level only, where all would fill the plane."""
    step = max(-(-len(where) // most), 1)
    return where[(len(where) - 1) % step // 2 :: step]
