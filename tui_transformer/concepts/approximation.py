"""
A [neuron](neuron) with ReLU is a **hinge**: flat, then from its knot on a straight ramp. Add
hinges up, and each can put one more kink into the sum. That is enough to follow a curve: let every
hinge change the slope by what is missing, and the sum meets the target again at the next knot.
The weights in the table are found exactly that way.

Press play. On the *sine* and the *bump*, twice as many hinges soon miss a quarter as much: the
worst miss falls like 1/n². Take |x|: with a knot on its corner two hinges are all it needs; with
none there (an odd number) the miss falls only like 1/n. Then the *step*: no sum of hinges can
jump, so at least half the jump is missed somewhere, with 64 hinges as with one. The average miss
(rms) shrinks, but the worst one stays. How smooth the target is decides what a hinge buys.

*Correct:* the universal approximation theorem promises, for any **continuous function on a closed
interval** and any tolerance, that *some* sum of hinges exists which stays that close. It promises
no small number of them, no way to find them, and nothing outside the interval: watch the fit run
off there.

*Often misread:* as "a network can learn anything". Nothing here has learned; the weights are
worked out from a target we know. Learning them takes examples and [descent](descent), as in
[the next screen](mlp). [Depth](depth) makes kinks cheaper.
"""

from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts import _approximation_figure as pictures
from tui_transformer.concepts import _approximation_tables as tables
from tui_transformer.controls import Array, choice, integer, real
from tui_transformer.figure import Figure
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.hinges import TARGETS, Hinges, Misses, Target, interpolate
from tui_transformer.numbers import number

MOST = 64
EXACT = 1e-12  # a miss below this is rounding


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
        return pictures.missed(self.target, self.domain, count).worst

    @derived
    def missed(self) -> Misses:
        """How far they miss."""
        return pictures.missed(self.target, self.domain, self.hinges)


def view(m: Approximation) -> Figure:
    """Target and fit beside what a hinge buys; the hinges; each in numbers; every target."""
    return Figure(
        rows=(
            (pictures.fit_plot(m), pictures.error_plot(m)),
            (pictures.hinge_plot(m), tables.summary(m)),
            (tables.targets_table(m),),
            (tables.hinge_table(m),),
        ),
        says=says(m),
        formula=tables.output_working(m),
        data="designed, not learned",
    )


def says(m: Approximation) -> str:
    """Say what this many hinges buy on this target."""
    count = "1 hinge" if m.hinges == 1 else f"{m.hinges} hinges"
    miss = f"{count}: worst miss {number(round(m.max_error, 9), 3)}"
    if m.f.jump:
        return f"{miss}, never less than half a jump, 0.5. Rms {number(m.rms_error, 3)}."
    if m.max_error < EXACT:
        return "A knot stands on the corner: exact, as with any even number of hinges."
    if m.target == "absolute":
        return f"{miss}; the corner has no knot. With {m.hinges + 1} it has: exact."
    twice = m.with_hinges(2 * m.hinges)
    return (
        f"{miss}, with {2 * m.hinges} {number(twice, 3)}: "
        f"÷{number(m.max_error / twice, 3)}, in the end ÷4."
    )


CONCEPT = Concept(
    Approximation,
    view,
    clock="hinges",
    presets={
        "sine, 4 hinges": {},
        "sine, 8 hinges": {"hinges": 8},
        "sine, 32 hinges": {"hinges": 32},
        "step: half is missed": {"target": "step", "hinges": 16},
        "sawtooth, 40 hinges": {"target": "sawtooth", "hinges": 40},
        "|x| is two hinges": {"target": "absolute", "hinges": 2},
        "|x|, no knot at the corner": {"target": "absolute", "hinges": 9},
        "bump, outside the interval": {"target": "bump", "hinges": 9, "domain": 0.5, "x": 0.625},
        "four waves, too few hinges": {"domain": 4.0, "hinges": 9},
    },
    challenges=(
        Challenge(
            "follow the sine so that it is nowhere missed by more than 0.01",
            lambda m: m.target == "sine" and m.domain >= 1 and m.max_error < 0.01,
            {"hinges": 24},
            keys="down shift+right shift+right",
            hint="Twice as many hinges soon miss a quarter as much.",
            seen=lambda m: (
                f"{m.hinges // 2} hinges would miss by {number(m.with_hinges(m.hinges // 2), 3)}, "
                f"{m.hinges} miss by {number(m.max_error, 3)} at worst."
            ),
        ),
        Challenge(
            "on a target that jumps, bring the rms below 0.06; then read the worst miss",
            lambda m: m.f.jump > 0 and m.rms_error < 0.06,
            {"target": "step", "hinges": 64},
            hint="More hinges. The worst one stays.",
            seen=lambda m: (
                f"Rms {number(m.rms_error, 3)}; the worst miss is still "
                f"{number(round(m.max_error, 9), 3)}, where the target jumps by 1."
            ),
        ),
        Challenge(
            "meet a target exactly with only two hinges, and no straight one",
            lambda m: m.hinges == 2 and m.max_error < EXACT,
            {"target": "absolute", "hinges": 2},
            hint="Which target has just one corner?",
            seen=lambda m: (
                f"Slope {number(m.weights[0], 3)} from the left end on, {number(m.weights[1], 3)} "
                f"more from x = {number(m.knots[1], 3)} on: that is |x|."
            ),
        ),
    ),
)
