"""Functions of one number as sums of ReLU hinges, and how far such a sum misses.

    f̂(x) = c + Σ aᵢ·ReLU(x − tᵢ)

One hidden layer: unit i bends the curve at its knot tᵢ, by aᵢ. The coefficients are written
down from the target, so that f̂ meets it at every knot and at the right end: f̂ is the
interpolating polygon (de Boor, A Practical Guide to Splines, 2001, ch. III). A polygon with
step h misses a twice differentiable f by at most h²·max|f″|/8.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.records import dataclass

Curve = Callable[[Array], Array]
Branch = Callable[[Array, Array], Array]

FINE = 16  # samples in each piece where the worst point is looked for, and again around it
ZOOMS = 3  # each makes the search 8 times finer
PIECES = 32  # the interval is cut at least so often, whatever the knots
_NODES, _SHARES = np.polynomial.legendre.leggauss(8)


@dataclass(frozen=True)
class Target:
    """A function to be approximated.

    `f` is halfway up where it jumps. `branch(x, inside)` is the smooth function that holds
    around `inside`, continued to x: at a jump it gives the limit from that side. `breaks` are
    where there is a corner or a jump; they come back every `period`. `jump` is how high it
    jumps.
    """

    formula: str
    f: Curve
    branch: Branch
    breaks: tuple[float, ...] = ()
    period: float = 0.0
    jump: float = 0.0

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
        return np.maximum(np.asarray(x)[..., None] - self.knots, 0.0) * self.weights

    def __call__(self, x: Array) -> Array:
        """The sum of all hinges, [m] → [m]."""
        return self.constant + self.parts(x).sum(axis=-1)


def interpolate(f: Curve, low: float, high: float, count: int) -> Hinges:
    """Write down the sum of `count` hinges that meets the target at evenly spaced points.

    The knots are low and count − 1 points inside; the fit also meets the target at high. A
    weight is the change of slope there, so the first is the slope of the first piece.
    """
    points = meeting_points(low, high, count)  # [count + 1]
    heights = f(points)  # [count + 1]
    slopes = np.diff(heights) / np.diff(points)  # [count]
    return Hinges(float(heights[0]), points[:-1], np.diff(slopes, prepend=0.0))


def by_hand(fit: Hinges, place: int, knot: float | None, weight: float | None) -> Hinges:
    """Copy a sum with one hinge moved to a knot and given a weight, where they are given."""
    knots, weights = fit.knots.copy(), fit.weights.copy()
    if knot is not None:
        knots[place] = knot
    if weight is not None:
        weights[place] = weight
    return Hinges(fit.constant, knots, weights)


def meeting_points(low: float, high: float, count: int) -> Array:
    """The points where the fit meets the target: the knots, and the right end, [count + 1].

    Rounded to 12 decimals, so that one that is meant to stand on a jump does.
    """
    points = np.round(low + (high - low) * np.arange(count + 1) / count, 12) + 0.0
    points[[0, -1]] = low, high
    return points


# ── how far the fit misses ─────────────────────────────────────────────────────────────


class Misses(NamedTuple):
    """How far a fit misses.

    `worst` is the largest distance, at `at` (approached from `inside`, which matters at a
    jump); `squares` the integral of the squared distance between one point and the
    next, [k − 1]; `rms` the root of its mean.
    """

    worst: float
    at: float
    inside: float
    squares: Array
    rms: float


class Nodes(NamedTuple):
    """Where the squared distance is taken to be integrated, [k] each.

    `x` are the places, `shares` the length that each stands for, `part` the point of the
    polygon before it, `inside` the middle of its piece, `gaps` target minus fit.
    """

    x: Array
    shares: Array
    part: Array
    inside: Array
    gaps: Array


class _Pieces:
    """The interval, cut at all knots, corners and jumps: in a piece both curves are smooth."""

    def __init__(self, target: Target, points: Array, heights: Array) -> None:
        self.target, self.points, self.heights = target, points, heights
        self.left, self.right = _pieces(points, target.breaks_within(points[0], points[-1]))
        self.middle = (self.left + self.right) / 2
        self.part = np.clip(np.searchsorted(points, self.middle) - 1, 0, len(points) - 2)
        self.slope = (np.diff(self.heights) / np.diff(self.points))[self.part]

    def gap(self, x: Array, which: Array) -> Array:
        """Target minus fit in some pieces, [pieces, m], [pieces] → [pieces, m]."""
        part = self.part[which]
        fit = self.heights[part, None] + self.slope[which, None] * (x - self.points[part, None])
        return self.target.branch(x, self.middle[which, None]) - fit

    def nodes(self) -> tuple[Array, Array, Array]:
        """Gauss and Legendre's places in every piece, their shares, the gap, [pieces, 8] each."""
        half = (self.right - self.left)[:, None] / 2  # [pieces, 1]
        x = self.middle[:, None] + half * _NODES  # [pieces, 8]
        return x, half * _SHARES, self.gap(x, np.arange(len(x)))


