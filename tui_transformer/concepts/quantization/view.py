"""The pictures of the concept `quantization`: what is still sorted, and where the weights land."""

from collections.abc import Iterator
from functools import partial

import numpy as np

import tui_transformer.concepts.quantization.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.quantization.model import FEWEST, FLOAT, MOST, Quantization
from tui_transformer.concepts.quantization.rounding import AT, OUTLIER
from tui_transformer.concepts.quantization.workings import weight
from tui_transformer.figure import Figure
from tui_transformer.later import Later, each
from tui_transformer.nn.made_up.sorting import INPUTS, PLAN
from tui_transformer.nn.quantization import highest
from tui_transformer.numbers import count
from tui_transformer.panels import Plot, Table, Words, main
from tui_transformer.pieces import Axis, Bar, Cell, Column, Columns, Line, Mark, Points, Role, cell

ROLES: dict[str, Role] = {"tensor": "first", "column": "second"}
ROWS = 8  # weights that the table shows


def view(m: Quantization) -> Figure:
    """Lines sorted right, the levels in use, what is stored, and some weights one by one."""
    return Figure(
        rows=(
            (main(lines_plot(m)), main(level_plot(m))),
            (stored(m),),
            (some(m),),
            (matrix_table(m),),
            (measured(m),),
        ),
        says=says(m),
        formula=m.the("scales").working(m.shown, 0),
        data="trained, one weight by hand" if m.outlier else "trained",
    )


def says(m: Quantization) -> str:
    """Say how many bits there are, and what comes out."""
    where = "" if m.layer == "all" else f" in layer {m.layer} alone"
    odd = ", one outlier" if m.outlier else ""
    return f"{m.bits} bits{where}, scales by {m.per}{odd}: {m.sorted_right} of {INPUTS} sorted."


# ── pictures ───────────────────────────────────────────────────────────────────────────


def lines_plot(m: Quantization) -> Plot:
    """Lines sorted right at every number of bits so far, for both ways of sharing a scale."""
    return Plot(
        "Sorted of 729 lines",
        tuple(line_marks(m)),
        Axis("bits", FEWEST, MOST),
        Axis("", 0, INPUTS),
        height=9,
        width=24,
    )


def line_marks(m: Quantization) -> Iterator[Mark]:
    """Both curves from 8 bits down, and where one stands."""
    bits = np.arange(MOST, m.bits - 1, -1.0)
    for per, role in ROLES.items():
        yield Line(bits, np.array(m.curves[per], float), role, per)
    yield Points([float(m.bits)], [float(m.sorted_right)], "cursor", "here", marker="◆")


def level_plot(m: Quantization) -> Plot:
    """How many weights of one matrix stand on each level."""
    top = highest(m.bits)
    return Plot(
        "Weights on each level",
        (Columns(np.arange(-top, top + 1.0), np.array(m.levels, float), "first"),),
        Axis("level", -top - 0.5, top + 0.5),
        Axis("", 0, max(m.levels)),
        height=9,
        width=24,
    )


# ── tables ─────────────────────────────────────────────────────────────────────────────


def stored(m: Quantization) -> Table:
    """What is stored, and how well it fits."""
    rows = Later(lambda: tuple(stored_rows(m)), 4)
    columns = (Column("stored"), Column("now", "output"), Column("float32"), Column("", bar=True))
    return Table("What is stored", columns, rows, width=44)


def stored_rows(m: Quantization) -> Iterator[tuple[Cell, ...]]:
    """Bytes, levels, error and lines, each beside what it is without rounding."""
    whole = FLOAT * PLAN.parameter_count()
    steps = 2 * highest(m.bits) + 1
    yield (
        Cell("bytes", "text"),
        cell(m.one("weight_bytes"), "integer", role="output"),
        Cell(count(whole), "text"),
        Cell(Bar(m.weight_bytes / whole)),
    )
    yield (
        Cell(f"levels in use of {steps}", "text", key="levels"),
        cell(m.one("used"), "integer", role="output"),
        Cell("–", "text"),
        Cell(Bar(m.used / steps)),
    )
    yield (
        Cell("largest error", "text"),
        cell(m.one("max_error"), decimals=4, role="output"),
        Cell("0", "text"),
        Cell(""),
    )
    yield (
        Cell("lines sorted", "text"),
        cell(m.one("sorted_right"), "integer", role="output"),
        Cell(f"{INPUTS}", "text"),
        Cell(Bar(m.sorted_right / INPUTS)),
    )


def some(m: Quantization) -> Table:
    """A few weights of the matrix, from the outlier's place on: before, the level, after."""
    columns = (
        Column("weight"),
        Column("w"),
        Column("scale"),
        Column("level"),
        Column("back", "output"),
    )
    rows = each(partial(weight_row, m), range(AT[1], AT[1] + ROWS))
    return Table("Weight by weight", columns, rows, width=44)


def weight_row(m: Quantization, j: int) -> tuple[Cell, ...]:
    """One weight of the outlier's row."""
    i, at = AT[0], j if m.per == "column" else 0
    return (
        Cell(f"[{i}, {j}]", "text"),
        cell(weight(m, m.shown, i, j), decimals=4),
        cell(m.the("scales")[m.shown, at], decimals=4),
        cell(m.the("shown_levels")[i, j], "integer"),
        cell(m.the("back")[i, j], decimals=4, role="output"),
    )


def matrix_table(m: Quantization) -> Table:
    """Every matrix that is rounded, with its first scale and how many it has."""
    columns = (Column("matrix"), Column("weights"), Column("scales"), Column("the first"))
    rows = each(partial(matrix_row, m), tuple(m.scales))
    return Table("Matrix by matrix", columns, rows, width=44)


def matrix_row(m: Quantization, name: str) -> tuple[Cell, ...]:
    """One matrix."""
    return (
        Cell(name.replace("feed_forward.", "").replace("attention.", ""), "text"),
        Cell(m.trained[name].size, "integer"),
        Cell(len(m.scales[name]), "integer"),
        cell(m.the("scales")[name, 0], decimals=5),
    )


def measured(m: Quantization) -> Words:
    """The definition of everything drawn."""
    return Words(
        "How it is measured",
        (
            "level = the whole number nearest to w / scale, from −m to m; m = 2^(bits − 1) − 1; "
            "scale = max|w| / m. What the network computes with is level · scale, in float32.",
            "Rounded are the matrices, the tables of letters and places too; biases and norms "
            "stay. Every line is read once; sorted is one whose six letters all come out right.",
            f"The outlier: {OUTLIER}[{AT[0]}, {AT[1]}] is set to ten times the largest of its "
            "matrix. The levels are those of that matrix, or of the same one of the chosen layer.",
        ),
    )
