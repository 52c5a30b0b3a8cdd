"""The tables of the concept `xor`: every number with the arithmetic that made it."""

from tui_transformer.concepts.xor.model import Xor
from tui_transformer.concepts.xor.workings import parameter
from tui_transformer.later import Later
from tui_transformer.nn.made_up.xor import NAMES, TARGETS
from tui_transformer.panels import Table
from tui_transformer.pieces import Cell, Column, cell

GLYPHS = ("○", "●")


def corner_table(m: Xor) -> Table:
    """One row per input: what it should give, what it gives, and the hidden units."""
    units = 0 if m.net is None else len(m.net.w)
    columns = (
        Column("x"),
        Column("want", "target"),
        Column("class"),
        Column("output", "output"),
        Column("−ln p"),
        *(Column(f"h{j}") for j in range(units)),
    )
    rows = Later(lambda: (*(corner_row(m, i) for i in range(4)), last_row(m)), 5)
    return Table("The four inputs", columns, rows, width=30)


def corner_row(m: Xor, i: int) -> tuple[Cell, ...]:
    """The numbers of one input."""
    want, got = int(TARGETS[i]), m.classes[i]
    units = 0 if m.net is None else len(m.net.w)
    return (
        Cell(NAMES[i], "text"),
        Cell(f"{GLYPHS[want]} {want}", "text", role="target"),
        Cell(
            f"{GLYPHS[got]} {got}" + ("" if want == got else " !"),
            "text",
            role="plain" if want == got else "bad",
        ),
        cell(
            m.the("outputs")[i],
            "probability" if m.solution == "trained" else "number",
            decimals=4,
            role="output",
        ),
        Cell("none", "text") if m.costs[i] is None else cell(m.the("costs")[i], decimals=4),
        *(cell(m.the("hidden")[i, j], decimals=3) for j in range(units)),
    )


def last_row(m: Xor) -> tuple[Cell, ...]:
    """All four together: how many are right, and the mean price."""
    return (
        Cell("all", "text"),
        Cell("", "text"),
        Cell(f"{m.right} of 4", "text"),
        Cell("mean", "text", role="muted"),
        Cell("none", "text") if m.loss is None else cell(m.one("loss"), decimals=4),
    )


def weight_table(m: Xor) -> Table:
    """The weights of every unit; after training, each with its last step."""
    columns = (Column("unit"), Column("w", "output"), Column("W₀"), Column("W₁"), Column("c"))
    if m.net is None:
        flat = (Cell("x", "text"), Cell("", "text"), Cell(0.0, decimals=3), Cell(0.0, decimals=3))
        return Table(
            "Weights", columns, (flat, (Cell("b", "text"), Cell(0.5, decimals=3))), width=26
        )
    units = len(m.net.w)
    rows = Later(lambda: (*(unit_row(m, j) for j in range(units)), bias_row(m)), units + 1)
    return Table("Weights", columns, rows, width=26)


def bias_row(m: Xor) -> tuple[Cell, ...]:
    """The bias of the output."""
    return Cell("b", "text"), weight(m, "b", 0)


def unit_row(m: Xor, j: int) -> tuple[Cell, ...]:
    """The weights of one hidden unit."""
    return (
        Cell(f"h{j}", "text"),
        weight(m, "w", j),
        weight(m, "W", 0, j),
        weight(m, "W", 1, j),
        weight(m, "c", j),
    )


def weight(m: Xor, name: str, *at: int) -> Cell:
    """One weight; if it was trained, with the step that made it."""
    last = len(m.history) - 1 if m.solution == "trained" else 0
    return cell(parameter(m, last, name, *at), decimals=3)
