"""A number as a bar in one line: from zero to its value, exact to an eighth of a cell."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Self

from rich.style import Style

from tui_transformer.pieces import RING, Bar, Role
from tui_transformer.records import dataclass
from tui_transformer.render.palette import Palette
from tui_transformer.render.spelling import marker

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_RIGHT_EIGHTHS = " ▕▕▐▐▐██"
_ASCII_EIGHTHS = " ::::####"


def bar_runs(
    bar: Bar, width: int, palette: Palette, role: Role, bold: bool = False
) -> Sequence[tuple[str, Style]]:
    """Draw a bar into so many cells of a line, in stretches of one style. Most bars begin at the
    left and have nothing on them: these are two."""
    ruler = _Ruler.of(bar.low, bar.high, width)
    within = ruler.zero == 0 < width and ruler.low <= bar.value <= ruler.high
    if bar.marks or bar.before is not None or not within:
        return draw_bar(bar, width, palette, role, bold)
    full, part = divmod(ruler.span(bar.value)[1], 8)
    eighths = _ASCII_EIGHTHS if palette.ascii else _EIGHTHS
    text = eighths[8] * full + eighths[part] * bool(part)
    return (text, palette.role(role, bold=bold)), (" " * (width - len(text)), palette.base)


def draw_bar(
    bar: Bar, width: int, palette: Palette, role: Role, bold: bool = False
) -> list[tuple[str, Style]]:
    """Draw a bar into so many cells, each with its style.

    It runs from zero; a range on both sides of zero shows that as a thin line. What is
    beyond the range ends in an arrow, what is no number is ×, and marks stay visible on
    the bar, as does the ring where it ended before.
    """
    if width < 1:
        return []
    ruler = _Ruler.of(bar.low, bar.high, width)
    ink = palette.role(role, bold=bold)
    cut = ink if palette.ascii else palette.role(role, bold=bold, reverse=True)
    line = [(" ", palette.base)] * width
    filled = [0] * width
    if 0 < ruler.zero < width:
        line[ruler.zero] = "|" if palette.ascii else "▏", palette.role("muted")
    if math.isnan(bar.value):
        line[min(ruler.zero, width - 1)] = "x" if palette.ascii else "×", ink
    else:
        start, stop = ruler.span(bar.value)
        first, last = -(-start // 8), stop // 8  # the cells that are full
        if first < last:
            line[first:last] = [_block(0, 8, ink, cut, palette)] * (last - first)
            filled[first:last] = [8] * (last - first)
        for i in {start // 8, -(-stop // 8) - 1} - {*range(first, last)}:
            left, right = max(start - 8 * i, 0), min(stop - 8 * i, 8)
            if left < right:
                line[i], filled[i] = _block(left, right, ink, cut, palette), right - left
    for mark in bar.marks:
        at = ruler.cell(mark)
        if at is not None:
            style = cut if filled[at] > 4 else palette.role("muted")
            line[at] = "|" if palette.ascii else "┊", style
    was = None if bar.before is None else ruler.cell(bar.before)
    if was is not None:
        style = cut if filled[was] > 4 else palette.role("plain", bold=True)
        line[was] = marker(RING) if palette.ascii else RING, style
    beyond = ruler.beyond(bar.value)
    if beyond:
        signs = "<>" if palette.ascii else "◂▸"
        line[-1 if beyond > 0 else 0] = signs[beyond > 0], cut
    return line


def _block(left: int, right: int, ink: Style, cut: Style, palette: Palette) -> tuple[str, Style]:
    """Fill a cell between two eighths of its width.

    Nearly all blocks begin at the left, so what begins elsewhere is the rest of one of
    those, with its colours exchanged. Without colours, whose text may be all that arrives,
    it is the nearest of the three that do end at the right.
    """
    if palette.ascii:
        return _ASCII_EIGHTHS[right - left], ink
    if left and palette.colors == "none":
        return _RIGHT_EIGHTHS[right - left], ink
    return (_EIGHTHS[right], ink) if left == 0 else (_EIGHTHS[left], cut)


@dataclass(frozen=True)
class _Ruler:
    """Where numbers lie in a bar of `width` cells.

    The bar begins at the border before cell `zero`, which stands for the number `origin`;
    from there, every 1 takes `unit` cells. Numbers are divided by `scale` first, so that
    the span of the largest floats does not overflow.
    """

    width: int
    zero: int
    origin: float
    unit: float
    scale: float
    low: float
    high: float

    @classmethod
    @lru_cache(maxsize=256)
    def of(cls, low: float, high: float, width: int) -> Self:
        """Take a bar's range; one without extent becomes the unit around zero."""
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            low, high = 0.0, 1.0
        scale = max(abs(low), abs(high))
        a, b = low / scale, high / scale
        if a < 0 < b:
            zero = min(max(round(-a / (b - a) * width), 1), max(width - 1, 1))
            unit = min(zero / -a, (width - zero) / b)
            return cls(width, zero, 0.0, unit, scale, low, high)
        zero, origin = (0, a) if a >= 0 else (width, b)
        return cls(width, zero, origin, width / ((b - a) or 1.0), scale, low, high)

    def _cells(self, x: float) -> float:
        """Say how far from its border a number lies, at most to the ends of the bar."""
        share = min(max(x / self.scale, -2.0), 2.0)
        away = (share - self.origin) * self.unit
        return min(max(away, -self.zero), self.width - self.zero)

    def span(self, value: float) -> tuple[int, int]:
        """Say from which eighth of a cell to which a bar runs; something is never nothing."""
        base, length = self.zero * 8, round(self._cells(value) * 8)
        if length == 0 and value and self.origin == 0:
            length = 1 if value > 0 else -1
        end = min(max(base + length, 0), self.width * 8)
        return min(base, end), max(base, end)

    def cell(self, x: float) -> int | None:
        """Say in which cell a number lies, if it lies in the range."""
        if not self.low <= x <= self.high:
            return None
        return min(max(int(self.zero + self._cells(x)), 0), self.width - 1)

    def beyond(self, x: float) -> int:
        """Say on which side a number leaves the range: −1, 0 or 1."""
        slack = 1e-9 * self.scale
        return int(x > self.high + slack) - int(x < self.low - slack)
