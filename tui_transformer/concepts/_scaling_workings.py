"""How the numbers of the scaling screen come about, as arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_transformer.nn.reach import mask_cells, route
from tui_transformer.working import Working

if TYPE_CHECKING:
    from tui_transformer.concepts.scaling import Scaling


def known_working(m: Scaling, i: int, j: int) -> Working:
    """Show by which way token i has heard of token j, hop by hop."""
    first = int(m.first[i, j])
    if not first:
        return Working(
            f"token {i} has not heard of token {j} after {m.hop} hops", "0", 0, "hops_to_reach_all"
        )
    way = " ← ".join(map(str, route(m.mask, m.first, i, j)))
    return Working(
        f"{way}: hops passed + 1 − hops needed", f"{m.hop} + 1 - {first}", m.hop + 1 - first, "mask"
    )


def share_working(m: Scaling, n: int) -> Working:
    """Show attention's share of a block at some length."""
    cells, d = mask_cells(m.pattern, n, m.window, m.stride), m.d_model
    attention = f"4*{cells}*{d}"
    cost = 4 * cells * d
    return Working(
        "share = 4·cells·d / (4·cells·d + 24·n·d²)",
        f"{attention} / ({attention} + 24*{n}*{d}**2)",
        cost / (cost + 24 * n * d**2),
        "attention_share",
    )


def cells_written(m: Scaling) -> str:
    """Write the count of a pattern's cells."""
    n = m.length
    match m.pattern:
        case "full":
            return f"{n}*{n}"
        case "causal":
            return f"{n}*({n} + 1)/2"
        case "sliding":
            return _band_written(n, m.window)
        case "strided":
            lines = (n - 1) // m.stride
            if lines < 2:
                return _band_written(n, m.stride)
            # 2·Σ (n − m·stride) over the diagonals m = 2 … lines outside the band
            return (
                f"{_band_written(n, m.stride)} + 2*({lines - 1}*{n} - "
                f"{m.stride}*({lines}*({lines} + 1)/2 - 1))"
            )
        case "global":
            return f"{_band_written(n, m.window)} + 2*{max(n - 1 - m.window, 0)}"
        case _:
            blocks, rest = divmod(n, m.window)
            return f"{blocks}*{m.window}**2 + {rest}**2"


def _band_written(n: int, width: int) -> str:
    """Write the cells at most `width` from the diagonal: full rows without two corners."""
    width = min(width, n - 1)
    return f"{n}*(2*{width} + 1) - {width}*({width} + 1)"


def hops_written(m: Scaling) -> tuple[str, str]:
    """Write how many hops lead everywhere, and why."""
    if m.hops_to_reach_all == 1:
        return "all that may be heard is one hop away", "1"
    if m.pattern == "sliding":
        return "⌈(n − 1)/window⌉, from end to end", f"ceil(({m.length} - 1)/{m.window})"
    if m.pattern == "strided":
        return "whole strides, then the rest inside the window", "1 + 1"
    return "to token 0, and from it", "1 + 1"


def crossover_written(m: Scaling, crossing: int) -> tuple[str, str]:
    """Write the length where attention costs as much as the rest.

    Near it the cells are a·n − c, a straight line, so a·n − c = 6·d·n gives n = ⌈c/(a − 6d)⌉.
    """
    d, w, s = m.d_model, m.window, m.stride
    if mask_cells(m.pattern, crossing, w, s) == crossing**2:
        return "n = 6·d, where 4·n·d = 24·d²", f"6*{d}"
    if m.pattern == "causal":
        return "(n + 1)/2 = 6·d", f"12*{d} - 1"
    symbols = "cells = a·n − c = 6·d·n, so n = ⌈c/(a − 6·d)⌉"
    if m.pattern == "sliding":
        return symbols, f"ceil({w}*({w} + 1)/(2*{w} + 1 - 6*{d}))"
    if m.pattern == "global":
        return symbols, f"ceil(({w} + 1)*({w} + 2)/(2*{w} + 3 - 6*{d}))"
    lines = (crossing - 1) // s
    line = f"{s}*({s} - 1 + {lines}*({lines} + 1))/(2*{s} - 1 + 2*{lines} - 6*{d})"
    return (
        f"{symbols}; at least one token past diagonal {lines}",
        f"max({lines}*{s} + 1, ceil({line}))",
    )
