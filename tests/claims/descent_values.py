"""What `descent` claims: its values."""

import math
from itertools import pairwise

import numpy as np

from tests.claims.book import Claims, State, close, slope
from tests.claims.landscapes import curvatures, height, moves, roots, steepness, turned

descent = Claims(
    "descent",
    examples=(
        "tfx descent start=0,0 steps=10",
        "tfx descent learning_rate=0.18181818181818182 steps=10",
        "tfx descent curvature=3,3 steps=0",
        "tfx descent curvature=3,3.02 steps=0",
        "tfx descent learning_rate=0.3 start=1,0.0 curvature=15,20 steps=10",
        "tfx descent learning_rate=0.6 start=0.0,1 curvature=15,20 steps=200",
        "tfx descent learning_rate=2 start=1,0.0 curvature=15,20 steps=500",
        "tfx descent learning_rate=0.05 start=0,1 steps=10",
        "tfx descent start=0,1 steps=10",
        "tfx descent learning_rate=0.3 optimizer=momentum momentum=0.5 steps=9",
        "tfx descent learning_rate=0.15 optimizer=nesterov momentum=0.5 steps=9",
        "tfx descent learning_rate=0.19 optimizer=nesterov momentum=0.9 steps=10",
        "tfx descent learning_rate=1 optimizer=momentum steps=10",
        "tfx descent surface=saddle curvature=10,1 learning_rate=0.3 steps=10",
        "tfx descent surface=saddle start=1,0 steps=10",
        "tfx descent surface=saddle start=1,0 learning_rate=0.3 steps=10",
        "tfx descent surface=saddle start=1,0 curvature=10,1 learning_rate=0.2 steps=10",
        "tfx descent surface=saddle start=1,1 optimizer=adam steps=0",
        "tfx descent surface=rosenbrock learning_rate=0.001 start=-1.2,1 steps=300",
        "tfx descent surface=rosenbrock learning_rate=0.1 start=-1.2,1 steps=30",
    ),
)
DIRECTION = "Loss, direction, rates"


def title(s: State, start: str) -> str:
    """The title of the first panel that begins so."""
    return next(p.title for p in s.figure.panels if p.title.startswith(start))


def axes(s: State) -> list[dict]:
    """The two rows of the tables of axes."""
    named = [p for p in s.figure.panels if getattr(p, "columns", ("",))[0].title == "axis"]
    first, second = (s.table(panel.title).values() for panel in named)
    return [one | other for one, other in zip(first, second, strict=True)]


def summary(s: State) -> dict[str, float]:
    """The table of loss, direction and rates."""
    rosenbrock = s.controls.surface == "rosenbrock"
    table = s.table("Loss; plain gd near (1, 1)" if rosenbrock else DIRECTION)
    return {name: row[""] for name, row in table.items()}


def far(s: State, steps: int = 500) -> State:
    """The same setting at another time."""
    return s.changed(steps=steps)


def off(s: State) -> list[int]:
    """The axes on which the start lies off the centre."""
    return [i for i, d in enumerate(turned(s.controls)) if abs(d @ s.controls.start) > 1e-12]


def centre(s: State) -> np.ndarray:
    return np.full(2, float(s.controls.surface == "rosenbrock"))


# ── values ─────────────────────────────────────────────────────────────────────────────


@descent.oracle("path")
def path(s: State) -> None:
    c, found = s.controls, s.values.path
    assert found[0] == c.start
    with np.errstate(all="ignore"):
        following = list(moves(c, found))
    sizes = np.max(np.abs(found), axis=1)
    for here, there, size in zip(following, found[1:], sizes, strict=False):
        scale = max(float(np.max(np.abs(there))), size)
        close(there, here, least=1e-9 * scale + 1e-13 + 1e-6 * (c.optimizer == "adam"))
    if len(found) <= c.steps:
        assert not height(c, *map(float, following[-1])) < 1e300
    else:
        assert len(found) == c.steps + 1
    table = s.table(f"After step {len(found) - 1}")
    assert [table[name]["w"] for name in "xy"] == found[-1]
    if c.surface != "rosenbrock":
        close([row["u now"] for row in axes(s)], turned(c) @ found[-1], least=1e-12 * sizes[-1])


