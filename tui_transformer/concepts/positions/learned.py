"""Places that were learned: the numbers that differ most, as a picture and in a table."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from tui_transformer.concepts.positions.model import Positions
from tui_transformer.later import Later, each
from tui_transformer.panels import Plot, Table
from tui_transformer.pieces import Axis, Cell, Column, Line, Mark, Points, Role, Rule, cell
from tui_transformer.steps.activations import largest, smallest
from tui_transformer.terms import Term, operand

ROLES: tuple[Role, ...] = ("first", "second", "third")


def strongest(m: Positions) -> list[int]:
    """Pick the numbers that differ most from place to place, at most three."""
    spread = m.encoding.std(axis=0)
    return sorted(np.argsort(-spread, kind="stable")[: len(ROLES)].tolist())


def numbers(m: Positions) -> Plot:
    """The strongest numbers over the places, with the chosen place on them: no waves."""
    return Plot(
        f"{len(strongest(m))} of {m.d_model} learned numbers",
        Later(lambda: marks(m)),
        Axis("p", 0, m.length - 1),
        Axis("learned"),
        height=8,
        width=24,
        key="some of the waves",
    )


def marks(m: Positions) -> Iterator[Mark]:
    """The place, and each number there."""
    yield Rule(m.position, upright=True, role="cursor")
    for j, role in zip(strongest(m), ROLES, strict=False):
        yield Line(np.arange(m.length), m.encoding[:, j], role, f"number {j}")
        yield Points([m.position], [m.encoding[m.position, j]], role)


def number_table(m: Positions) -> Table:
    """The same numbers: here, and the least and most that they are at any place."""
    columns = (
        Column("number"),
        Column(f"at {m.position}", key="here"),
        Column("least"),
        Column("most"),
    )
    rows = each(partial(number_row, m), strongest(m))
    return Table("Learned, not waves", columns, rows, width=29, key="waves")


def number_row(m: Positions, j: int) -> tuple[Cell, ...]:
    """One learned number."""
    least, most = (m.the("ends")[j, end] for end in (0, 1))
    return (
        Cell(str(j), "text"),
        cell(m.the("encoding")[m.position, j], decimals=4),
        cell(least, decimals=4),
        cell(most, decimals=4),
    )


@Positions.ends.because(lambda m, j, end: f"{('least', 'most')[end]} of number {j}")
def end(m: Positions, j: int, end: int) -> Term:
    """Over all places that are drawn."""
    return (smallest, largest)[end](*m.the("encoding").column(j))


def row_of_table(m: Positions, p: int, j: int) -> Term:
    """A number of the table, or nothing where it has none."""
    rows, columns = m.drawn["learned"].values.shape
    if p < rows and j < columns:
        return m.drawn["learned"][p, j]
    return operand(f"the table has {rows} places of {columns} numbers", 0)
