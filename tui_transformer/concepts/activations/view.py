"""The pictures of the concept `activations`, and the sentence under them."""

from functools import partial

import numpy as np

import tui_transformer.concepts.activations.workings  # noqa: F401  (it tells the model why)
from tui_transformer.arrays import Array
from tui_transformer.concepts.activations.model import NAMES, Activations
from tui_transformer.figure import Figure
from tui_transformer.later import each
from tui_transformer.numbers import number, share
from tui_transformer.panels import Plot, Table, main
from tui_transformer.pieces import Axis, Cell, Column, Columns, Line, Points, Role, Rule, cell

SMALLEST = 1e-30  # where the lower end of the correction's plot is, at the least
X = np.linspace(-6, 6, 241)
CROWD = np.linspace(-5, 5, 8001)[1::2]  # a standard normal crowd, place by place
BELL = np.exp(-CROWD * CROWD / 2)
BELL = BELL / BELL.sum()


def view(m: Activations) -> Figure:
    """The curve and its slope; what is left of a correction; a crowd in and out; every gate."""
    return Figure(
        rows=(
            (main(curve(m)),),
            (slope(m), survival(m)),
            (crowd_in(m), crowd_out(m)),
            (crowd_table(m),),
            (gates_table(m),),
        ),
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


# ── a standard normal crowd ────────────────────────────────────────────────────────────


def crowd_in(m: Activations) -> Plot:
    """A standard normal crowd, in bins."""
    return histogram("A normal crowd in", "x", CROWD, "input", (-4, 4))


def crowd_out(m: Activations) -> Plot:
    """What the gate makes of it: what it shuts out piles up at exactly 0."""
    title = f"Out of {m.function}: {share(m.share_zero)} exactly 0"
    y = m.gates[m.function].f(CROWD)
    return histogram(title, "f", y, "output", (-2, 4), key="out of the gate")


def histogram(
    title: str, label: str, x: Array, role: Role, limits: tuple[float, float], key: str = ""
) -> Plot:
    """Draw how the crowd lies, each quarter of a unit a column."""
    low, high = limits
    edges = np.arange(low - 0.125, high + 0.25, 0.25)
    shares, _ = np.histogram(x, edges, weights=BELL)
    middles = (edges[:-1] + edges[1:]) / 2
    return Plot(
        title,
        (Columns(middles, shares, role),),
        Axis(label, low, high),
        Axis("share", 0, max(0.15, 1.1 * float(shares.max()))),
        height=7,
        width=25,
        key=key,
    )


def crowd_table(m: Activations) -> Table:
    """How much is off, and what leaves on average: beside relu, which shuts, and sigmoid."""
    columns = (Column("gate"), Column("exactly 0", "output"), Column("mean out", "output"))
    rows = each(partial(crowd_row, m), m.compared)
    return Table("What leaves of the crowd (mean in: 0)", columns, rows, row=0)


def crowd_row(m: Activations, name: str) -> tuple[Cell, ...]:
    """One gate's share of silence, and its average."""
    return (
        Cell(name, "text"),
        cell(m.the("silent")[name], decimals=2, role="output"),
        cell(m.the("crowd")[name], decimals=6, role="output"),
    )
