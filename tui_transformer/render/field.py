"""Fields: a number at every point of a plane, as shades, with marks on it."""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tui_transformer.numbers import number
from tui_transformer.panels import Field, Scale
from tui_transformer.pieces import Axis, Mark
from tui_transformer.render.axes import Frame, lay_out
from tui_transformer.render.board import Board, bits, mend
from tui_transformer.render.canvas import Canvas, Lines
from tui_transformer.render.curves import Run
from tui_transformer.render.fit import cells as wide
from tui_transformer.render.ground import Copied, segments
from tui_transformer.render.marks import gather, in_order, looks
from tui_transformer.render.palette import Palette
from tui_transformer.render.ruler import ruler
from tui_transformer.render.scene import draw_marks
from tui_transformer.render.shaded import Shaded, shades_of
from tui_transformer.render.shades import (
    SHADES,
    Lookup,
    Range,
    cells,
    has_pixels,
    level_color,
    mark_styles,
    text_styles,
)
from tui_transformer.render.texts import legend, legend_width
from tui_transformer.text import visible

_SWATCH = 10  # cells of the colour legend, as few as 4 where room is short
_ASCII_GLYPHS = "oxszvnm"  # none of the characters that stand for shades


def draw_field(
    panel: Field, width: int, height: int, palette: Palette, _pin: object = None
) -> Lines:
    """Draw a field on width × height cells, without its title."""
    if width < 1 or height < 1:
        return [[] for _ in range(max(height, 0))]
    with np.errstate(all="ignore"):
        frame = field_frame(panel, width, height)
        shaded = shades_of(panel, frame, palette)
        canvas = Copied(shaded)
        board = FieldBoard(canvas, frame, panel, shaded)
        cloud = gather(in_order(panel.marks))
        found = looks(cloud.marks, palette, _ASCII_GLYPHS)
        if frame.header:
            start = cell_len(frame.y_label) + 2 if frame.y_label else 0
            end = _color_legend(canvas, panel, shaded.reach, start, legend_width(found))
            legend(canvas, cloud.marks, found, start, end)
        draw_marks(board, cloud, found)
    return board.lines()


def field_frame(panel: Field, width: int, height: int) -> Frame:
    """Where the plane of a field lies in its panel: the one mapping between the plane's
    points and cells, for drawing and for clicks."""
    x, y = (ruler(axis, math.nan, math.nan) for axis in (panel.x, panel.y))
    return lay_out(x, y, width, height, panel.x.label, panel.y.label, header=1)


def field_point(
    panel: Field, width: int, height: int, column: int, row: int
) -> tuple[float, float] | None:
    """The point of the plane under a cell of the panel, in numbers as short as the size of
    the cell allows; None outside the plane."""
    if width < 1 or height < 1:
        return None
    frame = field_frame(panel, width, height)
    point = frame.point(column, row)
    if point is None:
        return None
    return (
        _short(point[0], frame.x.high - frame.x.low, frame.columns, panel.x),
        _short(point[1], frame.y.high - frame.y.low, frame.rows, panel.y),
    )


def _short(value: float, span: float, cells: int, axis: Axis) -> float:
    """Round so little that the number stays in its cell."""
    if axis.log:
        return float(f"{value:.3g}") if span / cells > 0.02 else value
    digits = -math.floor(math.log10(0.4 * span / cells))
    return round(value, digits) if digits < 300 else value


