"""The panels of the heads screen, and how each of their numbers comes about."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts import _heads_design as design
from tui_transformer.concepts._softmax_row import power_symbol, powers
from tui_transformer.controls import Array
from tui_transformer.figure import (
    Cell,
    Column,
    Heatmap,
    Table,
    Token,
    Tokens,
)
from tui_transformer.nn import attention as nn
from tui_transformer.text import shorten
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.heads import Heads

SQUARES, ROWS = 8, 16  # so many heads are drawn, and so many listed


def name(m: Heads, place: int) -> str:
    """Name a word of the sentence."""
    return shorten(m.tokens[place], 12)


def shown(m: Heads, most: int = SQUARES) -> list[int]:
    """List the heads there is room for: the first, and always the one that is off."""
    listed = list(range(min(m.heads, most)))
    return listed if m.ablate < len(listed) else [*listed[:-1], m.ablate]


# ── attention ──────────────────────────────────────────────────────────────────────────


def square(m: Heads, head: int) -> Heatmap:
    """Whom each word looks at in one head."""
    words = tuple(shorten(word, 16) for word in m.tokens)
    return Heatmap(
        f"{head} {title(m, head)}",
        m.attention[head],
        words,
        words,
        "sequential",
        0.0,
        1.0,
        "probability",
        row=m.query,
        row_control="query",
        working=partial(weight_working, m, head),
        height=9,
        width=12,
        key=f"head {head}",
    )


def title(m: Heads, head: int) -> str:
    """Say in a word or two what a head does."""
    job = m.layer.jobs[head]
    if job is None:
        return "random"
    if job.hidden(m.causal):
        return f"({job.short})"
    return f"~{job.short}" if head in m.blurred else job.short


def weight_working(m: Heads, head: int, query: int, key: int) -> Working:
    """Show how one weight comes about: a softmax over what the word may see."""
    run = m.run
    w = float(run.attention[head, query, key])
    if m.causal and key > query:
        return Working("a later word: the causal mask makes it exactly 0", "0", w, "attention")
    z = scores(m, head, query)
    terms = [f"exp({expression})" for expression, _ in powers(z)]
    each = power_symbol(z, "z")
    return Working(
        f"w = {each} / Σ {each}, z = q·k/√{m.d_head} of head {head}",
        f"{terms[key]} / {total(terms)}",
        w,
        "attention",
    )


def scores(m: Heads, head: int, query: int) -> Array:
    """Score what a word may see, [seen]; what rounding makes of 0 is 0."""
    seen = query + 1 if m.causal else len(m.tokens)
    z = nn.scores(m.run.q[head, query : query + 1], m.run.k[head, :seen])[0]
    rounded: Array = np.round(z, 12) + 0.0
    return rounded


def sentence(m: Heads) -> Tokens:
    """The words; under each, the heads that look at it most from the chosen one."""
    rows = m.attention[:, m.query]
    favourites: dict[int, list[str]] = {}
    for head in shown(m):
        favourites.setdefault(int(np.argmax(rows[head])), []).append(str(head))
    mean = rows.mean(axis=0)
    return Tokens(
        "Where ▸ looks; below, which head looks there most",
        tuple(
            Token(word, strength=float(mean[at]), note=" ".join(favourites.get(at, [])))
            for at, word in enumerate(m.tokens)
        ),
        token=m.query,
        token_control="query",
        height=2,
    )


# ── heads ──────────────────────────────────────────────────────────────────────────────


def heads_table(m: Heads) -> Table:
    """What each head does, how well, how widely it looks and how much it writes."""
    columns = (
        Column("head"),
        Column("looks at"),
        Column("there", "target"),
        Column("top z"),
        Column("H", "output"),
        Column("writes", "value"),
        Column("uses"),
    )
    rows = [head_row(m, head) for head in shown(m, ROWS)]
    if m.heads > ROWS:
        rest = Cell(f"{m.heads - ROWS} more", "text", role="muted")
        rows.append((Cell("…", "text", role="muted"), rest, *[Cell("", "text")] * 5))
    title = "Heads: weight there, top z of ▸, mean entropy H"
    return Table(title, columns, tuple(rows), width=44)


def head_row(m: Heads, head: int) -> tuple[Cell, ...]:
    """The numbers of one head."""
    job, kept, dash = m.layer.jobs[head], m.kept[head], Cell("–", "text", role="muted")
    off = head == m.ablate
    return (
        Cell(
            f"{head} off" if off else str(head),
            "text",
            role="bad" if off else "plain",
            key=str(head),
        ),
        Cell(m.label(head), "text"),
        dash
        if kept is None
        else Cell(
            float(kept.mean()),
            "probability",
            4,
            "target",
            working=lambda: mean_working(
                "the weight that lies where the label says", kept, "attention"
            ),
        ),
        score_cell(m, head),
        Cell(
            float(m.entropies[head]),
            decimals=3,
            role="output",
            working=lambda: mean_working(
                "H = −Σ w·ln w in nats", design.spread(m.attention[head]), "entropies"
            ),
        ),
        length_cell(m.written[head], f"head {head}'s columns times its rows of W_O"),
        uses_cell(job.uses(m.d_model, m.d_head) if job else m.d_head, m.d_head),
    )


def score_cell(m: Heads, head: int) -> Cell:
    """Show the largest score of the chosen word, channel by channel."""
    z = scores(m, head, m.query)
    at = int(np.argmax(z))
    q, k = m.run.q[head, m.query], m.run.k[head, at]
    used = (q != 0) & (k != 0)
    root = f"sqrt({m.d_head})"
    return Cell(
        float(z[at]),
        decimals=2,
        working=lambda: Working(
            f"z = q({name(m, m.query)})·k({name(m, at)}) / √{m.d_head} of head {head}",
            f"({dot(q[used], k[used])}) / {root}" if used.any() else f"0 / {root}",
            float(z[at]),
            "attention",
        ),
    )


def uses_cell(channels: int, d_head: int) -> Cell:
    """Show how many channels of q and k a head really uses."""
    what = f"channels of q and k that are not 0, of this head's {d_head}"
    return Cell(channels, "integer", working=Working(what, str(channels), channels))


def mean_working(what: str, rows: Array, of: str) -> Working:
    """Show a mean over the rows of a head."""
    return Working(
        f"{what}, mean of {len(rows)} rows",
        f"{total(map(n, rows))} / {len(rows)}",
        float(np.mean(rows)),
        of,
    )


def length_cell(vector: Array, what: str) -> Cell:
    """Show how long a vector is."""
    return Cell(
        float(np.linalg.norm(vector)),
        decimals=3,
        role="value",
        working=lambda: Working(
            f"|c| = √Σ cᵢ², c = {what}",
            f"sqrt({dot(vector, vector)})",
            float(np.linalg.norm(vector)),
            "output",
        ),
    )
