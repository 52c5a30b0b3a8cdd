"""The tables of the feed-forward screen: a word's memory, its place, and the weights."""

from __future__ import annotations

import numpy as np

from tui_transformer.concepts.feed_forward.model import MOST_ROWS, FeedForward
from tui_transformer.figure import Bar, Cell, Column, Table, cell
from tui_transformer.numbers import subscript
from tui_transformer.terms import Operand
from tui_transformer.text import shorten

MOST_PAIRS = 5


def pairs(m: FeedForward) -> Table:
    """The pairs that add most for the lit word."""
    columns = (
        Column("pair"),
        Column("adds |h|·‖v‖", "output"),
        Column("", "output", bar=True),
        Column("h"),
        Column("x·k", "key"),
        Column("b₁"),
        Column("‖v‖", "value"),
    )
    best = np.argsort(-m.strengths, kind="stable")[:MOST_PAIRS]
    return Table(
        "▸ meets its strongest keys and values",
        columns,
        tuple(pair_row(m, int(j)) for j in best),
        row=0 if m.strongest >= 0 else None,
        width=44,
    )


def pair_row(m: FeedForward, j: int) -> tuple[Cell, ...]:
    """What one pair does for the lit word."""
    adds = m.the("strengths")[j]
    return (
        Cell(f"k{subscript(j)} → v{subscript(j)}", "text"),
        cell(adds, decimals=3, role="output"),
        Cell(Bar(adds.value, 0.0, float(np.max(m.strengths)) or 1.0), role="output"),
        cell(m.the("hidden")[m.token, j], decimals=3),
        cell(m.the("products")[m.token, j], decimals=3, role="key"),
        cell(m.drawn["b_1"][j], decimals=3),
        cell(m.the("lengths")[j], decimals=3, role="value"),
    )


def places(m: FeedForward) -> Table:
    """Where each word stood, where it stands, and what that changed in its output."""
    columns = (Column("word"), Column("place"), Column("now"), Column("output changed by"))
    cut = len(m.tokens) > MOST_ROWS
    table = [place_row(m, row) for row in range(MOST_ROWS - 1 if cut else len(m.tokens))]
    lit = m.token if m.token < len(table) else None
    if cut:
        none = Cell("–", "text", role="muted")
        left = Cell(f"{len(m.tokens) - MOST_ROWS + 1} more", "text")
        table.append((left, none, none, changed(m.one("changes_below"))))
    return Table("What another order changes", columns, tuple(table), row=lit, width=32)


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
    names = {"w_1": "W₁: keys", "b_1": "b₁", "w_2": "W₂: values", "b_2": "b₂"}
    rows = (
        (Cell(name, "text"), cell(m.the("sizes")[part], "integer")) for part, name in names.items()
    )
    return Table(
        "Weights, whatever the sentence",
        (Column("part"), Column("numbers")),
        (
            *rows,
            (Cell("together", "text"), cell(m.one("parameter_count"), "integer")),
            (Cell("share awake", "text"), cell(m.one("active_fraction"), "probability", 3)),
        ),
        width=24,
    )
