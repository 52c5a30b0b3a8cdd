"""The pictures of the concept `depth`, and the sentence under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts import _depth_weights as weights
from tui_transformer.figure import (
    Axis,
    Cell,
    Column,
    Figure,
    Line,
    Mark,
    Plot,
    Points,
    Table,
)
from tui_transformer.nn.piecewise import Switch
from tui_transformer.numbers import number
from tui_transformer.working import Working, n

if TYPE_CHECKING:
    from tui_transformer.concepts.depth import Depth

ENDS = np.array([-2.0, 2.0])
MOST_KINKS = 12  # rows in the table of kinks


def view(m: Depth) -> Figure:
    """The function with its line and kinks; pieces by depth; the weights and their product."""
    return Figure(
        rows=(
            (function(m), by_depth(m)),
            (weights.product(m), weights.distance(m)),
            *(((kink_table(m),),) if m.kinks else ()),
            tuple(weights.matrices(m)),
        ),
        says=says(m),
        formula=whole_working(m),
        data=f"random (seed {m.seed})" if m.weights == "random" else "designed",
    )


def says(m: Depth) -> str:
    """Say what became of the line."""
    layers = counted(m.layers, "layer")
    if m.activation == "identity":
        a, b = (float(x) for x in m.line)
        sign = "−" if b < 0 else "+"
        return (
            f"{layers}, one line: {number(a, 3)}·x {sign} {number(abs(b), 3)} "
            f"± {number(m.collapse_error, 2)}. Depth adds nothing."
        )
    if m.activation == "tanh":
        best = f"the best line misses by {number(m.best_line_error or 0, 3)}"
        return f"tanh bends everywhere, without a kink; {best}."
    if not m.kinks:
        return f"{layers} of ReLU and still one straight piece: no kink shows on −2..2."
    if m.weights == "hinge":
        rest = (
            ": one kink, and no straight line has it."
            if m.layers == 1
            else ". The layers after the first add no kink."
        )
        return f"Flat until x = {number(m.kinks[0])}, then slope 1{rest}"
    if m.weights == "tent":
        return (
            f"{counted(m.layers, 'fold')}: {m.pieces} pieces. Its {m.layers * m.units} ReLUs "
            f"side by side in one layer: {side_by_side(m, m.layers)} at most."
        )
    return (
        f"{layers} of {counted(m.units, 'ReLU')}: {counted(len(m.kinks), 'kink')}, "
        f"{m.pieces} pieces; the best line misses by {number(m.best_line_error or 0, 3)}."
    )


def counted(count: int, thing: str) -> str:
    """Write how many there are."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def side_by_side(m: Depth, layers: int) -> int:
    """How many pieces so many layers' units could make at most if they stood in one layer."""
    return layers * m.units + 1 if m.activation == "relu" else 1


def whole_working(m: Depth) -> Working:
    """Show the line for a stack that is one, how far the best one is for one that is not."""
    if m.activation == "identity":
        return weights.slope_working(m)
    return weights.best_working(m) if m.best_line else weights.distance_working(m)


# ── the function ───────────────────────────────────────────────────────────────────────


def function(m: Depth) -> Plot:
    """The stack's function over the line it would be without activations, kinks marked."""
    straight = m.line[0] * ENDS + m.line[1]
    low, high = float(np.min(m.curve)), float(np.max(m.curve))
    margin = 0.12 * (high - low) if high - low > 1e-9 * max(abs(high), 1e-9) else max(abs(high), 1)
    return Plot(
        "What the stack makes of x",
        (Line(ENDS, straight, "muted", "no bends"), *best_marks(m), *stack_marks(m)),
        Axis("x", -2, 2),
        Axis("y", low - margin, high + margin),
        height=10,
        width=28,
    )


def best_marks(m: Depth) -> tuple[Mark, ...]:
    """The line that misses the stack by the least."""
    if m.best_line is None:
        return ()
    best = m.best_line.slope * ENDS + m.best_line.intercept
    return (Line(ENDS, best, "second", "best"),)


def stack_marks(m: Depth) -> tuple[Mark, ...]:
    """The stack as a curve with its kinks; where it is a line, as points lying on it."""
    if m.activation == "identity":
        every = slice(None, None, (len(m.places) - 1) // 8)
        return (Points(m.places[every], m.curve[every], "first", "stack", marker="○"),)
    marker = "●" if len(m.kinks) <= 40 else "·"
    at = np.searchsorted(m.places, m.kinks)
    kinks = (Points(m.kinks, m.curve[at], "target", "kink", marker=marker),) if m.kinks else ()
    return (Line(m.places, m.curve, "first", "" if m.best_line else "stack"), *kinks)


def by_depth(m: Depth) -> Table:
    """How many pieces the first layers of this stack make, and could make side by side."""
    columns = (Column("layers"), Column("pieces", "output"), Column("wide ≤"))
    return Table(
        "Pieces deep, or wide",
        columns,
        tuple(depth_row(m, k) for k in range(1, 9)),
        row=m.layers - 1,
        width=22,
    )


def depth_row(m: Depth, k: int) -> tuple[Cell, ...]:
    """The pieces of a stack of k layers."""
    most = side_by_side(m, k)
    if m.activation == "tanh":
        return Cell(str(k), "text"), Cell("none", "text"), Cell("none", "text")
    kinks = len(m.pieces_of[k - 1].kinks) if m.activation == "relu" else 0
    bound = f"{k}*{m.units} + 1" if m.activation == "relu" else "0 + 1"
    return (
        Cell(str(k), "text"),
        Cell(
            kinks + 1,
            "integer",
            role="output",
            working=lambda: Working("pieces = kinks + 1", f"{kinks} + 1", kinks + 1, "pieces"),
        ),
        Cell(
            most,
            "integer",
            working=lambda: Working(
                "at most units + 1, all side by side in one layer", bound, most, "pieces"
            ),
        ),
    )


def kink_table(m: Depth) -> Table:
    """Where the kinks come from: which unit's sum goes through 0 there."""
    columns = (Column("x", "target"), Column("layer"), Column("unit"), Column("its sum there"))
    switches = m.pieces_of[m.layers - 1].switches
    rows = [kink_row(switch) for switch in switches[:MOST_KINKS]]
    if len(switches) > MOST_KINKS:
        rest = f"+ {len(switches) - MOST_KINKS} more"
        rows.append((Cell(rest, "text"), *(Cell("", "text") for _ in range(3))))
    return Table("Kinks: a unit's sum goes through 0", columns, tuple(rows))


def kink_row(s: Switch) -> tuple[Cell, ...]:
    """One kink: its place, the unit, and the unit's sum around it."""
    sign = "−" if s.intercept < 0 else "+"
    return (
        Cell(
            s.x,
            role="target",
            key=f"unit {s.layer}·{s.unit}",
            working=lambda: Working(
                "x where slope·x + intercept = 0", f"-{n(s.intercept)} / {n(s.slope)}", s.x, "kinks"
            ),
        ),
        Cell(str(s.layer + 1), "text"),
        Cell(str(s.unit + 1), "text"),
        Cell(f"{number(s.slope, 4)}·x {sign} {number(abs(s.intercept), 4)}", "text"),
    )
