"""The panels of the dot product screen, and how each of their numbers comes about."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.figure import (
    Arrow,
    Axis,
    Bar,
    Cell,
    Column,
    Line,
    Mark,
    Plot,
    Points,
    Rule,
    Table,
)
from tui_transformer.working import Working, dot, n

if TYPE_CHECKING:
    from tui_transformer.concepts.dot_product import DotProduct

ROUNDING = 1e-15

# ── how numbers come about ─────────────────────────────────────────────────────────────


def cosine_expression(m: DotProduct) -> str:
    """Write the cosine; near a right angle as a sine, where it keeps its digits."""
    if abs(m.between - 90) < 1:
        return f"sin(radians(90 - {n(m.between)}))"
    return f"cos(radians({n(m.between)}))"


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
    function, zero = (("cos", 90.0), ("sin", 0.0))[place]
    written = f"{function}(radians({n(degrees)}))"
    away = (degrees - zero + 90) % 180 - 90  # from the nearest angle where the function is 0
    if abs(away) < 1:
        sign = math.copysign(1, getattr(math, function)(math.radians(degrees)) * (away or 1.0))
        written = f"sin(radians({n(sign * away)}))"
    return Working(
        f"{name}{'xy'[place]} = |{name}|·{function} {degrees:g}°",
        f"{n(length)}*{written}",
        getattr(m, name)[place],
        "dot",
    )


# ── the two arrows ─────────────────────────────────────────────────────────────────────


def arrows(m: DotProduct) -> Plot:
    """Both arrows from one point, and u's shadow on the line of v."""
    reach = max(m.u_length, m.v_length, 3.4) + 0.4
    x, y = foot(m)
    along = 20 / (m.v_length or 1.0)  # beyond the frame, where it is cut
    marks: list[Mark] = [Points([0.0], [0.0], "plain", marker="+")]
    if m.v_length:
        marks += [
            Line([-m.v[0] * along, m.v[0] * along], [-m.v[1] * along, m.v[1] * along], "muted"),
            Line([m.u[0], x], [m.u[1], y], "muted"),
            Line([0.0, x], [0.0, y], "output", "shadow ◆"),
            Arrow(0.0, 0.0, *m.v, "key", "v"),
            Points([x], [y], "output", marker="◆"),
        ]
    if m.u_length:
        marks.append(Arrow(0.0, 0.0, *m.u, "query", "u"))
    return Plot(
        "u, v, shadow of u on v",
        tuple(marks),
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
                "cos θ",
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
    empty = Cell("", "text")
    whole = m.u[0] * m.v[0] + m.u[1] * m.v[1]
    if abs(whole) <= ROUNDING * m.u_length * m.v_length:
        whole = 0.0  # what is left of two products that cancel
    working = Working("u·v = ux·vx + uy·vy", dot(m.u, m.v), whole, "dot")
    rows = (
        component_row(m, 0),
        component_row(m, 1),
        (Cell("sum", "text"), empty, empty, Cell(whole, "number", 3, "output", working)),
    )
    columns = (Column(""), Column("u", "query"), Column("v", "key"), Column("u×v", "output"))
    return Table("Multiply, then add", columns, rows, width=27)


def component_row(m: DotProduct, i: int) -> tuple[Cell, ...]:
    """The numbers of one place."""
    xy, product = "xy"[i], m.u[i] * m.v[i]
    working = Working(f"u{xy}·v{xy}", f"{n(m.u[i])}*{n(m.v[i])}", product, "dot")
    return (
        Cell(xy, "text"),
        Cell(m.u[i], "number", 3, "query", partial(component_working, m, "u", i)),
        Cell(m.v[i], "number", 3, "key", partial(component_working, m, "v", i)),
        Cell(product, "number", 3, "output", working),
    )
