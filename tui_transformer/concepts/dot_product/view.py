"""The pictures of the concept `dot-product`, and the sentence under them."""

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

import tui_transformer.concepts.dot_product.workings  # noqa: F401  (it tells the model why)
from tui_transformer.concepts.dot_product.model import DotProduct
from tui_transformer.figure import Figure
from tui_transformer.later import Later, each
from tui_transformer.numbers import fixed, number
from tui_transformer.panels import Plot, Table, main
from tui_transformer.pieces import (
    Arrow,
    Axis,
    Bar,
    Cell,
    Column,
    Columns,
    Line,
    Mark,
    Points,
    Rule,
    cell,
)

BINS = 16


def view(m: DotProduct) -> Figure:
    """Both arrows and a dial, their numbers; random pairs, and how their spread grows."""
    return Figure(
        rows=(
            (main(arrows(m)), growth(m), numbers_table(m)),
            (histogram(m), dial(m), spreads(m)),
            (components(m),),
        ),
        says=says(m),
        formula=m.one("dot").why(),
        data=f"yours, random (seed {m.seed})",
    )


def says(m: DotProduct) -> str:
    """Say what the two arrows score, and how far random ones spread."""
    spread = (
        f"random ones in {m.dimension:,}-d: ±{number(m.random_dot_std, 2)}, "
        f"cos ±{fixed(m.random_cosine_std, 2)}."
    )
    if m.pointless:
        which = "u" if m.u_length == 0 else "v"
        return f"{which} has no length: u·v = 0, no angle; {spread}"
    u, v, angle = (number(x, 4) for x in (m.u_length, m.v_length, m.between))
    return f"u·v = {u}·{v}·cos {angle}° = {number(m.dot, 4)}; {spread}"


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
    return Table(
        "How alike u and v are",
        (Column(""), Column("now", "output"), Column("least … most", "output", bar=True)),
        (
            number_row(m, "u·v", "dot", -25, 25),
            number_row(m, "cos θ", "cosine", -1, 1),
            number_row(m, "projection", "projection", -5, 5),
            number_row(m, "angle θ", "angle", 0, 180),
        ),
        width=30,
    )


def number_row(m: DotProduct, shown: str, name: str, least: float, most: float) -> tuple[Cell, ...]:
    """One of these numbers; none where an arrow without length has none."""
    if getattr(m, name) is None:
        return Cell(shown, "text"), Cell("none", "text", role="muted"), Cell("", "text")
    x = m.one(name)
    gauge = Cell(Bar(x.value, least, most), role="output")
    return Cell(shown, "text"), cell(x, decimals=4, role="output"), gauge


def components(m: DotProduct) -> Table:
    """The same dot product as it is computed: place by place, then added up."""
    columns = (Column(""), Column("u", "query"), Column("v", "key"), Column("u×v", "output"))
    return Table("Multiply, then add", columns, Later(lambda: component_rows(m), 3), width=27)


def component_rows(m: DotProduct) -> Iterator[tuple[Cell, ...]]:
    """Both places, and their sum."""
    for i, xy in enumerate("xy"):
        yield (
            Cell(xy, "text"),
            cell(m.the("u")[i], decimals=3, role="query"),
            cell(m.the("v")[i], decimals=3, role="key"),
            cell(m.the("products")[i], decimals=3, role="output"),
        )
    empty, added = Cell("", "text"), cell(m.one("added"), decimals=3, role="output")
    yield Cell("sum", "text"), empty, empty, added


# ── random vectors of many dimensions ──────────────────────────────────────────────────


def histogram(m: DotProduct) -> Plot:
    """The dot products of the random pairs, and what one standard deviation is."""
    reach = max(4 * math.sqrt(m.dimension), float(np.max(np.abs(m.dots))))
    return Plot(
        "Random pairs: u·v",
        Later(lambda: histogram_marks(m, reach)),
        Axis("u·v", -reach, reach),
        Axis("pairs", 0),
        height=8,
        width=24,
    )


def histogram_marks(m: DotProduct, reach: float) -> Iterator[Mark]:
    """So many products in each bin, and how far one standard deviation is."""
    counts, edges = np.histogram(m.dots, BINS, (-reach, reach))
    yield Columns((edges[:-1] + edges[1:]) / 2, counts, "first")
    for sign, name in ((-1, "−σ"), (1, "+σ")):
        yield Rule(sign * m.random_dot_std, upright=True, role="target", label=name)


def growth(m: DotProduct) -> Plot:
    """The spread of the same pairs as their dimension grows, on the curve √d."""
    return Plot(
        "Spread grows as √d",
        Later(lambda: growth_marks(m)),
        Axis("d", 1, 1024, log=True),
        Axis("σ of u·v", 0.8, 40, log=True),
        height=8,
        width=24,
    )


def growth_marks(m: DotProduct) -> Iterator[Mark]:
    """The curve, the spread at some dimensions, and the one at hand."""
    d = np.geomspace(1, 1024, 40)
    at, spread = zip(*m.drawn.grown, strict=True)
    yield Line(d, np.sqrt(d), "target", "√d")
    yield Points(at, spread, "first")
    yield Rule(m.dimension, upright=True, role="cursor")
    yield Points([m.dimension], [m.random_dot_std], "output", f"d = {m.dimension}")


def spreads(m: DotProduct) -> Table:
    """What was drawn beside what is expected."""
    return Table(
        f"Spread of {len(m.dots):,} pairs",
        (Column(""), Column("drawn", "first"), Column("expected", "target")),
        each(partial(spread_row, m), (0, 1)),
        width=30,
    )


def spread_row(m: DotProduct, i: int) -> tuple[Cell, ...]:
    """The spread of the products, or of the cosines."""
    name, drawn = (("σ of u·v", "random_dot_std"), ("σ of cos θ", "random_cosine_std"))[i]
    return (
        Cell(name, "text"),
        cell(m.one(drawn), decimals=4, role="first"),
        cell(m.the("expected")[i], decimals=4, role="target"),
    )
