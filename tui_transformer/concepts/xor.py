"""
XOR is 1 where exactly one of two inputs is 1. Its two ●s face each other across the square,
and so do its two ○s, so [no straight line](neuron) parts them. Fitted by least squares, a lone
linear unit can only shrug: 0.5 everywhere.

Put two units between input and output, and look at the right-hand picture. It holds the
same four points, each drawn where the **hidden layer** sends it: the first unit's answer
across, the second's up; the dim outline is where the unit square went. The plane has been
folded, 01 and 10 lie on top of each other, and an ordinary straight line does the rest. Set
`hidden` to 1: one unit only rises, and cannot come back down for 11.

*Often misread:* that the network bends its dividing line. In the hidden plane the line
stays straight; the points move. Seen from the inputs, unfolding makes it look bent or split.

These weights were chosen by hand. Set `solution` to trained and press `space`: now
[gradient descent](descent) looks for its own, from random ones, lowering the mean
[cross-entropy](softmax) of the four answers. That a solution exists does not mean it is
found. From 100 seeds, 2000 steps of rate 0.3 teach two ReLU units XOR 29 times, four 71
times, eight 96 times. Change the seed and watch some runs get stuck for good.

Next: [every gradient in the open](mlp), and what [many more units](approximation) can do.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts._xor_figure import STUCK, answers, view
from tui_transformer.concepts._xor_networks import CORNERS, TARGETS, Trained, designed, training
from tui_transformer.controls import Array, choice, integer, real, seed
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.activations import ACTIVATIONS, Activation, sigmoid
from tui_transformer.nn.shallow import Shallow, forward
from tui_transformer.numbers import number
from tui_transformer.timeline import Timeline

LAST = 2000


@dataclass(frozen=True, eq=False)
class Xor(Model):
    """Three ways to answer XOR, one without and two with a hidden layer."""

    solution: str = choice("designed", "linear", "designed", "trained",
                           help="No hidden layer, weights by hand, or learned ones.")  # fmt: skip
    hidden: int = integer(2, 1, 8, help="Units in the hidden layer; the design has work for two.")
    activation: str = choice("relu", "relu", "tanh", help="What each hidden unit does to its sum.")
    learning_rate: float = real(0.3, 0.01, 2, log=True,
                                help="The length of a training step.")  # fmt: skip
    steps: int = integer(0, 0, LAST, help="How many steps have been trained.")
    seed: int = seed(1)

    def idle(self) -> Mapping[str, str]:
        """What only a hidden layer, a run, or a step of it would notice."""
        run = ("learning_rate", "steps", "seed")
        if self.solution == "linear":
            return dict.fromkeys(
                ("hidden", "activation"), "No hidden layer here: change solution."
            ) | (dict.fromkeys(run, "Nothing is trained here: change solution."))
        if self.solution == "designed":
            return dict.fromkeys(run, "These weights are set by hand: change solution.")
        return {} if self.steps else {"learning_rate": "No step has been taken yet: raise steps."}

    @derived
    def phi(self) -> Activation:
        """The activation of the hidden units."""
        return ACTIVATIONS[self.activation]

    @derived
    def run(self) -> Timeline[Trained]:
        """The training run of these settings, as far as anybody looked."""
        return training(*self.state("hidden", "activation", "learning_rate", "seed"))

    @derived
    def history(self) -> list[Trained]:
        """The training run up to this step; shorter where it left float range."""
        return self.run.until(self.steps)

    @derived
    def pull(self) -> float:
        """The largest part of the loss's gradient where the training has come to."""
        return self.history[-1].gradient.largest

    @derived
    def net(self) -> Shallow | None:
        """The network that answers; None where there is no hidden layer."""
        if self.solution == "linear":
            return None
        if self.solution == "designed":
            return designed(self.hidden, self.activation)
        return self.history[-1].net

    @value
    def outputs(self) -> Array:
        """What the solution says to the inputs 00, 01, 10, 11, [4].

        linear: the least-squares plane, 0·x₁ + 0·x₂ + ½. designed: h·w + b. trained:
        σ(h·w + b), a probability.
        """
        return self.answers(CORNERS)

    @value
    def accuracy(self) -> float:
        """Share of the four inputs that get the right class; class 1 is an output above ½."""
        return self.right / 4

    @value
    def loss(self) -> float | None:
        """Mean cross-entropy −ln p(right class) of the four outputs, in nats.

        Every output counts as the probability of class 1; None if one is below 0 or above 1.
        """
        if self.solution == "trained":
            return self.history[-1].loss
        chances = self.chances
        if np.any((chances < 0) | (chances > 1)):
            return None
        return abs(float(np.log(chances).mean()))

    @value.named("hidden")
    def hidden_layer(self) -> Array | None:
        """Where the hidden layer sends the four inputs, [4, hidden]; None without a layer."""
        return None if self.net is None else forward(self.net, CORNERS, self.phi, settled=True).h

    @derived
    def chances(self) -> Array:
        """The output read as the probability of the right class, [4]."""
        return np.where(TARGETS == 1, self.outputs, 1 - self.outputs)

    @derived
    def classes(self) -> tuple[int, ...]:
        """The class each input gets, [4]."""
        return tuple(int(y > 0.5) for y in self.outputs)

    @derived
    def right(self) -> int:
        """How many of the four inputs get the right class."""
        return sum(a == b for a, b in zip(self.classes, TARGETS, strict=True))

    def answers(self, x: Array) -> Array:
        """Say what comes out for some points of the plane, [n, 2] → [n]."""
        if self.net is None:
            return np.full(len(x), 0.5)
        y = forward(self.net, x, self.phi, settled=True).y
        return sigmoid(y) if self.solution == "trained" else y


