"""The panels of the heads screen, and how each of their numbers comes about."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts import _heads_design as design
from tui_transformer.concepts._softmax_row import power_symbol, powers
from tui_transformer.controls import Array
from tui_transformer.figure import (
    Bar,
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
WORDS = 14


def name(m: Heads, place: int) -> str:
    """Name a word of the sentence."""
    return shorten(m.tokens[place], 12)


def shown(m: Heads, most: int = SQUARES) -> list[int]:
    """List the heads there is room for: the first, and always the one that is off."""
    listed = list(range(min(m.heads, most)))
    return listed if m.ablate < len(listed) else [*listed[:-1], m.ablate]


def lengths(m: Heads) -> tuple[float, float]:
    """Measure what the chosen word loses with the head that is off, and what it keeps."""
    lost, rest = m.written[m.ablate], m.output[m.query]
    return float(np.linalg.norm(lost)), float(np.linalg.norm(rest))


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
        height=7,
        width=12,
    )


def title(m: Heads, head: int) -> str:
    """Say in a word or two what a head does."""
    job = m.layer.jobs[head]
    if job is None:
        return "random"
    if job.kind == "word":
        return "similar" if m.blurred else job.short
    return "itself" if m.causal and job.causal else job.short


def weight_working(m: Heads, head: int, query: int, key: int) -> Working:
    """Show how one weight comes about: a softmax over what the word may see."""
    run = m.run
    w = float(run.attention[head, query, key])
    if m.causal and key > query:
        return Working("a later word: the causal mask makes it exactly 0", "0", w, "attention")
    seen = query + 1 if m.causal else len(m.tokens)
    z = nn.scores(run.q[head, query : query + 1], run.k[head, :seen])[0]
    terms = [f"exp({expression})" for expression, _ in powers(z)]
    each = power_symbol(z, "z")
    return Working(
        f"w = {each} / Σ {each}, z = q·k/√{m.d_head} of head {head}",
        f"{terms[key]} / {total(terms)}",
        w,
        "attention",
    )


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
        Column("H", "output"),
        Column("writes", "value"),
        Column("uses"),
    )
    rows = [head_row(m, head) for head in shown(m, ROWS)]
    if m.heads > ROWS:
        rest = Cell(f"{m.heads - ROWS} more", "text", role="muted")
        rows.append((Cell("…", "text", role="muted"), rest, *[Cell("", "text")] * 4))
    title = "Heads: weight there, mean entropy H in nats"
    return Table(title, columns, tuple(rows), width=44)


def head_row(m: Heads, head: int) -> tuple[Cell, ...]:
    """The numbers of one head."""
    job, kept, dash = m.layer.jobs[head], m.kept[head], Cell("–", "text", role="muted")
    off = head == m.ablate
    return (
        Cell(f"{head} off" if off else str(head), "text", role="bad" if off else "plain"),
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


# ── writing ────────────────────────────────────────────────────────────────────────────


def blocks(m: Heads) -> Tokens:
    """The heads' columns side by side, each with the rows of W_O that read them."""
    listed = shown(m, ROWS)
    tokens = [
        Token(
            f" {head} off " if head == m.ablate else f" head {head} ",
            group=head,
            note=f"{m.layer.own(head).start}–{m.layer.own(head).stop - 1}"
            if m.d_head > 1
            else str(head),
        )
        for head in listed
    ]
    if m.heads > len(listed):
        tokens.append(Token(f" … {m.heads - len(listed)} more ", group=len(listed)))
    return Tokens("Channels of each head = its rows of W_O", tuple(tokens), height=2)


def writings(m: Heads) -> Heatmap:
    """What each head adds to the chosen word's output; the rows that are on add up to it."""
    listed = shown(m, ROWS)
    others = [head for head in range(m.heads) if head not in listed]
    parts = [m.written[listed]]
    names = [f"{head} off" if head == m.ablate else f"head {head}" for head in listed]
    if others:
        parts.append(m.written[others].sum(axis=0, keepdims=True))
        names.append(f"{len(others)} more")
    parts += [m.layer.weights.b_o[None], m.output[m.query][None]]
    values = np.concatenate(parts)
    reach = float(np.max(np.abs(values)))
    return Heatmap(
        f"Added up for {name(m, m.query)}: every head writes to all",
        values,
        (*names, "b_O", "output"),
        tuple(str(channel) for channel in range(m.d_model)),
        "diverging",
        -reach,
        reach,
        working=partial(writing_working, m, listed, others, values),
        height=min(len(values) + 2, 12),
        width=44,
    )


