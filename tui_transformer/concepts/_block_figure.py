"""The panels of the block screen that show the stage: its place on the path, and its numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts import _block_workings as workings
from tui_transformer.concepts._block_run import Passage, embedded, size
from tui_transformer.controls import Array
from tui_transformer.figure import (
    Bar,
    Cell,
    Column,
    Heatmap,
    Role,
    Table,
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
            Column(f"block {p.index + 1} of {m.blocks}", key="stage"),
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
    first = Cell(f"{_track(m, at)}{name}{_state(m, name)}", "text", key=name)
    how = Cell(_how(m, name), "text", role="muted")
    if name == "shares":
        return (
            first,
            Cell("sum 1" if m.attention else "all 0", "text"),
            Cell(Bar(0.0)),
            Cell("", "text"),
            how,
        )
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


def formula(m: TransformerBlock) -> Working:
    """Show how a number of this stage comes about; at the start, the block in one line."""
    p, name = m.here, m.stage_name
    if name == "shares":
        return workings.share(p, 0, m.token, 0)
    if name == "input":
        return workings.whole(p, m.token, 0)
    return workings.stage(p, name, m.token, 0)
