"""Piecewise-linear functions of one variable, and the stacks of ReLU layers that make them.

A stack takes one number x and gives one number back. Its layers are pairs of a matrix W
[out, in] and a vector b [out]; every layer but the last is followed by an activation.
"""

from collections.abc import Callable, Sequence

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.records import dataclass

Layer = tuple[Array, Array]
Stack = Sequence[Layer]

# Places closer together than this share of the interval cannot be told apart in floats.
_CLOSE = 1e-12
# Changes of slope below this share of all weights multiplied together are rounding.
_ROUNDING = 1e-14


# ── any stack ──────────────────────────────────────────────────────────────────────────


def hidden(stack: Stack, f: Callable[[Array], Array], x: Array) -> Array:
    """Compute what the last hidden layer gives: x [n] → [n, units]."""
    h = np.asarray(x, dtype=float)[:, np.newaxis]  # [n, 1]
    for weight, bias in stack[:-1]:
        h = f(h @ weight.T + bias)  # [n, out]
    return h


def forward(stack: Stack, f: Callable[[Array], Array], x: Array) -> Array:
    """Compute the stack's output, layer by layer: x [n] → [n]."""
    weight, bias = stack[-1]
    return (hidden(stack, f, x) @ weight.T + bias)[:, 0]


def collapse(stack: Stack) -> list[Array]:
    """Multiply a stack without activations out: after each layer one slope and one intercept.

    Returns, for every layer, [units, 2]: the unit's sum is slope·x + intercept. The last is
    [1, 2], the one line that the whole stack is.
    """
    line, lines = np.array([[1.0, 0.0]]), []
    for weight, bias in stack:
        line = weight @ line  # [out, 2]
        line[:, 1] += bias
        lines.append(line)
    return lines


# ── one line for many points ───────────────────────────────────────────────────────────


@dataclass(frozen=True)
class BestLine:
    """The line whose largest miss is smallest.

    `points` (x, y) are the three where it misses by that much, above, below and above or the
    other way round: the middle one is farthest from the chord of the outer two.
    """

    slope: float
    intercept: float
    miss: float
    points: tuple[tuple[float, float], ...]


def best_line(x: Array, y: Array) -> BestLine:
    """Find the line that misses the points by the least, x [n] rising, y [n], n ≥ 3.

    It lies half-way between the point that is farthest from a chord and that chord, for no line
    is nearer to all three (Chebyshev's alternation).
    """
    found, most = (0, 1, 2), -1.0
    for side in (y, -y):
        hull = _above(x, side)
        gaps = np.interp(x, x[hull], side[hull]) - side
        j = 1 + int(np.argmax(gaps[1:-1]))
        if gaps[j] > most:
            most = float(gaps[j])
            before, after = np.searchsorted(hull, j) - 1, np.searchsorted(hull, j, side="right")
            found = hull[before], j, hull[after]
    points = tuple((float(x[i]), float(y[i])) for i in found)
    (x1, y1), (x2, y2), (x3, y3) = points
    slope = (y3 - y1) / (x3 - x1)
    aside = (y2 - (y1 + slope * (x2 - x1))) / 2
    return BestLine(slope, y1 - slope * x1 + aside, abs(aside), points)


def _above(x: Array, y: Array) -> list[int]:
    """Which points a string laid over all of them touches. Andrew (1979)."""
    hull: list[int] = []
    for k in range(len(x)):
        while len(hull) > 1:
            i, j = hull[-2:]
            if (y[j] - y[i]) * (x[k] - x[i]) > (y[k] - y[i]) * (x[j] - x[i]):
                break
            hull.pop()
        hull.append(k)
    return hull


# ── stacks of ReLUs ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Switch:
    """A place where a unit's sum, slope·x + intercept around there, goes through 0.

    `layer` and `unit` count from 0.
    """

    x: float
    layer: int
    unit: int
    slope: float
    intercept: float


@dataclass(frozen=True, eq=False)
class Piecewise:
    """A continuous function made of straight pieces between `low` and `high`.

    Piece i is slopes[i]·x + intercepts[i] and ends at the kink switches[i]; the first and
    the last piece go on outside. A kink is where two pieces of different slope meet, strictly
    between `low` and `high`.
    """

    low: float
    high: float
    slopes: Array
    intercepts: Array
    switches: tuple[Switch, ...]

    @property
    def kinks(self) -> list[float]:
        """Where the slope changes, in order."""
        return [switch.x for switch in self.switches]

    @property
    def edges(self) -> Array:
        """Where the pieces begin and end, [pieces + 1]."""
        return np.array([self.low, *self.kinks, self.high])

    def __call__(self, x: Array) -> Array:
        """Evaluate it: [n] → [n]."""
        at = np.searchsorted(np.array(self.kinks), x)
        return np.asarray(self.slopes[at] * x + self.intercepts[at])


