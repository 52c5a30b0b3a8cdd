"""What `descent` claims: what its tasks say, and its explanation."""

import math
from itertools import pairwise
from typing import Any

import numpy as np

from tests.claims import descent_sentences
from tests.claims.book import State, close, opened, shown, slope
from tests.claims.descent_sentences import factor
from tests.claims.descent_values import angle, descent, far, off
from tests.claims.landscapes import curvatures, turned

assert descent_sentences.descent is descent


def first_below(losses: list[float]) -> int:
    """The first step at which the loss is below 0.001."""
    return next(k for k, loss in enumerate(losses) if loss < 0.001)


def plain(curvature: tuple[float, float], rate: float, steps: int = 500) -> list[float]:
    """The losses of plain gd from (1, 1), axis by axis."""
    return [sum(x / 2 * (1 - rate * x) ** (2 * k) for x in curvature) for k in range(steps + 1)]


# ── tasks ──────────────────────────────────────────────────────────────────────────────


@descent.says("λ = {lam} is multiplied by {times} a step: η = 0.18 is past 2/λ = {rate}.")
def too_steep(s: State, lam: str, times: str, rate: str) -> None:
    c = s.controls
    assert (c.optimizer, c.surface) == ("gd", "bowl")
    shown("0.18", c.learning_rate)
    x = max((curvatures(c)[i] for i in off(s)), key=lambda x: abs(factor(s, x)))
    shown(lam, x)
    shown(times, 1 - 0.18 * x)
    shown(rate, 2 / x)
    assert abs(1 - 0.18 * x) > 1


@descent.says("η = {rate} took {steps} steps, 0.18 took 20: smaller is not better.")
def careful(s: State, rate: str, steps: str) -> None:
    shown(rate, s.controls.learning_rate)
    assert int(steps) == first_below(plain((1, 10), s.controls.learning_rate)) > 20
    assert first_below(plain((1, 10), 0.18)) == 20


@descent.says("{off}° off at u1 = {u1}, u2 = {u2}: from an axis the way down leads there.")
def on_its_axis(s: State, off: str, u1: str, u2: str) -> None:
    close(float(off.replace("−", "-")), angle(s), 0.06, least=1e-6)
    u = turned(s.controls) @ s.values.path[-1]
    for text, true in zip((u1, u2), u, strict=True):
        shown(text, true if abs(true) > 1e-12 else 0)
    assert max(abs(u)) >= 0.35
    assert min(abs(u)) / max(abs(u)) < math.tan(math.radians(2.1))  # an axis, or nearly


@descent.says("{rule} took {steps} steps; plain gd's best rate takes 199.")
def faster(s: State, rule: str, steps: str) -> None:
    assert rule == s.controls.optimizer != "gd"
    assert int(steps) == first_below(s.values.losses) <= 60
    rates = np.linspace(0.09, 0.1, 401)[:, None]
    powers = 2 * np.arange(301)
    losses = 0.05 * (1 - 0.1 * rates) ** powers + 10 * (1 - 20 * rates) ** powers
    assert min(np.argmax(row < 0.001) for row in losses if row.min() < 0.001) == 199


# ── the explanation ────────────────────────────────────────────────────────────────────


@descent.tells(
    "Every step multiplies the distance along an axis by 1 − ηλ, so each axis is a geometric "
    "series of its own"
)
def a_series_of_its_own() -> None:
    path = np.array(opened("tfx descent steps=30").values.path)
    for axis, x in enumerate((1, 10)):
        close(path[1:, axis] / path[:-1, axis], np.full(30, 1 - 0.18 * x))


@descent.tells("The steep axis sets the limit, η < 2/λmax; the flat one sets the pace.")
def limit_and_pace() -> None:
    inside, outside = (
        opened(f"tfx descent learning_rate={rate} steps=500").values for rate in (0.1999, 0.2001)
    )
    assert inside.losses[-1] < inside.losses[0] < outside.losses[-1]
    path = opened("tfx descent learning_rate=0.15 steps=40").values.path
    assert abs(path[-1][0]) > 1e6 * abs(path[-1][1])


@descent.tells(
    "At ×−0.8 every step lands on the other side, and nearer; only beyond −1 does it fly off."
)
def nearer_on_the_other_side() -> None:
    steep = [y for _, y in opened("tfx descent steps=20").values.path]
    for a, b in pairwise(steep):
        close(b / a, -0.8)
    beyond = [y for _, y in opened("tfx descent learning_rate=0.21 steps=20").values.path]
    assert abs(beyond[-1]) > abs(beyond[0])


@descent.tells("η = 0.01 takes 310 steps to a loss below 0.001, η = 0.18 takes 20.")
def not_always_better() -> None:
    for rate, steps in ((0.01, 310), (0.18, 20)):
        assert first_below(plain((1, 10), rate)) == steps
        assert first_below(far(opened(f"tfx descent learning_rate={rate}")).values.losses) == steps


@descent.tells("These are two weights; [a small network](mlp) walks with seven,")
def two_and_seven() -> None:
    assert len(opened("tfx descent").values.gradient) == 2
    assert len(opened("tfx mlp").values.parameters_after) == 7


@descent.tells("[a real one](training) with thousands")
def thousands() -> None:
    assert 2000 < opened("tfx training").values.parameter_count < 1_000_000


@descent.tells("η < 2/λmax has two sides.")
def two_sides() -> None:
    for changed in ("learning_rate=0.21", "curvature=1,12"):
        assert opened(f"tfx descent {changed}").values.status == "diverging"


def panel(command: str, start: str) -> Any:
    (found,) = (p for p in opened(command).figure.panels if p.title.startswith(start))
    return found


@descent.tells("Here they are a line's slope x and height y; it should lie on the five points.")
def five_points() -> None:
    (dots,) = (m for m in panel("tfx descent", "Slope x and").marks if hasattr(m, "marker"))
    assert (len(dots.x), list(dots.y)) == (5, [0.0] * 5)


@descent.tells("of two minima, the start decides which is found")
def two_minima() -> None:
    found = set()
    for start in (-1.5, -0.5, 0.5, 1.5):
        x = start
        for _ in range(500):
            x -= 0.18 * slope(lambda t: ((t * t - 1) ** 2 + 0.3 * t) / 10, x)
        marks = panel(f"tfx descent start={start},1 steps=500", "Hills and valleys").marks
        (now,) = (m for m in marks if getattr(m, "marker", "") == "◆")
        close(now.x[0], x, 1e-4)
        found.add(round(x, 2))
        assert (start < 0) == (x < 0)
    assert len(found) == 2


@descent.tells("with four times as many, it is off by half as much")
def steadied() -> None:
    marks = panel("tfx descent", "Batch of B").marks
    (dots,) = (m for m in marks if hasattr(m, "marker"))
    assert list(dots.x) == [1, 4, 16, 64, 256]
    for more, fewer in pairwise(dots.y):
        assert 0.4 < fewer / more < 0.6
