"""The panels of the block screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts import _block_workings as workings
from tui_transformer.concepts._block_run import Passage, embedded, lengths, size
from tui_transformer.controls import Array
from tui_transformer.figure import (
    Axis,
    Bar,
    Cell,
    Column,
    Heatmap,
    Line,
    Plot,
    Points,
    Role,
    Rule,
    Table,
    Words,
)
from tui_transformer.working import Working

if TYPE_CHECKING:
    from tui_transformer.concepts.block import TransformerBlock

# What leaves the stream on the right, and where it comes back to it.
PRE_TRACKS = ("●   ", "├─╮ ", "│ │ ", "│ │ ", "⊕─╯ ", "├─╮ ", "│ │ ", "│ │ ", "⊕─╯ ")
POST_TRACKS = ("●   ", "├─╮ ", "│ │ ", "⊕─╯ ", "◇   ", "├─╮ ", "│ │ ", "⊕◇╯ ", "●   ")
CUT = str.maketrans("├│⊕", "╰ ╭")  # without the residual the only way leads through the parts
# x comes in; a is attention's edit, f that of the feed-forward network.
HOW = {
    "pre": {"norm_1": "norm(x)", "norm_2": "norm(x+a)", "output": "x + a + f"},
    "post": {"norm_1": "norm(x+a)", "norm_2": "norm(…+f)", "output": "handed on"},
}
EVERYWHERE = {
    "input": "x",
    "shares": "softmax",
    "attention": "a = ·Wₒ",
    "after_attention": "x + a",
    "feed_forward": "f = ·W₂",
}


# ── the path ───────────────────────────────────────────────────────────────────────────


def path(m: TransformerBlock) -> Table:
    """The way through the block the clock is in, each stage with its size and its effect."""
    p, order = m.here, m.settings.order
    sizes = [size(p.at(name)) if name != "shares" else 0.0 for name in order]
    reach = max(*sizes, 1e-300)
    return Table(
        "The path through the block",
        (
            Column(f"block {p.index + 1} of {m.blocks}"),
            Column("length"),
            Column("", bar=True),
            Column("edit", "gradient"),
            Column("how"),
        ),
        tuple(_stage_row(m, at, reach) for at in range(len(order))),
        row=m.step,
        row_control="" if p.index else "stage",
    )


def _stage_row(m: TransformerBlock, at: int, reach: float) -> tuple[Cell, ...]:
    """One stage: the track, its length a word, and by how much it moved the stream."""
    p, name = m.here, m.settings.order[at]
    on_stream = name in m.settings.stream
    role: Role = "input" if on_stream else "output"
    first = Cell(f"{_track(m, at)}{name}{_state(m, name)}", "text")
    how = Cell(_how(m, name), "text", role="muted")
    if name == "shares":
        return first, Cell("sum 1", "text"), Cell(Bar(0.0)), Cell("", "text"), how
    x = p.at(name)
    measured = Cell(size(x), decimals=3, role=role, working=lambda: workings.typical(x, "x"))
    bar = Cell(Bar(size(x), 0.0, reach), role=role)
    if not on_stream or name == "input":
        return first, measured, bar, Cell("", "text"), how
    moved = x - p.before(name)
    edit = Cell(
        size(moved),
        decimals=3,
        role="gradient",
        working=lambda: workings.typical(moved, "after − before"),
    )
    return first, measured, bar, edit, how


def _track(m: TransformerBlock, at: int) -> str:
    """Draw the stream at the left, and what branches off it."""
    track = (PRE_TRACKS if m.norm == "pre" else POST_TRACKS)[at]
    return track if m.residual else track.translate(CUT)


def _state(m: TransformerBlock, name: str) -> str:
    """Say so where a part is off."""
    off = {
        "norm_1": m.normalize,
        "norm_2": m.normalize,
        "shares": m.attention,
        "attention": m.attention,
        "hidden": m.feed_forward,
        "feed_forward": m.feed_forward,
    }
    return "" if off.get(name, True) else " off"


def _how(m: TransformerBlock, name: str) -> str:
    """Write a stage as a short formula."""
    if name == "hidden":
        return {"gelu": "GELU(·W₁)", "relu": "ReLU(·W₁)"}[m.activation]
    formula = HOW[m.norm].get(name) or EVERYWHERE[name]
    return formula if m.residual else re.sub(r"(…|x( ?\+ ?a)?) ?\+ ?(?=[af])", "", formula)


# ── the stream, and what the stage does ────────────────────────────────────────────────


def stream(m: TransformerBlock) -> Heatmap:
    """The residual stream as it is at this stage."""
    p, on_it = m.here, m.settings.stream
    name = [s for s in on_it if m.settings.order.index(s) <= m.step][-1]
    reach = max(float(np.max(np.abs(p.at(s)))) for s in on_it) or 1.0
    return _matrix(
        m,
        "Stream, word × channel",
        p.at(name),
        partial(workings.stage, p, name),
        reach,
    )


def work(m: TransformerBlock) -> Heatmap:
    """What this stage makes, or how it changes the stream."""
    p, name = m.here, m.stage_name
    if name == "shares":
        return _shares(m, p)
    if name == "input":
        return _places(m)
    if name not in m.settings.stream:
        what = "the units" if name == "hidden" else "its edit"
        what = "reads a copy" if "norm" in name else what
        return _matrix(m, f"{name}: {what}", p.at(name), partial(workings.stage, p, name))
    before = p.at("input") if name == "output" else p.before(name)
    what = "the whole edit" if name == "output" else "change"
    after = p.at(name)
    return _matrix(m, f"{name}: {what}", after - before, partial(workings.moved, after, before))


def _matrix(
    m: TransformerBlock,
    title: str,
    x: Array,
    working: Callable[[int, int], Working],
    reach: float = 0.0,
) -> Heatmap:
    """One row per word, one column per channel."""
    reach = reach or float(np.max(np.abs(x))) or 1.0
    return Heatmap(
        title,
        x,
        m.words,
        tuple(str(j) for j in range(x.shape[1])),
        "diverging",
        -reach,
        reach,
        row=m.token,
        row_role="cursor",
        row_control="token",
        working=working,
        height=6,
        width=24,
    )


def _shares(m: TransformerBlock, p: Passage) -> Heatmap:
    """All heads side by side: who looks (rows) at whom (columns)."""
    heads, count, _ = p.at("shares").shape
    columns = tuple(f"{h}:{word}" for h in range(heads) for word in m.words)
    return Heatmap(
        "shares: who looks where",
        np.concatenate(list(p.at("shares")), axis=1),
        m.words,
        columns,
        "sequential",
        0.0,
        1.0,
        "probability",
        row=m.token,
        row_control="token",
        working=lambda i, j: workings.share(p, j // count, i, j % count),
        height=6,
        width=24,
    )


def _places(m: TransformerBlock) -> Heatmap:
    """The part of the input that says where a word stands."""
    _, places = embedded(m.words, m.d_model, m.seed)
    d = m.d_model + m.d_model % 2

    def working(i: int, j: int) -> Working:
        wave = "cos" if j % 2 else "sin"
        return Working(
            f"PE(p, {j}) = {wave}(p / 10000^(2i/d)), p = {i}, i = {j // 2}",
            f"{wave}({i}/10000**({j - j % 2}/{d}))",
            float(places[i, j]),
            "stages",
        )

    return _matrix(m, "input: positions in it", places, working, 1.0)


# ── along the stack ────────────────────────────────────────────────────────────────────


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
        (Column(f"d = {d}"), Column("count"), Column("", bar=True), Column("formula")),
        tuple(
            (
                Cell(name, "text"),
                Cell(
                    count,
                    "integer",
                    working=Working(symbols, expression, float(count), "parameter_count"),
                ),
                Cell(Bar(count, 0, m.parameter_count)),
                Cell(symbols, "text", role="muted"),
            )
            for name, symbols, expression, count in rows
        ),
        width=30,
    )


def formula(m: TransformerBlock) -> Working:
    """Show how a number of this stage comes about; at the start, the block in one line."""
    p, name = m.here, m.stage_name
    if name == "shares":
        return workings.share(p, 0, m.token, 0)
    if name == "input":
        return workings.whole(p, m.token, 0)
    return workings.stage(p, name, m.token, 0)
