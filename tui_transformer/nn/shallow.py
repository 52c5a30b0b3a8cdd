"""A network with one hidden layer, its gradients written out by hand, and its kinks.

y = φ(x·W + c)·w + b: inputs x [n, d], hidden layer [n, h], one output for each of n inputs.
The letters are those of Goodfellow, Bengio & Courville, Deep Learning (2016), section 6.1.
"""

import math
from fractions import Fraction

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.activations import Activation, sigmoid, softplus
from tui_transformer.records import dataclass

# How large a sum may be, measured by its terms, and still be nothing but their rounding.
ROUNDING = 4 * float(np.finfo(float).eps)


@dataclass(frozen=True, eq=False, slots=True)
class Shallow:
    """The parameters W [d, h], c [h], w [h] and b; or a gradient, which has the same parts."""

    W: Array
    c: Array
    w: Array
    b: float

    @property
    def finite(self) -> bool:
        """Whether every number is one that a float can hold."""
        parts = (self.W, self.c, self.w)
        return math.isfinite(self.b) and all(math.isfinite(part.sum()) for part in parts)

    @property
    def largest(self) -> float:
        """The size of the largest number in it."""
        return max(abs(self.b), *(float(np.max(np.abs(x))) for x in (self.W, self.c, self.w)))


@dataclass(frozen=True, eq=False, slots=True)
class Pass:
    """What one pass through the network gives: z [n, h], h = φ(z) [n, h], y [n]."""

    z: Array
    h: Array
    y: Array


def forward(net: Shallow, x: Array, phi: Activation, *, settled: bool = False) -> Pass:
    """Compute the network's output for every input, [n, d] → z [n, h], h [n, h], y [n].

    `settled` makes a sum that cancels to within its own rounding 0: 0.1·3 − 0.3 would
    otherwise be 5.6e-17, and a ReLU would stand open where it is at its kink.
    """
    z = x @ net.W + net.c  # [n, h]
    if settled:
        z = _settle(z, np.abs(x) @ np.abs(net.W) + np.abs(net.c))
    h = phi.f(z)  # [n, h]
    y = h @ net.w + net.b  # [n]
    if settled:
        y = _settle(y, np.abs(h) @ np.abs(net.w) + abs(net.b))
    return Pass(z, h, y)


def _settle(sums: Array, sizes: Array) -> Array:
    return np.where(np.abs(sums) <= ROUNDING * sizes, 0.0, sums)


def backward(net: Shallow, x: Array, run: Pass, slope: Array, phi: Activation) -> Shallow:
    """Carry ∂L/∂y [n] back to every parameter, summed over the inputs.

    The chain rule, layer by layer: Rumelhart, Hinton & Williams (1986), eqs. 4 to 7. With a
    slope of one this is the gradient of y itself.
    """
    at_z = _at_z(net, run, slope, phi)  # [n, h]
    return Shallow(x.T @ at_z, at_z.sum(axis=0), slope @ run.h, float(slope.sum()))


def input_gradient(net: Shallow, run: Pass, slope: Array, phi: Activation) -> Array:
    """Carry ∂L/∂y [n] back to the inputs, [n, d]."""
    return _at_z(net, run, slope, phi) @ net.W.T


def _at_z(net: Shallow, run: Pass, slope: Array, phi: Activation) -> Array:
    return np.multiply.outer(slope, net.w) * phi.derivative(run.z)


def descend(net: Shallow, gradient: Shallow, rate: float) -> Shallow:
    """Take one step of gradient descent: every parameter minus rate times its gradient."""
    return Shallow(
        net.W - rate * gradient.W,
        net.c - rate * gradient.c,
        net.w - rate * gradient.w,
        net.b - rate * gradient.b,
    )


def logistic_loss(y: Array, target: Array) -> tuple[float, Array]:
    """Price the guesses σ(y) for targets 0 or 1: mean −ln p of what was right, and its slope.

    [n], [n] → nats, ∂L/∂y = (σ(y) − target)/n [n]; written so that neither overflows nor
    loses its digits where a guess is nearly right.
    """
    sign = 1.0 - 2.0 * target  # [n], 1 where 0 is right, −1 where 1 is
    against = sign * y  # [n]
    return float(softplus(against).sum()) / len(y), sign * sigmoid(against) / len(y)


# ── one input and ReLU: a line with kinks ──────────────────────────────────────────────


@dataclass(frozen=True)
class Tail:
    """What is left of a piecewise linear function far out: slope·x + level."""

    slope: Fraction
    level: Fraction

    @property
    def flat(self) -> bool:
        """Whether it neither rises nor falls."""
        return self.slope == 0


def _exact(x: float) -> Fraction:
    """Read a float as the decimal it is written as, so that 0.1·3 − 0.3 is 0."""
    return Fraction(repr(float(x)))


def _hinges(net: Shallow) -> list[tuple[Fraction, Fraction, Fraction]]:
    return [
        (_exact(w), _exact(b), _exact(v)) for w, b, v in zip(net.W[0], net.c, net.w, strict=True)
    ]


def kinks(net: Shallow) -> list[float]:
    """Find where the slope of y changes, in order, for one input and ReLU.

    Unit i bends at −cᵢ/Wᵢ and adds wᵢ·|Wᵢ| to the slope there; units that bend at the same
    place are one kink, or none where they cancel.
    """
    bends: dict[Fraction, Fraction] = {}
    for w, b, v in _hinges(net):
        if w != 0:
            bends[-b / w] = bends.get(-b / w, Fraction(0)) + v * abs(w)
    found = sorted(at for at, bend in bends.items() if bend != 0)
    return [float(at) for at in found if abs(at) < Fraction(1e308)]


def tails(net: Shallow) -> tuple[Tail, Tail]:
    """Find what y is far to the left and far to the right, for one input and ReLU.

    On the left the units with W < 0 are on, on the right those with W > 0.
    """
    base = _exact(net.b) + sum(v * max(b, Fraction(0)) for w, b, v in _hinges(net) if w == 0)
    left, right = ([(w, b, v) for w, b, v in _hinges(net) if w * side > 0] for side in (-1, 1))
    return _tail(left, base), _tail(right, base)


def _tail(active: list[tuple[Fraction, Fraction, Fraction]], base: Fraction) -> Tail:
    slope = sum((v * w for w, _, v in active), Fraction(0))
    return Tail(slope, sum((v * b for _, b, v in active), base))


def is_bump(net: Shallow) -> bool:
    """Say whether y (one input, ReLU) is 0 far out on both sides and above 0 between.

    It is highest and lowest at a kink, so those are enough.
    """
    if not all(end.flat and end.level == 0 for end in tails(net)):
        return False
    heights = [_height(net, -b / w) for w, b, _ in _hinges(net) if w != 0]
    return max(heights, default=Fraction(0)) > 0 and min(heights) >= 0


def _height(net: Shallow, x: Fraction) -> Fraction:
    """What y is at x, exactly, for one input and ReLU."""
    return sum((v * max(w * x + b, Fraction(0)) for w, b, v in _hinges(net)), _exact(net.b))


def central_step(at: float) -> float:
    """How far a central difference steps: 0.0001, or that share of a number above 1.

    y is piecewise linear in each of its parameters, so a step need not be tiny: without a
    kink in it the difference is exact but for rounding.
    """
    return 1e-4 * max(1.0, math.fabs(at))
