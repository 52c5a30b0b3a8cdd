"""The tables of the screen `approximation`, and how each of their numbers comes about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concepts._approximation_figure import TINY, missed
from tui_transformer.figure import Cell, Column, Table
from tui_transformer.nn.hinges import TARGETS
from tui_transformer.numbers import number
from tui_transformer.working import Working, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.approximation import Approximation

WHY = {
    "sine": "smooth: 1/n²",
    "step": "jumps: never below ½",
    "bump": "smooth: 1/n²",
    "absolute": "a corner: 1/n, or a knot on it",
    "sawtooth": "jumps: never below ½",
}


# ── workings ───────────────────────────────────────────────────────────────────────────


def output_working(m: Approximation) -> Working:
    """Show the whole network at x."""
    parts = (f"{n(a)}*max({n(m.x)} - {n(t)}, 0)" for a, t in zip(m.weights, m.knots, strict=True))
    return Working(
        "y(x) = c + Σ aᵢ·ReLU(x − tᵢ)", total([n(m.constant), *parts]), m.output, "output"
    )


def height(m: Approximation, x: float, inside: float | None = None) -> str:
    """Write the target at x, or the branch of it that holds around `inside`."""
    return m.f.worked(n(x), x if inside is None else inside)


def weight_working(m: Approximation, i: int) -> Working:
    """Show a weight: the slope after its knot less the slope before."""
    points, a = [*m.knots, m.domain], float(m.weights[i])

    def slope(j: int) -> str:
        rise = f"({height(m, points[j + 1])}) - ({height(m, points[j])})"
        return f"({rise}) / ({n(points[j + 1])} - {n(points[j])})"

    if i == 0:
        return Working("a1 = slope from t1 to the next point", slope(0), a, "weights")
    return Working(
        f"a{i + 1} = slope after t{i + 1} − slope before",
        f"{slope(i)} - {slope(i - 1)}",
        a,
        "weights",
    )


def worst_working(name: str, domain: float, count: int) -> Working:
    """Show the worst miss: target less fit, where they are furthest apart."""
    target, worst = TARGETS[name], missed(name, domain, count)
    step = 2 * domain / count
    i = min(max(int((worst.inside + domain) // step), 0), count - 1)
    x0, x1 = (round(-domain + j * step, 12) for j in (i, i + 1))
    y0, y1 = (target.worked(n(x), x) for x in (x0, x1))
    fit = f"({y0}) + (({y1}) - ({y0}))*({n(worst.at)} - {n(x0)})/({n(x1)} - {n(x0)})"
    return Working(
        "max |f − y| is where x = " + number(worst.at, 4),
        f"abs({target.worked(n(worst.at), worst.inside)} - ({fit}))",
        worst.worst,
        "max_error",
    )


def rms_working(m: Approximation) -> Working:
    """Show the rms: the squared miss integrated from knot to knot, its mean, the root."""
    squares = total(n(s) for s in m.missed.squares)
    return Working(
        "√(∫(f − y)² dx / length), one term from each knot to the next",
        f"sqrt({squares} / {n(2 * m.domain)})",
        m.rms_error,
        "rms_error",
    )


# ── tables ─────────────────────────────────────────────────────────────────────────────


def summary(m: Approximation) -> Table:
    """The numbers of this fit."""
    truth = float(m.f.f(np.array(m.x)))
    rows = (
        ("worst miss", m.max_error, worst_working(m.target, m.domain, m.hinges)),
        ("rms", m.rms_error, rms_working(m)),
        ("y(x)", m.output, output_working(m)),
        ("f(x)", truth, Working(f"f(x) = {m.f.formula}", height(m, m.x), truth)),
    )
    return Table(
        "This fit",
        (Column(""), Column("")),
        tuple((Cell(name, "text"), Cell(x, decimals=4, working=w)) for name, x, w in rows),
        width=20,
    )


def targets_table(m: Approximation) -> Table:
    """Every target with as many hinges, and with twice as many."""
    columns = (
        Column("target", "target"),
        Column(f"max at {m.hinges}", key="max"),
        Column(f"at {2 * m.hinges}", key="twice"),
        Column("÷"),
        Column("why"),
    )
    return Table(
        "What twice as many buy",
        columns,
        tuple(target_row(m, name) for name in TARGETS),
        row=list(TARGETS).index(m.target),
    )


def target_row(m: Approximation, name: str) -> tuple[Cell, ...]:
    """How much less one target is missed by twice as many hinges."""
    one, two = (worst_working(name, m.domain, count) for count in (m.hinges, 2 * m.hinges))
    a, b = one.value, two.value
    ratio = (
        Cell("exact", "text")
        if b < TINY
        else Cell(
            a / b,
            decimals=2,
            working=lambda: Working(
                "worst miss / worst miss with twice as many", f"{n(a)} / {n(b)}", a / b, "max_error"
            ),
        )
    )
    return (
        Cell(name, "text", role="target"),
        Cell(a, decimals=4, working=one),
        Cell(b, decimals=4, working=two),
        ratio,
        Cell(WHY[name], "text", role="muted"),
    )


def hinge_table(m: Approximation) -> Table:
    """One row per hinge: where it bends, by how much, and what it adds at x."""
    columns = (
        Column("hinge"),
        Column("knot t"),
        Column("weight a"),
        Column("a·ReLU(x−t)", "output"),
        Column("target at t", "target"),
    )
    active = int(np.sum(m.knots < m.x)) - 1
    return Table(
        f"Every hinge, and what it adds at x = {number(m.x, 4)}",
        columns,
        tuple(hinge_row(m, i) for i in range(m.hinges)),
        row=max(active, 0),
        key="hinges",
    )


def hinge_row(m: Approximation, i: int) -> tuple[Cell, ...]:
    """The numbers of one hinge."""
    t, a = float(m.knots[i]), float(m.weights[i])
    adds, truth = float(a * max(m.x - t, 0.0)), float(m.f.f(np.array(t)))
    return (
        Cell(f"{i + 1}", "text"),
        Cell(
            t,
            decimals=4,
            working=lambda: Working(
                f"t{i + 1} = −d + 2d·{i}/n, on 12 decimals",
                f"-{n(m.domain)} + 2*{n(m.domain)}*{i}/{m.hinges}",
                t,
                "knots",
            ),
        ),
        Cell(a, decimals=4, working=lambda: weight_working(m, i)),
        Cell(
            adds,
            decimals=4,
            role="output",
            working=lambda: Working(
                f"a{i + 1}·ReLU(x − t{i + 1})", f"{n(a)}*max({n(m.x)} - {n(t)}, 0)", adds, "output"
            ),
        ),
        Cell(
            truth,
            decimals=4,
            role="target",
            working=lambda: Working(f"f(t{i + 1}) = {m.f.formula}", height(m, t), truth),
        ),
    )
