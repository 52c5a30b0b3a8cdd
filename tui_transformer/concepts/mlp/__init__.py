"""
A ReLU of a line is a **hinge**: flat, then, from one point on, straight ahead. This network
adds two hinges and a constant, y = v₁·h₁ + v₂·h₂ + c, each h = max(0, w·x + b). Where a
hinge bends, at x = −b/w, the sum has a **kink**. Seven numbers draw the whole curve.

The table is what learning needs: how much y would change with each of them, here at x₀.
These **gradients** come from a rule that [the next screen](backprop) takes apart; beside each
stands a finite difference, two values of y a small step apart, which knows no rule at all.
They agree.

Move x₀ below 1. Hinge 2 goes off, and its three gradients are 0, not small: an input that a
unit does not answer teaches it nothing. *A gradient is a switch.* Press `space` and watch
[gradient descent](descent) on ½(y − target)² move only what is on.

Exactly on a kink there are two slopes. Programs take relu′(0) = 0; the finite difference
meets one slope on each side and gives their mean, so there the two can disagree.

*Often misread:* that two hinges can make a bump. They make ramps, notches and peaks, but a
sum that is 0 on the left and falls after a peak goes on falling. Coming back to 0 and
staying there takes three: switch `third_hinge` on.

With two inputs such layers [fold the plane](xor); with [many hinges](approximation) they
follow any curve.
"""

from typing import Any

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.mlp.model import Mlp
from tui_transformer.concepts.mlp.view import view
from tui_transformer.numbers import number


def _two(m: Any) -> bool:
    return not m.third_hinge and m.steps == 0


def _trained_alive(m: Any) -> bool:
    """Whether a few steps from the first weights met the target, and no hinge went off."""
    given = (*Mlp().names, "third_hinge", "x0", "target")
    return bool(
        0 < m.steps <= 5
        and m.state(*given) == Mlp().state(*given)
        and abs(m.y - m.target) < 0.001
        and set(m.states) == {"on"}
    )


CONCEPT = Concept(
    Mlp,
    view,
    presets={
        "ramp": {"b1": 1.0, "v2": -1.0, "c": -1.0, "x0": 0.5},
        "notch": {"w2": -1.0, "b2": 0.0, "v2": 1.0, "c": -1.0},
        "tent": {"v1": -1.0, "w2": -1.0, "b2": 0.0, "v2": -1.0, "c": 1.0, "x0": 0.5},
        "plateau": {"b1": -1.0, "v1": -1.0, "w2": -1.0, "v2": -1.0, "c": 1.0},
        "three hinges": {"third_hinge": True},
        "x₀ = 0.5": {"x0": 0.5},
        "x₀ = −1, 20 steps": {"x0": -1.0, "steps": 20},
        "x₀ = 1": {"x0": 1.0},
        "3 steps, rate 1": {"learning_rate": 1.0, "steps": 3},
    },
    challenges=(
        Challenge(
            "put both hinges to sleep at x₀ = 1.5: of seven gradients only c's is left",
            lambda m: _two(m) and m.x0 == 1.5 and set(m.states) == {"off"},
            {"b1": -2.0, "b2": -2.0},
            hint="Both must open further right.",
            seen=lambda m: (
                f"Both sums are below 0, {number(m.now.run.z[0, 0], 3)} and "
                f"{number(m.now.run.z[0, 1], 3)}: six zeros, and 1 for c."
            ),
        ),
        Challenge(
            "make y flat on both sides, and lower on the right, with two hinges",
            lambda m: (
                _two(m)
                and len(m.kinks) == 2
                and all(tail.flat for tail in m.tails)
                and m.tails[1].level < m.tails[0].level
            ),
            {"v1": -1.0, "v2": 1.0},
            hint="The second hinge takes back the first.",
            seen=lambda m: (
                f"{number(float(m.tails[0].level), 3)} up to "
                f"x = {number(m.kinks[0], 3)}, then a slope, then from "
                f"x = {number(m.kinks[1], 3)} on "
                f"{number(float(m.tails[1].level), 3)}."
            ),
        ),
        Challenge(
            "make a bump, 0 on both sides, with kinks elsewhere than at 0, 1 and 2",
            lambda m: m.bump and m.steps == 0 and m.kinks != [0.0, 1.0, 2.0],
            {"third_hinge": True, "b1": 1.0, "b2": 0.0, "b3": -1.0},
            hint="Two cannot. With three: slide all of them.",
            seen=lambda m: (
                "Up from x = {}, down from {}, 0 again from {}: that takes three kinks.".format(
                    *(number(at, 3) for at in m.kinks)
                )
            ),
        ),
        Challenge(
            "train y(1.5) from 0.5 to 1 ± 0.001 in 5 steps at most, both hinges still on",
            _trained_alive,
            {"learning_rate": 0.05, "steps": 4},
            hint="The rate alone decides.",
            seen=lambda m: (
                f"With η = {number(m.learning_rate, 3)} the miss fell from 0.5 to "
                f"{number(abs(m.y - m.target), 2)} in {m.steps} steps, "
                "both hinges on."
            ),
        ),
    ),
    clock="steps",
    groups={
        "hinge 1": {"w1": "w", "b1": "b", "v1": "v"},
        "hinge 2": {"w2": "w", "b2": "b", "v2": "v"},
        "hinge 3": {"third_hinge": "", "w3": "w", "b3": "b", "v3": "v"},
    },
)
