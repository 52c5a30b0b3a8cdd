"""Landscapes to descend on: a height and a slope at every point of a plane, and paths there.

Coordinates are plain numbers or arrays of any shape, taken element by element.
"""

import math
from collections.abc import Iterable
from typing import TypeVar

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.optimizers import Optimizer, State
from tui_transformer.records import dataclass

Plane = TypeVar("Plane", float, Array)


@dataclass(frozen=True)
class Quadratic:
    """½(λ1·u1² + λ2·u2²), where u1, u2 are x, y turned by `rotation` degrees.

    Axis u1 points `rotation` degrees above x, axis u2 another quarter turn on.
    """

    curvature: tuple[float, float]
    rotation: float = 0.0
    centre = (0.0, 0.0)

    @property
    def has_minimum(self) -> bool:
        """Whether it curves upwards along both axes."""
        return min(self.curvature) > 0

    @property
    def turn(self) -> tuple[float, float]:
        """The cosine and sine of the rotation; exactly 0, 1 and equal at 0°, 90° and 45°."""
        return math.sin(math.radians(90 - self.rotation)), math.sin(math.radians(self.rotation))

    def axes(self, x: Plane, y: Plane) -> tuple[Plane, Plane]:
        """Express a point in the surface's own coordinates u1, u2."""
        c, s = self.turn
        return c * x + s * y, c * y - s * x

    def value(self, x: Plane, y: Plane) -> Plane:
        """Compute the height."""
        (first, second), (u1, u2) = self.curvature, self.axes(x, y)
        return 0.5 * (first * u1 * u1 + second * u2 * u2)

    def gradient(self, x: Plane, y: Plane) -> tuple[Plane, Plane]:
        """Compute the slope along x and along y: λ·u, turned back."""
        (first, second), (u1, u2), (c, s) = self.curvature, self.axes(x, y), self.turn
        return c * (first * u1) - s * (second * u2), s * (first * u1) + c * (second * u2)


def bowl(curvature: tuple[float, float], rotation: float = 0.0) -> Quadratic:
    """Make ½(λ1·u1² + λ2·u2²), with its minimum 0 at the origin."""
    return Quadratic(curvature, rotation)


def saddle(curvature: tuple[float, float], rotation: float = 0.0) -> Quadratic:
    """Make ½(λ1·u1² − λ2·u2²): up along u1, down for ever along u2, no minimum."""
    return Quadratic((curvature[0], -curvature[1]), rotation)


@dataclass(frozen=True)
class Rosenbrock:
    """(1 − x)² + 100(y − x²)²: a narrow curved valley, with its minimum 0 at (1, 1).

    Rosenbrock, An automatic method for finding the greatest or least value of a function,
    The Computer Journal 3 (1960); its customary start is (−1.2, 1).
    """

    centre = (1.0, 1.0)
    has_minimum = True

    @property
    def curvature(self) -> tuple[float, float]:
        """The eigenvalues of the second derivatives [[802, −400], [−400, 200]] at (1, 1)."""
        across = (1002 + math.sqrt(602 * 602 + 4 * 400 * 400)) / 2
        return across, 400 / across

    def value(self, x: Plane, y: Plane) -> Plane:
        """Compute the height."""
        return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)

    def gradient(self, x: Plane, y: Plane) -> tuple[Plane, Plane]:
        """Compute the slope along x and along y."""
        return -2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)


Surface = Quadratic | Rosenbrock


def angle_between(a: tuple[float, float], b: tuple[float, float]) -> float | None:
    """Measure the angle between two directions in degrees, 0..180; None where one is zero.

    Taken from the two compass angles, so that no product can overflow.
    """
    if not any(a) or not any(b):
        return None
    turned = math.atan2(a[1], a[0]) - math.atan2(b[1], b[0])
    return 180 - abs(180 - abs(turned) * (180 / math.pi))


@dataclass(frozen=True, eq=False)
class Point:
    """One point of a path: the optimiser's state, the height and the slope [2] under it."""

    state: State
    height: float
    slope: Array


def stand(surface: Surface, state: State) -> Point:
    """Look at the ground under a state's weights, [2]."""
    x, y = state.weights.tolist()
    return Point(state, surface.value(x, y), np.array(surface.gradient(x, y)))


def slopes_wanted(surface: Surface, rule: Optimizer, points: Iterable[Point]) -> list[Array]:
    """Measure the slope [2] that the update after each point is made with: there, or where the
    rule looks."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        looks = [(point, rule.look(point.state)) for point in points]
    return [
        point.slope if look is point.state.weights else np.array(surface.gradient(*look.tolist()))
        for point, look in looks
    ]


def walk(surface: Surface, rule: Optimizer, point: Point) -> Point | None:
    """Take one step; None where a coordinate, the height or the slope leaves float range."""
    (slope,) = slopes_wanted(surface, rule, (point,))
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        after = stand(surface, rule.update(point.state, slope))
    numbers = (after.height, *after.slope.tolist(), *after.state.weights.tolist())
    return after if all(map(math.isfinite, numbers)) else None


def overshoots(surface: Surface, points: list[Point]) -> bool:
    """Say whether any step of a path ends on ground that rises in the direction walked.

    Looked at along each axis of a quadratic, as a whole elsewhere. Moves under 1e-9 are
    taken for rounding.
    """
    weights = np.array([point.state.weights for point in points])  # [points, 2]
    slopes = np.array([point.slope for point in points])[1:]  # [steps, 2]
    moves = np.diff(weights, axis=0)  # [steps, 2]
    with np.errstate(under="ignore"):
        if isinstance(surface, Quadratic):
            moves = np.stack(surface.axes(moves[:, 0], moves[:, 1]), axis=1)
            slopes = np.stack(surface.axes(slopes[:, 0], slopes[:, 1]), axis=1)
        rises = np.where(np.abs(moves) > 1e-9, moves, 0.0) * slopes
    if not isinstance(surface, Quadratic):
        rises = rises.sum(axis=1)
    return bool(np.any(rises > 0))
