"""The pictures of the concept `scaling`."""

from functools import partial

import numpy as np

import tui_transformer.concepts.scaling.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.scaling.model import MEANING, Scaling
from tui_transformer.concepts.scaling.says import says
from tui_transformer.concepts.scaling.thinner import rank_table, thin_picture
from tui_transformer.figure import Figure
from tui_transformer.later import Later, each
from tui_transformer.nn.reach import PATTERNS, mask_cells
from tui_transformer.numbers import count
from tui_transformer.panels import Heatmap, Plot, Table, Words, main
from tui_transformer.pieces import Axis, Bar, Cell, Column, Line, Mark, Points, Role, Rule, cell

SHORTEST, LONGEST = 8, 131072


def view(m: Scaling) -> Figure:
    """The mask and what it reaches, attention's share, the cost of length, all patterns."""
    return Figure(
        rows=(
            (main(cost_plot(m)),),
            (share_table(m),),
            (mask_panel(m), cost_table(m)),
            (pattern_table(m),),
            (rank_table(m), thin_picture(m)),
            (definitions(m),),
        ),
        says=says(m),
        formula=m.one("attention_share").why(),
        data="yours; sizes of GPT-2"
        if m.state("d_model", "heads", "layers") == (768, 12, 12)
        else "yours",
    )


def mask_panel(m: Scaling) -> Heatmap:
    """Who has heard of whom: bright where directly, dim where only just."""
    known = m.the("known")
    names = tuple(map(str, range(len(m.known))))
    return Heatmap(
        "Who has heard of whom",
        known.values,
        names,
        names,
        low=0.0,
        high=float(m.hop),
        style="integer",
        decimals=0,
        working=known.working,
        height=14,
        width=23,
    )


def share_table(m: Scaling) -> Table:
    """Attention's share of a block at growing lengths, this one's length among them."""
    rows = each(partial(share_row, m), range(len(m.lengths)))
    columns = (
        Column("", key="tokens"),
        Column("", "output", bar=True, key="share"),
        Column("", "output", key="share in numbers"),
    )
    at = m.lengths.index(m.length)
    title, of = "Share of a block's FLOPs, by tokens", f"{len(m.lengths)} lengths"
    return Table(title, columns, rows, row=at, of=of, width=26)


def share_row(m: Scaling, at: int) -> tuple[Cell, ...]:
    """Attention's share at one of the lengths."""
    n, share = m.lengths[at], m.the("shares")[at]
    return (
        Cell(count(n), "text", role="target" if n == m.length else "plain"),
        Cell(Bar(share.value, marks=(0.5,)), role="output"),
        cell(share, "probability", 4, "output"),
    )


def cost_plot(m: Scaling) -> Plot:
    """Operations of a block over the length: one line is twice as steep as the other."""
    return Plot(
        "FLOPs of one block, by length",
        Later(lambda: cost_marks(m)),
        Axis("tokens", SHORTEST, LONGEST, log=True),
        Axis("FLOPs", log=True),
        height=12,
        width=40,
    )


def cost_marks(m: Scaling) -> tuple[Mark, ...]:
    """What attention takes, what the rest does, and where they are even."""
    lengths = [int(n) for n in np.unique(np.geomspace(SHORTEST, LONGEST, 60).round())]

    def curve(pattern: str) -> list[int]:
        return [4 * m.d_model * mask_cells(pattern, n, *m.shape) for n in lengths]

    crossing = m.crossover_length
    rule = (
        ()
        if crossing is None or not SHORTEST <= crossing <= LONGEST
        else (Rule(crossing, upright=True, role="target", label=f"even at {count(crossing)}"),)
    )
    other = () if m.pattern == "full" else (Line(lengths, curve("full"), "muted", "full"),)
    return (
        *other,
        Line(lengths, [24 * n * m.d_model**2 for n in lengths], "second", "the rest"),
        Line(lengths, curve(m.pattern), "first", f"attention, {m.pattern}"),
        *rule,
        Points([m.length], [m.attention_flops], "first", "here", marker="●"),
        Points([m.length], [m.linear_flops], "second", marker="●"),
    )


def pattern_table(m: Scaling) -> Table:
    """All patterns at this length: what they look at, and how soon it carries everywhere."""
    rows = each(lambda name: pattern_row(m.replace(pattern=name), name == m.pattern), PATTERNS)
    columns = (
        Column("pattern"),
        Column("density", "output"),
        Column("hops to all"),
        Column("cells"),
    )
    return Table("Patterns at this length", columns, rows, row=PATTERNS.index(m.pattern), width=29)


def pattern_row(m: Scaling, chosen: bool) -> tuple[Cell, ...]:
    """The numbers of one pattern."""
    return (
        Cell(m.pattern, "text", role="target" if chosen else "plain"),
        cell(m.one("density"), "probability", 5, "output"),
        whole(m, "hops_to_reach_all"),
        whole(m, "score_cells"),
    )


def whole(m: Scaling, name: str, role: Role = "plain") -> Cell:
    """Show a whole number; never, where there is none."""
    if getattr(m, name) is None:
        return Cell("never", "text")
    return cell(m.one(name), "integer", role=role)


def cost_table(m: Scaling) -> Table:
    """What attention costs, and FlashAttention's saving beside it."""
    costs: tuple[tuple[str, str, Role], ...] = (
        ("attention FLOPs", "attention_flops", "plain"),
        ("other FLOPs", "linear_flops", "plain"),
        ("score bytes", "score_bytes", "plain"),
        ("… with Flash", "flash_bytes", "plain"),
        ("even at n =", "crossover_length", "target"),
    )
    rows = each(lambda row: (Cell(row[0], "text", role=row[2]), whole(m, row[1], row[2])), costs)
    return Table("What it costs", (Column(""), Column("")), rows, width=40)


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
