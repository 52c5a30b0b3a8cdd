"""The pictures of the concept `descent`, and the sentence under them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tui_transformer.concepts._descent_tables import (
    axes_table,
    axis_names,
    point_table,
    rule_words,
    summary,
    update_working,
)
from tui_transformer.figure import (
    Arrow,
    Axis,
    Field,
    Figure,
    Line,
    Mark,
    Note,
    Plot,
    Points,
    Role,
    Rule,
)
from tui_transformer.nn.optimizers import ROUNDING, long_run_factor
from tui_transformer.nn.surfaces import Point, Quadratic
from tui_transformer.numbers import number

if TYPE_CHECKING:
    from tui_transformer.concepts.descent import Descent

Array = np.ndarray[Any, Any]
ZOOMS = (0.7, 1.4, 2.4, 4.6)  # half the width of the picture; steps, so that it holds still
PREVIEW = 100  # how many steps of the run the picture makes room for
SAMPLES = 81  # of the surface along each side
ENDS = (10, 20, 50, 100, 200, 500)  # where the axis of steps may end


def view(m: Descent) -> Figure:
    """The surface with the path; the loss; each axis's multiplier; the last step in numbers."""
    return Figure(
        rows=(
            (field(m), loss_plot(m)),
            (axes_table(m),),
            (point_table(m), summary(m)),
            (rule_words(m),),
        ),
        says=says(m),
        formula=update_working(m, int(np.argmax(np.abs(m.gradient)))),
        data="designed",
    )


# ── the picture ────────────────────────────────────────────────────────────────────────


def half_width(m: Descent) -> float:
    """Choose how far the picture reaches: the start, the centre and the early path are in it.

    It does not depend on the clock. A path that leaves is followed to twice that.
    """
    near = max(0.5, *np.abs(m.start).tolist(), *m.ground.centre)
    early = max(float(np.max(np.abs(p.state.weights))) for p in m.run.until(PREVIEW))
    reach = 1.15 * max(near, min(early, 2 * near))
    return next(zoom for zoom in ZOOMS if zoom >= reach)


def field(m: Descent) -> Field:
    """The surface as colour and contours, and on it the path, its ends and −∇f."""
    reach = half_width(m)
    side = np.linspace(-reach, reach, SAMPLES)
    height = m.ground.value(*np.meshgrid(side, side))
    top = float(np.max(np.abs(height)))
    rings = tuple(top * (k / 6) ** 2 for k in range(1, 6))
    if m.surface == "rosenbrock":
        height, legend = np.log10(1 + height), "lg(1+loss)"
        rings = tuple(math.log10(1 + 10.0**k) for k in range(-1, 4))
    elif m.surface == "saddle":
        rings, legend = (-rings[3], -rings[1], 0.0, rings[1], rings[3]), "loss"
    else:
        legend = "loss"
    signed = m.surface == "saddle"
    outside = ", outside" if float(np.max(np.abs(m.path[-1]))) > reach else ""
    return Field(
        f"{m.surface} · step {len(m.points) - 1}{outside}",
        height,
        Axis("x", -reach, reach),
        Axis("y", -reach, reach),
        marks=path_marks(m, reach),
        scale="diverging" if signed else "sequential",
        low=-top if signed else 0.0,
        high=top if signed else float(np.max(height)),
        levels=rings,
        sets="start",
        legend=legend,
        width=28,
    )


def path_marks(m: Descent, reach: float) -> tuple[Mark, ...]:
    """The path, where it starts and ends, the centre, and the arrow against the slope."""
    x, y = m.path[:, 0], m.path[:, 1]
    cx, cy = m.ground.centre
    marks: list[Mark] = [
        Points([cx], [cy], "target", marker="★", labels=("minimum",))
        if m.ground.has_minimum
        else Points([cx], [cy], "muted", marker="◇", labels=("saddle",)),
        Line(x, y, "first"),
        Points(x[1:], y[1:], "first", marker="•"),
        Points(x[:1], y[:1], "plain", marker="○", labels=("start",)),
    ]
    if len(x) == 1 and m.ground.has_minimum:  # beside −∇f, while no path is in the way
        marks.insert(0, Line([x[0], cx], [y[0], cy], "target", dim=True))
    if isinstance(m.ground, Quadratic) and m.rotation:
        marks[:0] = axis_lines(m.ground, reach)
    here = m.path[-1]
    if np.max(np.abs(here)) > reach:
        return tuple(marks)
    if len(x) > 1:
        marks.append(Points(x[-1:], y[-1:], "cursor", marker="◆", labels=("now",)))
    (dx, dy), _ = m.directions
    if dx or dy:
        along = math.atan2(dy, dx)
        x_now, y_now = here.tolist()
        marks.append(
            Arrow(
                x_now,
                y_now,
                float(here[0] + 0.35 * reach * math.cos(along)),
                float(here[1] + 0.35 * reach * math.sin(along)),
                "gradient",
                "−∇f",
            )
        )
    return tuple(marks)


