"""Who wrote a logit, as a table: for every concept whose model says so."""

from __future__ import annotations

from functools import partial
from typing import Any

from tui_transformer.figure import Bar, Cell, Column, Table, cell, each


def wrote(m: Any, what: str) -> Table:
    """What every component adds to the logit of `what`; `m` has the value `contributions`."""
    columns = (Column("who", "key"), Column("adds", "output"), Column("", "output", bar=True))
    rows = each(partial(_part, m), range(len(m.contributions)))
    return Table(f"Who wrote the logit of {what}", columns, rows, width=30, key="Who wrote it")


def _part(m: Any, k: int) -> tuple[Cell, ...]:
    """One component with its part of the logit."""
    reach = max(abs(x) for _, x in m.contributions)
    name, adds = m.contributions[k]
    return (
        Cell(name, "text", role="key"),
        cell(m.the("contributions")[k, 1], role="output"),
        Cell(Bar(adds, -reach, reach), role="output"),
    )
