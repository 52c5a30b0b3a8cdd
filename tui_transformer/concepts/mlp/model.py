"""What `mlp` computes: two or three hinges, every gradient, and what descent makes of them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.mlp.training import Step, training
from tui_transformer.controls import integer, real, toggle
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.geometry.lines import quotient
from tui_transformer.nn.shallow import Shallow, Tail, central_step, is_bump, kinks, tails
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
        reach = [
            max(self.crossed(f"{letter}{i}") for letter in "wb") or self.crossed("x", i)
            for i in range(1, len(self.now.net.w) + 1)
        ]
        return tuple(
            "kink" if z == 0 else "near" if crossed else "on" if z > 0 else "off"
            for z, crossed in zip(self.now.run.z[0], reach, strict=True)
        )

    @derived
    def tails(self) -> tuple[Tail, Tail]:
        """What y is far to the left and far to the right, a line each."""
        return tails(self.now.net)

    @derived
    def bump(self) -> bool:
        """Whether y is 0 on both sides and above 0 between."""
        return is_bump(self.now.net)

    # What the numbers on the screen are made of, for whoever asks.

    @derived
    def path(self) -> list[dict[str, float]]:
        """Every parameter at every step, [steps + 1]."""
        return [self.named(step.net) for step in self.history]

    @derived
    def slopes(self) -> list[dict[str, float]]:
        """∂y/∂θ for every parameter θ at every step, [steps + 1]."""
        return [self.named(step.gradient) for step in self.history]

    @derived
    def outputs(self) -> list[float]:
        """y at x0 at every step, [steps + 1]."""
        return [float(step.run.y[0]) for step in self.history]

    @derived
    def sums(self) -> Array:
        """w·x0 + b of each hinge at every step, [steps + 1, hinges]."""
        return np.array([step.run.z[0] for step in self.history])

    @derived
    def switches(self) -> list[list[int]]:
        """relu′ of each hinge at every step, 1 where it is on, else 0, [steps + 1, hinges]."""
        return [[int(z > 0) for z in row] for row in self.sums]

    @derived
    def parts(self) -> Array:
        """What each hinge adds to y, v·max(0, w·x0 + b), [hinges]."""
        return np.multiply(self.now.net.w, self.now.run.h[0])

    @derived
    def bends(self) -> list[float | None]:
        """Where each hinge bends, −b/w; None if it never does, [hinges]."""
        net = self.now.net
        return [quotient(-b, w) for w, b in zip(net.W[0], net.c, strict=True)]

    @derived
    def ends(self) -> list[tuple[float, float]]:
        """Slope and level of y far to the left and far to the right, [2, 2]."""
        return [(float(tail.slope), float(tail.level)) for tail in self.tails]

    @derived
    def loss_gradients(self) -> dict[str, float]:
        """∂L/∂θ = (y − target)·∂y/∂θ for every parameter θ: what a step multiplies by η."""
        error = self.y - self.target
        return {name: error * slope for name, slope in self.named(self.now.gradient).items()}

    @derived
    def sides(self) -> dict[str, tuple[float, float, float]]:
        """θ − h, θ + h and 2h of every finite difference."""
        places = {**self.parameters_after, "x": self.x0}
        steps = {name: central_step(at) for name, at in places.items()}
        return {
            name: (at - steps[name], at + steps[name], 2 * steps[name])
            for name, at in places.items()
        }

    def named(self, net: Shallow) -> dict[str, float]:
        """Write parameters, or their gradient, by name."""
        parts = np.stack([net.W[0], net.c, net.w], axis=1).ravel().tolist()
        return dict(zip(self.names, [*parts, net.b], strict=True))

    def term(self, i: int, changed: Mapping[str, float]) -> float:
        """v·max(0, w·x + b) for hinge i = 1, 2, 3, with some numbers changed."""
        now: dict[str, float] = {**self.parameters_after, "x": self.x0, **changed}
        w, b, v = (now[f"{letter}{i}"] for letter in "wbv")
        return v * max(0.0, w * now["x"] + b)

    def crossed(self, name: str, i: int = 0) -> bool:
        """Whether the two sides of a finite difference lie on both sides of hinge i's kink."""
        now: dict[str, float] = {**self.parameters_after, "x": self.x0}
        i = i or int(name[1])
        z = [
            at[f"w{i}"] * at["x"] + at[f"b{i}"]
            for at in ({**now, name: moved} for moved in self.sides[name][:2])
        ]
        return min(z) < 0 < max(z)

    def difference(self, name: str) -> float:
        """The finite difference of y by a parameter, or by x."""
        below, above, width = self.sides[name]
        if name == "c":
            return (above - below) / width
        units = range(1, len(self.now.net.w) + 1) if name == "x" else (int(name[1]),)
        changes = [(self.term(i, {name: above}), self.term(i, {name: below})) for i in units]
        return math.fsum(x for up, down in changes for x in (up, -down)) / width
