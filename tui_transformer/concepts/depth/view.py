"""The pictures of the concept `depth`, and the sentence under them."""

from functools import partial

import numpy as np

import tui_transformer.concepts.depth.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.depth import weights
from tui_transformer.concepts.depth.model import Depth
from tui_transformer.figure import Figure
from tui_transformer.later import each
from tui_transformer.numbers import number
from tui_transformer.panels import Plot, Table, main
from tui_transformer.pieces import Axis, Cell, Column, Line, Mark, Points, Role, cell
from tui_transformer.terms import Working

ENDS = np.array([-2.0, 2.0])
MOST_KINKS = 12  # rows in the table of kinks


def view(m: Depth) -> Figure:
    """The function with its line and kinks; pieces by depth; the weights and their product."""
    return Figure(
        rows=(
            (main(function(m)), by_depth(m)),
            (weights.product(m),),
            *(((kink_table(m),),) if m.kinks else ()),
            tuple(weights.matrices(m)),
            (weights.distance(m),),
        ),
        says=says(m),
        formula=whole_working(m),
        data=f"random (seed {m.seed})" if m.weights == "random" else "designed",
    )


def says(m: Depth) -> str:
    """Say what became of the line."""
    if not m.applied:
        return f"No layer yet, of {m.layers}: what comes out is x itself."
    layers = counted(m.applied, "layer")
    if m.activation == "identity":
        a, b = (float(x) for x in m.line)
        sign = "−" if b < 0 else "+"
        return f"{layers} without a bend: {number(a, 3)}·x {sign} {number(abs(b), 3)}."
    if m.gate_name == "tanh":
        best = f"the best line misses by {number(m.best_line_error or 0, 3)}"
        return f"tanh bends everywhere, without a kink; {best}."
    if not m.kinks:
        return f"{layers} of ReLU: no kink shows on −2..2."
    if m.weights == "hinge":
        return f"{layers} of ReLU: flat until x = {number(m.kinks[0])}, then slope 1."
    if m.weights == "tent":
        return f"{counted(m.applied, 'fold')}, {m.applied * m.units} ReLUs: {m.pieces} pieces."
    return (
        f"{layers} of {counted(m.units, 'ReLU')}: {counted(len(m.kinks), 'kink')}, "
        f"{m.pieces} pieces; the best line misses by {number(m.best_line_error or 0, 3)}."
    )


def counted(count: int, thing: str) -> str:
    """Write how many there are."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def whole_working(m: Depth) -> Working:
    """Show the line for a stack that is one, how far the best one is for one that is not."""
    if m.gate_name == "identity":
        return m.one("collapsed_slope").why()
    return m.one("best_line_error" if m.best_line else "collapse_error").why()


# ── the function ───────────────────────────────────────────────────────────────────────


def function(m: Depth) -> Plot:
    """The stack's function over the line it would be without activations, kinks marked."""
    straight = m.line[0] * ENDS + m.line[1]
    earlier = before_marks(m)
    drawn = np.concatenate([m.curve, *(line.y for line in earlier)])
    low, high = float(np.min(drawn)), float(np.max(drawn))
    margin = 0.12 * (high - low) if high - low > 1e-9 * max(abs(high), 1e-9) else max(abs(high), 1)
    return Plot(
        "What the stack makes of x",
        (Line(ENDS, straight, "muted", "no bends"), *best_marks(m), *earlier, *stack_marks(m)),
        Axis("x", -2, 2),
        Axis("y", low - margin, high + margin),
        height=10,
        width=28,
    )


def before_marks(m: Depth) -> tuple[Line, ...]:
    """While the layers are passed one by one: what it was before the last one."""
    if m.fold < 1:
        return ()
    before = m.replace(fold=m.fold - 1)
    return (Line(before.places, before.curve, "third", "before", dim=True),)


def best_marks(m: Depth) -> tuple[Mark, ...]:
    """The line that misses the stack by the least."""
    if m.best_line is None:
        return ()
    best = m.best_line.slope * ENDS + m.best_line.intercept
    return (Line(ENDS, best, "second", "best"),)


def stack_marks(m: Depth) -> tuple[Mark, ...]:
    """The stack as a curve with its kinks; where it is a line, as points lying on it."""
    if m.gate_name == "identity":
        every = slice(None, None, (len(m.places) - 1) // 8)
        return (Points(m.places[every], m.curve[every], "first", "stack", marker="○"),)
    marker = "●" if len(m.kinks) <= 40 else "·"
    at = np.searchsorted(m.places, m.kinks)
    kinks = (Points(m.kinks, m.curve[at], "target", "kink", marker=marker),) if m.kinks else ()
    return (Line(m.places, m.curve, "first", "" if m.best_line else "stack"), *kinks)


def by_depth(m: Depth) -> Table:
    """How many pieces the first layers of this stack make, and could make side by side."""
    columns = [
        Column(f"{'▸' * (k == m.applied)}{k}", "cursor" if k == m.applied else "plain", key=str(k))
        for k in range(1, 9)
    ]
    rows = each(partial(depth_row, m), ("pieces", "wide ≤"))
    return Table("Pieces deep, or wide", (Column("layers"), *columns), rows, width=50)


def depth_row(m: Depth, name: str) -> tuple[Cell, ...]:
    """The pieces of stacks of one to eight layers, deep or wide."""
    if m.activation == "tanh":
        return Cell(name, "text"), *(Cell("none", "text") for _ in range(8))
    counts = m.the("deep" if name == "pieces" else "wide")
    role: Role = "output" if name == "pieces" else "plain"
    return Cell(name, "text"), *(cell(counts[k], "integer", role=role) for k in range(8))


def kink_table(m: Depth) -> Table:
    """Where the kinks come from: which unit's sum goes through 0 there."""
    columns = (Column("x", "target"), Column("layer"), Column("unit"), Column("its sum there"))
    switches = m.pieces_now.switches
    rows = [kink_row(m, k) for k in range(min(len(switches), MOST_KINKS))]
    if len(switches) > MOST_KINKS:
        rest = f"+ {len(switches) - MOST_KINKS} more"
        rows.append((Cell(rest, "text"), *(Cell("", "text") for _ in range(3))))
    return Table("Kinks: a unit's sum goes through 0", columns, tuple(rows))


def kink_row(m: Depth, k: int) -> tuple[Cell, ...]:
    """One kink: its place, the unit, and the unit's sum around it."""
    s = m.pieces_now.switches[k]
    sign = "−" if s.intercept < 0 else "+"
    return (
        cell(m.the("kinks")[k], role="target", key=f"unit {s.layer}·{s.unit}"),
        Cell(str(s.layer + 1), "text"),
        Cell(str(s.unit + 1), "text"),
        Cell(f"{number(s.slope, 4)}·x {sign} {number(abs(s.intercept), 4)}", "text"),
    )
