"""A plane of numbers as shades: sampled, quantised, and looked up as styles and characters."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from rich.segment import Segment
from rich.style import Style

from tui_transformer.arrays import Array
from tui_transformer.panels import Field, Scale
from tui_transformer.pieces import Role
from tui_transformer.records import dataclass
from tui_transformer.render import indexed
from tui_transformer.render.contrast import READ, RGB, mix, ratio, unchanged
from tui_transformer.render.ground import segment
from tui_transformer.render.palette import Palette

SHADES = 33  # of a plane, zero the middle one: as few as look smooth, so that neighbours share them
NOTHING = SHADES  # the level of what is not a number
HALVES = 2  # pixels in a cell, one above the other
_DOT_BITS = np.array([[1, 8], [2, 16], [4, 32], [64, 128]])
_HUGE = 1e150  # larger numbers are taken for this one, so that differences stay numbers
_SIGNED, _SIGNED_ASCII = "≡=- ░▒▓", "=~- +*#"
_CONTOUR_ASCII = "~"
_DENSEST = 0.79  # of the ramp of glyphs: on a full block no mark could be seen
_MUTED: Role = "muted"
_SIGN_ROLES: tuple[Role, Role] = ("first", "second")


@dataclass(frozen=True)
class Range:
    """The numbers that the shades of a scale reach over."""

    low: float
    high: float

    def shares(self, values: Array) -> Array:
        """0 at low, 1 at high; beyond, the end."""
        span = self.high - self.low
        if span <= 0:
            return values * 0 + 0.5
        return np.minimum(np.maximum((values - self.low) / span, 0), 1)


def field_values(panel: Field) -> Array:
    """The numbers of a field, [rows, columns], infinities made finite; 1 × 1 NaN if none."""
    values = np.asarray(panel.values, float)
    values = np.atleast_2d(values) if values.ndim < 3 else np.full((1, 1), np.nan)
    values = values if values.size else np.full((1, 1), np.nan)
    return np.minimum(np.maximum(values, -_HUGE), _HUGE)


def value_range(panel: Field, values: Array) -> Range:
    """The given limits, or those of the data; about zero on a diverging scale."""
    known = values[np.isfinite(values)] if not np.isfinite(values).all() else values
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    low = low if panel.low is None or not np.isfinite(panel.low) else float(panel.low)
    high = high if panel.high is None or not np.isfinite(panel.high) else float(panel.high)
    low, high = (min(max(v, -_HUGE), _HUGE) for v in (low, high))
    if panel.scale == "diverging":
        high = max(abs(low), abs(high))
        low = -high
    return Range(min(low, high), max(low, high))


def sample(values: Array, x: Array, y: Array) -> Array:
    """Values between the samples, bilinear, at shares of the width and the height, [y, x]."""
    return _between(_between(values, y).T, x).T


def _between(values: Array, shares: Array) -> Array:
    count = len(values)
    if count == 1:
        return np.repeat(values, len(shares), axis=0)
    places = shares * (count - 1)
    below = np.minimum(places.astype(np.intp), count - 2)
    lower, part = values[below], (places - below)[:, None]
    return lower + (values[below + 1] - lower) * part


def levels(values: Array, reach: Range, columns: int, rows: int) -> Array:
    """The shade of each pixel, [rows, columns] from the top."""
    shares = reach.shares(sample(values, _middles(columns), _middles(rows)[::-1]))
    known = np.isfinite(shares)
    if known.all():
        return np.rint(shares * (SHADES - 1)).astype(np.intp)
    found = np.rint(np.where(known, shares, 0) * (SHADES - 1)).astype(np.intp)
    return np.where(known, found, NOTHING)


@lru_cache(maxsize=32)
def _middles(count: int) -> Array:
    """Where the middles of so many pixels lie, as shares of them all."""
    return (np.arange(count) + 0.5) / count


@lru_cache(maxsize=32)
def _corners(first: int, last: int, count: int) -> Array:
    """So many corners from one edge to the other."""
    return np.linspace(first, last, count)


def contours(values: Array, where: Sequence[float], columns: int, rows: int) -> Array:
    """Braille dots where contour lines run, [rows, columns] of bit patterns from the top.

    A dot is set if the value crosses a level between its corners.
    """
    x, y = _corners(0, 1, 2 * columns + 1), _corners(1, 0, 4 * rows + 1)
    corners = sample(values, x, y)
    band: Array = np.zeros(corners.shape, np.int8)
    for level in where:
        band += corners > level
    known = np.isfinite(corners)
    here, right, below, across = (np.s_[:-1, :-1], np.s_[:-1, 1:], np.s_[1:, :-1], np.s_[1:, 1:])
    crossed = band[here] != band[right]
    crossed |= band[here] != band[below]
    crossed |= band[here] != band[across]
    if not known.all():
        crossed &= known[here] & known[right] & known[below] & known[across]
    down, along = np.nonzero(crossed)  # few of all dots
    bits = np.bincount(
        down // 4 * columns + along // 2, _DOT_BITS[down % 4, along % 2], rows * columns
    )
    return bits.astype(np.intp).reshape(rows, columns)


# ── styles ─────────────────────────────────────────────────────────────────────────────


class Lookup(dict[int, Any]):
    """What belongs to a shade, found out when it is asked for first."""

    def __init__(self, make: Callable[[int], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: int) -> Any:
        self[key] = value = self._make(key)
        return value


def two_pixels(upper: Any, lower: Any) -> Any:
    """One code for two shades, as for the two pixels of a cell."""
    return upper * 64 + lower


@lru_cache(maxsize=32)
def cells(palette: Palette, scale: Scale) -> Lookup:
    """The segment that a cell is, by the code of its two pixels or, where shades
    are characters, by its one shade."""
    draw = _pixels if has_pixels(palette) else _glyph
    return Lookup(lambda code: draw(palette, scale, code))


@lru_cache(maxsize=128)
def mark_styles(palette: Palette, scale: Scale, role: Role, dim: bool) -> Lookup:
    """How a mark looks, by the shade behind it: in its own colour, as far as it can be seen
    there."""
    own = palette.role(role, dim)
    if palette.colors != "full" or own.color is None or own.color.triplet is None:
        return Lookup(lambda _: palette.role(role, dim, bold=not dim))
    red, green, blue = own.color.triplet

    def style(level: int) -> Style:
        paper = level_color(palette, scale, level)
        ink = palette.readable((red, green, blue), paper, 1.8 if dim else 4.0)
        return palette.paint(ink, paper, bold=not dim)

    return Lookup(style)


@lru_cache(maxsize=512)
def text_styles(
    palette: Palette, scale: Scale, role: Role, levels: frozenset[int]
) -> dict[int, Style]:
    """How a text of a role looks on each of some shades: in one colour that is read on all of
    them, if there is one; empty where colours are not ours to choose."""
    own = palette.role(role).color
    if palette.colors != "full" or own is None or own.triplet is None:
        return {}
    red, green, blue = own.triplet
    ends: tuple[RGB, RGB] = (255, 255, 255), (0, 0, 0)
    mixed = (mix((red, green, blue), end, share / 10) for share in range(11) for end in ends)
    inks = [*dict.fromkeys(map(palette.sent_as, mixed))]
    papers = {level: level_color(palette, scale, level) for level in levels}
    seen = indexed.shown if palette.indexed else unchanged
    read = [{at: ratio(seen(ink), seen(paper)) for at, paper in papers.items()} for ink in inks]
    one = next((i for i, found in enumerate(read) if min(found.values()) >= READ), None)
    best = {level: max(range(len(inks)), key=lambda i: read[i][level]) for level in levels}
    return {
        level: palette.paint(inks[best[level] if one is None else one], paper, bold=True)
        for level, paper in papers.items()
    }


@lru_cache(maxsize=32)
def contour_cells(palette: Palette, scale: Scale) -> Lookup:
    """The segment that a cell of a contour line is, lighter or darker than the shade behind it, by
    the code of that shade and its dots (`on_shade`)."""

    def style(level: int) -> Style:
        if palette.colors != "full":
            return palette.base
        paper = level_color(palette, scale, level)
        return palette.paint(palette.readable(paper, paper, 2.2), paper)

    def cell(code: int) -> Segment:
        level, dots = divmod(code, 256)
        character = _CONTOUR_ASCII if palette.ascii else chr(0x2800 + dots)
        return segment((character, styles[level], None))

    styles = Lookup(style)
    return Lookup(cell)


def on_shade(levels: Any, dots: Any) -> Any:
    """One code for the dots of a contour line and the shade behind them."""
    return levels * 256 + dots


def has_pixels(palette: Palette) -> bool:
    """Whether a cell can show two shades."""
    return palette.colors == "full" and not palette.ascii


def level_color(palette: Palette, scale: Scale, level: int) -> RGB:
    """The colour of a shade; the paper's for what is not a number."""
    if level == NOTHING:
        return palette.background or (0, 0, 0)
    return palette.color(scale, level / (SHADES - 1))


