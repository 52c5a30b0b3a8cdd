"""The panels of the residual screen: two journeys through the same layers, always both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.figure import (
    Array,
    Axis,
    Cell,
    Column,
    Figure,
    Line,
    Plot,
    Role,
    Rule,
    Table,
    Words,
)
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.residual_stack import lengths
from tui_transformer.numbers import number
from tui_transformer.working import Working, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.residual import Residual

MOST_ROWS = 9  # layers that the table shows
WAYS = ("without", "with")  # what the two are called in every state
ROLES: tuple[Role, Role] = ("second", "first")
TINY = 1e-100  # below, squares are taken of the vector divided by its largest number


def view(m: Residual) -> Figure:
    """Both gradients, both signals, what arrives, every few layers, and how it is measured."""
    return Figure(
        rows=(
            (gradient_plot(m), signal_plot(m)),
            (ends(m),),
            (layers(m),),
            (measured(m),),
        ),
        says=says(m),
        formula=gradient_working(m, m.residual, 0),
        data=f"random (seed {m.seed})",
    )


def says(m: Residual) -> str:
    """Say what is left of the gradient, and what would be left of it the other way."""
    here, there = (float(m.journeys[way].gradient_norms[0]) for way in (m.residual, not m.residual))
    other = f"with{'out' if m.residual else ''} the residual, {number(there, 3)}"
    back = f"{m.depth} layer{'' if m.depth == 1 else 's'} back"
    only = "exactly " if here == 0 else "only " if here < 0.01 else ""
    return f"{back}, a gradient of 1 is {only}{number(here, 3)}; {other}."


def names(m: Residual) -> tuple[str, str]:
    """Write one layer without the residual and with it, the one that counts marked ●."""
    f = "f(norm x)" if m.norm == "pre" else "f(x)"
    added = (f, f"x + {f}")
    norm = ("norm({})" if f.endswith(")") else "norm {}") if m.norm == "post" else "{}"
    written = (norm.format(each) for each in added)
    without, residual = (f"{'○●'[way == m.residual]} {text}" for way, text in enumerate(written))
    return without, residual


# ── curves ─────────────────────────────────────────────────────────────────────────────


def gradient_plot(m: Residual) -> Plot:
    """What is left of the gradient at each layer, without and with; it enters at the right."""
    curves = [journey.gradient_norms for journey in m.journeys]
    return Plot(
        "A gradient of 1, on its way back ←",
        (*lines(m, curves), Rule(1.0)),
        Axis("layer", 0, m.depth),
        limits(curves),
        height=8,
        width=40,
    )


def signal_plot(m: Residual) -> Plot:
    """How long the signal is after each layer, without and with; it enters at the left."""
    curves = [journey.forward_norms for journey in m.journeys]
    return Plot(
        "Length of the signal, on its way →",
        lines(m, curves),
        Axis("layer", 0, m.depth),
        limits(curves),
        height=8,
        width=38,
    )


def lines(m: Residual, curves: list[Array]) -> tuple[Line, ...]:
    """Both curves; where one is exactly 0 it ends, and its label says so."""
    at = np.arange(m.depth + 1)
    drawn = (
        Line(at, np.where(y > 0, y, np.nan), ROLES[way], names(m)[way] + vanishing(y))
        for way, y in enumerate(curves)
    )
    return tuple(drawn)


def vanishing(y: Array) -> str:
    """Name the layers at which a curve is exactly 0, which no log axis can show."""
    zero = np.flatnonzero(y == 0)
    if not len(zero):
        return ""
    return f": 0 up to {zero[-1]}" if zero[0] == 0 else f": 0 from {zero[0]}"


def limits(curves: list[Array]) -> Axis:
    """A log axis on which both curves and at least a factor of 100 have room."""
    seen = np.concatenate([y[y > 0] for y in curves])
    low, high = float(np.min(seen)), float(np.max(seen))
    return Axis("", min(low, 0.1), max(high, 10.0), log=True)


# ── numbers ────────────────────────────────────────────────────────────────────────────


def root_mean_square(vector: Array, over: int, value: float) -> str:
    """Write √(Σ x²/over); scaled by the largest x where the squares would underflow."""
    largest = float(np.max(np.abs(vector)))
    divided = f" / {over}" if over > 1 else ""
    if value == 0:
        return f"sqrt({total('0' for _ in vector)}{divided})"
    if value > TINY:
        return f"sqrt({total(f'{n(x)}**2' for x in vector)}{divided})"
    terms = total(f"({n(x)}/{n(largest)})**2" for x in vector)
    return f"{n(largest)} * sqrt({terms}{divided})"


def gradient_working(m: Residual, way: bool, layer: int) -> Working:
    """Show what is left of the gradient: the root mean square over the outputs."""
    journey = m.journeys[way]
    value = float(journey.gradient_norms[layer])
    return Working(
        f"√(Σ ‖∂xᵢ({m.depth})/∂x({layer})‖² / {m.width}), i over all outputs",
        root_mean_square(journey.gradients[layer], m.width, value),
        value,
        f"gradient_norms_with{'' if way else 'out'}",
    )


def signal_working(m: Residual, way: bool, layer: int) -> Working:
    """Show how long the signal is after a layer."""
    x = m.journeys[way].signals[layer]
    value = float(lengths(x))
    return Working(
        f"‖x({layer})‖ = √Σ xᵢ²",
        root_mean_square(x, 1, value),
        value,
        f"forward_norms_with{'' if way else 'out'}",
    )


def gradient_cell(m: Residual, way: bool, layer: int) -> Cell:
    """What is left of the gradient at a layer."""
    return Cell(float(m.journeys[way].gradient_norms[layer]), decimals=3, role=ROLES[way],
                working=lambda: gradient_working(m, way, layer))  # fmt: skip


def signal_cell(m: Residual, way: bool, layer: int) -> Cell:
    """How long the signal is after a layer."""
    return Cell(float(m.journeys[way].forward_norms[layer]), decimals=3, role=ROLES[way],
                working=lambda: signal_working(m, way, layer))  # fmt: skip


def ends(m: Residual) -> Table:
    """What arrives at either end, without the residual and with it."""
    columns = (Column("one layer"), Column("∂ arrives", "gradient"), Column("× each"),
               Column("‖x‖ ends"))  # fmt: skip
    rows = tuple(end_row(m, way) for way in (True, False))
    return Table("What arrives", columns, rows, row=0 if m.residual else 1, width=44)


def end_row(m: Residual, way: bool) -> tuple[Cell, ...]:
    """What arrives through one of the two stacks."""
    arrived = float(m.journeys[way].gradient_norms[0])
    factor = arrived ** (1 / m.depth)
    each = Cell(factor, decimals=4, working=lambda: Working(
        f"the factor of which {m.depth} make it: arrived^(1/{m.depth})",
        f"{n(arrived)}**(1/{m.depth})", factor, "gradient_norms"))  # fmt: skip
    return (
        Cell(names(m)[way], "text", role=ROLES[way], key=WAYS[way]),
        gradient_cell(m, way, 0),
        each if arrived > 0 else Cell("none left", "text", role="muted"),
        signal_cell(m, way, m.depth),
    )


def layers(m: Residual) -> Table:
    """Gradient and signal every few layers, the end on top, as the gradient meets them."""
    columns = (
        Column("layer"),
        *(Column(f"∂ {names(m)[w]}", ROLES[w], key=f"∂ {WAYS[w]}") for w in (True, False)),
        *(Column(f"‖x‖ {names(m)[w][0]}", ROLES[w], key=f"x {WAYS[w]}") for w in (True, False)),
    )
    shown = sorted({round(at) for at in np.linspace(0, m.depth, MOST_ROWS)}, reverse=True)
    rows = tuple(
        (
            Cell(f"{layer}", "text"),
            *(gradient_cell(m, way, layer) for way in (True, False)),
            *(signal_cell(m, way, layer) for way in (True, False)),
        )
        for layer in shown
    )
    return Table("Layer by layer, from the end back", columns, rows, width=44)


def measured(m: Residual) -> Words:
    """The definition of everything drawn."""
    act = ACTIVATIONS[m.activation].name
    f = "x·W" if act == "identity" else f"{act}(x·W)"
    return Words(
        "How it is measured",
        (
            f"x(0) ~ N(0, 1), {m.width} numbers; every W ~ N(0, gain²/{m.width}); f(x) = {f}.",
            "Gradient: every output sends back one of length 1, by the chain rule, exactly; "
            "∂ is the root mean square of their lengths, ‖Jacobian‖ / √width.",
            "Signal: ‖x‖, the length of the vector itself.",
        ),
    )
