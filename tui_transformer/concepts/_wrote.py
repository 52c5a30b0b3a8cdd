"""Who wrote a logit, as a table: for every concept whose model says so."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from tui_transformer.concepts._neurons import Neurons
from tui_transformer.later import Later, each_with
from tui_transformer.numbers import count
from tui_transformer.panels import Table
from tui_transformer.pieces import Bar, Cell, Column, cell

COLUMNS = (Column("who", "key"), Column("adds", "output"), Column("", "output", bar=True))
KEY = "Who wrote it"
MOST = 64  # neurons that are listed


def wrote(m: Any, what: str, many: int) -> Table:
    """What every component adds to the logit of `what`; `m` has so many `contributions`."""
    rows = each_with(partial(_reach, m), partial(_part, m), range(many))
    return Table(f"Who wrote the logit of {what}", COLUMNS, rows, width=30, key=KEY)


def wrote_most(m: Any, what: str, many: int) -> Table:
    """The same of a large model, whoever adds or takes most first; `many` are its components."""

    def rows() -> Iterator[tuple[Cell, ...]]:
        shares = m.contributions
        most_first = sorted(range(many), key=lambda k: -abs(shares[k][1]))
        return map(partial(_part, m, _reach(m)), most_first)

    return Table(f"Who wrote the logit of {what}", COLUMNS, Later(rows, many), width=30, key=KEY)


def neurons(m: Neurons, what: str, many: int) -> Table:
    """What each of the `many` neurons of a layer adds; where they are many, the strongest."""

    def rows() -> Iterator[tuple[Cell, ...]]:
        reach = float(np.max(np.abs(m.neurons)))
        return map(partial(_neuron, m, reach), m.ranked_neurons[:MOST])

    listed = Later(rows, min(many, MOST))
    title = f"{MOST} of {count(many)} neurons" if many > MOST else "Its neurons"
    return Table(f"{title}, on {what}", COLUMNS, listed, width=30, key="neurons")


def _neuron(m: Neurons, reach: float, at: int) -> tuple[Cell, ...]:
    """One neuron with what it adds."""
    adds = m.the("neurons")[at]
    return (
        Cell(f"{m.ffn}.{at}", "text", role="key"),
        cell(adds, role="output"),
        Cell(Bar(adds.value, -reach, reach), role="output"),
    )


def _reach(m: Any) -> float:
    """How much the strongest of them adds or takes."""
    return max(abs(x) for _, x in m.contributions)


def _part(m: Any, reach: float, k: int) -> tuple[Cell, ...]:
    """One component with its part of the logit."""
    name, adds = m.contributions[k]
    return (
        Cell(name, "text", role="key"),
        cell(m.the("contributions")[k, 1], role="output"),
        Cell(Bar(adds, -reach, reach), role="output"),
    )
