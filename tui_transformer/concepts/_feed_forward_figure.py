"""The panels of the feed-forward screen: three heatmaps with the same rows, and one memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts._feed_forward_tables import pairs, parameters, places
from tui_transformer.concepts._feed_forward_workings import (
    hidden_working,
    output_working,
    x_working,
)
from tui_transformer.figure import Array, Figure, Heatmap, Panel
from tui_transformer.numbers import number, subscript
from tui_transformer.text import and_list, shorten, visible
from tui_transformer.working import Working, n

if TYPE_CHECKING:
    from tui_transformer.concepts.feed_forward import FeedForward

Workings = Callable[[int, int], Working]


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
        return (
            f"Shuffled: all {len(m.tokens)} rows went with their words; the largest change in any "
            f"is {number(m.shuffle_difference)}."
        )
    same = [str(at) for at, row in enumerate(m.x) if np.array_equal(row, m.x[m.token])]
    if len(same) > 1:
        return f"{name(m)} stands at {and_list(same[:4])}: the same row, to the last bit."
    return f"{name(m)} wakes {awake(m)} of {m.d_ff} keys; no other word has a say in its row."


def awake(m: FeedForward) -> int:
    """Count the keys whose sum x·k + b₁ is above 0 for the lit word."""
    return int(np.sum(m.sums[m.token] > 0))


def name(m: FeedForward) -> str:
    """Quote the lit word."""
    return f"“{shorten(visible(m.tokens[m.token]), 14)}”"


# ── three heatmaps with the same rows ──────────────────────────────────────────────────


def rows(m: FeedForward, title: str, values: Array, working: Workings, width: int) -> Heatmap:
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
        working=working,
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


def pair(m: FeedForward) -> tuple[tuple[Panel, ...], ...]:
    """The vectors of the strongest pair below each other, if any key was answered."""
    j = m.strongest
    if j < 0:
        return ()
    h, v = float(m.hidden[m.token, j]), m.w_2[j]
    values = np.array([m.x[m.token], m.w_1[:, j], v, h * v, m.output[m.token]])
    reach = float(np.max(np.abs(values))) or 1.0
    names = ("x", f"k{subscript(j)}", f"v{subscript(j)}", f"h·v{subscript(j)}", "output")
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
    return Working(
        f"h{subscript(j)}·v{subscript(j)}{subscript(i)}", f"{n(h)}*{n(v)}", h * v, "output"
    )
