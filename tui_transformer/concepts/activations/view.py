"""The pictures of the concept `activations`, and the sentence under them."""

from __future__ import annotations

from functools import partial

import numpy as np

import tui_transformer.concepts.activations.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.activations.model import NAMES, Activations
from tui_transformer.figure import (
    Axis,
    Cell,
    Column,
    Figure,
    Line,
    Plot,
    Points,
    Rule,
    Table,
    cell,
    each,
    main,
)
from tui_transformer.numbers import number

SMALLEST = 1e-30  # where the lower end of the correction's plot is, at the least
X = np.linspace(-6, 6, 241)


def view(m: Activations) -> Figure:
    """The curve and its slope; every gate at x; what is left of a correction."""
    return Figure(
        rows=((main(curve(m)),), (slope(m), survival(m)), (gates_table(m),)),
        says=says(m),
        formula=m.one("gradient_after_depth").why(),
        data="yours",
    )


def says(m: Activations) -> str:
    """Say what this gate does to a number and to a correction."""
    if m.x == 0 and (m.function == "relu" or (m.function == "leaky_relu" and m.leak < 1)):
        return f"{m.function}′(0) = {number(m.derivative)} by convention: a corner has no slope."
    if m.derivative == 0:
        return f"{m.function} is shut at {number(m.x)}: nothing of a correction comes back."
    if m.derivative < 0:
        return f"Slope {number(m.derivative, 3)}: {m.function} falls here."
    left = "all" if m.gradient_after_depth == 1 else number(m.gradient_after_depth, 3)
    return f"Slope {number(m.derivative, 3)}: {left} of a correction is left after {in_a_row(m)}."


def in_a_row(m: Activations) -> str:
    """Write how many gates a correction passes."""
    return f"{m.depth} gate{'s' if m.depth > 1 else ''}"


def curve(m: Activations) -> Plot:
    """f with the cursor; the others dimmed behind it."""
    others = tuple(
        Line(X, gate.f(X), "muted", dim=True)
        for name, gate in m.gates.items()
        if m.compare and name != m.function
    )
    return Plot(
        f"f = {m.function}",
        (
            Rule(0.0),
            Rule(0.0, upright=True),
            *others,
            Line(X, m.gates[m.function].f(X), "first"),
            Points([m.x], [m.output], "output", marker="◆", labels=(number(m.output, 4),)),
        ),
        Axis("x", -6, 6),
        Axis("f", min(-1.5, m.output - 0.5), 6),
        height=9,
        width=24,
        key="f",
    )


def slope(m: Activations) -> Plot:
    """f′ with the cursor."""
    gate = m.gates[m.function]
    return Plot(
        "its slope f′",
        (
            Rule(0.0),
            Rule(1.0, label="1"),
            Line(X, gate.derivative(X), "gradient"),
            Points([m.x], [m.derivative], "output", marker="◆", labels=(number(m.derivative, 4),)),
        ),
        Axis("x", -6, 6),
        Axis("f′", -0.2, 1.3),
        height=9,
        width=24,
    )


def gates_table(m: Activations) -> Table:
    """Every gate at this x."""
    columns = (
        Column("gate"),
        Column("f(x)", "output"),
        Column("f′(x)", "gradient"),
        Column(f"f′^{m.depth}", "gradient", key="power"),
        Column("formula"),
    )
    rows = each(partial(gate_row, m), range(len(NAMES)))
    title = f"Every gate at x = {number(m.x)}"
    return Table(title, columns, rows, row=NAMES.index(m.function), key="gates")


def gate_row(m: Activations, i: int) -> tuple[Cell, ...]:
    """The numbers of one gate."""
    return (
        Cell(NAMES[i], "text"),
        cell(m.the("all_outputs")[i], role="output"),
        cell(m.the("all_derivatives")[i], role="gradient"),
        cell(m.the("all_gradients")[i], role="gradient"),
        Cell(m.gates[NAMES[i]].formula, "text", role="muted"),
    )


def survival(m: Activations) -> Plot:
    """What is left of a correction, gate by gate, on a log axis; a shut gate leaves nothing."""
    layers = np.arange(m.depth + 1)
    left = np.abs(m.derivative) ** layers
    shown = np.where(left > SMALLEST, left, np.nan)
    best = 0.25**layers
    return Plot(
        f"A correction through gates: {m.depth} at this x, weights left out",
        (
            Line(layers, np.where(best > SMALLEST, best, np.nan), "muted", "sigmoid, at its best"),
            Line(layers, shown, "gradient", f"{m.function}, |f′|^k"),
            Points(
                layers[-1:],
                shown[-1:],
                "output",
                marker="◆",
                labels=(number(m.gradient_after_depth, 3),),
            ),
        ),
        Axis("gates passed", 0, max(m.depth, 2)),
        Axis(
            "",
            max(SMALLEST, min(1e-7, float(np.nanmin(np.where(shown > 0, shown, np.nan)))) / 10),
            10,
            log=True,
        ),
        height=9,
        width=26,
        key="what is left",
    )