def misses(target: Target, low: float, high: float, count: int) -> Misses:
    """Measure how far `count` evenly spaced hinges miss the target between two ends."""
    points = meeting_points(low, high, count)
    return polygon_misses(target, points, target.f(points))


def polygon_misses(target: Target, points: Array, heights: Array) -> Misses:
    """Measure how far a polygon through points [k] at heights [k] misses the target.

    The first and the last of them are the ends. The interval is cut at all knots, corners and
    jumps, so that within a piece both curves are smooth; at a jump both limits count. The worst
    point is found on a grid in each piece that includes its ends, then on three ever finer grids
    around the best ones (16·8³ steps a piece in the end, which misses the height of a smooth peak
    by 2 parts in 10⁸ at most). Squares are integrated by Gauss and Legendre with 8 nodes a piece.
    """
    pieces, count = _Pieces(target, points, heights), len(points) - 1
    with np.errstate(under="ignore"):
        i, at, worst = _peak(pieces.gap, pieces.left, pieces.right)
        _, shares, gaps = pieces.nodes()
        squares = np.bincount(pieces.part, (shares * gaps**2).sum(axis=1), count)  # [count]
    rms = math.sqrt(math.fsum(squares) / float(points[-1] - points[0]))
    return Misses(worst, at, float(pieces.middle[i]), squares, rms)


def polygon_nodes(target: Target, points: Array, heights: Array) -> Nodes:
    """List the places where `polygon_misses` takes the squared distance."""
    pieces = _Pieces(target, points, heights)
    with np.errstate(under="ignore"):
        x, shares, gaps = pieces.nodes()
    part, inside = (np.repeat(each, len(_NODES)) for each in (pieces.part, pieces.middle))
    return Nodes(x.ravel(), shares.ravel(), part, inside, gaps.ravel())


def _pieces(points: Array, breaks: list[float]) -> tuple[Array, Array]:
    """Cut an interval at its points and breaks, and often enough: left ends, right ends."""
    grid = np.linspace(points[0], points[-1], PIECES + 1)
    edges = np.unique(np.concatenate([points, breaks, grid]))
    left, right = edges[:-1], edges[1:]
    real = right - left > 1e-9 * (points[-1] - points[0])  # not what rounding has cut off
    return left[real], right[real]


def _peak(
    gap: Callable[[Array, Array], Array], left: Array, right: Array
) -> tuple[int, float, float]:
    """Find in which piece |gap| is largest, where, and how large it is there."""
    which, low, high = np.arange(len(left)), left, right
    shares = np.linspace(0, 1, FINE + 1)
    for _ in range(1 + ZOOMS):
        x = low[:, None] + (high - low)[:, None] * shares  # [kept, FINE + 1]
        x[:, -1] = high
        far = np.abs(gap(x, which))  # [kept, FINE + 1]
        best = np.argmax(far, axis=1)  # [kept]
        at, heights = x[np.arange(len(x)), best], far[np.arange(len(x)), best]
        # A smooth peak is at most (1/FINE)² higher than the best sample: the rest is out.
        hopeful = heights >= (1 - FINE**-1.5) * heights.max()
        which, at, heights = which[hopeful], at[hopeful], heights[hopeful]
        step = ((high - low) / FINE)[hopeful]
        low, high = np.maximum(at - step, left[which]), np.minimum(at + step, right[which])
    i = int(np.argmax(heights))
    return int(which[i]), float(at[i]), float(heights[i])


# ── targets ────────────────────────────────────────────────────────────────────────────


def _sine(x: Array) -> Array:
    """sin πx, and exactly 0 at whole x."""
    with np.errstate(under="ignore"):
        wave: Array = np.where(x == np.round(x), 0.0, np.sin(np.pi * x))
    return wave


def _bump(x: Array) -> Array:
    with np.errstate(under="ignore"):
        bell: Array = np.exp(-8.0 * x * x)
    return bell


def _sawtooth(x: Array) -> Array:
    return np.where(np.floor(x + 0.5) == x + 0.5, 0.0, x - np.floor(x + 0.5))


def _smooth(formula: str, f: Curve, breaks: tuple[float, ...] = ()) -> Target:
    """A target that never jumps."""
    return Target(formula, f, lambda x, _: f(x), breaks)


TARGETS = {
    "sine": _smooth("sin πx", _sine),
    "step": Target(
        "0 left of 0, 1 right of it",
        lambda x: np.heaviside(x, 0.5),
        lambda x, inside: np.heaviside(inside, 0.5) + 0 * x,
        breaks=(0.0,),
        jump=1.0,
    ),
    "bump": _smooth("e^(−8x²)", _bump),
    "absolute": _smooth("|x|", np.abs, breaks=(0.0,)),
    "sawtooth": Target(
        "x − ⌊x + ½⌋",
        _sawtooth,
        lambda x, inside: x - np.floor(inside + 0.5),
        breaks=(0.5,),
        period=1.0,
        jump=1.0,
    ),
}
