"""The weights of the concept `depth`, what they multiply to, and how far the stack is from that."""

import numpy as np

from tui_transformer.concepts.depth.model import Depth
from tui_transformer.concepts.depth.stacks import shown_name
from tui_transformer.later import each
from tui_transformer.numbers import number
from tui_transformer.panels import Heatmap, Table
from tui_transformer.pieces import Cell, Column, cell


def matrices(m: Depth) -> list[Heatmap]:
    """Every layer's matrix with its bias as the last column."""
    return [matrix(m, index) for index in range(len(m.whole))]


def matrix(m: Depth, index: int) -> Heatmap:
    """One layer's matrix and bias."""
    weight, bias = m.whole[index]
    both = np.column_stack([weight, bias])
    reach = float(np.max(np.abs(both))) or 1.0
    columns = both.shape[1]
    return Heatmap(
        f"{shown_name(m.layers, index)} and bias",
        both,
        tuple(str(i + 1) for i in range(len(both))),
        (*(inputs(index, columns - 1)), "b"),
        "diverging",
        -reach,
        reach,
        height=min(len(both) + 1, 17),
        width=7 * columns + 2 if columns <= 5 else 2 * columns + 4,
    )


def inputs(index: int, units: int) -> tuple[str, ...]:
    """Name what a layer gets: x, or the units of the layer before."""
    return ("x",) if index == 0 else tuple(str(i + 1) for i in range(units))


def product(m: Depth) -> Heatmap:
    """All matrices multiplied out: one slope and one intercept."""
    reach = float(np.max(np.abs(m.line))) or 1.0
    return Heatmap(
        "All multiplied: one line",
        m.line[np.newaxis],
        ("v⋯W₁",),
        ("slope", "intercept"),
        "diverging",
        -reach,
        reach,
        decimals=4,
        working=lambda _, column: m.the("line").working(column),
        height=3,
        width=40,
    )


def distance(m: Depth) -> Table:
    """Stack and line where they are farthest apart."""
    rows = (
        ("stack", "stack_there"),
        ("no bends", "line_there"),
        ("apart", "collapse_error"),
        *((("best line ±", "best_line_error"),) if m.best_line else ()),
    )
    return Table(
        "Where they differ most",
        (Column(f"x = {number(m.farthest, 4)}", key="x"), Column("")),
        each(lambda row: (Cell(row[0], "text"), cell(m.one(row[1]))), rows),
    )
