"""The panels of the screen `library`, and how each of their numbers comes about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts._softmax_row import share_cell
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
)
from tui_transformer.nn import attention as nn
from tui_transformer.nn.attention import Array
from tui_transformer.numbers import number
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.library import Library

TITLES = ("Whale Songs", "Star Atlas", "Fish Soups", "Night Sailor", "Daily Bread", "Moon & Tide")
TOPICS = ("sea", "sky", "food")
PARTS = ("facts", "stories", "pictures")


# ── workings ───────────────────────────────────────────────────────────────────────────


def weight_cell(m: Library, j: int) -> Cell:
    """How much a book gives."""
    if m.lookup == "soft":
        return share_cell(m.scaled, j, "z", "output", "z = q·k/T", first=1)
    best = j == m.best
    why = "its score is the largest" if best else f"{TITLES[m.best]} is taken instead"
    return Cell(
        float(best),
        "integer",
        role="output",
        working=lambda: Working(
            f"w{j + 1} = {int(best)}: {why}", str(int(best)), float(best), "weights"
        ),
    )


def content_working(m: Library, part: int) -> Working:
    """Show how one part of what is carried home comes about."""
    return blend_working(m, part, m.values, "Σ w·v")


def blend_working(m: Library, part: int, values: Array, symbols: str) -> Working:
    """Show one part of a blend of such contents by the present weights."""
    return Working(
        f"{PARTS[part]} = {symbols}",
        dot(m.weights, values[:, part]),
        float(m.carried(values)[part]),
        "content",
    )


# ── tables ─────────────────────────────────────────────────────────────────────────────


def book_table(m: Library) -> Table:
    """One row per book: how much it gives, why, and what."""
    columns = (
        Column("book", "key"),
        Column("gives", "output", bar=True),
        Column("weight", "output"),
        Column("s=q·k"),
        Column("s/T"),
        *(Column(part, "value") for part in PARTS),
    )
    swapped = ", two contents swapped ⇄" if m.swap_values else ""
    return Table(
        f"Six books answer one query{swapped}",
        columns,
        tuple(book_row(m, j) for j in range(len(TITLES))),
        row=m.best,
        key="books",
    )


def book_row(m: Library, j: int) -> tuple[Cell, ...]:
    """The numbers of one book; where it holds another's content, a mark says so."""
    s, z = float(m.scores[j]), float(m.scaled[j])
    mark = " ⇄" if m.swap_values and j in (3, 4) else ""
    return (
        Cell(TITLES[j] + mark, "text", role="key", key=TITLES[j]),
        Cell(Bar(float(m.weights[j])), role="output"),
        weight_cell(m, j),
        Cell(
            s,
            decimals=2,
            working=lambda: Working(
                f"s{j + 1} = q·k{j + 1}", dot(m.query, m.shelf[j]), s, "scores"
            ),
        ),
        Cell(
            z,
            decimals=2,
            working=lambda: Working(
                f"z{j + 1} = s{j + 1}/T", f"{n(s)}/{n(m.temperature)}", z, "weights"
            ),
        ),
        *(Cell(float(v), decimals=1, role="value") for v in m.values[j]),
    )


def content_table(m: Library) -> Table:
    """What is carried home now, with the switch turned, and from the average book."""
    columns = (Column("", "value"), Column("now", "output"), Column("if ⇄"), Column("mean"))
    return Table(
        "What you carry home",
        columns,
        tuple(content_row(m, part) for part in range(len(PARTS))),
        width=30,
    )


def content_row(m: Library, part: int) -> tuple[Cell, ...]:
    """One part of the content."""
    now = content_working(m, part)
    other = blend_working(m, part, m.otherwise, "Σ w·v with the switch turned")
    average = float(m.average[part])
    return (
        Cell(PARTS[part], "text", role="value"),
        Cell(now.value, decimals=3, role="output", working=now),
        Cell(other.value, decimals=3, working=other),
        Cell(
            average,
            decimals=3,
            working=lambda: Working(
                f"{PARTS[part]} = Σ v / 6",
                f"{total(n(v) for v in m.values[:, part])}/{len(TITLES)}",
                average,
                "average",
            ),
        ),
    )


# ── pictures ───────────────────────────────────────────────────────────────────────────


def temperature_plot(m: Library) -> Plot:
    """Every book's weight over T: from one takes all to all the same."""
    t = np.geomspace(0.01, 100, 81)
    curves = nn.weights(m.scores / t[:, None])
    others = (j for j in range(len(TITLES)) if j != m.best)
    soft = m.lookup == "soft"
    here = Points(np.full(len(TITLES), m.temperature), m.weights, "output")
    return Plot(
        "Dictionary … average",
        (
            Rule(1 / len(TITLES), label="1/6"),
            *(Line(t, curves[:, j], "muted") for j in others),
            Line(t, curves[:, m.best], "key", m.pick if soft else f"{m.pick}, soft"),
            Rule(m.temperature, upright=True, role="cursor", label=f"T={number(m.temperature, 3)}"),
            here,
        ),
        Axis("T", 0.01, 100, log=True),
        Axis("", 0, 1),
        height=7,
        width=22,
    )


def keys_map(m: Library) -> Heatmap:
    """The query above all cards: multiply down, add across."""
    return Heatmap(
        "Query q above the cards (keys)",
        np.vstack([m.query, m.shelf]),
        ("q", *TITLES),
        TOPICS,
        low=0,
        high=1,
        decimals=1,
        row=m.best + 1,
        row_role="key",
        height=8,
        width=28,
    )


def values_map(m: Library) -> Heatmap:
    """What is in the books: the only panel that the swap touches, and no score reads it."""
    titles = tuple(
        f"{title} ⇄" if m.swap_values and j in (3, 4) else title for j, title in enumerate(TITLES)
    )
    return Heatmap(
        "Contents (values)",
        m.values,
        titles,
        PARTS,
        low=0,
        high=1,
        decimals=1,
        row=m.best,
        row_role="value",
        row_keys=TITLES,
        height=8,
        width=28,
    )