@descent.oracle("losses")
def losses(s: State) -> None:
    c = s.controls
    for (x, y), loss in zip(s.values.path, s.values.losses, strict=True):
        size = max(c.curvature) * (x * x + y * y)
        close(loss, height(c, x, y), least=1e-12 * size + 1e-300)
    close(summary(s)["loss f"], s.values.losses[-1])
    field = s.figure.panels[0]
    for row, y in ((0, field.y.low), (-1, field.y.high)):
        true = height(c, field.x.low, y)
        true = math.log10(1 + true) if c.surface == "rosenbrock" else true
        close(field.values[row, 0], true, least=1e-12 * np.max(np.abs(field.values)))
    if c.surface != "saddle":
        there = [k for k, place in enumerate(s.values.path) if place == centre(s).tolist()]
        below = [k for k, loss in enumerate(s.values.losses) if loss < 0.001]
        words = f"exactly 0 at step {there[0]}" if there else None
        words = words or (f"under 0.001 at step {below[0]}" if below else None)
        (curve,) = (p for p in s.figure.panels if p.title.split(" · ")[0] == "Loss")
        assert curve.title == (f"Loss · {words}" if words else "Loss")
    if c.surface == "bowl":
        fitted(s)


def fitted(s: State) -> None:
    """The loss is half of ∂²f/∂y² times the mean square of what the drawn line misses."""
    (plot,) = (p for p in s.figure.panels if p.title == "Slope x and height y")
    (now,) = (mark for mark in plot.marks if getattr(mark, "label", "") == "now")
    (dots,) = (mark for mark in plot.marks if getattr(mark, "marker", "") == "●")
    (x0, x1), (y0, y1) = now.x, now.y
    x, y = s.values.path[-1]
    size = max(map(abs, (x, y)))
    close([(y1 - y0) / (x1 - x0), (y0 * x1 - y1 * x0) / (x1 - x0)], [x, y], least=1e-9 * size)
    misses = [x * place + y - height for place, height in zip(dots.x, dots.y, strict=True)]
    bend = slope(lambda b: steepness(s.controls, (0.0, b))[1], 0.0, 0.01)
    true = bend / 2 * sum(miss * miss for miss in misses) / len(misses)
    close(s.values.losses[-1], true, 1e-6, least=1e-9 * size * size + 1e-300)


@descent.oracle("gradient")
def gradient(s: State) -> None:
    c, last = s.controls, s.values.path[-1]
    true = steepness(c, last)
    size = max(map(abs, last))
    size *= 1e3 * max(1, size * size) if c.surface == "rosenbrock" else max(c.curvature)
    close(s.values.gradient, true, least=1e-11 * size)
    table = s.table(f"After step {len(s.values.path) - 1}")
    assert [table[name]["∂f/∂w"] for name in "xy"] == s.values.gradient
    for mark in s.figure.panels[0].marks:
        if getattr(mark, "label", "") == "−∇f":
            along = np.array([mark.x1 - mark.x0, mark.y1 - mark.y0])
            close(along / np.hypot(*along), down(s), 1e-6)


def down(s: State) -> np.ndarray:
    """The direction of −∇f at the last point, of length 1, however small it is."""
    g = np.array(s.values.gradient)
    g = g / np.max(np.abs(g))
    return -g / np.hypot(*g)


def angle(s: State) -> float:
    """Between −∇f and the way to the minimum, in degrees."""
    way = centre(s) - s.values.path[-1]
    way = way / np.max(np.abs(way))
    ahead = float(down(s) @ way)
    aside = float(down(s) @ (-way[1], way[0]))
    return math.degrees(math.atan2(abs(aside), ahead))


@descent.oracle("angle_to_minimum")
def angle_to_minimum(s: State) -> None:
    there = np.array_equal(s.values.path[-1], centre(s)) or not any(s.values.gradient)
    if s.controls.surface == "saddle" or there:
        assert s.values.angle_to_minimum is None
        return
    close(s.values.angle_to_minimum, angle(s), least=1e-6)
    close(summary(s)["−∇f is off °"], angle(s), least=1e-6)


