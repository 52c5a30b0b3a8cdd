"""The tables of the screen `approximation`."""

from functools import partial

import numpy as np

from tui_transformer.concepts.approximation.model import Approximation
from tui_transformer.later import each
from tui_transformer.nn.geometry.hinges import TARGETS
from tui_transformer.numbers import number
from tui_transformer.panels import Table
from tui_transformer.pieces import Cell, Column, cell

WHY = {
    "sine": "smooth: 1/n²",
    "step": "jumps: never below ½",
    "bump": "smooth: 1/n²",
    "absolute": "a corner: 1/n, or a knot on it",
    "sawtooth": "jumps: never below ½",
}


def summary(m: Approximation) -> Table:
    """The numbers of this fit."""
    rows = (
        ("worst miss", "max_error"),
        ("built-in worst", "built_in_worst"),
        ("rms", "rms_error"),
        ("y(x)", "output"),
        ("f(x)", "truth"),
    )
    return Table(
        "This fit",
        (Column(""), Column("")),
        each(lambda row: (Cell(row[0], "text"), cell(m.one(row[1]), decimals=4)), rows),
        width=20,
    )


def targets_table(m: Approximation) -> Table:
    """Every target with as many hinges, and with twice as many."""
    columns = (
        Column("target", "target"),
        Column(f"max at {m.hinges}", key="max"),
        Column(f"at {2 * m.hinges}", key="twice"),
        Column("÷"),
        Column("why"),
    )
    return Table(
        "What twice as many buy",
        columns,
        each(partial(target_row, m), list(TARGETS)),
        row=list(TARGETS).index(m.target),
    )


def target_row(m: Approximation, name: str) -> tuple[Cell, ...]:
    """How much less one target is missed by twice as many hinges."""
    one, two = m.the("worst").row(name)
    return (
        Cell(name, "text", role="target"),
        cell(one, decimals=4),
        cell(two, decimals=4),
        cell(m.the("gains")[name], decimals=2) if name in m.gains else Cell("exact", "text"),
        Cell(WHY[name], "text", role="muted"),
    )


def hinge_table(m: Approximation) -> Table:
    """One row per hinge: where it bends, by how much, and what it adds at x."""
    columns = (
        Column("hinge"),
        Column("knot t"),
        Column("weight a"),
        Column("a·ReLU(x−t)", "output"),
        Column("target at t", "target"),
    )
    active = int(np.sum(m.knots < m.x)) - 1 if m.hinge is None else m.hinge
    return Table(
        f"Every hinge, and what it adds at x = {number(m.x, 4)}",
        columns,
        each(partial(hinge_row, m), range(m.hinges)),
        row=max(active, 0),
        key="hinges",
    )


def hinge_row(m: Approximation, i: int) -> tuple[Cell, ...]:
    """The numbers of one hinge."""
    return (
        Cell(f"{i} by hand" if m.is_by_hand and i == m.hinge else f"{i}", "text", key=f"{i}"),
        cell(m.the("knots")[i], decimals=4),
        cell(m.the("weights")[i], decimals=4),
        cell(m.the("parts")[i], decimals=4, role="output"),
        cell(m.the("at_knots")[i], decimals=4, role="target"),
    )
