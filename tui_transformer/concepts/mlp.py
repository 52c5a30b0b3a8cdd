"""
A ReLU of a line is a **hinge**: flat, then, from one point on, straight ahead. This network
adds two hinges and a constant, y = v₁·h₁ + v₂·h₂ + c, each h = max(0, w·x + b). Where a
hinge bends, at x = −b/w, the sum has a **kink**. Seven numbers draw the whole curve.

The table is what learning needs: how much y would change with each of them, here at x₀.
The **gradients** come from the chain rule; beside each stands a finite difference, two
values of y a small step apart, which knows no rule at all. They agree.

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

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts._mlp_figure import view
from tui_transformer.concepts._mlp_training import Step, training
from tui_transformer.controls import integer, real, toggle
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.shallow import Shallow, Tail, central_step, is_bump, kinks, tails
from tui_transformer.numbers import number
from tui_transformer.timeline import Timeline

LAST = 200


@dataclass(frozen=True, eq=False)
class Mlp(Model):
    """Two or three hinges, an input and a target; every gradient in the open."""

    w1: float = real(1.0, -3, 3, help="How steeply hinge 1 opens, and to which side.")
    b1: float = real(0.0, -3, 3, help="Moves hinge 1: it bends at x = −b1/w1.")
    v1: float = real(1.0, -3, 3, help="How much of hinge 1 goes into y.")
    w2: float = real(1.0, -3, 3, help="How steeply hinge 2 opens, and to which side.")
    b2: float = real(-1.0, -3, 3, help="Moves hinge 2: it bends at x = −b2/w2.")
    v2: float = real(-2.0, -3, 3, help="How much of hinge 2 goes into y.")
    c: float = real(0.0, -3, 3, help="Added to the hinges.")
    x0: float = real(1.5, -3, 3, help="The input at which gradients are taken, ◆.")
    third_hinge: bool = toggle(False, help="Whether there is a third hinge.")
    w3: float = real(1.0, -3, 3, help="How steeply hinge 3 opens, if it is there.")
    b3: float = real(-2.0, -3, 3, help="Moves hinge 3, if it is there.")
    v3: float = real(1.0, -3, 3, help="How much of hinge 3 goes into y, if it is there.")
    target: float = real(1.0, -3, 3, help="What y should be at x0, ★.")
    learning_rate: float = real(0.1, 0.001, 1, log=True, help="η, the length of a step.")
    steps: int = integer(0, 0, LAST, help="How many steps of gradient descent were taken.")

    def idle(self) -> Mapping[str, str]:
        """What only a third hinge, or a step, would notice."""
        absent = () if self.third_hinge else ("w3", "b3", "v3")
        waiting = () if self.steps else ("learning_rate",)
        return dict.fromkeys(absent, "There is no hinge 3: switch third_hinge on.") | (
            dict.fromkeys(waiting, "No step has been taken yet: raise steps.")
        )

    @derived
    def names(self) -> tuple[str, ...]:
        """The names of the parameters, hinge by hinge, then c."""
        units = range(1, 3 + self.third_hinge)
        return (*(f"{letter}{i}" for i in units for letter in "wbv"), "c")

    @derived
    def run(self) -> Timeline[Step]:
        """The training run of these settings, as far as anybody looked."""
        parts = self.state(*self.names[:-1])
        hinges = tuple(parts[i : i + 3] for i in range(0, len(parts), 3))
        return training(hinges, *self.state("c", "x0", "target", "learning_rate"))

    @derived
    def history(self) -> list[Step]:
        """The run up to this step; shorter where it left float range."""
        return self.run.until(self.steps)

    @derived
    def now(self) -> Step:
        """The network as it is drawn: after the last step."""
        return self.history[-1]

    @value
    def y(self) -> float:
        """The output at x0, after training, like every value here."""
        return float(self.now.run.y[0])

    @value
    def loss(self) -> float:
        """½(y − target)² at x0."""
        return self.now.loss

    @value
    def gradients(self) -> dict[str, float]:
        """∂y/∂θ at x0 for every parameter θ, and ∂y/∂x as `x`; relu′(0) counts as 0."""
        return {**self.named(self.now.gradient), "x": self.now.slope}

    @value
    def finite_difference(self) -> dict[str, float]:
        """(y(θ + h) − y(θ − h))/2h for the same, h = 0.0001·max(1, |θ|).

        Terms without θ are left out: they cancel. On a kink it is the mean of both slopes.
        """
        return {name: self.difference(name) for name in (*self.names, "x")}

    @value
    def kinks(self) -> list[float]:
        """Where the slope of y changes, from left to right; also outside the picture."""
        return kinks(self.now.net)

    @value
    def parameters_after(self) -> dict[str, float]:
        """Every parameter after the steps taken; it may leave the range of its control."""
        return self.named(self.now.net)

    @derived
    def states(self) -> tuple[str, ...]:
        """Each hinge at x0: on, off, at its kink, or near it (a difference steps across)."""
        reach = [max(self.crossed(f"{letter}{i}") for letter in "wb") or self.crossed("x", i)
                 for i in range(1, len(self.now.net.w) + 1)]  # fmt: skip
        return tuple("kink" if z == 0 else "near" if crossed else "on" if z > 0 else "off"
                     for z, crossed in zip(self.now.run.z[0], reach, strict=True))  # fmt: skip

    @derived
    def tails(self) -> tuple[Tail, Tail]:
        """What y is far to the left and far to the right, a line each."""
        return tails(self.now.net)

    @derived
    def bump(self) -> bool:
        """Whether y is 0 on both sides and above 0 between."""
        return is_bump(self.now.net)

    def named(self, net: Shallow) -> dict[str, float]:
        """Write parameters, or their gradient, by name."""
        parts = np.stack([net.W[0], net.c, net.w], axis=1).ravel().tolist()
        return dict(zip(self.names, [*parts, net.b], strict=True))

    def term(self, i: int, changed: Mapping[str, float]) -> float:
        """v·max(0, w·x + b) for hinge i = 1, 2, 3, with some numbers changed."""
        now: dict[str, float] = {**self.parameters_after, "x": self.x0, **changed}
        w, b, v = (now[f"{letter}{i}"] for letter in "wbv")
        return v * max(0.0, w * now["x"] + b)

    def moved(self, name: str) -> tuple[float, float, float]:
        """θ − h, θ + h and 2h of a parameter's, or x's, finite difference."""
        at = self.x0 if name == "x" else self.parameters_after[name]
        h = central_step(at)
        return at - h, at + h, 2 * h

    def crossed(self, name: str, i: int = 0) -> bool:
        """Whether the two sides of a finite difference lie on both sides of hinge i's kink."""
        now: dict[str, float] = {**self.parameters_after, "x": self.x0}
        i = i or int(name[1])
        z = [at[f"w{i}"] * at["x"] + at[f"b{i}"]
             for at in ({**now, name: moved} for moved in self.moved(name)[:2])]  # fmt: skip
        return min(z) < 0 < max(z)

    def difference(self, name: str) -> float:
        """The finite difference of y by a parameter, or by x."""
        below, above, width = self.moved(name)
        if name == "c":
            return (above - below) / width
        units = range(1, len(self.now.net.w) + 1) if name == "x" else (int(name[1]),)
        changes = [(self.term(i, {name: above}), self.term(i, {name: below})) for i in units]
        return math.fsum(x for up, down in changes for x in (up, -down)) / width


