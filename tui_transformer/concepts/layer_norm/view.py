"""How layer norm is shown: what enters beside what leaves, and what is measured on the way."""

from __future__ import annotations

from functools import partial

import numpy as np

from tui_transformer.concepts.layer_norm.model import NEIGHBOUR, LayerNorm
from tui_transformer.concepts.layer_norm.workings import name
from tui_transformer.figure import (
    Axis,
    Bar,
    Cell,
    Column,
    Figure,
    Plot,
    Points,
    Rule,
    Table,
    cell,
    each,
    main,
)
from tui_transformer.numbers import fixed, number


def view(m: LayerNorm) -> Figure:
    """What enters beside what leaves; where they lie; the statistics between them."""
    return Figure(
        rows=((numbers_table(m),), (main(number_line(m)), statistics(m)), (neighbour_table(m),)),
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
    """One row per number: x, what enters, what the norm makes of it, what leaves."""
    reach = max(float(np.max(np.abs(m.output))), 2.0)
    columns = (
        Column(""),
        Column("x", "input"),
        Column("enters"),
        Column("normalised", "output"),
        Column("", "output", bar=True),
        Column("output", "output"),
        Column("÷ variance: wrong", "bad"),
    )
    rows = tuple(number_row(m, i, reach) for i in range(len(m.x)))
    return Table("What enters, and what leaves", columns, rows)


def number_row(m: LayerNorm, i: int, reach: float) -> tuple[Cell, ...]:
    """The way of one number."""
    out = m.the("output")[i]
    return (
        Cell(f"x{name(i)}", "text"),
        cell(m.the("x")[i], decimals=2, role="input"),
        cell(m.the("entering")[i], decimals=2),
        cell(m.the("normalized")[i], decimals=6, role="output"),
        Cell(Bar(out.value, -reach, reach), role="output"),
        cell(out, decimals=4, role="output"),
        cell(m.the("over_variance")[i], decimals=4, role="bad"),
    )


def number_line(m: LayerNorm) -> Plot:
    """Where the numbers lie before and after: the pattern stays, its place does not."""
    ones = np.ones(len(m.x))
    return Plot(
        "Before ●, after ◆",
        (
            Rule(0.0, upright=True),
            Points(m.entering, 2 * ones, "input", "enters", "●"),
            Points(m.output, ones, "output", "leaves", "◆"),
        ),
        Axis("value"),
        Axis("", 0.5, 2.5),
        height=6,
        width=26,
    )


def statistics(m: LayerNorm) -> Table:
    """What the norm measures."""
    rows = (("mean", "mean"), ("variance", "variance"), ("mean square", "mean_square"))
    return Table(
        "What is measured",
        (Column("of enters"), Column("")),
        each(lambda row: (Cell(row[0], "text"), cell(m.one(row[1]))), rows),
        width=24,
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
