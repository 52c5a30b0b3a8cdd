"""The panels of the dot product screen, and how each of their numbers comes about."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.controls import Array
from tui_transformer.figure import (
    Arrow,
    Axis,
    Bar,
    Cell,
    Column,
    Columns,
    Line,
    Plot,
    Points,
    Rule,
    Table,
)
from tui_transformer.working import Working, dot, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.dot_product import DotProduct

BINS = 16


# ── how numbers come about ─────────────────────────────────────────────────────────────


def cosine_expression(m: DotProduct) -> str:
    """Write the cosine; near a right angle as a sine, where it keeps its digits."""
    if abs(m.between - 90) < 1:
        return f"sin({n(math.radians(90 - m.between))})"
    return f"cos({n(math.radians(m.between))})"


def dot_working(m: DotProduct) -> Working:
    """Show the dot product as lengths times cosine."""
    return Working(
        "u·v = |u|·|v|·cos θ",
        f"{n(m.u_length)}*{n(m.v_length)}*{cosine_expression(m)}",
        m.dot,
        "dot",
    )


def component_working(m: DotProduct, name: str, place: int) -> Working:
    """Show one component of an arrow, from its length and angle."""
    length, degrees = getattr(m, f"{name}_length"), getattr(m, f"{name}_angle")
    x = getattr(m, name)[place]
    if degrees % 90 == 0:  # where π has too few digits to give 0
        return Working(
            f"{name}{'xy'[place]} = |{name}|·{('cos', 'sin')[place]} {degrees:.0f}°",
            f"{n(length)}*{n(x / length if length else 0)}",
            x,
            "dot",
        )
    return Working(
        f"{name}{'xy'[place]} = |{name}|·{('cos', 'sin')[place]} of its angle",
        f"{n(length)}*{('cos', 'sin')[place]}({n(math.radians(degrees))})",
        x,
        "dot",
    )


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


# ── the two arrows ─────────────────────────────────────────────────────────────────────


def arrows(m: DotProduct) -> Plot:
    """Both arrows from one point, and u's shadow on the line of v."""
    reach = max(m.u_length, m.v_length, 3.4) + 0.4
    x, y = foot(m)
    line = Line([-m.v[0] * 9, m.v[0] * 9], [-m.v[1] * 9, m.v[1] * 9], "muted")
    shadow = (
        line,
        Line([m.u[0], x], [m.u[1], y], "muted"),
        Line([0.0, x], [0.0, y], "output", "shadow"),
    )
    marks = (
        *(shadow if m.v_length else ()),
        Points([0.0], [0.0], "plain", marker="+"),
        *(
            Arrow(0.0, 0.0, *tip, role, name)
            for name, tip, role in (("v", m.v, "key"), ("u", m.u, "query"))
            if math.hypot(*tip) > 0
        ),
    )
    return Plot(
        "u, v, shadow of u on v",
        marks,
        Axis("x", -1.2 * reach, 1.2 * reach),
        Axis("y", -reach, reach),
        height=10,
        width=26,
    )


def foot(m: DotProduct) -> tuple[float, float]:
    """Where u's shadow on the line of v ends."""
    length = m.u_length * m.cosine_of_angles / (m.v_length or 1.0)
    return length * m.v[0], length * m.v[1]


def dial(m: DotProduct) -> Plot:
    """The angle between them on a half circle: how far right its needle ends is the cosine."""
    around = np.linspace(0, math.pi, 90)
    c = m.cosine_of_angles
    needle = (
        ()
        if m.pointless
        else (
            Arrow(0.0, 0.0, c, math.sin(math.radians(m.between)), "query"),
            Line([0.0, c], [0.0, 0.0], "output"),
            Points([c], [0.0], "output"),
        )
    )
    return Plot(
        "Angle and cosine",
        (
            Line(np.cos(around), np.sin(around), "muted"),
            Rule(0.0, upright=True, label="90°"),
            *needle,
        ),
        Axis("cos θ", -1.1, 1.1),
        Axis("", 0.0, 1.1),
        height=10,
        width=22,
    )


def numbers_table(m: DotProduct) -> Table:
    """The dot product and what it is made of, each with a gauge over what it can be."""
    rows = (
        ("u·v", m.dot, 25.0, lambda: dot_working(m)),
        (
            "cos θ",
            m.cosine,
            1.0,
            lambda: Working(
                "cos θ, θ = " + f"{m.between:g}° in radians",
                cosine_expression(m),
                m.cosine_of_angles,
                "cosine",
            ),
        ),
        (
            "projection",
            m.projection,
            5.0,
            lambda: Working(
                "how far u reaches along v = |u|·cos θ",
                f"{n(m.u_length)}*{cosine_expression(m)}",
                float(m.projection or 0),
                "projection",
            ),
        ),
        ("angle θ", m.angle, 180.0, lambda: angle_working(m)),
    )
    return Table(
        "How alike u and v are",
        (Column(""), Column("now", "output"), Column("least … most", "output", bar=True)),
        tuple(
            (Cell(name, "text"), Cell("none", "text", role="muted"), Cell("", "text"))
            if x is None
            else (
                Cell(name, "text"),
                Cell(x, decimals=4, role="output", working=working),
                Cell(Bar(x, 0.0 if most == 180 else -most, most), role="output"),
            )
            for name, x, most, working in rows
        ),
        width=30,
    )


def angle_working(m: DotProduct) -> Working:
    """Show the angle between the arrows, the short way round."""
    apart = f"abs({n(m.u_angle)} - {n(m.v_angle)})"
    return Working("θ, the short way round", f"min({apart}, 360 - {apart})", m.between, "angle")


def components(m: DotProduct) -> Table:
    """The same dot product as it is computed: place by place, then added up."""
    products = [a * b for a, b in zip(m.u, m.v, strict=True)]
    rows = [
        (
            Cell("xy"[i], "text"),
            *(
                Cell(
                    getattr(m, name)[i],
                    decimals=3,
                    role=role,
                    working=partial(component_working, m, name, i),
                )
                for name, role in (("u", "query"), ("v", "key"))
            ),
            Cell(
                products[i],
                decimals=3,
                role="output",
                working=partial(
                    lambda i: Working(
                        f"u{'xy'[i]}·v{'xy'[i]}", f"{n(m.u[i])}*{n(m.v[i])}", products[i], "dot"
                    ),
                    i,
                ),
            ),
        )
        for i in range(2)
    ]
    rows.append(
        (
            Cell("sum", "text"),
            Cell("", "text"),
            Cell("", "text"),
            Cell(
                sum(products),
                decimals=3,
                role="output",
                working=lambda: Working("u·v = ux·vx + uy·vy", dot(m.u, m.v), sum(products), "dot"),
            ),
        )
    )
    return Table(
        "Multiply, then add",
        (Column(""), Column("u", "query"), Column("v", "key"), Column("u×v", "output")),
        tuple(rows),
        width=27,
    )


# ── random vectors ─────────────────────────────────────────────────────────────────────


def histogram(m: DotProduct) -> Plot:
    """The dot products of the random pairs, and what one standard deviation is."""
    root, spread = math.sqrt(m.dimension), m.random_dot_std
    counts, edges = np.histogram(m.drawn.dots, BINS, (-4 * root, 4 * root))
    return Plot(
        "Random pairs: u·v",
        (
            Columns((edges[:-1] + edges[1:]) / 2, counts, "first"),
            *(
                Rule(x, upright=True, role="target", label=label)
                for x, label in ((-spread, "−σ"), (spread, "+σ"))
            ),
        ),
        Axis("u·v", -4 * root, 4 * root),
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
