"""How each number of the feed-forward screen comes about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_transformer.numbers import subscript
from tui_transformer.text import shorten, visible
from tui_transformer.working import Working, dot, n

if TYPE_CHECKING:
    from tui_transformer.concepts.feed_forward import FeedForward


def x_working(m: FeedForward, row: int, i: int) -> Working:
    """Say where a word's numbers come from."""
    x = float(m.x[row, i])
    word = visible(shorten(m.tokens[row], 16))
    return Working(f"x{subscript(i)} of “{word}”: N(0, 1), from its own hash and the seed", n(x), x)


def hidden_working(m: FeedForward, row: int, j: int) -> Working:
    """Show how a word's answer to a key comes about."""
    summed = f"({dot(m.x[row], m.w_1[:, j])} + {n(m.b_1[j])})"
    key = f"k{subscript(j)}"
    return Working(
        f"h{subscript(j)} = {m.activation}(x·{key} + b₁), {key} is column {j} of W₁",
        m.gate.worked(float(m.sums[row, j]), summed),
        float(m.hidden[row, j]),
        "hidden",
    )


def output_working(m: FeedForward, row: int, i: int) -> Working:
    """Show how a word's output comes about: the values, each as much as its key was answered."""
    h = m.hidden[row]
    used = h != 0
    added = f"{dot(h[used], m.w_2[used, i])} + " if used.any() else ""
    keys = int(used.sum())
    return Working(
        f"output{subscript(i)} = Σ hⱼ·vⱼ + b₂ in column {i}, over {keys} keys with h ≠ 0",
        f"{added}{n(m.b_2[i])}",
        float(m.output[row, i]),
        "output",
    )
