"""Functions of one number as sums of ReLU hinges, and how far such a sum misses.

    f̂(x) = c + Σ aᵢ·ReLU(x − tᵢ)

One hidden layer: unit i bends the curve at its knot tᵢ, by aᵢ. The coefficients are written
down from the target, so that f̂ meets it at every knot and at the right end: f̂ is the
interpolating polygon (de Boor, A Practical Guide to Splines, 2001, ch. III). A polygon with
step h misses a twice differentiable f by at most h²·max|f″|/8.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
Curve = Callable[[Array], Array]
Branch = Callable[[Array, Array], Array]

FINE = 32  # samples in each piece where the worst point is looked for, and again around it
ZOOMS = 3  # each makes the search 16 times finer
PIECES = 32  # the interval is cut at least so often, whatever the knots
_NODES, _SHARES = np.polynomial.legendre.leggauss(8)


@dataclass(frozen=True)
class Target:
    """A function to be approximated.

    `branch(x, inside)` is the smooth function that holds around `inside`, continued to x: at
    a jump it gives the limit from that side. At the jump itself the target is the mean of
    both. `breaks` are where it has a corner or a jump; they come back every `period`.
    `jump` is how high it jumps, `worked(x, inside)` writes it with numbers.
    """

    name: str
    formula: str
    branch: Branch
    worked: Callable[[str, float], str]
    breaks: tuple[float, ...] = ()
    period: float = 0.0
    jump: float = 0.0

    def __call__(self, x: Array) -> Array:
        """The target itself; halfway up where it jumps, [...] → [...]."""
        x = np.asarray(x, dtype=float)
        if not self.jump:
            return self.branch(x, x)
        with np.errstate(under="ignore"):
            return (self.branch(x, x - 1e-9) + self.branch(x, x + 1e-9)) / 2

    def breaks_within(self, low: float, high: float) -> list[float]:
        """List the corners and jumps between two ends, ends included."""
        found = list(self.breaks)
        if self.period:
            steps = range(math.floor((low - 1) / self.period), math.ceil(high / self.period) + 1)
            found = [b + k * self.period for b in self.breaks for k in steps]
        return [b for b in found if low <= b <= high]


class Hinges(NamedTuple):
    """A sum of hinges: constant c, knots t [n] and weights a [n]; slope Σ aᵢ after the last."""

    constant: float
    knots: Array
    weights: Array

    def parts(self, x: Array) -> Array:
        """What each hinge adds, [m] → [m, n]."""
        bent: Array = np.maximum(np.asarray(x)[..., None] - self.knots, 0.0) * self.weights
        return bent

    def __call__(self, x: Array) -> Array:
        """The sum of all hinges, [m] → [m]."""
        whole: Array = self.constant + self.parts(x).sum(axis=-1)
        return whole


def interpolate(target: Curve, low: float, high: float, count: int) -> Hinges:
    """Write down the sum of `count` hinges that meets the target at evenly spaced points.

    The knots are low and count − 1 points inside; the fit also meets the target at high. A
    weight is the change of slope there, so the first is the slope of the first piece.
    """
    points = meeting_points(low, high, count)
    heights = target(points)
    slopes = np.diff(heights) / np.diff(points)
    return Hinges(float(heights[0]), points[:-1], np.diff(slopes, prepend=0.0))


def meeting_points(low: float, high: float, count: int) -> Array:
    """The points where the fit meets the target: the knots, and the right end, [count + 1]."""
    points = low + (high - low) * np.arange(count + 1) / count
    points[np.abs(points) < 1e-12 * (high - low)] = 0.0
    points[-1] = high
    return points


# ── how far the fit misses ─────────────────────────────────────────────────────────────


class Misses(NamedTuple):
    """How far a fit misses: at its worst, where that is (approached from `inside`), and the
    root of the mean square."""

    worst: float
    at: float
    inside: float
    rms: float


def misses(target: Target, low: float, high: float, count: int) -> Misses:
    """Measure how far `count` hinges miss the target between two ends.

    The interval is cut at all knots, corners and jumps, so that within a piece both curves
    are smooth; at a jump both limits count. The worst point of each piece is found on a grid
    that includes its ends, then on three ever finer grids around it (1/32 · 16⁻³ of a piece in
    the end, which misses the height of a smooth peak by a part in 10⁸ at most). The mean
    square is by Gauss–Legendre with 8 nodes a piece.
    """
    points = meeting_points(low, high, count)
    heights = target(points)
    grid = np.linspace(low, high, PIECES + 1)
    edges = np.unique(np.concatenate([points, target.breaks_within(low, high), grid]))
    left, right = edges[:-1], edges[1:]
    real = right - left > 1e-9 * (high - low)
    left, right = left[real], right[real]
    middle = (left + right) / 2
    part = np.clip(np.searchsorted(points, middle, side="right") - 1, 0, count - 1)
    slope = (np.diff(heights) / np.diff(points))[part]

    def gap(x: Array) -> Array:
        """Target minus fit in every piece, [pieces, m] → [pieces, m]."""
        fit = heights[part, None] + slope[:, None] * (x - points[part, None])
        apart: Array = target.branch(x, np.broadcast_to(middle[:, None], x.shape)) - fit
        return apart

    with np.errstate(under="ignore"):
        at = _peaks(gap, left, right)
        heights_there = np.abs(gap(at[:, None]))[:, 0]
        half = (right - left) / 2
        square = gap(middle[:, None] + half[:, None] * _NODES) ** 2
        mean = float(np.sum(half * (square @ _SHARES))) / (high - low)
    i = int(np.argmax(heights_there))
    return Misses(float(heights_there[i]), float(at[i]), float(middle[i]), math.sqrt(mean))


def _peaks(gap: Curve, left: Array, right: Array) -> Array:
    """Where |gap| is largest in each piece, [pieces]."""
    low, high = left, right
    shares = np.linspace(0, 1, FINE + 1)
    for _ in range(1 + ZOOMS):
        x = low[:, None] + (high - low)[:, None] * shares
        x[:, -1] = high
        best = x[np.arange(len(x)), np.argmax(np.abs(gap(x)), axis=1)]
        step = (high - low) / FINE
        low, high = np.maximum(best - step, left), np.minimum(best + step, right)
    return best


# ── targets ────────────────────────────────────────────────────────────────────────────


def _sine(x: Array, _: Array) -> Array:
    """sin πx, exactly 0 at whole x: folded into −½..½ first, where sine is well behaved."""
    turn = x - 2 * np.round(x / 2)
    folded = np.where(np.abs(turn) > 0.5, np.sign(turn) - turn, turn)
    wave: Array = np.sin(np.pi * folded)
    return wave


def _bump(x: Array, _: Array) -> Array:
    with np.errstate(under="ignore"):
        bell: Array = np.exp(-8 * x * x)
    return bell


def _step(x: Array, inside: Array) -> Array:
    return np.where(inside > 0, 1.0, 0.0) + 0 * x


def _sawtooth(x: Array, inside: Array) -> Array:
    ramp: Array = x - np.floor(inside + 0.5)
    return ramp


TARGETS = {
    target.name: target
    for target in (
        Target("sine", "sin πx", _sine, lambda x, _: f"sin({math.pi!r}*{x})"),
        Target("step", "0 left of 0, 1 right of it", _step,
               lambda x, inside: "0.5" if inside == 0 else str(int(inside > 0)),
               breaks=(0.0,), jump=1.0),
        Target("bump", "e^(−8x²)", _bump, lambda x, _: f"exp(-8*{x}**2)"),
        Target("absolute", "|x|", lambda x, _: np.abs(x), lambda x, _: f"abs({x})",
               breaks=(0.0,)),
        Target("sawtooth", "x − ⌊x + ½⌋", _sawtooth,
               lambda x, inside: "0" if inside % 1 == 0.5 else f"{x} - {math.floor(inside + 0.5)}",
               breaks=(0.5,), period=1.0, jump=1.0),
    )
}