@descent.oracle("multipliers")
def multipliers(s: State) -> None:
    c, bent = s.controls, curvatures(s.controls)
    close([row["λ"] for row in axes(s)], bent, 1e-6)
    rate = c.learning_rate
    close(s.values.multipliers, [1 - rate * x for x in bent], least=1e-6 * rate * max(bent))
    for row, one, x in zip(axes(s), s.values.multipliers, bent, strict=True):
        close(row["1−ηλ"], one)
        if "|z|" in row:
            close(row["|z|"], max(abs(roots(c, x))), 1e-6)
            words(row["in the long run"], max(abs(roots(c, x))), changes_sides(s, x))
        else:
            words(row.get("so it", row.get("so gd")), abs(one), one < -1e-12)


def words(fate: str, factor: float, swings: bool) -> None:
    """See that a fate is what a factor does again and again."""
    if factor < 1e-12:
        assert fate == "lands on 0"
        return
    assert swings == fate.startswith(("flips", "swings"))
    way = "for ever" if abs(factor - 1) < 1e-9 else "grows" if factor > 1 else "shrinks"
    assert fate.endswith(way), (fate, factor)


def changes_sides(s: State, curvature: float) -> bool:
    """Whether a root of the step is negative or not real."""
    found = roots(s.controls, curvature)
    return bool(np.any(np.abs(found.imag) > 1e-7) or np.any(found.real < -1e-9))


@descent.oracle("critical_learning_rate", "optimal_learning_rate", "condition_number")
def rates(s: State) -> None:
    c, v = s.controls, s.values
    if c.surface != "bowl":
        assert v.critical_learning_rate is v.optimal_learning_rate is v.condition_number is None
    if c.surface == "saddle":
        assert "gd's limit η" not in summary(s)
        return
    on_screen = summary(s)
    edge, best = on_screen["gd's limit η"], on_screen["gd's best η"]
    bent = curvatures(c)

    def worst(rate: float) -> float:
        return max(abs(1 - rate * x) for x in bent)

    assert worst(edge * 0.9999) < 1 < worst(edge * 1.0001)
    assert worst(best) <= min(worst(best * 0.999), worst(best * 1.001)) + 1e-5
    close(on_screen["its |1 − ηλ|"], worst(best), 1e-5, least=1e-6)
    close(on_screen["κ: λmax/λmin"], max(bent) / min(bent), 1e-4)
    if c.surface == "bowl":
        close(
            [v.critical_learning_rate, v.optimal_learning_rate, v.condition_number],
            [edge, best, on_screen["κ: λmax/λmin"]],
        )


@descent.oracle("status")
def status(s: State) -> None:
    c = s.controls
    if c.surface != "rosenbrock" and c.optimizer != "adam":
        bent = [curvatures(c)[i] for i in off(s)]
        factor = max((max(abs(roots(c, x))) for x in bent), default=0)
        if factor > 1 + 1e-9:
            true = "diverging"
        else:
            true = "oscillating" if any(changes_sides(s, x) for x in bent) else "converging"
    else:
        end = far(s).values.path
        away = math.dist(end[-1], (0, 0)) > math.dist(c.start, (0, 0))
        if len(end) < 501 or (c.surface == "saddle" and away):
            true = "diverging"
        else:
            true = "oscillating" if any(rising(s, end)) else "converging"
    assert s.values.status == true


def rising(s: State, walked: list) -> list[bool]:
    """Whether each step ends on ground that rises in its direction, along u1, u2 or as a whole."""
    found = []
    for a, b in pairwise(walked):
        way = turned(s.controls)
        step, slopes = way @ np.subtract(b, a), way @ steepness(s.controls, b)
        rises = np.where(np.abs(step) > 1e-9, step, 0) * slopes
        rises = [sum(rises)] if s.controls.surface == "rosenbrock" else rises
        found.append(max(rises) > 1e-12)
    return found
