"""The tables of the feed-forward screen: a word's memory, its place, and the weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts._feed_forward_workings import hidden_working
from tui_transformer.figure import Bar, Cell, Column, Table
from tui_transformer.numbers import count, subscript
from tui_transformer.text import shorten
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.feed_forward import FeedForward

MOST_ROWS = 10  # words that the table of places shows
MOST_PAIRS = 5


# ── the memory ─────────────────────────────────────────────────────────────────────────


def pairs(m: FeedForward) -> Table:
    """The pairs that add most for the lit word."""
    columns = (Column("pair"), Column("adds |h|·‖v‖", "output"), Column("", "output", bar=True),
               Column("h"), Column("x·k", "key"), Column("b₁"), Column("‖v‖", "value"))  # fmt: skip
    best = np.argsort(-m.strengths, kind="stable")[:MOST_PAIRS]
    rows = tuple(pair_row(m, int(j)) for j in best)
    return Table("▸ meets its strongest keys and values", columns, rows,
                 row=0 if m.strongest >= 0 else None, width=44)  # fmt: skip


def pair_row(m: FeedForward, j: int) -> tuple[Cell, ...]:
    """What one pair does for the lit word."""
    x, k, v = m.x[m.token], m.w_1[:, j], m.w_2[j]
    h, adds = float(m.hidden[m.token, j]), float(m.strengths[j])
    length = float(np.linalg.norm(v))
    product = float(np.dot(x, k))
    reach = float(np.max(m.strengths)) or 1.0
    return (
        Cell(f"k{subscript(j)} → v{subscript(j)}", "text"),
        Cell(adds, decimals=3, role="output", working=lambda: Working(
            f"|h{subscript(j)}|·‖v{subscript(j)}‖", f"abs({n(h)})*{n(length)}", adds, "strongest")),
        Cell(Bar(adds, 0.0, reach), role="output"),
        Cell(h, decimals=3, working=lambda: hidden_working(m, m.token, j)),
        Cell(product, decimals=3, role="key", working=lambda: Working(
            f"x·k{subscript(j)}", dot(x, k), product, "hidden")),
        Cell(float(m.b_1[j]), decimals=3),
        Cell(length, decimals=3, role="value", working=lambda: Working(
            f"‖v{subscript(j)}‖ = √Σ vᵢ²", f"sqrt({dot(v, v)})", length, "output")),
    )  # fmt: skip


# ── places and weights ─────────────────────────────────────────────────────────────────


def places(m: FeedForward) -> Table:
    """Where each word stood, where it stands, and what that changed in its output."""
    columns = (Column("word"), Column("place"), Column("now"), Column("output changed by"))
    shown: Sequence[int] = range(len(m.tokens))
    cut = len(m.tokens) > MOST_ROWS
    table = [place_row(m, row) for row in shown[: MOST_ROWS - 1 if cut else None]]
    if cut:
        left = list(shown[MOST_ROWS - 1 :])
        none = Cell("–", "text", role="muted")
        table.append((Cell(f"{len(left)} more", "text"), none, none, changed(m, left)))
    lit = m.token if m.token < len(table) - cut else None
    return Table("What another order changes", columns, tuple(table), row=lit, width=32)


def place_row(m: FeedForward, row: int) -> tuple[Cell, ...]:
    """One word's places, before and now."""
    return (
        Cell(shorten(m.tokens[row], 12), "text", role="input"),
        Cell(m.order[row], "integer"),
        Cell(row, "integer"),
        changed(m, [row]),
    )


def changed(m: FeedForward, rows: list[int]) -> Cell:
    """The largest difference in some words' output, here and in the sentence's own order."""
    now = m.output[rows].ravel()
    before = m.unshuffled.output[[m.order[row] for row in rows]].ravel()
    largest = float(np.max(np.abs(now - before)))
    return Cell(largest, decimals=0, role="output", working=lambda: Working(
        "max |output here − output in the sentence's order|",
        f"max({', '.join(f'abs({n(a)} - {n(b)})' for a, b in zip(now, before, strict=True))}, 0)",
        largest, "shuffle_difference"))  # fmt: skip


def parameters(m: FeedForward) -> Table:
    """How many weights there are: the same for every sentence."""
    d, wide = m.d_model, m.d_ff
    parts = (("W₁: keys", f"{d}*{wide}", d * wide), ("b₁", f"{wide}", wide),
             ("W₂: values", f"{wide}*{d}", wide * d), ("b₂", f"{d}", d))  # fmt: skip
    rows = [(part, size, Working(f"{part} = {expression}", expression, size, "parameter_count"))
            for part, expression, size in parts]  # fmt: skip
    formula = "8d² + 5d" if m.expansion == 4 else "2·d·d_ff + d_ff + d"
    whole = Working(formula, total(str(size) for _, _, size in parts), m.parameter_count,
                    "parameter_count")  # fmt: skip
    rows.append(("together", m.parameter_count, whole))
    awake, cells = int(np.sum(m.sums > 0)), m.sums.size
    share = Working(f"{count(awake)} of {count(cells)} sums are above 0", f"{awake}/{cells}",
                    m.active_fraction, "active_fraction")  # fmt: skip
    return Table(
        "Weights, whatever the sentence",
        (Column("part"), Column("numbers")),
        (*((Cell(part, "text"), Cell(size, "integer", working=w)) for part, size, w in rows),
         (Cell("share awake", "text"), Cell(m.active_fraction, "probability", 3, working=share))),
        width=24,
    )  # fmt: skip
