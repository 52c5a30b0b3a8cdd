"""The panels of the block screen that look beyond the stage: all blocks, all words, all weights."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts import _block_workings as workings
from tui_transformer.concepts._block_run import lengths
from tui_transformer.figure import Axis, Bar, Cell, Column, Line, Plot, Points, Rule, Table, Words
from tui_transformer.working import Working

if TYPE_CHECKING:
    from tui_transformer.concepts.block import TransformerBlock


def along(m: TransformerBlock) -> Plot:
    """How long the stream is after every half of a block, and how far each half moved it."""
    sizes, moves = np.array(m.stream_norms), np.array(m.stream_edits)
    x = np.arange(len(sizes)) / 2
    positive = np.concatenate([sizes, moves[moves > 0]])
    log = bool(np.all(sizes > 0) and np.max(positive) > 50 * np.min(positive))
    top = float(np.max(positive)) or 1.0
    shown = np.where(moves > 0, moves, np.nan) if log else moves
    dots = (
        (Points(x, sizes, "input"), Points(x[1:], shown, "gradient", marker="◆"))
        if m.blocks <= 6
        else ()
    )
    now = m.here.index + halves(m) / 2
    return Plot(
        "Length along the stream",
        (
            Rule(now, upright=True, role="cursor"),
            Line(x, sizes, "input", "stream"),
            Line(x[1:], shown, "gradient", "edit"),
            *dots,
        ),
        Axis("blocks", 0, m.blocks),
        Axis("length a word", None if log else 0.0, None if log else 1.08 * top, log=log),
        height=8,
        width=26,
    )


def halves(m: TransformerBlock) -> int:
    """How many halves of this block the clock has behind it."""
    ends = ("after_attention", "output") if m.norm == "pre" else ("norm_1", "norm_2")
    return sum(m.settings.order.index(name) <= m.step for name in ends)


def word_table(m: TransformerBlock) -> Table:
    """Every word by itself: how long it comes, what is added, how long it leaves."""
    p = m.here
    names = ("input", "attention", "feed_forward", "output")
    columns = zip(*(lengths(p.at(name)) for name in names), strict=True)
    return Table(
        "Lengths, word by word",
        (
            Column("word"),
            Column("in", "input"),
            Column("attn", "output"),
            Column("ffn", "output"),
            Column("out", "input"),
        ),
        tuple(
            (
                Cell(word, "text"),
                *(
                    Cell(
                        float(x),
                        decimals=2,
                        role="input" if name in ("input", "output") else "output",
                        working=partial(workings.length, p.at(name)[i], name),
                    )
                    for name, x in zip(names, row, strict=True)
                ),
            )
            for i, (word, row) in enumerate(zip(m.words, columns, strict=True))
        ),
        row=m.token,
        row_control="token",
        width=25,
    )


def orders(m: TransformerBlock) -> Words:
    """Both orders, and why explanations differ."""
    pre, post = ("●○", "○●")[m.norm == "post"]
    return Words(
        "Two orders, both right",
        (
            f"{pre} pre-LN (GPT-2 and later): norm, part, add. The norm reads a copy; "
            "the stream itself is only ever added to.",
            f"{post} post-LN (the 2017 paper, BERT): part, add, norm. The norm stands "
            "in the stream and rewrites it.",
            "Explanations that disagree describe two designs; `norm` switches between them.",
        ),
        width=30,
    )


def ledger(m: TransformerBlock) -> Table:
    """Where the parameters of a block are."""
    d = m.d_model
    rows = (
        ("norms", "4d", f"4*{d}", 4 * d),
        ("attention", "4d² + 4d", f"4*{d}**2 + 4*{d}", 4 * d * d + 4 * d),
        ("feed_forward", "8d² + 5d", f"8*{d}**2 + 5*{d}", 8 * d * d + 5 * d),
        ("one block", "12d² + 13d", f"12*{d}**2 + 13*{d}", m.parameter_count),
    )
    return Table(
        "Parameters of a block",
        (Column(f"d = {d}", key="d"), Column("count"), Column("", bar=True), Column("formula")),
        tuple(
            (
                Cell(name, "text"),
                Cell(
                    count,
                    "integer",
                    working=Working(symbols, expression, count, "parameter_count"),
                ),
                Cell(Bar(count, 0, m.parameter_count)),
                Cell(symbols, "text", role="muted"),
            )
            for name, symbols, expression, count in rows
        ),
        width=30,
    )
