"""The tables of the concept `neuron`: from x to y, the line, and the truth table."""

from collections.abc import Iterator
from functools import partial

from tui_transformer.concepts.neuron.model import CORNERS, Neuron
from tui_transformer.later import Later, each
from tui_transformer.panels import Table
from tui_transformer.pieces import Cell, Column, Style, cell
from tui_transformer.terms import Operand

LONG = 14  # letters of a step's name
GLYPHS = ("○", "●")  # for class 0 and class 1, wherever classes are shown


def step_table(m: Neuron) -> Table:
    """From x to y step by step, and where the line is."""

    def rows() -> Iterator[tuple[Cell, ...]]:
        y = cell(m.one("y"), output_style(m), decimals=4, role="output")
        for i, product in enumerate(m.the("products").row()):
            whole, short = product.why().symbols, f"{m.letter('w', i)}·x"
            yield step(whole if len(whole) < LONG else short, product, f"product {i}")
        yield Cell("b", "text"), Cell(m.b, decimals=3, role="input")
        yield step("z = w·x + b", m.one("z"))
        yield Cell("y = φ(z)", "text"), y
        yield Cell("class", "text"), Cell(class_of(m.z), "text")
        yield line_step(m, "line from 0", "boundary_distance")
        yield line_step(m, "line's slope", "boundary_slope")
        at = f"{m.letter('x', 1)} at {m.letter('x', 0)} = 0"
        at = at if len(at) < LONG else f"{m.letter('x', 1)} at 0"
        yield line_step(m, at, "boundary_intercept", "crossing")

    columns = Column("step"), Column("number")
    return Table("From x to y, and the line", columns, Later(rows, 9), width=27)


def step(name: str, number: Operand, key: str = "") -> tuple[Cell, ...]:
    """A row with one number."""
    return Cell(name, "text", key=key), cell(number, decimals=3)


def line_step(m: Neuron, name: str, what: str, key: str = "") -> tuple[Cell, ...]:
    """A row with a number of the line; a vertical line has no slope, w = 0 no line."""
    if getattr(m, what) is None:
        return Cell(name, "text", key=key), Cell("none", "text")
    return step(name, m.one(what), key)


def corner_table(m: Neuron) -> Table:
    """The four inputs of a truth table, what they should give and what they get."""
    columns = (
        Column("x"),
        *((Column("want", "target"),) if m.targets else ()),
        Column("class", short="0/1"),
        Column("z"),
        Column("y", "output"),
    )
    here = next((i for i, corner in enumerate(CORNERS) if corner == tuple(m.x)), None)
    return Table("Truth table", columns, each(partial(corner_row, m), range(4)), row=here, width=27)


def corner_row(m: Neuron, i: int) -> tuple[Cell, ...]:
    """The numbers of one input."""
    corner, z = CORNERS[i], m.the("task_sums")[i]
    wrong = m.targets is not None and m.targets[i] != m.task_outputs[i]
    target = (
        ()
        if m.targets is None
        else (Cell(f"{GLYPHS[m.targets[i]]} {m.targets[i]}", "text", role="target"),)
    )
    return (
        Cell(f"{corner[0]:.0f}{corner[1]:.0f}", "text"),
        *target,
        Cell(class_of(z.value) + (" !" if wrong else ""), "text", role="bad" if wrong else "plain"),
        cell(z, decimals=2),
        cell(m.the("task_ys")[i], output_style(m), decimals=3, role="output"),
    )


def class_of(z: float) -> str:
    """Write the class of a weighted sum with its mark."""
    return f"{GLYPHS[z > 0]} {int(z > 0)}"


def output_style(m: Neuron) -> Style:
    """A sigmoid's output never reaches 0 or 1, and is never rounded to them."""
    return "probability" if m.activation == "sigmoid" else "number"
