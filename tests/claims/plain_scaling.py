"""Patterns of attention by their definitions: what they look at, what that costs, how far it goes.

`c` are the controls of a state.
"""

from types import SimpleNamespace

import numpy as np

PATTERNS = ["full", "causal", "sliding", "strided", "global", "block", "low-rank"]


def with_changes(c: SimpleNamespace, **changes: object) -> SimpleNamespace:
    """The same controls with some changed."""
    return SimpleNamespace(**{**vars(c), **changes})


def looks(c: SimpleNamespace, i: int) -> list[slice]:
    """The keys that query i looks at, as pieces of the text that may overlap."""
    every, near = slice(0, c.length), slice(max(i - c.window, 0), i + c.window + 1)
    return {
        "full": [every],
        "low-rank": [every],
        "causal": [slice(0, i + 1)],
        "sliding": [near],
        "strided": [
            slice(max(i - c.stride, 0), i + c.stride + 1),
            slice(i % c.stride, None, c.stride),
        ],
        "global": [every] if i == 0 else [near, slice(0, 1)],
        "block": [slice(i - i % c.window, i - i % c.window + c.window)],
    }[c.pattern]


def neighbours(c: SimpleNamespace, i: int) -> np.ndarray:
    """The keys that query i looks at, each once."""
    seen = np.zeros(c.length, dtype=bool)
    for piece in looks(c, i):
        seen[piece] = True
    return np.flatnonzero(seen)


def cells(c: SimpleNamespace, n: int) -> int:
    """The cells of a pattern at n tokens, diagonal by diagonal (blocks: block by block)."""
    if c.pattern == "block":
        blocks, rest = divmod(n, c.window)
        return blocks * c.window * c.window + rest * rest
    if c.pattern == "low-rank":
        return min(n * c.rank + c.rank * n, n * n)  # two thin matrices, or the whole one
    if c.pattern in ("full", "causal"):
        return n + (2 if c.pattern == "full" else 1) * (n * n - n) // 2  # diagonal, triangles
    width = min(c.stride if c.pattern == "strided" else c.window, n - 1)
    away = list(range(1, width + 1))
    if c.pattern == "strided":
        away += range(2 * c.stride, n, c.stride)
    edges = 2 * max(n - 1 - width, 0) if c.pattern == "global" else 0  # row 0 and column 0
    return n + 2 * (n * len(away) - sum(away)) + edges


def costs(c: SimpleNamespace, n: int) -> tuple[int, int]:
    """Multiplications and additions of a block: with scores and values, and in all the rest."""
    d_head = c.d_model // c.heads
    attention = c.heads * cells(c, n) * (2 * d_head + 2 * d_head)  # q·k, and w·v
    projections = 4 * (2 * n * c.d_model * c.d_model)  # to q, k, v and from the heads
    return attention, projections + 2 * (2 * n * c.d_model * 4 * c.d_model)


def hops(c: SimpleNamespace) -> int | None:
    """After how many layers every token has heard of all (causal: of all before); None: never.

    Followed from both ends and the middle; a window carries farthest from end to end.
    """
    if c.pattern == "sliding":
        at = count = 0
        while at < c.length - 1:
            at, count = at + c.window, count + 1
        return count
    ways = [_hops_from(c, i) for i in (0, c.length // 2, c.length - 1)]
    return None if None in ways else max(ways)


def _hops_from(c: SimpleNamespace, i: int) -> int | None:
    wanted = i + 1 if c.pattern == "causal" else c.length
    heard, last, count = np.zeros(c.length, dtype=bool), np.array([i]), 0
    while not heard[:wanted].all():
        before, count = heard.copy(), count + 1
        # The nearest first: those of a stride have all remainders, and so reach everything.
        for k in sorted(last, key=lambda k: abs(k - i)):
            for piece in looks(c, int(k)):
                heard[piece] = True
            if heard[:wanted].all():
                break
        last = np.flatnonzero(heard & ~before)
        if not len(last):
            return None
    return count
