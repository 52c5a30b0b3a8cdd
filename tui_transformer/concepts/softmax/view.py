"""The pictures of the concept `softmax`, and the sentence over them."""

import math
from collections.abc import Sequence
from functools import partial

import numpy as np

import tui_transformer.concepts.softmax.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts._softmax_row import sum_cell, written
from tui_transformer.concepts.softmax.model import Softmax
from tui_transformer.figure import Figure
from tui_transformer.later import OneByOne, each
from tui_transformer.numbers import number, probability
from tui_transformer.panels import Others, Plot, Table, main, parted
from tui_transformer.pieces import Axis, Bar, Cell, Column, Line, Points, Rule, cell


def view(m: Softmax) -> Figure:
    """Bars and one row of numbers per class; the price curve with this guess on it."""
    writable = 0 < m.probabilities[m.target] < 1
    classes, steps = parted(class_table(m), ("z/T", "e^(z/T)"), "On the way to p", 30)
    return Figure(
        rows=((classes,), (main(price_curve(m)), summary(m), steps)),
        says=says(m),
        formula=m.the("probabilities" if writable else "costs").working(m.target),
        data="yours",
    )


def says(m: Softmax) -> str:
    """Say what this guess amounts to."""
    leaders = np.flatnonzero(m.logits == max(m.logits))
    cost = number(m.cross_entropy, 4) if m.cross_entropy else "under 1e-300"
    if m.target not in leaders:
        who = (
            f"{called(m, leaders[0])} leads"
            if len(leaders) == 1
            else f"{len(leaders)} classes lead"
        )
        return f"Wrong: {who}; the right one got {share(m, m.target)}, so it costs {cost} nats."
    if len(leaders) > 1:
        return (
            f"Tied: {len(leaders)} classes lead; the right one, of them, got "
            f"{share(m, m.target)}: {cost} nats."
        )
    return f"Right: {called(m, m.target)} leads, and its −ln p costs {cost} nats."


def called(m: Softmax, i: int) -> str:
    """Name a class in a sentence."""
    name = m.place("logits", i)
    return f"class {name}" if name.isdecimal() else name


def share(m: Softmax, i: int) -> str:
    """Write the probability of a class, never as 0 or 1, which it cannot be."""
    p = float(m.probabilities[i])
    return probability(p, 4) if 0 < p < 1 else written(m.scaled, i)


def class_table(m: Softmax) -> Table:
    """One row per class: the way from logit to gradient, step by step."""
    columns = (
        Column("class"),
        Column("p", "output", bar=True),
        Column("p", "output"),
        Column("z", "input"),
        Column("z/T", rank=2),
        Column("e^(z/T)", rank=2),
        Column("−ln p"),
        Column("p−y", rank=0),
    )
    rows = OneByOne(partial(class_row, m), range(len(m.logits)))
    return Table(
        "From logits to probabilities",
        columns,
        rows,
        row=m.target,
        row_control="target",
        of=f"{len(m.logits)} classes",
        others=Others(m.probabilities, partial(together, m)),
        width=48,
    )


def together(m: Softmax, places: Sequence[int]) -> tuple[Cell, ...]:
    """What the classes that have no room get together."""
    bar = Cell(Bar(math.fsum(m.probabilities[[*places]])), role="output")
    return bar, sum_cell(m.probabilities, m.scaled, places, decimals=6)


def class_row(m: Softmax, i: int) -> tuple[Cell, ...]:
    """The numbers of one class."""
    right, name = i == m.target, m.place("logits", i)
    p = m.the("probabilities")[i]
    return (
        Cell(
            f"{name} right" if right else name,
            "text",
            role="target" if right else "plain",
            key=name,
        ),
        Cell(Bar(p.value), role="output"),
        cell(p, "probability", role="output")
        if 0 < p.value < 1
        else Cell(share(m, i), "text", role="output"),
        cell(m.the("z")[i], decimals=3, role="input"),
        cell(m.the("scaled")[i], decimals=3),
        cell(m.the("powers")[i], decimals=4),
        cell(m.the("costs")[i], decimals=4),
        cell(m.the("errors")[i], decimals=4, role="gradient"),
    )


def price_curve(m: Softmax) -> Plot:
    """The curve −ln p with the present guess on it."""
    p = np.linspace(0.002, 1, 200)
    here = float(m.probabilities[m.target])
    return Plot(
        "A guess costs −ln p",
        (
            Line(p, -np.log(p), "muted"),
            Rule(m.cross_entropy, role="target"),
            Points([here], [m.cross_entropy], "target", "here"),
        ),
        Axis("p of the right class", 0, 1),
        Axis("nats", 0, max(5.0, m.cross_entropy * 1.1)),
    )


def summary(m: Softmax) -> Table:
    """The numbers that belong to the whole guess."""
    rows = (
        ("L = −ln p", "cross_entropy", ()),
        ("entropy H", "entropy", ()),
        ("ln Σ e^(z/T)", "log_sum_exp", ()),
        *((f"∂L/∂z({m.place('logits', i)})", "gradient", (i,)) for i in range(len(m.logits))),
    )
    return Table(
        "The whole guess",
        (Column("in nats"), Column("")),
        each(lambda row: (Cell(row[0], "text"), cell(m.the(row[1])[row[2]])), rows),
    )