def axis_lines(ground: Quadratic, reach: float) -> list[Mark]:
    """The surface's own axes, where they are not those of the picture."""
    c, s = ground.turn
    along = np.array([-reach, reach]) / max(abs(c), abs(s))
    end = 0.9 * along[1]
    return [
        Line(along * c, along * s, "second", dim=True),
        Note(end * c, end * s, "u1", "second"),
        Line(-along * s, along * c, "third", dim=True),
        Note(-end * s, end * c, "u2", "third"),
    ]


# ── the curve ──────────────────────────────────────────────────────────────────────────


def loss_plot(m: Descent) -> Plot:
    """The loss over steps on a log axis, on the bowl with each axis's share of it; on the
    saddle, whose loss turns negative, the distance along each axis."""
    end = next(end for end in ENDS if end > m.steps or end == ENDS[-1])
    # The limits look ahead to the end of the axis of steps, so that they hold still.
    low, high = decades(curves_of(m, m.run.until(end))[0][2])
    steps = np.arange(len(m.points))
    marks: list[Mark] = [
        Line(steps, np.where(y >= low, y, np.nan), role, label)
        for role, label, y in reversed(curves_of(m, m.points))
    ]
    if m.ground.has_minimum and low < 0.001 < high:
        marks.append(Rule(0.001, label="0.001"))
    marks.append(Rule(float(steps[-1]), upright=True, role="cursor", label="now"))
    return Plot(curve_title(m), tuple(marks), Axis("step", 0, end), Axis("", low, high, log=True))


def curves_of(m: Descent, points: list[Point]) -> list[tuple[Role, str, Array]]:
    """The curves to draw for a path, the one that sets the limits first."""
    loss = np.array([point.height for point in points])
    if not isinstance(m.ground, Quadratic):
        return [("first", "loss", loss)]
    path = np.array([point.state.weights for point in points])
    one, two = (name.split()[-1] for name in axis_names(m))
    with np.errstate(under="ignore"):
        u1, u2 = np.abs(m.ground.axes(path[:, 0], path[:, 1]))
        if not m.ground.has_minimum:
            return [("third", two, u2), ("second", one, u1)]
        first, second = m.ground.curvature
        return [
            ("first", "loss", loss),
            ("second", one, 0.5 * first * u1 * u1),
            ("third", two, 0.5 * second * u2 * u2),
        ]


def decades(y: Array) -> tuple[float, float]:
    """Whole powers of ten around all positive numbers, three of them at least."""
    logs = np.log10(y[y > 0])
    if not len(logs):
        return 0.001, 1.0
    low, high = max(math.floor(logs.min()), -300), min(math.ceil(logs.max()), 308)
    return 10.0 ** min(low, high - 3), 10.0**high


def curve_title(m: Descent) -> str:
    """Say when the loss first got below 0.001, or that it is exactly 0."""
    if not m.ground.has_minimum:
        return "Way along u1 and u2"
    for limit, words in ((0.0, "exactly 0"), (0.001, "under 0.001")):
        below = np.flatnonzero(m.losses <= limit)
        if len(below):
            return f"Loss · {words} at step {below[0]}"
    return "Loss"


# ── the sentence ───────────────────────────────────────────────────────────────────────


def says(m: Descent) -> str:
    """Say what this state shows."""
    if not np.any(m.points[0].slope):
        return "The slope is exactly 0 here, so no rule ever moves; try another start."
    if m.ended:
        return says_ended(m)
    if m.steps == 0 and m.angle_to_minimum is not None:
        return says_angle(m, m.angle_to_minimum)
    if m.surface == "rosenbrock":
        return says_valley(m)
    if m.optimizer == "adam":
        return says_adam(m)
    text = says_axes(m)
    return text if len(text) <= 76 else text.replace(" a step", "")