def _two(m: Any) -> bool:
    return not m.third_hinge and m.steps == 0


def _trained_alive(m: Any) -> bool:
    """Whether a few steps from the first weights met the target, and no hinge went off."""
    given = (*Mlp().names, "third_hinge", "x0", "target")
    return bool(
        m.state(*given) == Mlp().state(*given)
        and 0 < m.steps <= 5
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
        "bump-with-three": {"third_hinge": True},
        "a hinge asleep": {"x0": 0.5},
        "all asleep": {"x0": -1.0, "steps": 20},
        "on the kink": {"x0": 1.0},
        "killed by too large a step": {"learning_rate": 1.0, "steps": 3},
    },
    challenges=(
        Challenge("put both hinges to sleep, so that of seven gradients only c's is left",
                  lambda m: _two(m) and set(m.states) == {"off"},
                  {"x0": -1.0}, hint="Go where neither hinge has opened yet: move x0.",
                  seen=lambda m: f"Both sums are below 0, {number(m.now.run.z[0, 0], 3)} and "
                                 f"{number(m.now.run.z[0, 1], 3)}: six zeros, and 1 for c."),
        Challenge("make y flat on both sides and a slope between, with two hinges",
                  lambda m: (_two(m) and len(m.kinks) == 2
                             and all(tail.flat for tail in m.tails)),
                  {"v2": -1.0}, hint="Both open to the right; the second takes back the first.",
                  seen=lambda m: f"{number(float(m.tails[0].level), 3)} up to "
                                 f"x = {number(m.kinks[0], 3)}, then a slope, then from "
                                 f"x = {number(m.kinks[1], 3)} on "
                                 f"{number(float(m.tails[1].level), 3)}."),
        Challenge("make a bump, 0 on both sides, with kinks elsewhere than at 0, 1 and 2",
                  lambda m: m.bump and m.steps == 0 and m.kinks != [0.0, 1.0, 2.0],
                  {"third_hinge": True, "b1": 1.0, "b2": 0.0, "b3": -1.0},
                  hint="Two cannot. With three: slide all of them.",
                  seen=lambda m: "Up from x = {}, down from {}, 0 again from {}: that takes three "
                                 "kinks.".format(*(number(at, 3) for at in m.kinks))),
        Challenge("train y(1.5) from 0.5 to within 0.001 of 1 in 5 steps or fewer, with both "
                  "hinges still on",
                  _trained_alive, {"learning_rate": 0.05, "steps": 4},
                  hint="The rate alone decides.",
                  seen=lambda m: f"With η = {number(m.learning_rate, 3)} the miss fell from 0.5 to "
                                 f"{number(abs(m.y - m.target), 2)} in {m.steps} steps, "
                                 "both hinges on."),
    ),
    clock="steps",
)  # fmt: skip
