"""The panels of the feed-forward screen: three heatmaps with the same rows, and one memory."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.figure import (
    Array,
    Bar,
    Cell,
    Column,
    Figure,
    Heatmap,
    Panel,
    Table,
)
from tui_transformer.numbers import count, number
from tui_transformer.text import shorten, visible
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.feed_forward import FeedForward

MOST_ROWS = 10  # words that the table of places shows
MOST_PAIRS = 5
LOWER = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def view(m: FeedForward) -> Figure:
    """x, hidden and output with the same rows; the strongest pair; who moved; the weights."""
    return Figure(
        rows=(
            (entering(m), output(m)),
            (hidden(m),),
            (pairs(m),),
            *pair(m),
            (places(m), parameters(m)),
        ),
        says=says(m),
        formula=output_working(m, m.token, 0),
        data=f"random: vectors and weights (seed {m.seed})",
    )


def says(m: FeedForward) -> str:
    """Say what became of the rows, and what the lit word answers to."""
    if m.words.note:
        return m.words.note
    if m.shuffle and len(m.tokens) > 1:
        rows = len(m.tokens)
        return f"Shuffled: all {rows} rows went with their words; changed by {changes(m)}."
    awake = int(np.sum(m.sums[m.token] > 0))
    same = [at for at, row in enumerate(m.output) if np.array_equal(row, m.output[m.token])]
    if len(same) > 1:
        places = " and ".join(str(at) for at in same[:2])
        return f"{name(m)} stands at {places}: the same row, to the last bit."
    return f"{name(m)} wakes {awake} of {m.d_ff} keys; no other word has a say in its row."


def changes(m: FeedForward) -> str:
    """Write by how much the order changed any output."""
    return (
        f"{number(m.shuffle_difference)}, bit for bit"
        if not m.shuffle_difference
        else (number(m.shuffle_difference))
    )


def name(m: FeedForward) -> str:
    """Quote the lit word."""
    return f"“{shorten(visible(m.tokens[m.token]), 14)}”"


def lower(i: int) -> str:
    """Write an index below the line."""
    return str(i).translate(LOWER)


# ── three heatmaps with the same rows ──────────────────────────────────────────────────


def rows(m: FeedForward, title: str, values: Array, working: object, width: int) -> Heatmap:
    """One matrix with a row for each word; pinning a row lights it in all three."""
    reach = float(np.max(np.abs(values))) or 1.0
    return Heatmap(
        title,
        values,
        tuple(shorten(word, 12) for word in m.tokens),
        tuple(str(i) for i in range(values.shape[1])),
        "diverging",
        -reach,
        reach,
        decimals=1,
        row=m.token,
        row_role="input",
        row_control="token",
        working=working,  # type: ignore[arg-type]
        height=8,
        width=width,
    )


def entering(m: FeedForward) -> Heatmap:
    """Each word's vector."""
    return rows(m, "x: one word, one row", m.x, partial(x_working, m), 20)


def hidden(m: FeedForward) -> Heatmap:
    """How strongly each word answers to each key."""
    return rows(m, "hidden = act(x·W₁ + b₁)", m.hidden, partial(hidden_working, m), 44)


def output(m: FeedForward) -> Heatmap:
    """What each word gets."""
    return rows(m, "output = hidden·W₂ + b₂", m.output, partial(output_working, m), 20)


def x_working(m: FeedForward, row: int, i: int) -> Working:
    """Say where a word's numbers come from."""
    x = float(m.x[row, i])
    word = visible(shorten(m.tokens[row], 16))
    return Working(f"x{lower(i)} of “{word}”: N(0, 1), from its own hash and the seed", n(x), x)


def hidden_working(m: FeedForward, row: int, j: int) -> Working:
    """Show how a word's answer to a key comes about."""
    summed = f"({dot(m.x[row], m.w_1[:, j])} + {n(m.b_1[j])})"
    return Working(
        f"h{lower(j)} = {m.activation}(x·k{lower(j)} + b₁), k{lower(j)} is column {j} of W₁",
        m.gate.worked(float(m.sums[row, j]), summed),
        float(m.hidden[row, j]),
        "hidden",
    )


def output_working(m: FeedForward, row: int, i: int) -> Working:
    """Show how a word's output comes about: the values, each as much as its key was answered."""
    h = m.hidden[row]
    used = h != 0
    added = f"{dot(h[used], m.w_2[used, i])} + " if used.any() else ""
    keys = int(used.sum())
    return Working(
        f"output{lower(i)} = Σ hⱼ·vⱼ + b₂ in column {i}, over {keys} keys with h ≠ 0",
        f"{added}{n(m.b_2[i])}",
        float(m.output[row, i]),
        "output",
    )


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
        Cell(f"k{lower(j)} → v{lower(j)}", "text"),
        Cell(adds, decimals=3, role="output", working=lambda: Working(
            f"|h{lower(j)}|·‖v{lower(j)}‖", f"abs({n(h)})*{n(length)}", adds, "strongest")),
        Cell(Bar(adds, 0.0, reach), role="output"),
        Cell(h, decimals=3, working=lambda: hidden_working(m, m.token, j)),
        Cell(product, decimals=3, role="key", working=lambda: Working(
            f"x·k{lower(j)}", dot(x, k), product, "hidden")),
        Cell(float(m.b_1[j]), decimals=3),
        Cell(length, decimals=3, role="value", working=lambda: Working(
            f"‖v{lower(j)}‖ = √Σ vᵢ²", f"sqrt({dot(v, v)})", length, "output")),
    )  # fmt: skip


def pair(m: FeedForward) -> tuple[tuple[Panel, ...], ...]:
    """The vectors of the strongest pair below each other, if any key was answered."""
    j = m.strongest
    if j < 0:
        return ()
    h, v = float(m.hidden[m.token, j]), m.w_2[j]
    values = np.array([m.x[m.token], m.w_1[:, j], v, h * v, m.output[m.token]])
    reach = float(np.max(np.abs(values))) or 1.0
    names = ("x", f"k{lower(j)}", f"v{lower(j)}", f"h·v{lower(j)}", "output")
    panel = Heatmap(
        "Its strongest pair: x answers k, so h·v is added",
        values,
        names,
        tuple(str(i) for i in range(m.d_model)),
        "diverging",
        -reach,
        reach,
        decimals=1,
        working=partial(pair_working, m),
        height=9,
        width=44,
    )
    return ((panel,),)


def pair_working(m: FeedForward, row: int, i: int) -> Working:
    """Show a number of the strongest pair."""
    j = m.strongest
    if row == 0:
        return x_working(m, m.token, i)
    if row == 4:
        return output_working(m, m.token, i)
    k, v, h = float(m.w_1[i, j]), float(m.w_2[j, i]), float(m.hidden[m.token, j])
    if row == 1:
        return Working(f"W₁ in row {i}, column {j}: drawn", n(k), k)
    if row == 2:
        return Working(f"W₂ in row {j}, column {i}: drawn", n(v), v)
    return Working(f"h{lower(j)}·v{lower(j)}{lower(i)}", f"{n(h)}*{n(v)}", h * v, "output")


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
