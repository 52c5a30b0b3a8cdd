"""How layer norm is shown: what enters beside what leaves, and what is measured on the way."""

from functools import partial

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.layer_norm.model import NEIGHBOUR, LayerNorm
from tui_transformer.concepts.layer_norm.workings import name
from tui_transformer.figure import Figure
from tui_transformer.later import each
from tui_transformer.numbers import fixed, number
from tui_transformer.panels import Others, Plot, Table, main, parted
from tui_transformer.pieces import Axis, Bar, Cell, Column, Line, Points, Role, Rule, cell

# A measure, the value of what enters, the value of what leaves.
MEASURED = (
    ("mean", "mean", "output_mean"),
    ("variance", "variance", "output_variance"),
    ("mean square", "mean_square", ""),
)


def view(m: LayerNorm) -> Figure:
    """What enters beside what leaves, with mean and variance of both; where they lie."""
    table, moved = numbers_table(m), ("÷ variance: wrong",)
    measures = len(table.rows) - len(m.x)
    numbers, wrong = parted(table, moved, "Divided by the variance", 30, sums=measures)
    return Figure(
        rows=(
            (numbers,),
            (main(before(m)), main(after(m))),
            (wrong,),
            (neighbour_table(m),),
        ),
        says=says(m),
        formula=m.the("normalized").working(len(m.x) - 1),
        data="yours",
    )


def says(m: LayerNorm) -> str:
    """Say what the norm kept and what it forgot."""
    left = m.power / (m.power + m.epsilon)  # what is left of it after the norm: 1, but for ε
    if m.kind == "layer" and np.ptp(m.entering) == 0:
        return "All equal: no pattern is left to show, and ε keeps 0/0 away."
    if left < 0.98:
        name = "Variance" if m.kind == "layer" else "Mean square"
        return (
            f"{name} {number(m.power, 3)} beside ε = {number(m.epsilon, 3)}: "
            f"the normalised one is {number(left, 3)}, not 1."
        )
    if m.kind == "rms":
        mean = number(float(np.mean(m.normalized)), 3)
        return (
            f"Mean square {number(m.power, 4)} in, {fixed(left, 6)} out; the mean stays in: {mean}."
        )
    return (
        f"Mean {number(m.mean, 4)}, variance {number(m.power, 4)} in; "
        f"normalised: 0 and {fixed(left, 6)}."
    )


def numbers_table(m: LayerNorm) -> Table:
    """One row per number: x, what enters, what it is made, what leaves; then the measures."""
    reach = max(float(np.max(np.abs(m.output))), 2.0)
    columns = (
        Column(""),
        Column("x", "input"),
        Column("enters"),
        Column("normalised", "output", short="normed"),
        Column("", "output", bar=True),
        Column("output", "output"),
        Column("÷ variance: wrong", "bad"),
    )
    numbers = tuple(number_row(m, i, reach) for i in range(len(m.x)))
    rows = (*numbers, *(measured(m, *row) for row in MEASURED if m.kind == "rms" or row[2]))
    always = [Others.ALWAYS] * (len(rows) - len(numbers))
    return Table(
        "What enters, and what leaves",
        columns,
        rows,
        of=f"{len(numbers)} numbers",
        others=Others([*abs(m.output), *always]),
    )


def number_row(m: LayerNorm, i: int, reach: float) -> tuple[Cell, ...]:
    """The way of one number."""
    out = m.the("output")[i]
    return (
        Cell(f"x{name(i)}", "text"),
        cell(m.the("x")[i], decimals=2, role="input"),
        cell(m.the("entering")[i], decimals=2),
        cell(m.the("normalized")[i], decimals=4, role="output"),
        Cell(Bar(out.value, -reach, reach), role="output"),
        cell(out, decimals=4, role="output"),
        cell(m.the("over_variance")[i], decimals=4, role="bad"),
    )


def measured(m: LayerNorm, name: str, enters: str, leaves: str) -> tuple[Cell, ...]:
    """A measure of what enters, and of what leaves where it is looked at."""
    empty = Cell("", "text")
    last = cell(m.one(leaves), decimals=4, role="output") if leaves else empty
    return Cell(name, "text"), empty, cell(m.one(enters), decimals=4), empty, empty, last, empty


def before(m: LayerNorm) -> Plot:
    """Where the numbers lie that enter, on an axis that fits them."""
    low, high = float(np.min(m.entering)), float(np.max(m.entering))
    room = max(0.15 * (high - low), 0.5 * (low == high), 1e-9)
    return number_line("Before ●", "enters", m.entering, m.mean, "input", (low - room, high + room))


def after(m: LayerNorm) -> Plot:
    """Where those lie that leave: within 3 of nought, unless gain or bias move them."""
    reach = max(3.0, 1.1 * float(np.max(np.abs(m.output))))
    return number_line("After ◆", "leaves", m.output, m.output_mean, "output", (-reach, reach))


def number_line(
    title: str, label: str, x: Array, mean: float, role: Role, limits: tuple[float, float]
) -> Plot:
    """Draw numbers on a line, with their mean; how far they spread is the band under them."""
    spread = float(np.std(x))
    return Plot(
        title,
        (
            Rule(mean, upright=True, label="mean"),
            Line([mean - spread, mean + spread], [0.5, 0.5], "muted"),
            Points(x, np.ones(len(x)), role, marker=title[-1]),
        ),
        Axis(label, *limits),
        Axis("", 0, 2, blank=True),
        height=4,
        width=25,
    )


def neighbour_table(m: LayerNorm) -> Table:
    """Another position of the sequence, which nothing here can move."""
    rows = each(partial(neighbour_row, m), range(len(NEIGHBOUR)))
    return Table(
        "A neighbour (designed): your x never moves it",
        (Column("its x", "input"), Column("normalised", "output")),
        rows,
    )


def neighbour_row(m: LayerNorm, i: int) -> tuple[Cell, ...]:
    """One number of the other position, and what becomes of it."""
    return (
        Cell(NEIGHBOUR[i], decimals=2, role="input"),
        cell(m.the("neighbour")[i], decimals=6, role="output"),
    )
