"""The panels of the dot product screen that show random vectors of many dimensions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.controls import Array
from tui_transformer.figure import Axis, Cell, Column, Columns, Line, Plot, Points, Rule, Table
from tui_transformer.working import Working, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.dot_product import DotProduct

BINS = 16


def spread_working(x: Array, symbol: str, name: str) -> Working:
    """Show a standard deviation over all random pairs."""
    mean = float(np.mean(x))
    terms = (f"({n(a)} - {n(mean)})**2" for a in x)
    return Working(
        f"√ of the mean of ({symbol} − mean)² over {len(x):,} random pairs",
        f"sqrt({total(terms)} / {len(x)})",
        float(np.std(x)),
        name,
    )


def histogram(m: DotProduct) -> Plot:
    """The dot products of the random pairs, and what one standard deviation is."""
    spread = m.random_dot_std
    reach = max(4 * math.sqrt(m.dimension), float(np.max(np.abs(m.drawn.dots))))
    counts, edges = np.histogram(m.drawn.dots, BINS, (-reach, reach))
    return Plot(
        "Random pairs: u·v",
        (
            Columns((edges[:-1] + edges[1:]) / 2, counts, "first"),
            *(
                Rule(x, upright=True, role="target", label=label)
                for x, label in ((-spread, "−σ"), (spread, "+σ"))
            ),
        ),
        Axis("u·v", -reach, reach),
        Axis("pairs", 0),
        height=8,
        width=24,
    )


def growth(m: DotProduct) -> Plot:
    """The spread of the same pairs as their dimension grows, on the curve √d."""
    d = np.geomspace(1, 1024, 40)
    at, spread = zip(*m.drawn.grown, strict=True)
    return Plot(
        "Spread grows as √d",
        (
            Line(d, np.sqrt(d), "target", "√d"),
            Points(at, spread, "first"),
            Rule(m.dimension, upright=True, role="cursor"),
            Points([m.dimension], [m.random_dot_std], "output", f"d = {m.dimension}"),
        ),
        Axis("d", 1, 1024, log=True),
        Axis("σ of u·v", 0.8, 40, log=True),
        height=8,
        width=24,
    )


def spreads(m: DotProduct) -> Table:
    """What was drawn beside what is expected."""
    d = m.dimension
    rows = (
        (
            "σ of u·v",
            m.random_dot_std,
            lambda: spread_working(m.drawn.dots, "u·v", "random_dot_std"),
            Working(
                "√d, for d products of variance 1", f"sqrt({d})", math.sqrt(d), "random_dot_std"
            ),
        ),
        (
            "σ of cos θ",
            m.random_cosine_std,
            lambda: spread_working(m.drawn.cosines, "cos θ", "random_cosine_std"),
            Working("1/√d", f"1/sqrt({d})", 1 / math.sqrt(d), "random_cosine_std"),
        ),
    )
    return Table(
        f"Spread of {len(m.drawn.dots):,} pairs",
        (Column(""), Column("drawn", "first"), Column("expected", "target")),
        tuple(
            (
                Cell(name, "text"),
                Cell(x, decimals=4, role="first", working=working),
                Cell(expected.value, decimals=4, role="target", working=expected),
            )
            for name, x, working, expected in rows
        ),
        width=30,
    )
