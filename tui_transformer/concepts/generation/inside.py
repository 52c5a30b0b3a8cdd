"""Where the model looks while it decides, and what it keeps: the key–value cache as it fills."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from tui_transformer.concepts.generation.model import CONTEXT, D_HEAD, Generation
from tui_transformer.concepts.generation.says import names
from tui_transformer.later import Later, each
from tui_transformer.nn.made_up.prose import PLAN
from tui_transformer.panels import Heatmap, Table, Words
from tui_transformer.pieces import Bar, Cell, Column, cell
from tui_transformer.terms import Operand
from tui_transformer.text import shorten, visible

KEYS = 8  # in the table of those that are looked at
ROWS = tuple(f"{kind}{layer}" for layer in range(1, PLAN.layers + 1) for kind in "kv")


def square(m: Generation) -> Heatmap:
    """Who looks at whom in the chosen head; the last row decides what comes next."""
    return Heatmap(
        "Attention: query ↓ key →",
        m.attention[m.head],
        names(m),
        names(m),
        "sequential",
        0.0,
        1.0,
        "probability",
        row=m.places - 1,
        working=partial(m.the("attention").working, m.head),
        height=12,
        width=22,
    )


def row_table(m: Generation) -> Table:
    """The tokens that the last one looks at most."""
    columns = (
        Column("key", "key"),
        Column("", "output", bar=True),
        Column("weight", "output"),
        Column("back"),
        Column(f"z=q·k/√{D_HEAD}"),
    )
    best = np.argsort(-m.attention[m.head, -1], kind="stable")[:KEYS].tolist()
    rows = each(partial(key_row, m), best)
    return Table("The last token looks at", columns, rows, width=29)


def key_row(m: Generation, key: int) -> tuple[Cell, ...]:
    """One token that is looked at."""
    last = m.places - 1
    share = m.the("attention")[m.head, last, key]
    return (
        Cell(names(m)[key], "text", role="key"),
        Cell(Bar(share.value), role="output"),
        cell(share, "probability", 3, "output"),
        Cell(str(last - key), "text", role="muted"),
        cell(m.the("scores")[m.head, last, key], decimals=2),
    )


# ── the cache ──────────────────────────────────────────────────────────────────────────


def places(m: Generation) -> Heatmap:
    """The length of every key and value that is kept; what is not filled yet is 0."""
    return Heatmap(
        f"The cache: {CONTEXT} places, lengths of head {m.head}'s k and v",
        m.lengths,
        ROWS,
        (*names(m), *("",) * m.places_left),
        "sequential",
        0.0,
        None,
        column=m.places - 1,
        working=m.the("lengths").working,
        height=len(ROWS) + 2,
        width=40,
        key="cache",
    )


def costs(m: Generation) -> Table:
    """The last step's work and memory, with the cache and without it."""
    columns = (Column("this step"), Column("cached", "output"), Column("without"))
    return Table("What the cache saves", columns, Later(lambda: cost_rows(m), 5), width=29)


def cost_rows(m: Generation) -> Iterator[tuple[Cell, ...]]:
    """One row for each thing that the step takes."""
    with_, without = m.the("multiply_adds").row()
    nothing = Cell("", "text")
    rows = (
        ("tokens read", cached(m.one("read")), Cell(m.places, "integer")),
        ("multiply-adds", cached(with_), cell(without, "integer")),
        ("bytes kept", cached(m.one("kv_cache_bytes")), Cell(0, "integer")),
        ("places left", cached(m.one("places_left")), nothing),
        ("fell out", cached(m.one("dropped_tokens")), nothing),
    )
    yield from ((Cell(label, "text"), *cells) for label, *cells in rows)


def cached(number: Operand) -> Cell:
    """A whole number of the step with the cache."""
    return cell(number, "integer", role="output")


def rules(m: Generation) -> Words:
    """Say what the pictures leave out, and what happens at the edges."""
    lines = [
        f"When all {CONTEXT} places are full, the oldest {CONTEXT // 2} tokens fall out. Each "
        "place has a learned vector of its own, so a token that moves has another key and value "
        "in every layer: the window cannot just slide, what is left is read again.",
        "A query is needed once, by its own token: it is not kept.",
        "·the is a space and “the” (∅: a space alone); without one the word goes on. ¶: paragraph.",
    ]
    if m.unread:
        left_out = visible(shorten(m.unread, 20))
        lines.insert(0, f"Not in its alphabet, so left out of the prompt: {left_out}")
    return Words("What to know", tuple(lines), width=50)
