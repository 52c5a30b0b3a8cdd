"""Two tables that trained networks share: where a place looks, and what it says comes next."""

from tui_transformer.pieces import Bar, Cell, Column, cell
from tui_transformer.terms import Operand

NEXT = (
    Column("next", "output"),
    Column("logit"),
    Column("p", "output"),
    Column("", "output", bar=True),
)
"""The columns of `next_row`."""


def looks(score: str) -> tuple[Column, ...]:
    """The columns of `look_row`; `score` is how the score is called."""
    bar = Column("", "output", bar=True)
    return Column("key", "key"), bar, Column("weight", "output"), Column(score)


def look_row(name: str, weight: Operand, score: Operand) -> tuple[Cell, ...]:
    """How much a place looks at another, and the score that this comes from."""
    return (
        Cell(name, "text", role="key"),
        Cell(Bar(weight.value), role="output"),
        cell(weight, "probability", 4, "output"),
        cell(score, decimals=3),
    )


def next_row(name: str, logit: Operand, chance: Operand) -> tuple[Cell, ...]:
    """The score of what may come next, and how likely it is."""
    return (
        Cell(name, "text", role="output"),
        cell(logit, decimals=2),
        cell(chance, "probability", 4, "output"),
        Cell(Bar(chance.value), role="output"),
    )
