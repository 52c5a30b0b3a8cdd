"""What to draw, as frozen data: no terminal, no size, no colours.

A view turns a model into a `Figure`: rows of panels, most important first. Colours are
named by *role* (what a thing is), so that a query looks the same on every screen.
Numbers come with their *working*.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from tui_transformer.terms import Operand, Working

Array = np.ndarray[Any, Any]

# What a coloured thing is. The palette gives each its colour, on every screen the same.
Role = Literal[
    "plain",
    "muted",
    "first",
    "second",
    "third",
    "fourth",
    "input",
    "output",
    "query",
    "key",
    "value",
    "target",
    "gradient",
    "good",
    "bad",
    "cursor",
]
Scale = Literal["sequential", "diverging"]
Style = Literal["number", "probability", "integer", "text"]
LazyWorking = Working | Callable[[], Working]


def _hidden(default: Any = None) -> Any:
    """A field that does not count when two panels are compared."""
    return field(default=default, compare=False)


# ── marks: what can lie in a plot or a field ───────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Line:
    """A curve through points; NaN breaks it."""

    x: Sequence[float] | Array
    y: Sequence[float] | Array
    role: Role = "first"
    label: str = ""
    dim: bool = False


@dataclass(frozen=True, eq=False)
class Points:
    """Separate points, each drawn as one character; `labels` stand beside them."""

    x: Sequence[float] | Array
    y: Sequence[float] | Array
    role: Role = "first"
    label: str = ""
    marker: str = "●"
    labels: tuple[str, ...] = ()
    dim: bool = False


@dataclass(frozen=True, eq=False)
class Columns:
    """Vertical bars from zero, as in a histogram; `x` are their middles."""

    x: Sequence[float] | Array
    y: Sequence[float] | Array
    role: Role = "first"
    label: str = ""
    dim: bool = False


@dataclass(frozen=True, eq=False)
class Rule:
    """A straight line across the whole plot at one x (upright) or one y."""

    at: float
    upright: bool = False
    role: Role = "muted"
    label: str = ""
    dim: bool = False


@dataclass(frozen=True, eq=False)
class Arrow:
    """An arrow from one point to another."""

    x0: float
    y0: float
    x1: float
    y1: float
    role: Role = "first"
    label: str = ""
    dim: bool = False


@dataclass(frozen=True, eq=False)
class Note:
    """A short text at a point."""

    x: float
    y: float
    text: str
    role: Role = "plain"
    dim: bool = False


Mark = Line | Points | Columns | Rule | Arrow | Note


@dataclass(frozen=True)
class Axis:
    """One axis; without limits it fits the marks. `log` axes show powers of ten."""

    label: str = ""
    low: float | None = None
    high: float | None = None
    log: bool = False


# ── panels ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Plot:
    """Curves, points and bars over two axes."""

    title: str
    marks: tuple[Mark, ...]
    x: Axis = Axis()
    y: Axis = Axis()
    height: int = 9
    width: int = 24


@dataclass(frozen=True, eq=False)
class Field:
    """A number at every point of a plane, as colour, with marks drawn on it.

    `values` [rows, columns] is sampled evenly over the axes' limits (which must be given),
    first row at the bottom, first and last samples on the edges. `levels` are the values
    where contour lines run. `sets` names a vector(2) control that a click moves.
    """

    title: str
    values: Array
    x: Axis
    y: Axis
    marks: tuple[Mark, ...] = ()
    scale: Scale = "sequential"
    low: float | None = None
    high: float | None = None
    levels: tuple[float, ...] = ()
    sets: str = ""
    legend: str = ""
    height: int = 10
    width: int = 24


@dataclass(frozen=True, eq=False)
class Heatmap:
    """A matrix: one coloured cell per number, with its number in it where there is room.

    `row_control` and `column_control` name integer controls that pinning a cell sets;
    `row` and `column` are lit (the ones those controls now hold). `working(r, c)` says how
    a cell came about.
    """

    title: str
    values: Array
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    scale: Scale = "sequential"
    low: float | None = None
    high: float | None = None
    style: Style = "number"
    decimals: int = 2
    row: int | None = None
    column: int | None = None
    row_role: Role = "query"
    column_role: Role = "key"
    row_control: str = ""
    column_control: str = ""
    working: Callable[[int, int], Working] | None = _hidden()
    height: int = 8
    width: int = 20


@dataclass(frozen=True)
class Bar:
    """A bar in a table cell, from zero to `value` on a range; `marks` are drawn across it."""

    value: float
    low: float = 0.0
    high: float = 1.0
    marks: tuple[float, ...] = ()


@dataclass(frozen=True)
class Cell:
    """One cell of a table: a number with its working, a text, or a bar.

    `before` is what stood here in the state it is compared with.
    """

    content: float | str | Bar | None
    style: Style = "number"
    decimals: int = 6
    role: Role = "plain"
    working: LazyWorking | None = _hidden()
    before: float | None = None


def cell(number: Operand, style: Style = "number", decimals: int = 6, role: Role = "plain") -> Cell:
    """Show a number that knows how it came about; what somebody set is only shown."""
    working = None if number.is_leaf else number.why
    return Cell(number.value, style, decimals, role, working)


@dataclass(frozen=True)
class Column:
    """One column of a table; a bar column takes the room that is left."""

    title: str
    role: Role = "plain"
    bar: bool = False


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of numbers, words and bars.

    `row` is lit; `row_control` names an integer control that pinning in a row sets.
    Columns further right are the first to go where room is short, except the first.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    row: int | None = None
    row_control: str = ""
    width: int = 24


@dataclass(frozen=True)
class Token:
    """One piece of text in a colour of its own; `group` picks the colour, `strength` 0..1
    shades it instead, `note` stands under it."""

    text: str
    group: int = 0
    strength: float | None = None
    note: str = ""


@dataclass(frozen=True, eq=False)
class Tokens:
    """A text in its pieces, flowing over lines; `token` is lit.

    `token_control` names an integer control that clicking a token sets.
    """

    title: str
    tokens: tuple[Token, ...]
    token: int | None = None
    token_control: str = ""
    height: int = 3
    width: int = 24


@dataclass(frozen=True, eq=False)
class Words:
    """Plain lines of text, wrapped: a formula, a sentence, a small diagram."""

    title: str
    lines: tuple[str, ...]
    role: Role = "plain"
    width: int = 24


Panel = Plot | Field | Heatmap | Table | Tokens | Words


@dataclass(frozen=True, eq=False)
class Figure:
    """Rows of panels, most important first.

    `says` is what this very state shows, in one sentence with its numbers. `formula` is the
    working shown while nothing is pinned. `data` says where the numbers come from: yours,
    designed, random (with its seed) or trained.
    """

    rows: tuple[tuple[Panel, ...], ...]
    says: str
    formula: Working
    data: str

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels in reading order."""
        return tuple(panel for row in self.rows for panel in row)


