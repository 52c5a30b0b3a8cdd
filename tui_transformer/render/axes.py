"""Where things lie in a plot or a field: the plane, its ticks, its labels.

From the top: a line (or two) for the y label and the legend, the plane with the numbers of y at its
left, the axis with the x label on it, the numbers of x. What there is no room for goes.
"""

from functools import lru_cache
from itertools import pairwise

from rich.cells import cell_len

from tui_transformer.records import dataclass
from tui_transformer.render.canvas import Canvas
from tui_transformer.render.fit import fit
from tui_transformer.render.ground import Painted
from tui_transformer.render.palette import Palette
from tui_transformer.render.ruler import Ruler, Tick, plain, ticks
from tui_transformer.render.spelling import drawn
from tui_transformer.text import visible

_HEADER_FROM, _NUMBERS_FROM, _AXIS_FROM = 6, 4, 8  # heights from which there is room for these
_MANY_ROWS = 16  # from here on numbers stand farther apart, so that it looks more even
_PLANE = 8  # the plane keeps this many columns before the numbers at its left go
_GAP = 2  # cells between two numbers


@dataclass(frozen=True, eq=False)  # each is laid out once, and found by itself
class Frame:
    """A plane of columns × rows cells within a panel, and what stands around it."""

    width: int
    height: int
    left: int
    top: int
    columns: int
    rows: int
    x: Ruler
    y: Ruler
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    x_label: str
    y_label: str

    @property
    def header(self) -> bool:
        """Whether there is a line above the plane."""
        return self.top > 0

    @property
    def axis(self) -> bool:
        """Whether the x axis has a line of its own."""
        return self.height - self.top - self.rows >= 2

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """The column and row, within the plane, where a point lies; None outside."""
        column, up = self.x.place(x, self.columns), self.y.place(y, self.rows)
        return None if column is None or up is None else (column, self.rows - 1 - up)

    def point(self, column: int, row: int) -> tuple[float, float] | None:
        """The point in the middle of a cell of the panel; None outside the plane."""
        column, row = column - self.left, row - self.top
        if not (0 <= column < self.columns and 0 <= row < self.rows):
            return None
        return (
            self.x.value((column + 0.5) / self.columns),
            self.y.value((self.rows - row - 0.5) / self.rows),
        )


@lru_cache(maxsize=256)
def lay_out(
    x: Ruler,
    y: Ruler,
    width: int,
    height: int,
    x_label: str = "",
    y_label: str = "",
    header: int = 0,
) -> Frame:
    """Divide a panel of width × height cells between the plane and what stands around it.

    `header` is how many lines over the plane the names of marks take."""
    x_label, y_label = visible(x_label), visible(y_label)
    top = max(header, bool(y_label)) if height >= _HEADER_FROM else 0
    below = (height >= _NUMBERS_FROM) + (height >= _AXIS_FROM)
    rows = height - top - below
    most = 2 if height <= _HEADER_FROM else rows // (2 if rows < _MANY_ROWS else 3) + 1
    y_ticks = ticks(y, rows, most, _rows_fit)
    numbers = max((cell_len(tick.text) for tick in y_ticks), default=0)
    left = numbers + 1
    if width - left < _PLANE:
        y_ticks, left = (), int(width > _PLANE)
    columns = width - left
    x_ticks: tuple[Tick, ...] = ()
    if below:
        label = cell_len(x_label) if below == 1 and x_label else 0
        x_ticks = _x_ticks(x, columns, left, width - (label + _GAP if label else 0))
        if label and len(x_ticks) < 2:
            x_label, x_ticks = "", _x_ticks(x, columns, left, width)
    else:
        x_label = ""
    return Frame(
        width,
        height,
        left,
        top,
        columns,
        rows,
        x,
        y,
        x_ticks,
        y_ticks,
        x_label,
        y_label if top else "",
    )


def _rows_fit(found: tuple[Tick, ...]) -> bool:
    return all(b.cell - a.cell >= 2 for a, b in pairwise(found))


def _x_ticks(scale: Ruler, columns: int, left: int, end: int) -> tuple[Tick, ...]:
    """The numbers below the plane that fit, and end before a column."""

    def fits(found: tuple[Tick, ...]) -> bool:
        spans = [_span(tick, left, left + columns) for tick in found]
        return all(a[1] + _GAP <= b[0] for a, b in pairwise(spans))

    found = ticks(scale, columns, columns // 5, fits)
    return tuple(tick for tick in found if _span(tick, left, left + columns)[1] <= end)


def _span(tick: Tick, left: int, width: int) -> tuple[int, int]:
    """From where to where a number below the plane stands: under its place, not past an edge."""
    size = cell_len(tick.text)
    start = max(min(left + tick.cell - size // 2, width - size), 0)
    return start, start + size


# ── painting ───────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=12)
def framed(frame: Frame, palette: Palette) -> Painted:
    """The axes; everything else is still to be drawn."""
    canvas = Canvas(frame.width, frame.height, palette)
    muted, text = palette.role("muted"), plain if palette.ascii else str
    bottom = frame.top + frame.rows
    if frame.left:
        at_tick = {bottom - 1 - tick.cell for tick in frame.y_ticks}
        line, crossed = map(drawn, "│┤") if palette.ascii else "│┤"
        for y in range(frame.top, bottom):
            canvas.chars[y][frame.left - 1] = crossed if y in at_tick else line
            canvas.styles[y][frame.left - 1] = muted
    for tick in frame.y_ticks:
        canvas.right(frame.left - 1, bottom - 1 - tick.cell, text(tick.text), muted)
    if frame.axis:
        at_tick = {tick.cell for tick in frame.x_ticks}
        line = "".join("┬" if column in at_tick else "─" for column in range(frame.columns))
        canvas.put(frame.left - 1, bottom, "└" * bool(frame.left) + line, muted)
    for tick in frame.x_ticks:
        canvas.put(
            _span(tick, frame.left, frame.width)[0], frame.height - 1, text(tick.text), muted
        )
    if frame.x_label:
        room = frame.columns - 2 if frame.axis else frame.width
        label = fit(frame.x_label, room)
        canvas.right(
            frame.width,
            bottom if frame.axis else frame.height - 1,
            f" {label}" if frame.axis else label,
            muted,
        )
    if frame.y_label:
        canvas.put(0, 0, fit(frame.y_label, frame.width), muted)
    return Painted(canvas)