def writing_working(
    m: Heads, listed: list[int], others: list[int], values: Array, row: int, channel: int
) -> Working:
    """Show how one number of what is written comes about."""
    x, last = float(values[row, channel]), len(values) - 1
    found, column = m.run.found[m.query], m.layer.weights.w_o[:, channel]
    if row == last:
        terms = [n(part) for at, part in enumerate(values[:-1, channel]) if not off(m, listed, at)]
        symbols = "output = what the heads that are on write, + b_O"
        return Working(symbols, total(terms), x, "output")
    if row == last - 1:
        return Working("b_O: drawn, the same for every word", n(x), x, "output")
    if row < len(listed):
        own = m.layer.own(listed[row])
        return Working(
            f"channels {own.start}–{own.stop - 1} · their rows of W_O, column {channel}",
            dot(found[own], column[own]),
            x,
            "output",
        )
    its = np.concatenate([np.arange(m.d_model)[m.layer.own(head)] for head in others])
    return Working(
        f"the other heads' channels · W_O, column {channel}", dot(found[its], column[its]), x,
        "output",
    )  # fmt: skip


def off(m: Heads, listed: list[int], row: int) -> bool:
    """Say whether a row of the writings belongs to the head that is off."""
    return row < len(listed) and listed[row] == m.ablate


def losses(m: Heads) -> Table:
    """What the head that is off takes from every word; of many words, from those it hits most."""
    lost = design.written(m.layer, m.ablate, slice(None))
    output, sizes = m.output, np.linalg.norm(lost, axis=1)
    hit = np.sort(np.argsort(-sizes, kind="stable")[:WORDS])
    high = float(sizes.max()) or 1.0
    rows = [
        (
            Cell(f"{at} {name(m, at)}", "text", role="query" if at == m.query else "plain"),
            length_cell(lost[at], f"what head {m.ablate} would have written"),
            Cell(Bar(float(sizes[at]), 0.0, high), role="value"),
            length_cell(output[at], "what is left"),
        )
        for at in map(int, hit)
    ]
    return Table(
        "What the head that is off takes from each word",
        (Column("word"), Column("loses", "value"), Column("", "value", bar=True), Column("keeps")),
        tuple(rows),
        row=next((i for i, at in enumerate(hit) if at == m.query), None),
        width=44,
    )


# ── parameters ─────────────────────────────────────────────────────────────────────────


def formula(m: Heads) -> Working:
    """Count the parameters head by head."""
    return parameters(m, m.heads)


def parameters(m: Heads, heads: int) -> Working:
    """Count the parameters of a cut; heads and channels of a head cancel."""
    d, d_head = m.d_model, m.d_model // heads
    return Working(
        "h·3·(d·d_head + d_head) + (d·d + d) = 4d² + 4d, for h·d_head = d",
        f"{heads}*3*({d}*{d_head} + {d_head}) + ({d}*{d} + {d})",
        float(m.parameter_count),
        "parameter_count",
    )


def cuts(m: Heads) -> Table:
    """The same parameters, cut in other ways."""
    d, words = m.d_model, len(m.tokens)
    divisors = [h for h in range(1, d + 1) if d % h == 0]
    at = divisors.index(m.heads)
    start = min(max(at - 2, 1), max(len(divisors) - 6, 1))
    listed = sorted({1, d, *divisors[start : start + 5]})
    rows = tuple(cut_row(m, h, d // h, words) for h in listed)
    columns = (
        Column("heads"),
        Column("d_head"),
        Column("parameters", "target"),
        Column("q,k,v of one"),
        Column("W_O"),
        Column("weights h·n²"),
    )
    return Table("The same parameters, however they are cut", columns, rows,
                 row=listed.index(m.heads), width=44)  # fmt: skip


def cut_row(m: Heads, heads: int, d_head: int, words: int) -> tuple[Cell, ...]:
    """What one cut costs."""
    d = m.d_model
    counted = (
        parameters(m, heads),
        Working("3·(d·d_head + d_head)", f"3*({d}*{d_head} + {d_head})",
                float(3 * (d * d_head + d_head))),
        Working("d·d + d", f"{d}*{d} + {d}", float(d * d + d)),
        Working("one square of n·n weights for each head", f"{heads}*{words}*{words}",
                float(heads * words**2), "attention"),
    )  # fmt: skip
    return (
        Cell(heads, "integer"),
        Cell(d_head, "integer",
             working=Working("d_head = d_model / heads", f"{d}/{heads}", d_head, "d_head")),
        *(Cell(int(w.value), "integer", working=w, role="plain" if i else "target")
          for i, w in enumerate(counted)),
    )  # fmt: skip


def matrices(m: Heads) -> tuple[Heatmap, ...]:
    """The matrices that are cut into heads; the largest designed entries are off the scale."""
    w, ticks = m.layer.weights, tuple(str(i) for i in range(m.d_model))
    reach = 4.0 if m.weights == "designed" else math.sqrt(6 / m.d_model)
    return tuple(
        Heatmap(f"{letter}, cut by columns", values, ticks, ticks, "diverging", -reach, reach,
                decimals=1, height=10, width=24)
        for letter, values in (("W_q", w.w_q), ("W_k", w.w_k))
    )  # fmt: skip
