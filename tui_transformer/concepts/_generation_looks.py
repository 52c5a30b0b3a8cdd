"""Where the model looks while it decides what comes next, and how each share comes about."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts import _generation_network as network
from tui_transformer.concepts._generation_figure import label
from tui_transformer.figure import Bar, Cell, Column, Heatmap, Table
from tui_transformer.nn.prose import PLAN, Array
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.generation import Generation

D_HEAD = PLAN.d_model // PLAN.heads
SHOWN = 8  # keys in the table


def names(m: Generation) -> tuple[str, ...]:
    """Name the places that are read."""
    return tuple(map(label, m.token_strings[m.dropped_tokens :]))


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
        working=partial(share_working, m),
        height=12,
        width=22,
    )


def looked(m: Generation, query: int) -> tuple[Array, Array]:
    """Find a place's query and the keys that it sees, in the chosen head: [d_head], [seen, d_head].

    The cache holds no queries: they are made again here, to be shown.
    """
    kept = network.whole(m.window).traces[m.layer - 1].kept
    return kept["q"][m.head, query], kept["k"][m.head, : query + 1]


def share_working(m: Generation, query: int, key: int) -> Working:
    """Show one share of attention: a softmax over what the place may see."""
    share = float(m.attention[m.head, query, key])
    if key > query:
        return Working("a later token: the mask makes it exactly 0", "0", share, "attention")
    q, keys = looked(m, query)
    z = keys @ q / np.sqrt(D_HEAD)
    terms = [f"exp({n(x)} - {n(np.max(z))})" for x in z]
    return Working(
        f"{names(m)[query]} → {names(m)[key]} = e^(z − max) / Σ e^(z − max), z = q·k/√{D_HEAD}",
        f"{terms[key]} / {total(terms)}",
        share,
        "attention",
    )


def row_table(m: Generation) -> Table:
    """The tokens that the last one looks at most."""
    last = m.places - 1
    row = m.attention[m.head, last]
    columns = (Column("key", "key"), Column("", "output", bar=True), Column("weight", "output"),
               Column("back"), Column(f"z=q·k/√{D_HEAD}"))  # fmt: skip
    best = np.argsort(-row, kind="stable")[:SHOWN].tolist()
    rows = tuple(key_row(m, last, key) for key in best)
    return Table("The last token looks at", columns, rows, width=29)


def key_row(m: Generation, query: int, key: int) -> tuple[Cell, ...]:
    """One token that is looked at."""
    share = float(m.attention[m.head, query, key])
    q, keys = looked(m, query)
    z = float(keys[key] @ q / np.sqrt(D_HEAD))
    return (
        Cell(names(m)[key], "text", role="key"),
        Cell(Bar(share), role="output"),
        Cell(share, "probability", 3, "output", working=partial(share_working, m, query, key)),
        Cell(str(query - key), "text", role="muted"),
        Cell(z, decimals=2, working=lambda: Working(
            f"z = q({names(m)[query]})·k({names(m)[key]}) / √{D_HEAD}",
            f"{dot(q, keys[key])} / sqrt({D_HEAD})", z, "attention")),
    )  # fmt: skip
