"""The weights of the concept `depth`, what they multiply to, and how far the stack is from that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.figure import Cell, Column, Heatmap, Table
from tui_transformer.nn.piecewise import hidden
from tui_transformer.numbers import number
from tui_transformer.working import Working, dot, n

if TYPE_CHECKING:
    from tui_transformer.concepts.depth import Depth

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def matrices(m: Depth) -> list[Heatmap]:
    """Every layer's matrix with its bias as the last column."""
    return [matrix(m, index) for index in range(len(m.stack))]


def matrix(m: Depth, index: int) -> Heatmap:
    """One layer's matrix and bias."""
    weight, bias = m.stack[index]
    both = np.column_stack([weight, bias])
    reach = float(np.max(np.abs(both))) or 1.0
    columns = both.shape[1]
    return Heatmap(
        f"{name(m, index)} and its bias",
        both,
        tuple(str(i + 1) for i in range(len(both))),
        (*(inputs(index, columns - 1)), "b"),
        "diverging",
        -reach,
        reach,
        height=min(len(both) + 1, 17),
        width=7 * columns + 2 if columns <= 5 else 2 * columns + 4,
    )


def name(m: Depth, index: int) -> str:
    """Name a layer's matrix; the one that reads out is v."""
    return "v" if index == m.layers else f"W{index + 1}".translate(SUBSCRIPTS)


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
        working=lambda row, column: intercept_working(m) if column else slope_working(m),
        height=3,
        width=25,
    )


def slope_working(m: Depth) -> Working:
    """Show the last step of multiplying the matrices out."""
    return Working(
        f"slope = v·({factors(m)})",
        dot(m.stack[-1][0][0], m.multiplied[-2][:, 0]),
        float(m.line[0]),
        "collapsed_slope",
    )


def intercept_working(m: Depth) -> Working:
    """Show the last step of passing the biases through the matrices."""
    weight, bias = m.stack[-1]
    return Working(
        "intercept = v·(biases so far) + its own",
        f"{dot(weight[0], m.multiplied[-2][:, 1])} + {n(bias[0])}",
        float(m.line[1]),
        "collapsed_intercept",
    )


def factors(m: Depth) -> str:
    """Write the product of the matrices, the last layer's first."""
    names = [name(m, index) for index in reversed(range(m.layers))]
    return "·".join(names if len(names) < 5 else [names[0], names[1], "…", names[-1]])


def distance(m: Depth) -> Table:
    """Stack and line where they are farthest apart."""
    x, y = m.farthest, m.stack_there
    h = hidden(m.stack, m.gate.f, np.array([x]))[0]
    rows = (
        (
            "stack",
            y,
            lambda: Working(
                "v·(last layer's outputs) + its bias",
                f"{dot(m.stack[-1][0][0], h)} + {n(m.stack[-1][1][0])}",
                y,
                "collapse_error",
            ),
        ),
        (
            "no bends",
            m.line_there,
            lambda: Working(
                "slope·x + intercept",
                f"{n(m.line[0])}*{n(x)} + {n(m.line[1])}",
                m.line_there,
                "collapse_error",
            ),
        ),
        ("apart", m.collapse_error, lambda: distance_working(m)),
        *((("best line ±", m.best_line.miss, lambda: best_working(m)),) if m.best_line else ()),
    )
    return Table(
        "Where they differ most",
        (Column(f"x = {number(x, 4)}", key="x"), Column("")),
        tuple(
            (Cell(label, "text"), Cell(amount, working=working)) for label, amount, working in rows
        ),
    )


def best_working(m: Depth) -> Working:
    """Show how far the best of all lines is from the stack: half a point's way to a chord."""
    assert m.best_line is not None
    (x1, y1), (x2, y2), (x3, y3) = m.best_line.points
    chord = f"({n(y1)} + ({n(y3)} - {n(y1)})*({n(x2)} - {n(x1)})/({n(x3)} - {n(x1)}))"
    return Working(
        f"|y − chord| / 2: y at {number(x2, 4)}, chord {number(x1, 4)} to {number(x3, 4)}",
        f"abs({n(y2)} - {chord}) / 2",
        m.best_line.miss,
        "best_line_error",
    )


def distance_working(m: Depth) -> Working:
    """Show how far stack and line are apart."""
    return Working(
        f"|stack − no bends|, largest at x = {number(m.farthest, 4)}",
        f"abs({n(m.stack_there)} - {n(m.line_there)})",
        m.collapse_error,
        "collapse_error",
    )
