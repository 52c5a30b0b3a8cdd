"""The key–value cache as it fills, what it saves, and what happens when it is full."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts._generation_looks import names
from tui_transformer.figure import Cell, Column, Heatmap, Table, Words
from tui_transformer.nn.prose import PLAN, Array
from tui_transformer.text import shorten, visible
from tui_transformer.working import Working, dot

if TYPE_CHECKING:
    from tui_transformer.concepts.generation import Generation

KINDS = ("k", "v")
ROWS = tuple(f"{kind}{layer}" for layer in range(1, PLAN.layers + 1) for kind in KINDS)
BYTES = 8  # of a float64
HALF = PLAN.context // 2


def kept(m: Generation, row: int) -> Array:
    """Find what a row of the picture is about, in the chosen head: [t, d_head]."""
    layer, kind = divmod(row, len(KINDS))
    held = m.state_of_text.step.cache
    vectors: Array = (held.keys, held.values)[kind][layer][m.head]
    return vectors


def places(m: Generation) -> Heatmap:
    """The length of every key and value that is kept; what is not filled yet is 0."""
    lengths = np.zeros((len(ROWS), PLAN.context))
    for row in range(len(ROWS)):
        lengths[row, : m.places] = np.sqrt(np.sum(kept(m, row) ** 2, axis=-1))
    return Heatmap(
        f"The cache: {PLAN.context} places, lengths of head {m.head}'s k and v",
        lengths,
        ROWS,
        (*names(m), *("",) * (PLAN.context - m.places)),
        "sequential",
        0.0,
        None,
        column=m.places - 1,
        working=partial(length_working, m),
        height=len(ROWS) + 2,
        width=40,
        key="cache",
    )


def length_working(m: Generation, row: int, place: int) -> Working:
    """Show the length of a key or a value."""
    if place >= m.places:
        return Working("nothing is kept here yet", "0", 0.0, "kv_cache_bytes")
    vector = kept(m, row)[place]
    layer, kind = row // len(KINDS) + 1, KINDS[row % len(KINDS)]
    return Working(
        f"|{kind}| of {names(m)[place]} in layer {layer}, head {m.head}: {len(vector)} numbers",
        f"sqrt({dot(vector, vector)})",
        float(np.sqrt(np.sum(vector**2))),
        "kv_cache_bytes",
    )


# ── what it saves ──────────────────────────────────────────────────────────────────────


def costs(m: Generation) -> Table:
    """The last step's work and memory, with the cache and without it."""
    columns = (Column("this step"), Column("cached", "output"), Column("without"))
    with_, without = m.multiply_adds
    read, t, size = m.state_of_text.read, m.places, m.kv_cache_bytes
    rows = (
        ("tokens read", Cell(read, "integer", role="output"), Cell(t, "integer")),
        (
            "multiply-adds",
            Cell(with_, "integer", role="output", working=partial(work, m, read, with_)),
            Cell(without, "integer", working=partial(work, m, t, without)),
        ),
        (
            "bytes kept",
            Cell(size, "integer", role="output", working=lambda: Working(
                "2·L·d·t·8: a key and a value, in float64",
                f"2*{PLAN.layers}*{PLAN.d_model}*{t}*{BYTES}", size, "kv_cache_bytes")),
            Cell(0, "integer"),
        ),
        ("places left", Cell(PLAN.context - t, "integer", role="output", working=lambda: Working(
            "places − tokens that are read", f"{PLAN.context} - {t}", PLAN.context - t,
            "kv_cache_bytes")), Cell("", "text")),
        ("fell out", Cell(m.dropped_tokens, "integer", role="output"), Cell("", "text")),
    )  # fmt: skip
    named = tuple((Cell(label, "text"), *cells) for label, *cells in rows)
    return Table("What the cache saves", columns, named, width=29)


def work(m: Generation, read: int, amount: int) -> Working:
    """Show the multiply-adds of reading the last so many tokens."""
    d, seen = PLAN.d_model, sum(range(m.places - read + 1, m.places + 1))
    return Working(
        "L·(12·d²·read + 2·d·keys seen) + V·d",
        f"{PLAN.layers}*(12*{d}**2*{read} + 2*{d}*{seen}) + {PLAN.vocabulary}*{d}",
        amount,
        "multiply_adds",
    )


def rules(m: Generation) -> Words:
    """Say what the pictures leave out, and what happens at the edges."""
    lines = [
        f"When all {PLAN.context} places are full, the oldest {HALF} tokens fall out. Each place "
        "has a learned vector of its own, so a token that moves has another key and value in "
        "every layer: the window cannot just slide, what is left is read again.",
        "A query is needed once, by its own token: it is not kept.",
        "·the is a space and “the” (∅: a space alone); without one the word goes on. ¶: paragraph.",
    ]
    if m.unread:
        left_out = visible(shorten(m.unread, 20))
        lines.insert(0, f"Not in its alphabet, so left out of the prompt: {left_out}")
    return Words("What to know", tuple(lines), width=50)
