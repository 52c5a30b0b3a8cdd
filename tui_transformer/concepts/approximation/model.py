"""What `approximation` computes: hinges that follow a target, and how far they miss it."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import choice, integer, real, unset_integer, unset_real
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.geometry import hinges as fits

MOST = 64
EXACT = 1e-12  # a miss below this is rounding


@lru_cache(maxsize=4096)
def missed(target: str, domain: float, count: int) -> fits.Misses:
    """How far so many hinges miss a target on −domain..domain."""
    return fits.misses(fits.TARGETS[target], -domain, domain, count)


def built_in(m: "Approximation", what: str) -> float:
    """The knot or the weight that the built-in fit gives the hinge that is set by hand."""
    fit = m.built_in
    return float((fit.knots if what == "knot" else fit.weights)[m.hinge or 0])


@dataclass(frozen=True, eq=False)
class Approximation(Model):
    """A target, an interval, and so many hinges evenly spaced on it."""

    target: str = choice("sine", *fits.TARGETS, help="The function to follow.")
    hinges: int = integer(4, 1, MOST, help="How many ReLUs are added up; each is one more kink.")
    domain: float = real(1.0, 0.5, 4, step=0.5, help="The interval goes from minus this to this.")
    x: float = real(
        0.3,
        lambda m: -1.25 * m.domain,
        lambda m: 1.25 * m.domain,
        step=0.05,
        help="Where the sum is written out; it may leave the interval.",
    )

    hinge: int | None = unset_integer(
        0, lambda m: m.hinges - 1, help="The hinge that you set by hand, counted from 0."
    )
    knot: float | None = unset_real(
        lambda m: -m.domain,
        lambda m: m.domain,
        step=0.05,
        start=lambda m: built_in(m, "knot"),
        help="Where that hinge bends; none: where the built-in fit has it.",
    )
    weight: float | None = unset_real(
        -100,
        100,
        start=lambda m: built_in(m, "weight"),
        help="The weight of that hinge; none: that of the built-in fit.",
    )

    def idle(self) -> dict[str, str]:
        """Nothing is set by hand while no hinge is chosen."""
        why = "No hinge is chosen: set `hinge` first."
        return {"knot": why, "weight": why} if self.hinge is None else {}

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
    def f(self) -> fits.Target:
        """The target."""
        return fits.TARGETS[self.target]

    @derived
    def built_in(self) -> fits.Hinges:
        """The hinges as they are worked out: the target is met at every knot."""
        return fits.interpolate(self.f.f, -self.domain, self.domain, self.hinges)

    @derived
    def is_by_hand(self) -> bool:
        """Whether one hinge is set by hand, if only to what it was."""
        return self.hinge is not None and (self.knot is not None or self.weight is not None)

    @derived
    def sum(self) -> fits.Hinges:
        """The hinges, one of them as it was set by hand."""
        if self.hinge is None:
            return self.built_in
        return fits.by_hand(self.built_in, self.hinge, self.knot, self.weight)

    def with_hinges(self, count: int) -> float:
        """How far so many hinges would miss at their worst."""
        return missed(self.target, self.domain, count).worst

    @derived
    def missed(self) -> fits.Misses:
        """How far they miss."""
        if not self.is_by_hand:
            return missed(self.target, self.domain, self.hinges)
        return fits.polygon_misses(self.f, self.bends, self.levels)

    # What the numbers on the screen are made of, for whoever asks.

    @derived
    def meeting(self) -> list[Array]:
        """Where so many hinges, and twice as many, meet the target, [2][n + 1]."""
        return [fits.meeting_points(-self.domain, self.domain, k * self.hinges) for k in (1, 2)]

    @derived
    def heights(self) -> dict[str, list[Array]]:
        """How high every target is at those points."""
        return {name: [each.f(x) for x in self.meeting] for name, each in fits.TARGETS.items()}

    @derived
    def bends(self) -> Array:
        """Both ends and every knot between them, in order, [k]; as built, the meeting points."""
        if not self.is_by_hand:
            return self.meeting[0]
        return np.unique([-self.domain, *self.sum.knots, self.domain])

    @derived
    def levels(self) -> Array:
        """How high the fit is there, [k]; as built, as high as the target."""
        return self.sum(self.bends) if self.is_by_hand else self.heights[self.target][0]

    @derived
    def slopes(self) -> Array:
        """The slope that the built-in fit has from one meeting point to the next, [n]."""
        return np.diff(self.heights[self.target][0]) / np.diff(self.meeting[0])

    @derived
    def slants(self) -> Array:
        """The slope of the fit between one bend and the next, [k − 1]."""
        return np.diff(self.levels) / np.diff(self.bends)

    @derived
    def built_in_worst(self) -> float:
        """How far the built-in fit misses at its worst."""
        return self.with_hinges(self.hinges)

    @derived
    def parts(self) -> Array:
        """What each hinge adds at x, a·ReLU(x − t), [n]."""
        return self.sum.parts(np.array(self.x))

    @derived
    def at_knots(self) -> Array:
        """How high the target is at every knot, [n]."""
        return self.f.f(self.knots)

    @derived
    def truth(self) -> float:
        """The target at x."""
        return float(self.f.f(np.array(self.x)))

    @derived
    def misses(self) -> dict[str, list[fits.Misses]]:
        """How far every target is missed by so many hinges, and by twice as many, [2] each."""
        return {
            name: [missed(name, self.domain, k * self.hinges) for k in (1, 2)]
            for name in fits.TARGETS
        }

    @derived
    def worst(self) -> dict[str, list[float]]:
        """The worst of those misses, [2] each."""
        return {name: [each.worst for each in two] for name, two in self.misses.items()}

    @derived
    def gains(self) -> dict[str, float]:
        """How much less twice as many hinges miss; without targets that they meet exactly."""
        return {name: a / b for name, (a, b) in self.worst.items() if b >= EXACT}

    @derived
    def nodes(self) -> fits.Nodes:
        """Where the squared miss is looked at to be integrated."""
        return fits.polygon_nodes(self.f, self.bends, self.levels)

    @derived
    def gaps(self) -> Array:
        """Target minus fit at those places, [nodes]."""
        return self.nodes.gaps

    @derived
    def squares(self) -> Array:
        """The integral of the squared miss from one bend to the next, [k − 1]."""
        return self.missed.squares