# ── comparing and pinning ──────────────────────────────────────────────────────────────


def same(a: Any, b: Any) -> bool:
    """Say whether two panels (or parts of them) look the same; workings do not count."""
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=a.dtype.kind == "f"))
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(map(same, a, b))
    if dataclasses.is_dataclass(a):
        names = (f.name for f in dataclasses.fields(a) if f.compare)
        return all(same(getattr(a, name), getattr(b, name)) for name in names)
    return bool(a == b or (a != a and b != b))


@dataclass(frozen=True)
class Pin:
    """A cell that is pinned: which panel, which row, which column."""

    panel: int
    row: int
    column: int


def pinnable(panel: Panel) -> Iterable[tuple[int, int]]:
    """List the cells of a panel that have a working, in reading order."""
    if isinstance(panel, Heatmap) and panel.working is not None:
        rows, columns = panel.values.shape
        return ((r, c) for r in range(rows) for c in range(columns))
    if isinstance(panel, Table):
        return (
            (r, c)
            for r, cells in enumerate(panel.rows)
            for c, cell in enumerate(cells)
            if cell.working is not None
        )
    return ()


def working_at(figure: Figure, pin: Pin | None) -> Working:
    """Say how the pinned number came about, or the figure's own formula."""
    if pin is None or pin.panel >= len(figure.panels):
        return figure.formula
    panel = figure.panels[pin.panel]
    if isinstance(panel, Heatmap) and panel.working is not None:
        rows, columns = panel.values.shape
        if pin.row < rows and pin.column < columns:
            return panel.working(pin.row, pin.column)
    if isinstance(panel, Table) and pin.row < len(panel.rows):
        cells = panel.rows[pin.row]
        working = cells[pin.column].working if pin.column < len(cells) else None
        if working is not None:
            return working if isinstance(working, Working) else working()
    return figure.formula
