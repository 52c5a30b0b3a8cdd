"""The landscapes and update rules of `descent`, written out plainly; every slope by differences."""

from __future__ import annotations

import math
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np

from tests.claims.book import slope

Pair = tuple[float, float]


def turned(c: SimpleNamespace) -> np.ndarray:
    """The directions u1 and u2 as rows; those of Rosenbrock's valley are x and y."""
    a = math.radians(c.rotation if c.surface != "rosenbrock" else 0)
    exact = {0: (1.0, 0.0), 45: (math.sqrt(0.5),) * 2, 90: (0.0, 1.0)}
    cos, sin = exact.get(round(math.degrees(a), 6), (math.cos(a), math.sin(a)))
    return np.array([[cos, sin], [-sin, cos]])


def height(c: SimpleNamespace, x: float, y: float) -> float:
    """The loss at a place, straight from its formula."""
    if c.surface == "rosenbrock":
        return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)
    u1, u2 = (float(d @ (x, y)) for d in turned(c))
    sign = 1 if c.surface == "bowl" else -1
    return c.curvature[0] * u1 * u1 / 2 + sign * c.curvature[1] * u2 * u2 / 2


def steepness(c: SimpleNamespace, place: Pair) -> np.ndarray:
    """∂f/∂x and ∂f/∂y by differences; without error, as no surface here is above degree four."""
    x, y = (float(a) for a in place)
    h = 0.03 * max(abs(x), abs(y), 1e-3)
    return np.array(
        [slope(lambda a: height(c, a, y), x, h), slope(lambda b: height(c, x, b), y, h)]
    )


def curvatures(c: SimpleNamespace) -> list[float]:
    """Second derivatives at the centre, along u1 and u2; in Rosenbrock's valley the eigenvalues,
    the larger first."""
    x, y = (1.0, 1.0) if c.surface == "rosenbrock" else (0.0, 0.0)
    bends = np.array(
        [
            [slope(lambda a, i=i: steepness(c, (x + a, y))[i], 0.0, 0.01) for i in (0, 1)],
            [slope(lambda b, i=i: steepness(c, (x, y + b))[i], 0.0, 0.01) for i in (0, 1)],
        ]
    )
    if c.surface == "rosenbrock":
        return np.linalg.eigvalsh(bends).tolist()[::-1]
    return [float(d @ bends @ d) for d in turned(c)]


def moves(c: SimpleNamespace, path: list[Pair]) -> Iterator[np.ndarray]:
    """Where each rule leads from each point of a path, from what the path itself remembers."""
    rate, beta = c.learning_rate, c.momentum
    mean, square = np.zeros(2), np.zeros(2)
    for k, (w, before) in enumerate(zip(map(np.array, path), [path[0], *path], strict=False)):
        velocity = (before - w) / rate
        if c.optimizer == "gd":
            yield w - rate * steepness(c, w)
        elif c.optimizer == "momentum":
            yield w - rate * (beta * velocity + steepness(c, w))
        elif c.optimizer == "nesterov":
            yield w - rate * (beta * velocity + steepness(c, w - rate * beta * velocity))
        else:
            g = steepness(c, w)
            mean = beta * mean + (1 - beta) * g
            square = 0.999 * square + 0.001 * g * g
            fair = np.sqrt(square / (1 - 0.999 ** (k + 1))) + 1e-8
            yield w - rate * mean / (1 - beta ** (k + 1)) / fair


def roots(c: SimpleNamespace, curvature: float) -> np.ndarray:
    """Eigenvalues of one step on (w, velocity), where the loss is ½λw²."""

    def step(w: float, v: float) -> Pair:
        if c.optimizer == "gd":
            return w - c.learning_rate * curvature * w, 0.0
        look = w - c.learning_rate * c.momentum * v if c.optimizer == "nesterov" else w
        v = c.momentum * v + curvature * look
        return w - c.learning_rate * v, v

    return np.linalg.eigvals(np.array([step(1, 0), step(0, 1)]).T)
