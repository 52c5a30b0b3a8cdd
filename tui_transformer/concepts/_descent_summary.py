"""The last tables of the concept `descent`: loss, direction, rates, and the rule in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tui_transformer.figure import Cell, Column, Table, Words
from tui_transformer.nn.surfaces import Quadratic
from tui_transformer.numbers import number
from tui_transformer.working import Working, n

if TYPE_CHECKING:
    from tui_transformer.concepts.descent import Descent


def summary(m: Descent) -> Table:
    """The loss, how far −∇f misses the minimum, and the rates of plain gd on this bowl."""
    (x, y), ground = m.path[-1].tolist(), m.ground
    rows = [("loss f", 6, loss_working(m, x, y))]
    if m.angle_to_minimum is not None:
        rows.append(("−∇f is off, °", 2, angle_working(m)))
    if ground.has_minimum:
        rows += rates(max(ground.curvature), min(ground.curvature))
    title = "Loss; plain gd near (1, 1)" if m.surface == "rosenbrock" else "Loss, direction, rates"
    return Table(
        title,
        (Column(""), Column("")),
        tuple(
            (Cell(name, "text"), Cell(w.value, decimals=decimals, working=w))
            for name, decimals, w in rows
        ),
        width=30,
    )


def rates(steep: float, flat: float) -> list[tuple[str, int, Working]]:
    """Work out the limit, the best rate and the condition number of two curvatures."""
    high, low = n(steep), n(flat)
    return [
        ("gd's limit η", 6, Working("2/λmax", f"2 / {high}", 2 / steep, "critical_learning_rate")),
        (
            "gd's best η",
            6,
            Working(
                "2/(λmin + λmax)",
                f"2 / ({low} + {high})",
                2 / (flat + steep),
                "optimal_learning_rate",
            ),
        ),
        (
            "its |1 − ηλ|",
            6,
            Working(
                "(λmax − λmin)/(λmax + λmin) = (κ − 1)/(κ + 1)",
                f"({high} - {low}) / ({high} + {low})",
                (steep - flat) / (steep + flat),
                "optimal_learning_rate",
            ),
        ),
        (
            "κ = λmax/λmin",
            2,
            Working("λmax/λmin", f"{high} / {low}", steep / flat, "condition_number"),
        ),
    ]


def loss_working(m: Descent, x: float, y: float) -> Working:
    """Show the height of the last point."""
    result = float(m.losses[-1])
    if not isinstance(m.ground, Quadratic):
        inner = f"({n(y)} - {n(x)}*{n(x)})"
        return Working(
            "(1 − x)² + 100(y − x²)²",
            f"(1 - {n(x)})*(1 - {n(x)}) + 100*{inner}*{inner}",
            result,
            "losses",
        )
    (first, second), (u1, u2) = m.ground.curvature, m.ground.axes(x, y)
    sign = "+" if m.ground.has_minimum else "−"
    return Working(
        f"½(λ1·u1² {sign} λ2·u2²)",
        f"0.5*({n(first)}*{n(u1)}*{n(u1)} + {n(second)}*{n(u2)}*{n(u2)})",
        result,
        "losses",
    )


def angle_working(m: Descent) -> Working:
    """Show the angle between −∇f and the direction of the minimum."""
    (ax, ay), (bx, by) = m.directions
    turned = f"atan2({n(ay)}, {n(ax)}) - atan2({n(by)}, {n(bx)})"
    return Working(
        "angle of −∇f − angle of the way to the minimum, in degrees",
        f"180 - abs(180 - abs({turned})*(180/{n(math.pi)}))",
        m.angle_to_minimum or 0.0,
        "angle_to_minimum",
    )


def rule_words(m: Descent) -> Words:
    """The surface and the rule as formulas."""
    surfaces = {
        "bowl": "f = ½(λ1·u1² + λ2·u2²): u1, u2 are x, y turned by the rotation",
        "saddle": "f = ½(λ1·u1² − λ2·u2²): up along u1, down along u2, no minimum",
        "rosenbrock": "f = (1 − x)² + 100(y − x²)², minimum 0 at (1, 1)",
    }
    rules = {
        "gd": "w ← w − η∇f(w)",
        "momentum": "v ← βv + ∇f(w),  w ← w − ηv",
        "nesterov": "v ← βv + ∇f(w − ηβv),  w ← w − ηv  (Nesterov 1983)",
        "adam": f"w ← w − η·m̂/(√v̂ + ε), β1 = {number(m.momentum, 2)}, β2 = 0.999, ε = 1e-8",
    }
    fates = {
        "converging": "converging: it comes nearer without changing sides",
        "oscillating": "oscillating: it overshoots, changing sides, but does not run away",
        "diverging": "diverging: it runs away",
    }
    lines = (surfaces[m.surface], rules[m.optimizer], fates[m.status])
    return Words("Surface, rule, status", lines)