def says_ended(m: Descent) -> str:
    """Say where floating point ended, and why."""
    last = len(m.points) - 1
    ended = f"step {last + 1} leaves float range; it stays at {last}"
    if m.surface == "bowl" and m.optimizer == "gd":
        factor = max(m.multipliers, key=abs)
        return f"Diverged, ×{number(factor, 3)} a step: {ended}."
    return f"Diverged: {ended}, loss {number(float(m.losses[-1]), 2)}."


def says_angle(m: Descent, angle: float) -> str:
    """Say where the slope points."""
    if m.condition_number == 1:
        return "A round bowl, κ = 1: here alone −∇f points at the minimum from anywhere."
    if angle < 1:
        return (
            f"Here −∇f does point at the minimum ({number(angle, 2)}° off); "
            "nearly everywhere else it misses."
        )
    return f"−∇f misses the minimum by {number(angle, 3)}°: it only points across the contour."


def says_axes(m: Descent) -> str:
    """Say what each axis is multiplied by, and which decides."""
    assert m.modes is not None
    factors = {
        i: m.multipliers[i] if m.optimizer == "gd" else long_run_factor(*mode)
        for i, mode in m.modes.items()
    }
    lead = max(factors, key=lambda i: (abs(factors[i]), i))
    if not m.ground.has_minimum:
        return says_saddle(m, factors)
    name = {i: f"λ={number(m.ground.curvature[i], 3)}" for i in factors}
    times = {i: f"×{number(factor, 3)}" for i, factor in factors.items()}
    slow = f"{name[lead]} {times[lead]} a step"
    if m.status == "diverging":
        limit = (
            f"past η = 2/λmax = {number(m.critical_learning_rate or 0.0, 3)}"
            if m.optimizer == "gd"
            else f"in spite of {m.optimizer}"
        )
        return f"Diverging: {slow} grows, {limit}."
    if abs(abs(factors[lead]) - 1) < ROUNDING:
        return f"On the edge, η = 2/λmax: {slow} flips sign for ever."
    if len(factors) == 1:
        return f"Started on an axis: only {slow} moves, straight at the minimum."
    way = "Overshoots, yet converges" if m.status == "oscillating" else "Converges"
    if abs(abs(factors[0]) - abs(factors[1])) < 1e-6:
        return f"{way}: {name[0]} {times[0]}, {name[1]} {times[1]}: both at one pace."
    fast = 1 - lead
    return f"{way}: {name[fast]} {times[fast]} a step; the pace is {name[lead]}'s {times[lead]}."


def says_saddle(m: Descent, factors: dict[int, float]) -> str:
    """Say whether the walker slides off."""
    if m.status == "diverging" and 1 in factors:
        return (
            f"u2 ×{number(factors[1], 3)} a step: it slides off the saddle, loss falls without end."
        )
    if m.status == "diverging":
        return f"Diverging along u1, ×{number(factors[0], 3)} a step: η is too large for λ1."
    return "u2 is exactly 0, so it settles on the saddle point: slope 0, no minimum."


def short(x: float, digits: int) -> str:
    """Write a number with few digits, 0.9999 as 1: here nothing hangs on the difference."""
    return number(float(f"{x:.{digits}g}"), digits)


def says_adam(m: Descent) -> str:
    """Say how Adam evens out steep and flat."""
    here = max(len(m.points) - 1, 1)
    before, after = m.run.at(here - 1), m.run.at(here)
    moves, slopes = np.abs(after.state.weights - before.state.weights), np.abs(before.slope)
    x, y, along, up = (short(float(a), 2) for a in (*moves, *slopes))
    return f"Adam moves {x} in x, {y} in y; the slopes are {along} and {up}."


def says_valley(m: Descent) -> str:
    """Say how far down Rosenbrock's valley the walker is."""
    first, last = (short(float(m.losses[i]), 3) for i in (0, -1))
    limit = number(2 / max(m.ground.curvature), 4)
    tail = (
        f"near (1, 1) gd needs η < {limit}"
        if m.optimizer == "gd"
        else f"({', '.join(number(float(x), 3) for x in m.path[-1])}), minimum (1, 1)"
    )
    return f"Loss {first} → {last} in {len(m.points) - 1} steps; {tail}."
