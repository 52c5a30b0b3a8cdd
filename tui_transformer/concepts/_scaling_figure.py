"""The panels of the scaling screen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts._scaling_workings import (
    cells_written,
    crossover_written,
    hops_written,
    known_working,
    share_working,
)
from tui_transformer.figure import (
    Axis,
    Bar,
    Cell,
    Column,
    Heatmap,
    Line,
    Plot,
    Points,
    Rule,
    Table,
    Words,
)
from tui_transformer.nn.reach import PATTERNS, mask_cells
from tui_transformer.numbers import count, probability
from tui_transformer.working import Working

if TYPE_CHECKING:
    from tui_transformer.concepts.scaling import Scaling

LENGTHS = (256, 1024, 4096, 4608, 16384, 32768, 131072)
SHORTEST, LONGEST = 8, 131072
MEANING = {
    "full": "full: every query looks at every key",
    "causal": "causal: at itself and what came before, j ≤ i",
    "sliding": "sliding: at |i−j| ≤ window",
    "strided": "strided: at |i−j| ≤ stride, and where stride divides i−j (Sparse Transformer)",
    "global": "global: sliding, and token 0 sees all and is seen by all (Longformer)",
    "block": "block: at the same block of `window` tokens",
}


def percent(share: float) -> str:
    """Write a share in percent; never as nothing or as everything, unless it is."""
    hundreds = 100 * share
    if 10 <= hundreds < 99.95:
        return f"{hundreds:.1f} %"
    return f"{hundreds:.3g} %" if hundreds in (0, 100) or hundreds < 10 else probability(share, 4)


def widest(m: Scaling) -> int:
    """How many cells a row has at the most, on average, of a pattern that does not grow."""
    return {"sliding": 2 * m.window + 1, "global": 2 * m.window + 3, "block": m.window}[m.pattern]


def mask_panel(m: Scaling) -> Heatmap:
    """Who has heard of whom: bright where directly, dim where only just."""
    known = np.where(m.first > 0, m.hop + 1 - m.first, 0)
    names = tuple(map(str, range(len(known))))
    return Heatmap(
        "Who has heard of whom",
        known,
        names,
        names,
        low=0.0,
        high=float(m.hop),
        style="integer",
        decimals=0,
        working=partial(known_working, m),
        height=14,
        width=23,
    )


def share_table(m: Scaling) -> Table:
    """Attention's share of a block at growing lengths, this one's length among them."""
    lengths = sorted({*LENGTHS, m.length})
    rows = []
    for n in lengths:
        working = share_working(m, n)
        rows.append(
            (
                Cell(count(n), "text", role="target" if n == m.length else "plain"),
                Cell(Bar(working.value, marks=(0.5,)), role="output"),
                Cell(working.value, "probability", 4, role="output", working=working),
            )
        )
    columns = (Column("tokens"), Column("share", "output", bar=True), Column("", "output"))
    return Table(
        "Share of a block's FLOPs", columns, tuple(rows), row=lengths.index(m.length), width=26
    )


def cost_plot(m: Scaling) -> Plot:
    """Operations of a block over the length: one line is twice as steep as the other."""
    lengths = [int(n) for n in np.unique(np.geomspace(SHORTEST, LONGEST, 60).round())]

    def curve(pattern: str) -> list[int]:
        return [4 * m.d_model * mask_cells(pattern, n, m.window, m.stride) for n in lengths]

    crossing = m.crossover_length
    rule = (
        ()
        if crossing is None or not SHORTEST <= crossing <= LONGEST
        else (Rule(crossing, upright=True, role="target", label=f"even at {count(crossing)}"),)
    )
    other = () if m.pattern == "full" else (Line(lengths, curve("full"), "muted", "full"),)
    return Plot(
        "FLOPs of one block, by length",
        (
            *other,
            Line(lengths, [24 * n * m.d_model**2 for n in lengths], "second", "the rest"),
            Line(lengths, curve(m.pattern), "first", f"attention, {m.pattern}"),
            *rule,
            Points([m.length], [m.attention_flops], "first", "here", marker="●"),
            Points([m.length], [m.linear_flops], "second", marker="●"),
        ),
        Axis("tokens", SHORTEST, LONGEST, log=True),
        Axis("FLOPs", log=True),
        height=12,
        width=40,
    )


def pattern_table(m: Scaling) -> Table:
    """All patterns at this length: what they look at, and how soon it carries everywhere."""
    rows = tuple(
        pattern_row(m.replace(pattern=pattern), pattern == m.pattern) for pattern in PATTERNS
    )
    columns = (
        Column("pattern"),
        Column("density", "output"),
        Column("hops to all"),
        Column("cells"),
    )
    return Table("Patterns at this length", columns, rows, row=PATTERNS.index(m.pattern), width=29)


def pattern_row(m: Scaling, chosen: bool) -> tuple[Cell, ...]:
    """The numbers of one pattern."""
    cells, n = cells_written(m), m.length
    hops = (
        Cell("never", "text")
        if m.hops_to_reach_all is None
        else Cell(
            m.hops_to_reach_all,
            "integer",
            working=Working(*hops_written(m), m.hops_to_reach_all, "hops_to_reach_all"),
        )
    )
    return (
        Cell(m.pattern, "text", role="target" if chosen else "plain"),
        Cell(
            m.density,
            "probability",
            5,
            role="output",
            working=Working("cells / n²", f"({cells}) / {n}**2", m.density, "density"),
        ),
        hops,
        Cell(
            m.score_cells,
            "integer",
            working=Working(f"cells of {MEANING[m.pattern]}", cells, m.score_cells, "score_cells"),
        ),
    )


def cost_table(m: Scaling) -> Table:
    """What attention costs, and FlashAttention's saving beside it."""
    n, d, cells, rows = m.length, m.d_model, m.score_cells, m.heads * m.layers
    lines = (
        (
            "attention FLOPs",
            m.attention_flops,
            "4·cells·d, one block",
            f"4*{cells}*{d}",
            "attention_flops",
        ),
        ("other FLOPs", m.linear_flops, "24·n·d², one block", f"24*{n}*{d}**2", "linear_flops"),
        (
            "score bytes",
            m.score_bytes,
            "4·cells·heads·layers",
            f"4*{cells}*{m.heads}*{m.layers}",
            "score_bytes",
        ),
        (
            "… with Flash",
            4 * n * rows,
            "FlashAttention-2 keeps one float32 a row: 4·n·heads·layers; its FLOPs are the same",
            f"4*{n}*{m.heads}*{m.layers}",
            "score_bytes",
        ),
    )
    sizes = [
        (
            Cell(name, "text"),
            Cell(size, "integer", working=Working(f"{name}: {formula}", expression, size, of)),
        )
        for name, size, formula, expression, of in lines
    ]
    crossing = m.crossover_length
    even = (
        Cell("never", "text")
        if crossing is None
        else Cell(
            crossing,
            "integer",
            role="target",
            working=Working(*crossover_written(m, crossing), crossing, "crossover_length"),
        )
    )
    return Table(
        "What it costs",
        (Column(""), Column("")),
        (*sizes, (Cell("even at n =", "text", role="target"), even)),
        width=28,
    )


def definitions(m: Scaling) -> Words:
    """What the patterns mean, and what the numbers leave out."""
    return Words(
        "What the patterns mean",
        (
            *(("▸ " if name == m.pattern else "  ") + text for name, text in MEANING.items()),
            "",
            "The picture is their first 64 tokens; a cell counts for how many hops the row has "
            "known of the column.",
            "FlashAttention changes memory, not FLOPs: scores are made tile by tile, never stored.",
        ),
        width=40,
    )
