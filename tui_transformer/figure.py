"""What to draw, as frozen data: no terminal, no size, no colours.

A view turns a model into a `Figure`: rows of panels, most important first. Colours are
named by *role* (what a thing is), so that a query looks the same on every screen.
Numbers come with their *working*.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tui_transformer.pieces import Array as Array
from tui_transformer.pieces import Arrow as Arrow
from tui_transformer.pieces import Axis as Axis
from tui_transformer.pieces import Bar as Bar
from tui_transformer.pieces import Cell as Cell
from tui_transformer.pieces import Column as Column
from tui_transformer.pieces import Columns as Columns
from tui_transformer.pieces import LazyWorking as LazyWorking
from tui_transformer.pieces import Line as Line
from tui_transformer.pieces import Mark as Mark
from tui_transformer.pieces import Note as Note
from tui_transformer.pieces import Points as Points
from tui_transformer.pieces import Role as Role
from tui_transformer.pieces import Rule as Rule
from tui_transformer.pieces import Style as Style
from tui_transformer.pieces import Token as Token
from tui_transformer.pieces import cell as cell
from tui_transformer.pieces import hidden
from tui_transformer.terms import Working

Scale = Literal["sequential", "diverging"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Compared:
    """What comparing knows of a panel: states are compared by what things are, not by place.

    `key` is the panel's name where its title changes with the state. `outcome` says what
    comparing found; of several wordings, the first that fits is shown.
    """

    key: str = ""
    outcome: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Plot(Compared):
    """Curves, points and bars over two axes."""

    title: str
    marks: tuple[Mark, ...]
    x: Axis = Axis()
    y: Axis = Axis()
    height: int = 9
    width: int = 24


@dataclass(frozen=True, eq=False)
class Field(Compared):
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
class Heatmap(Compared):
    """A matrix: one coloured cell per number, with its number in it where there is room.

    `row_control` and `column_control` name integer controls that pinning a cell sets;
    `row` and `column` are lit (the ones those controls now hold). `working(r, c)` says how
    a cell came about. `row_keys` name the rows where their labels change with the state;
    `unmatched` are the cells that have nothing to be compared with.
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
    working: Callable[[int, int], Working] | None = hidden()
    row_keys: tuple[str, ...] = ()
    unmatched: Array | None = None
    height: int = 8
    width: int = 20


@dataclass(frozen=True, eq=False)
class Table(Compared):
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


@dataclass(frozen=True, eq=False)
class Tokens(Compared):
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
class Words(Compared):
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


# ── looking alike, and pinning ─────────────────────────────────────────────────────────


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
