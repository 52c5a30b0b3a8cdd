"""What `approximation` computes: hinges that follow a target, and how far they miss it."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import choice, integer, real
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.geometry.hinges import (
    TARGETS,
    Hinges,
    Misses,
    Nodes,
    Target,
    interpolate,
    meeting_points,
    misses,
    nodes,
)

MOST = 64
EXACT = 1e-12  # a miss below this is rounding


@lru_cache(maxsize=4096)
def missed(target: str, domain: float, count: int) -> Misses:
    """How far so many hinges miss a target on −domain..domain."""
    return misses(TARGETS[target], -domain, domain, count)


@dataclass(frozen=True, eq=False)
class Approximation(Model):
    """A target, an interval, and so many hinges evenly spaced on it."""

    target: str = choice("sine", *TARGETS, help="The function to follow.")
    hinges: int = integer(4, 1, MOST, help="How many ReLUs are added up; each is one more kink.")
    domain: float = real(1.0, 0.5, 4, step=0.5, help="The interval goes from minus this to this.")
    x: float = real(
        0.3,
        lambda m: -1.25 * m.domain,
        lambda m: 1.25 * m.domain,
        step=0.05,
        help="Where the sum is written out; it may leave the interval.",
    )

    @value
    def max_error(self) -> float:
        """How far the fit misses at its worst on the interval; at a jump both sides count."""
        return self.missed.worst

    @value
    def rms_error(self) -> float:
        """The root of the mean squared miss on the interval."""
        return self.missed.rms

    @value
    def knots(self) -> Array:
        """Where each hinge bends, [n]."""
        return self.sum.knots

    @value
    def weights(self) -> Array:
        """The coefficient of each ReLU: by how much the slope changes at its knot, [n]."""
        return self.sum.weights

    @value
    def constant(self) -> float:
        """What is added to all hinges: the target at the left end."""
        return self.sum.constant

    @value
    def output(self) -> float:
        """The fit at x: the constant and every hinge's share."""
        return float(self.sum(np.array([self.x]))[0])

    @value
    def worst_x(self) -> float:
        """Where the fit misses most; at a jump, the jump."""
        return self.missed.at

    @derived
    def f(self) -> Target:
        """The target."""
        return TARGETS[self.target]

    @derived
    def sum(self) -> Hinges:
        """The hinges."""
        return interpolate(self.f.f, -self.domain, self.domain, self.hinges)

    def with_hinges(self, count: int) -> float:
        """How far so many hinges would miss at their worst."""
        return missed(self.target, self.domain, count).worst

    @derived
    def missed(self) -> Misses:
        """How far they miss."""
        return missed(self.target, self.domain, self.hinges)

    # What the numbers on the screen are made of, for whoever asks.

    @derived
    def meeting(self) -> list[Array]:
        """Where so many hinges, and twice as many, meet the target, [2][n + 1]."""
        return [meeting_points(-self.domain, self.domain, k * self.hinges) for k in (1, 2)]

    @derived
    def heights(self) -> dict[str, list[Array]]:
        """How high every target is at those points."""
        return {name: [each.f(x) for x in self.meeting] for name, each in TARGETS.items()}

    @derived
    def slopes(self) -> Array:
        """The slope of the fit between one meeting point and the next, [n]."""
        slopes: Array = np.diff(self.heights[self.target][0]) / np.diff(self.meeting[0])
        return slopes

    @derived
    def parts(self) -> Array:
        """What each hinge adds at x, a·ReLU(x − t), [n]."""
        return self.sum.parts(np.array(self.x))

    @derived
    def truth(self) -> float:
        """The target at x."""
        return float(self.f.f(np.array(self.x)))

    @derived
    def misses(self) -> dict[str, list[Misses]]:
        """How far every target is missed by so many hinges, and by twice as many, [2] each."""
        return {name: [missed(name, self.domain, k * self.hinges) for k in (1, 2)]
                for name in TARGETS}  # fmt: skip

    @derived
    def worst(self) -> dict[str, list[float]]:
        """The worst of those misses, [2] each."""
        return {name: [each.worst for each in two] for name, two in self.misses.items()}

    @derived
    def gains(self) -> dict[str, float]:
        """How much less twice as many hinges miss; without targets that they meet exactly."""
        return {name: a / b for name, (a, b) in self.worst.items() if b >= EXACT}

    @derived
    def nodes(self) -> Nodes:
        """Where the squared miss is looked at to be integrated."""
        return nodes(self.f, -self.domain, self.domain, self.hinges)

    @derived
    def gaps(self) -> Array:
        """Target minus fit at those places, [nodes]."""
        return self.nodes.gaps

    @derived
    def squares(self) -> Array:
        """The integral of the squared miss from one meeting point to the next, [n]."""
        return self.missed.squares