class FieldBoard(Board):
    """A plane of shades, which show through behind the marks.

    Where it is plain, what is drawn on takes the place of its cells, of which most stay the very
    segments that they are in every picture.
    """

    def __init__(self, canvas: Copied, frame: Frame, panel: Field, shaded: Shaded) -> None:
        super().__init__(canvas, frame)
        self._scale = panel.scale
        self._marks: dict[int, Lookup] = {}  # by the mark's identity: marks have no other
        self._shaded, self._drawn = shaded, dict[int, list[Segment]]()

    def ink(self, mark: Mark) -> Style | None:
        """None: a mark looks different on every shade."""
        return None

    def inks(self, mark: Mark, row: int, column: int, count: int) -> Sequence[Style | None]:
        """The styles of a mark on the shades of neighbouring cells."""
        styles, shades = self._styles(mark), self._shaded.levels[row]
        if count == 1:
            return (styles[shades[column]],)
        return list(map(styles.__getitem__, shades[column : column + count]))

    def text_inks(self, mark: Mark, row: int, column: int, count: int) -> Sequence[Style | None]:
        """The styles of a text, in one colour from end to end if one is read on all of it."""
        levels = self._shaded.levels[row][column : column + count]
        read = text_styles(self.palette, self._scale, mark.role, frozenset(levels))
        marks = self._styles(mark)
        return [read.get(level) or marks[level] for level in levels]

    def write(self, column: int, row: int, text: str, mark: Mark) -> None:
        """Write text; where shades are characters, none of them touches a digit of it."""
        super().write(column, row, text, mark)
        if has_pixels(self.palette) or not text:
            return
        ends = (column - 1, text[0]), (column + wide(text), text[-1])
        for at, end in ends:
            inside = 0 <= at < self.frame.columns and 0 <= row < self.frame.rows
            if not (end.isdigit() and inside):
                continue
            if not (self.solid[row] | self.taken[row]) & bits(at, 1):
                self.canvas.chars[self.frame.top + row][self.frame.left + at] = " "

    def paint(self, marks: Sequence[Mark], runs: Iterable[Run]) -> None:
        """Draw runs of characters, each in the style of its mark."""
        if not self._shaded.plain:
            super().paint(marks, runs)
            return
        for row, column, text, owner in runs:
            self._put(column, row, text, self.inks(marks[owner], row, column, len(text)))

    def put(self, column: int, row: int, text: str, inks: Sequence[Style | None]) -> None:
        """Put text on the plane, with the style of each of its cells."""
        if not self._shaded.plain:
            super().put(column, row, text, inks)
        elif len(text) == len(inks):
            self._put(column, row, text, inks)
        else:  # the cells of a wide character, of which the last are empty
            sizes = [(character, cell_len(character)) for character in text]
            self._put(column, row, [c if not i else "" for c, n in sizes for i in range(n)], inks)

    def line(self, y: int) -> list[Segment]:
        """A finished row of the panel."""
        cells = self._drawn.get(y - self.frame.top)
        if cells is None:
            return super().line(y)
        if self._mixed_widths:
            chars = [cell.text for cell in cells]
            mend(chars)
            cells = segments(chars, [cell[1] for cell in cells])
        return self._shaded.line(y, cells)

    def _put(
        self, column: int, row: int, chars: Sequence[str], inks: Sequence[Style | None]
    ) -> None:
        """Put a character into each of some neighbouring cells."""
        cells = self._drawn.get(row)
        if cells is None:
            cells = self._drawn[row] = self._shaded.cells(row)
        cells[column : column + len(inks)] = segments(chars, inks)

    def _styles(self, mark: Mark) -> Lookup:
        styles = self._marks.get(id(mark))
        if styles is None:
            styles = mark_styles(self.palette, self._scale, mark.role, mark.dim)
            self._marks[id(mark)] = styles
        return styles


def _color_legend(canvas: Canvas, panel: Field, reach: Range, start: int, others: int) -> int:
    """Show what the shades mean at the right end of the top line; tells where that begins."""
    palette, low, high = canvas.palette, number(reach.low, 3), number(reach.high, 3)
    found = _placed(visible(panel.legend), low, high, start, canvas.width, others)
    if found is None:
        return canvas.width
    x, head, swatch = found
    muted = palette.role("muted")
    characters, styles = _ramp(palette, panel.scale, swatch)
    middle = canvas.put(x, 0, head, muted)
    end = canvas.put(middle, 0, characters)
    canvas.styles[0][middle:end] = styles
    canvas.put(end + 1, 0, high, muted)
    return x - 2


@lru_cache(maxsize=64)
def _placed(
    name: str, low: str, high: str, start: int, end: int, others: int
) -> tuple[int, str, int] | None:
    """Where the scale begins, the text before it and how many cells of colour it has; None where
    there is no room. What keeps room for the other names comes first, then what has its own."""
    for text in (name, ""):
        for room in (others, 0):
            for swatch in (_SWATCH, 4):
                head = f"{text}  {low} " if text else f"{low} "
                x = end - cell_len(head) - swatch - 1 - cell_len(high)
                if x >= start + room:
                    return x, head, swatch
    return None


@lru_cache(maxsize=64)
def _ramp(palette: Palette, scale: Scale, swatch: int) -> tuple[str, list[Style]]:
    """The characters and the styles of so many cells from the one end of a scale to the other."""
    steps = [round(i / (swatch - 1) * (SHADES - 1)) for i in range(swatch)]
    if has_pixels(palette):
        colors = [level_color(palette, scale, level) for level in steps]
        return " " * swatch, [palette.paint(color, color) for color in colors]
    looks = [cells(palette, scale)[level] for level in steps]
    return "".join(look[0] for look in looks), [look[1] for look in looks]