def _pixels(palette: Palette, scale: Scale, code: int) -> Segment:
    """Two shades as ink and paper. Of shades beside each other the odd one is the ink and the even
    one the paper: along a slope, cells differ in one colour or in none, not in two."""
    upper, lower = divmod(code, 64)
    if upper == lower == NOTHING:
        return segment(("×", palette.role("muted"), None))
    shades = upper, lower if upper != lower else abs(upper - 1)
    ink, paper = sorted(shades, key=lambda shade: shade % 2, reverse=True)
    halves, whole = "▀" if ink == upper else "▄", "█" if ink == upper else " "
    style = _inked(palette, scale, ink, paper)
    return segment((whole if upper == lower else halves, style, None))


@lru_cache(maxsize=4096)
def _inked(palette: Palette, scale: Scale, ink: int, paper: int) -> Style:
    """The style of one shade on another, one object wherever the two are."""
    return palette.paint(level_color(palette, scale, ink), level_color(palette, scale, paper))


def _glyph(palette: Palette, scale: Scale, level: int) -> Segment:
    """On a diverging scale, what is below zero looks like minus signs."""
    if level == NOTHING:
        return segment(("x" if palette.ascii else "×", palette.role("muted"), None))
    share = level / (SHADES - 1)
    glyph, role = palette.glyph(share * _DENSEST), _MUTED
    if scale == "diverging":
        signed = _SIGNED_ASCII if palette.ascii else _SIGNED
        glyph, role = signed[round((share - 0.5) * 6) + 3], _SIGN_ROLES[share > 0.5]
    if palette.colors != "full":
        return segment((glyph, palette.role(role), None))
    paper = level_color(palette, scale, level)
    return segment((glyph, palette.paint(palette.readable(paper, paper, 1.6), paper), None))
