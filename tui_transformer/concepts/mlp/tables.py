"""The tables of the concept `mlp`: gradients beside differences, hinges, and both ends."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import zip_longest

from tui_transformer.concepts.mlp.model import Mlp
from tui_transformer.later import Later, each
from tui_transformer.panels import Table
from tui_transformer.pieces import Cell, Column, cell

MARKS = {"on": "● on", "off": "○ off", "kink": "◇ z = 0", "near": "◇ near"}


def gradient_table(m: Mlp) -> Table:
    """The gradients by all parameters and by x, in two halves beside each other: six rows at the
    most, so that it stands whole under the curve."""
    half = Column("θ, hinge"), Column("∂y/∂θ", "gradient"), Column("Δy/Δθ")
    beside = tuple(replace(column, key=f"{column.title} beside") for column in half)
    rows = each(partial(gradient_row, m), halves(list(m.gradients)))
    return Table("Gradients at x₀", (*half, *beside), rows, width=44)


def halves(names: list[str]) -> list[tuple[str, str]]:
    """Put the first hinge's names, c and x below each other, and beside them the others'."""
    left, right = [*names[:3], *names[-2:]], names[3:-2]
    return list(zip_longest(left, right, fillvalue=""))


def gradient_row(m: Mlp, names: tuple[str, str]) -> tuple[Cell, ...]:
    """The gradients by two parameters, or by x, and beside each what knows nothing of rules."""
    return (*gradient_cells(m, names[0]), *gradient_cells(m, names[1]))


def gradient_cells(m: Mlp, name: str) -> tuple[Cell, ...]:
    """One gradient: whose it is, with its hinge, by the rules, and by a difference."""
    if not name:
        return Cell("", "text", key="v3"), Cell("", "text"), Cell("", "text")  # of three hinges
    state = "" if name in ("c", "x") else MARKS[m.states[int(name[1]) - 1]]
    return (
        Cell(f"{name} {state}".rstrip(), "text", key=name),
        cell(m.the("gradients")[name], decimals=3, role="gradient"),
        cell(m.the("finite_difference")[name], decimals=3),
    )


def loss_table(m: Mlp) -> Table:
    """What each parameter is now, and what a step multiplies by η."""
    columns = Column("θ"), Column("θ now"), Column("∂L/∂θ", "gradient")
    rows = each(partial(loss_row, m), list(m.gradients)[:-1])
    return Table("What a step moves", columns, rows, width=25)


def loss_row(m: Mlp, name: str) -> tuple[Cell, ...]:
    """One parameter and the gradient of the loss."""
    gradient = cell(m.the("loss_gradients")[name], decimals=3, role="gradient")
    return Cell(name, "text"), value_cell(m, name), gradient


def value_cell(m: Mlp, name: str) -> Cell:
    """What a parameter is now; after training, with the step that made it."""
    if len(m.history) == 1:
        return cell(m.one(name), decimals=3, role="input")
    return cell(m.the("parameters_after")[name], decimals=3)


def hinge_table(m: Mlp) -> Table:
    """Each hinge at x₀: its sum, whether it is on, and what it adds to y."""
    columns = (
        Column("hinge"),
        Column("at x₀"),
        Column("v·h", "output"),
        Column("z"),
        Column("bends at"),
    )
    rows = Later(lambda: hinge_rows(m), len(m.states) + 2)
    return Table("Hinge by hinge", columns, rows, width=25)


def hinge_rows(m: Mlp) -> Iterator[tuple[Cell, ...]]:
    """The hinges, the bias, and what they add up to."""
    yield from (hinge_row(m, i) for i in range(len(m.states)))
    yield Cell("c", "text"), Cell("", "text"), Cell(m.parameters_after["c"], decimals=3)
    yield Cell("y", "text"), Cell("", "text"), cell(m.one("y"), decimals=3, role="output")


def hinge_row(m: Mlp, i: int) -> tuple[Cell, ...]:
    """The numbers of one hinge."""
    return (
        Cell(f"{i + 1}", "text"),
        Cell(MARKS[m.states[i]], "text"),
        cell(m.the("parts")[i], decimals=3, role="output"),
        cell(m.the("sums")[len(m.history) - 1, i], decimals=3),
        Cell("nowhere", "text") if m.bends[i] is None else cell(m.the("bends")[i], decimals=3),
    )


def tail_table(m: Mlp) -> Table:
    """What y becomes far out: a straight line on either side."""
    columns = (Column("far"), Column("slope"), Column("+ level"))
    rows = each(partial(tail_row, m), (0, 1))
    return Table("Far out: slope·x + level", columns, rows, width=25)


def tail_row(m: Mlp, side: int) -> tuple[Cell, ...]:
    """The line on one side."""
    numbers = (cell(x, decimals=3) for x in m.the("ends").row(side))
    return Cell(("left", "right")[side], "text"), *numbers
