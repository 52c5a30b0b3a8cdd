"""What the heads of the heads screen write, what one takes away, and what they cost."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts import _heads_design as design
from tui_transformer.concepts._heads_figure import ROWS, length_cell, name, shown
from tui_transformer.controls import Array
from tui_transformer.figure import Bar, Cell, Column, Heatmap, Table, Token, Tokens
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.heads import Heads

WORDS = 14


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
    parts.append(m.layer.weights.b_o[None])
    each = np.concatenate(parts)
    on = [row for row in range(len(each)) if not off(m, listed, row)]
    values = np.vstack([each, each[on].sum(axis=0)])
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
        key="added up",
        row_keys=(*(f"head {head}" for head in listed), *names[len(listed) :], "b_O", "output"),
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
        m.parameter_count,
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
                3 * (d * d_head + d_head)),
        Working("d·d + d", f"{d}*{d} + {d}", d * d + d),
        Working("one square of n·n weights for each head", f"{heads}*{words}*{words}",
                heads * words**2, "attention"),
    )  # fmt: skip
    return (
        Cell(heads, "integer", key=str(heads)),
        Cell(d_head, "integer",
             working=Working("d_head = d_model / heads", f"{d}/{heads}", d_head, "d_head")),
        *(Cell(int(w.value), "integer", working=w, role="plain" if i else "target")
          for i, w in enumerate(counted)),
    )  # fmt: skip


def matrices(m: Heads) -> tuple[Heatmap, ...]:
    """The matrices that are cut into heads; drawn entries are faint beside designed ones."""
    w, ticks = m.layer.weights, tuple(str(i) for i in range(m.d_model))
    return tuple(
        Heatmap(f"{letter}, cut by columns", values, ticks, ticks, "diverging",
                -reach, reach, decimals=1, height=10, width=24)
        for letter, values in (("W_q", w.w_q), ("W_k", w.w_k))
        if (reach := float(np.max(np.abs(values))))
    )  # fmt: skip
