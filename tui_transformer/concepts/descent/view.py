"""The pictures of the concept `descent`, and the sentence under them."""

import math
from functools import lru_cache

import numpy as np

import tui_transformer.concepts.descent.workings  # noqa: F401  (it tells the model why)
from tui_transformer.arrays import Array
from tui_transformer.concepts.descent import line, tables
from tui_transformer.concepts.descent.model import Descent
from tui_transformer.concepts.descent.says import says
from tui_transformer.concepts.descent.summary import rule_words, summary
from tui_transformer.figure import Figure
from tui_transformer.nn.made_up.surfaces import Point, Quadratic, Surface
from tui_transformer.panels import Field, Plot, main
from tui_transformer.pieces import Arrow, Axis, Line, Mark, Note, Points, Role, Rule
from tui_transformer.terms import Working
from tui_transformer.timeline import Timeline

ZOOMS = (0.7, 1.4, 2.4, 4.6)  # half the width of the picture; steps, so that it holds still
PREVIEW = 100  # how many steps of the run the picture makes room for
SAMPLES = 81  # of the surface along each side
ENDS = (10, 20, 50, 100, 200, 500)  # where the axis of steps may end


def view(m: Descent) -> Figure:
    """The surface with the path beside whose weights they are; each axis's multiplier; the loss;
    the last step in numbers; other ground, and a few examples instead of all."""
    beside: tuple[tuple[Plot, ...], ...] = ()
    few: tuple[tuple[Plot, ...], ...] = ()
    if isinstance(m.ground, Quadratic) and m.ground.has_minimum:
        beside = ((line.line_plot(m, m.ground),),)
        few = ((line.cloud_plot(m, m.ground), line.spread_plot(m, m.ground)),)
    return Figure(
        rows=(
            (main(field(m)),),
            (tables.axes_table(m),),
            *beside,
            (loss_plot(m),),
            (tables.point_table(m), summary(m)),
            (line.hills_plot(m),),
            *few,
            (tables.fates_table(m), rule_words(m)),
        ),
        says=says(m),
        formula=last_step(m),
        data="designed",
    )


def last_step(m: Descent) -> Working:
    """How the last step moved the coordinate where it is steepest; at the start, how it will."""
    i, last = int(np.argmax(np.abs(m.gradient))), len(m.points) - 1
    return m.the("path").working(last, i) if last else m.the("following").working(i)


# ── the picture ────────────────────────────────────────────────────────────────────────


def half_width(m: Descent) -> float:
    """Choose how far the picture reaches: the start, the centre and the early path are in it.

    It does not depend on the clock. A path that leaves is followed to twice that.
    """
    near = max(0.5, *np.abs(m.start).tolist(), *m.ground.centre)
    reach = 1.15 * max(near, min(farthest(m.run), 2 * near))
    return next(zoom for zoom in ZOOMS if zoom >= reach)


@lru_cache(maxsize=8)
def farthest(run: Timeline[Point]) -> float:
    """Say how far the early path leads; asked once a run, as the clock does not move it."""
    return max(float(np.max(np.abs(point.state.weights))) for point in run.until(PREVIEW))


def field(m: Descent) -> Field:
    """The surface as colour and contours, and on it the path, its ends and −∇f."""
    reach = half_width(m)
    height, top = heights(m.ground, reach)
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
        key="surface",
        legend=legend,
        width=28,
    )


@lru_cache(maxsize=4)
def heights(ground: Surface, reach: float) -> tuple[Array, float]:
    """The heights of a surface so far from its middle, and the largest of them; the clock changes
    nothing about them."""
    side = np.linspace(-reach, reach, SAMPLES)
    height = ground.value(side, side[:, np.newaxis])
    return height, float(np.max(np.abs(height)))


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
    low, high = limits(m.run, m.ground, end)
    one, two = (name.split()[-1] for name in tables.axis_names(m))
    steps = np.arange(len(m.points))
    marks: list[Mark] = [
        Line(steps, np.where(y >= low, y, np.nan), role, label)
        for role, label, y in reversed(curves_of(m.ground, m.losses, m.path, (one, two)))
    ]
    if m.ground.has_minimum and low < 0.001 < high:
        marks.append(Rule(0.001, label="0.001"))
    marks.append(Rule(float(steps[-1]), upright=True, role="cursor", label="now"))
    title, y = curve_title(m), Axis("", low, high, log=True)
    return Plot(title, tuple(marks), Axis("step", 0, end), y, key=title.split(" · ")[0])


@lru_cache(maxsize=8)
def limits(run: Timeline[Point], ground: Surface, end: int) -> tuple[float, float]:
    """The limits of what is drawn over steps. They look ahead to the end of the axis of steps, so
    that they hold still."""
    points = run.until(end)
    losses = np.array([point.height for point in points])
    path = np.array([point.state.weights for point in points])
    return decades(curves_of(ground, losses, path)[0][2])


def curves_of(
    ground: Surface, losses: Array, path: Array, axes: tuple[str, str] = ("", "")
) -> list[tuple[Role, str, Array]]:
    """The curves to draw for a path, the one that sets the limits first; `axes` name the two."""
    if not isinstance(ground, Quadratic):
        return [("first", "loss", losses)]
    one, two = axes
    with np.errstate(under="ignore"):
        u1, u2 = np.abs(ground.axes(path[:, 0], path[:, 1]))
        if not ground.has_minimum:
            return [("third", two, u2), ("second", one, u1)]
        first, second = ground.curvature
        return [
            ("first", "sum", losses),
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
    """Say when the walker first stood at the minimum itself, or the loss got below 0.001."""
    if not m.ground.has_minimum:
        return "Way along u1 and u2"
    there = np.flatnonzero(np.all(m.path == m.ground.centre, axis=1))
    if len(there):
        return f"Loss · exactly 0 at step {there[0]}"
    below = np.flatnonzero(m.losses < 0.001)
    return f"Loss · under 0.001 at step {below[0]}" if len(below) else "Loss"