def relu_pieces(stack: Stack, low: float, high: float) -> Piecewise:
    """Take a stack of ReLU layers apart into its straight pieces, exactly.

    Between two kinks of what comes before it, a unit's sum is a straight line; if that line
    goes through 0 there, at −intercept/slope, the unit switches and a new piece begins. Nothing
    is sampled: up to rounding, no kink is missed or invented (kinks closer than 1e-12 of the
    interval count as one). Montúfar et al. (2014), section 2, count pieces the same way.
    """
    pieces = Piecewise(low, high, np.ones((1, 1)), np.zeros((1, 1)), ())
    for index, (weight, bias) in enumerate(stack[:-1]):
        pieces = _switched(_split(_weighed(pieces, weight, bias), index))
    return _merged(_weighed(pieces, *stack[-1]), _ROUNDING * _reach(stack))


def _weighed(pieces: Piecewise, weight: Array, bias: Array) -> Piecewise:
    """Pass every piece, of [pieces, in] lines, through W and b."""
    return Piecewise(
        pieces.low,
        pieces.high,
        pieces.slopes @ weight.T,
        pieces.intercepts @ weight.T + bias,
        pieces.switches,
    )


def _split(pieces: Piecewise, layer: int) -> Piecewise:
    """Cut the pieces wherever one of the units' lines goes through 0."""
    margin = _CLOSE * (pieces.high - pieces.low)
    edges = pieces.edges
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        zeros = -pieces.intercepts / pieces.slopes  # [pieces, units]
    inside = (zeros > edges[:-1, np.newaxis] + margin) & (zeros < edges[1:, np.newaxis] - margin)
    found = list(pieces.switches)
    for piece, unit in np.argwhere(inside):
        # Adding 0 turns a kink at −0 into one at 0.
        found.append(
            Switch(
                float(zeros[piece, unit]) + 0.0,
                layer,
                int(unit),
                float(pieces.slopes[piece, unit]),
                float(pieces.intercepts[piece, unit]),
            )
        )
    found.sort(key=lambda switch: switch.x)
    switches = tuple(
        switch
        for before, switch in zip([None, *found], found, strict=False)
        if before is None or switch.x - before.x > margin
    )
    cut = Piecewise(pieces.low, pieces.high, pieces.slopes, pieces.intercepts, switches)
    origin = np.searchsorted(np.array(pieces.kinks), _middles(cut))
    return Piecewise(
        pieces.low, pieces.high, pieces.slopes[origin], pieces.intercepts[origin], switches
    )


def _switched(pieces: Piecewise) -> Piecewise:
    """Apply ReLU: on each piece a unit is on or off, as it is in the middle."""
    on = pieces.slopes * _middles(pieces)[:, np.newaxis] + pieces.intercepts > 0  # [pieces, units]
    return Piecewise(
        pieces.low,
        pieces.high,
        np.where(on, pieces.slopes, 0.0),
        np.where(on, pieces.intercepts, 0.0),
        pieces.switches,
    )


def _middles(pieces: Piecewise) -> Array:
    edges = pieces.edges
    return np.asarray((edges[:-1] + edges[1:]) / 2)


def _merged(pieces: Piecewise, tolerance: float) -> Piecewise:
    """Join neighbours of one slope: a unit that nobody listens to makes no kink."""
    slopes, intercepts = pieces.slopes[:, 0], pieces.intercepts[:, 0]
    bends = np.abs(np.diff(slopes)) > tolerance  # [pieces − 1]
    first = np.concatenate([[True], bends])  # [pieces]
    return Piecewise(
        pieces.low,
        pieces.high,
        slopes[first],
        intercepts[first],
        tuple(switch for switch, bend in zip(pieces.switches, bends, strict=True) if bend),
    )


def _reach(stack: Stack) -> float:
    """Bound the slope that the stack's weights could add up to."""
    reach = np.ones((1, 1))
    for weight, _ in stack:
        reach = np.abs(weight) @ reach  # [out, 1]
    return float(reach[0, 0])
