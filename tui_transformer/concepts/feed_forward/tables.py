"""The tables of the feed-forward screen: a word's memory, its place, and the weights."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from tui_transformer.concepts.feed_forward.model import MOST_ROWS, FeedForward
from tui_transformer.later import Later, each_with
from tui_transformer.numbers import subscript
from tui_transformer.panels import Table
from tui_transformer.pieces import Bar, Cell, Column, cell
from tui_transformer.terms import Operand
from tui_transformer.text import shorten

MOST_PAIRS = 5
PARTS = {"w_1": "W₁: keys", "b_1": "b₁", "w_2": "W₂: values", "b_2": "b₂"}


def pairs(m: FeedForward) -> Table:
    """The pairs that add most for the lit word."""
    columns = (
        Column("pair"),
        Column("adds |h|·‖v‖", "output", short="adds"),
        Column("", "output", bar=True),
        Column("h"),
        Column("x·k", "key"),
        Column("b₁"),
        Column("‖v‖", "value"),
    )
    best = np.argsort(-m.strengths, kind="stable")[:MOST_PAIRS]
    return Table(
        "▸ meets its keys and values",
        columns,
        each_with(lambda: float(np.max(m.strengths)), partial(pair_row, m), best.tolist()),
        row=0 if m.strongest >= 0 else None,
        width=44,
    )


def pair_row(m: FeedForward, most: float, j: int) -> tuple[Cell, ...]:
    """What one pair does for the lit word."""
    adds = m.the("strengths")[j]
    return (
        Cell(f"k{subscript(j)} → v{subscript(j)}", "text"),
        cell(adds, decimals=3, role="output"),
        Cell(Bar(adds.value, 0.0, most or 1.0), role="output"),
        cell(m.the("hidden")[m.token, j], decimals=3),
        cell(m.the("products")[m.token, j], decimals=3, role="key"),
        cell(m.drawn["b_1"][j], decimals=3),
        cell(m.the("lengths")[j], decimals=3, role="value"),
    )


def places(m: FeedForward) -> Table:
    """Where each word stood, where it stands, and what that changed in its output."""
    columns = (Column("word"), Column("place"), Column("now"), Column("output changed by"))
    cut = len(m.tokens) > MOST_ROWS
    count = MOST_ROWS - 1 if cut else len(m.tokens)
    rows = Later(
        lambda: (*(place_row(m, row) for row in range(count)), *([rest_row(m)] if cut else [])),
        count + cut,
    )
    lit = m.token if m.token < count else None
    return Table("What another order changes", columns, rows, row=lit, width=32)


def rest_row(m: FeedForward) -> tuple[Cell, ...]:
    """The words that have no room, together."""
    none = Cell("–", "text", role="muted")
    left = Cell(f"{len(m.tokens) - MOST_ROWS + 1} more", "text")
    return left, none, none, changed(m.one("changes_below"))


def place_row(m: FeedForward, row: int) -> tuple[Cell, ...]:
    """One word's places, before and now."""
    return (
        Cell(shorten(m.tokens[row], 12), "text", role="input"),
        Cell(m.order[row], "integer"),
        Cell(row, "integer"),
        changed(m.the("changes")[row]),
    )


def changed(largest: Operand) -> Cell:
    """The largest difference in some words' output, here and as typed."""
    return cell(largest, decimals=0, role="output")


def parameters(m: FeedForward) -> Table:
    """How many weights there are: the same for every sentence."""
    return Table(
        "Weights, whatever the sentence",
        (Column("part"), Column("numbers")),
        Later(lambda: parameter_rows(m), len(PARTS) + 2),
        width=24,
    )


def parameter_rows(m: FeedForward) -> Iterator[tuple[Cell, ...]]:
    """The matrices one by one, all together, and how much of it is awake."""
    for part, name in PARTS.items():
        yield Cell(name, "text"), cell(m.the("sizes")[part], "integer")
    yield Cell("together", "text"), cell(m.one("parameter_count"), "integer")
    yield Cell("share awake", "text"), cell(m.one("active_fraction"), "probability", 3)
