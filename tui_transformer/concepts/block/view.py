"""The panels of the block screen that show the stage: its place on the path, and its numbers."""

import re
from collections.abc import Callable
from functools import partial

import numpy as np

import tui_transformer.concepts.block.workings  # noqa: F401  (it tells the model why)
from tui_transformer.arrays import Array
from tui_transformer.concepts.block import stack
from tui_transformer.concepts.block.model import TransformerBlock
from tui_transformer.concepts.block.says import says
from tui_transformer.figure import Figure
from tui_transformer.panels import Heatmap, Table, main
from tui_transformer.pieces import Bar, Cell, Column, Role, cell
from tui_transformer.terms import Working

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


def view(m: TransformerBlock) -> Figure:
    """The path, the stream beside what the stage does, and the way through all blocks."""
    return Figure(
        rows=(
            (main(path(m)),),
            (main(stream(m)),),
            (work(m),),
            (stack.along(m), stack.word_table(m)),
            (stack.orders(m), stack.ledger(m)),
        ),
        says=says(m),
        formula=formula(m),
        data="yours, trained: the sorter" if m.trained else f"yours, random (seed {m.seed})",
    )


# ── the path ───────────────────────────────────────────────────────────────────────────


def path(m: TransformerBlock) -> Table:
    """The way through the block the clock is in, each stage with its size and its effect."""
    p, order = m.here, m.settings.order
    reach = max(*(m.sizes.get(name, 0.0) for name in order), 1e-300)
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
        width=44,
    )


def _stage_row(m: TransformerBlock, at: int, reach: float) -> tuple[Cell, ...]:
    """One stage: the track, its length a word, and by how much it moved the stream."""
    name = m.settings.order[at]
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
    decimals = 3 if reach < 1000 else 1
    measured = cell(m.the("sizes")[name], decimals=decimals, role=role)
    bar = Cell(Bar(m.sizes[name], 0.0, reach), role=role)
    if not on_stream or name == "input":
        return first, measured, bar, Cell("", "text"), how
    return (
        first,
        measured,
        bar,
        cell(m.the("sizes")[f"{name} edit"], decimals=decimals, role="gradient"),
        how,
    )


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
        return "ReLU(·W₁)" if m.settings.plan.activation == "relu" else "GELU(·W₁)"
    formula = HOW[m.norm].get(name) or EVERYWHERE[name]
    return formula if m.residual else re.sub(r"(…|x( ?\+ ?a)?) ?\+ ?(?=[af])", "", formula)


# ── the stream, and what the stage does ────────────────────────────────────────────────


def stream(m: TransformerBlock) -> Heatmap:
    """The residual stream as it is at this stage."""
    on_it = m.settings.stream
    name = [s for s in on_it if m.settings.order.index(s) <= m.step][-1]
    reach = max(float(np.max(np.abs(m.shown[s]))) for s in on_it)
    return _stage(m, name, "Stream, word × channel", reach)


def work(m: TransformerBlock) -> Heatmap:
    """What this stage makes, or how it changes the stream."""
    name = m.stage_name
    if name == "shares":
        return _shares(m)
    if name == "input":
        places = m.the("positions")
        return _matrix(m, "input: positions in it", places.values, places.working, 1.0)
    if name == "output":
        return _stage(m, "whole edit", "output: the whole edit")
    if name in m.settings.stream:
        return _stage(m, f"{name} edit", f"{name}: change")
    what = "the units" if name == "hidden" else "its edit"
    return _stage(m, name, f"{name}: {'reads a copy' if 'norm' in name else what}")


def _stage(m: TransformerBlock, name: str, title: str, reach: float | None = None) -> Heatmap:
    """The numbers of a stage."""
    return _matrix(m, title, m.shown[name], partial(m.the("shown").working, name), reach)


def _matrix(
    m: TransformerBlock,
    title: str,
    x: Array,
    working: Callable[[int, int], Working],
    reach: float | None = None,
) -> Heatmap:
    """One row per word, one column per channel."""
    return Heatmap(
        title,
        x,
        m.words,
        tuple(str(j) for j in range(x.shape[1])),
        "diverging",
        high=reach,
        low=reach and -reach,
        row=m.token,
        row_role="cursor",
        row_control="token",
        working=working,
        height=6,
        width=24,
    )


def _shares(m: TransformerBlock) -> Heatmap:
    """All heads side by side: who looks (rows) at whom (columns)."""
    shares, count = m.shown["shares"], len(m.words)
    return Heatmap(
        "shares: who looks where",
        np.concatenate(list(shares), axis=1),
        m.words,
        tuple(f"{h}:{word}" for h in range(m.settings.plan.heads) for word in m.words),
        high=1.0,
        style="probability",
        row=m.token,
        row_control="token",
        working=lambda i, j: m.the("shown").working("shares", j // count, i, j % count),
        height=6,
        width=24,
    )


def formula(m: TransformerBlock) -> Working:
    """Show how a number of this stage comes about; at the start, the block in one line."""
    if m.stage_name == "shares":
        return m.the("shown").working("shares", 0, m.token, 0)
    if m.stage_name == "input":
        return m.the("handed_on").working(m.token, 0)
    return m.the("shown").working(m.stage_name, m.token, 0)
