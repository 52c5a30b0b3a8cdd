"""The panels of the block screen that look beyond the stage: all blocks, all words, all weights."""

from functools import partial

import numpy as np

from tui_transformer.concepts.block.model import TransformerBlock
from tui_transformer.later import each
from tui_transformer.panels import Plot, Table, Words
from tui_transformer.pieces import Axis, Bar, Cell, Column, Line, Points, Role, Rule, cell

# Where a word is measured: the title there, and the role.
LENGTHS: dict[str, tuple[str, Role]] = {
    "input": ("in", "input"),
    "attention": ("attn", "output"),
    "feed_forward": ("ffn", "output"),
    "output": ("out", "input"),
}

FORMULAS = {
    "norms": "4d",
    "attention": "4d² + 4d",
    "feed_forward": "8d² + 5d",
    "one block": "12d² + 13d",
}


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
    return Table(
        "Lengths, word by word",
        (
            Column("word"),
            *(Column(title, role) for title, role in LENGTHS.values()),
        ),
        each(partial(word_row, m), range(len(m.words))),
        row=m.token,
        row_control="token",
        width=25,
    )


def word_row(m: TransformerBlock, i: int) -> tuple[Cell, ...]:
    """One word on its way."""
    lengths = m.the("lengths")
    numbers = (cell(lengths[name, i], decimals=2, role=role) for name, (_, role) in LENGTHS.items())
    return Cell(m.words[i], "text"), *numbers


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
    return Table(
        "Parameters of a block",
        (
            Column(f"d = {m.width}", key="d"),
            Column("count"),
            Column("", bar=True),
            Column("formula"),
        ),
        each(partial(part_row, m), list(FORMULAS)),
        width=30,
    )


def part_row(m: TransformerBlock, name: str) -> tuple[Cell, ...]:
    """The parameters of one part, or of all."""
    count = m.the("parts")[name] if name in m.parts else m.one("parameter_count")
    return (
        Cell(name, "text"),
        cell(count, "integer"),
        Cell(Bar(count.value, 0, m.parameter_count)),
        Cell(FORMULAS[name], "text", role="muted"),
    )