def _learned(m: Xor, limit: float) -> bool:
    """Whether all four are right below a loss, and were not so before the training."""
    return (m.solution == "trained" and m.right == 4 and m.loss is not None and m.loss < limit
            and m.replace(steps=0).right < 4)  # fmt: skip


def _rests_wrong(m: Xor) -> bool:
    """Whether two ReLU units have come to rest on a wrong answer."""
    return (m.solution == "trained" and m.hidden == 2 and m.activation == "relu"
            and m.steps == LAST and m.right < 4 and m.pull < STUCK)  # fmt: skip


CONCEPT = Concept(
    Xor,
    view,
    presets={
        "designed: two folds": {},
        "no hidden layer": {"solution": "linear"},
        "one unit is not enough": {"hidden": 1},
        "bent by tanh": {"activation": "tanh"},
        "random, untrained": {"solution": "trained"},
        "trained": {"solution": "trained", "steps": 500},
        "stuck at 3 of 4, seed 3": {"solution": "trained", "seed": 3, "steps": 2000},
        "one unit, trained": {"solution": "trained", "hidden": 1, "seed": 3, "steps": 1000},
        "eight units, trained": {"solution": "trained", "hidden": 8, "steps": 200},
    },
    challenges=(
        Challenge("let training find XOR by itself: 4 of 4, with a loss below 0.1",
                  lambda m: _learned(m, 0.1),
                  {"solution": "trained", "steps": 400},
                  hint="Choose trained, hold steps, and hold shift while you turn it up.",
                  seen=lambda m: f"After {m.steps} steps one line parts the moved points: "
                                 f"{answers(m)}, loss {number(m.loss, 2)}."),
        Challenge("find a start from which two ReLU units are at rest after 2000 steps, and wrong",
                  _rests_wrong,
                  {"solution": "trained", "steps": 2000, "seed": 0},
                  hint="Most seeds will do.",
                  seen=lambda m: f"Seed {m.seed} rests at {m.right} of 4: {answers(m)}; the "
                                 f"largest slope of the loss is {number(m.pull, 2)}."),
        Challenge("learn all four within 20 steps",
                  lambda m: _learned(m, 1.0) and m.steps <= 20,
                  {"solution": "trained", "hidden": 8, "learning_rate": 1.0, "steps": 20},
                  hint="More units, larger steps, and a seed with luck.",
                  seen=lambda m: f"Step 0 had {m.replace(steps=0).right} of 4, step {m.steps} has "
                                 f"4: {answers(m)}, loss {number(m.loss, 2)}."),
    ),
    clock="steps",
)  # fmt: skip
