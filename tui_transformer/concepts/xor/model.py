"""What `xor` computes: three ways to answer it, and what a hidden layer makes of the inputs."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.xor.networks import Trained, designed, training
from tui_transformer.controls import choice, integer, real, seed
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.activations import ACTIVATIONS, Activation, sigmoid, softplus
from tui_transformer.nn.made_up.xor import CORNERS, TARGETS
from tui_transformer.nn.shallow import Pass, Shallow, forward
from tui_transformer.terms import Leaf, Named
from tui_transformer.timeline import Timeline

LAST = 2000


@dataclass(frozen=True, eq=False)
class Xor(Model):
    """Three ways to answer XOR, one without and two with a hidden layer."""

    solution: str = choice(
        "trained",
        "linear",
        "designed",
        "trained",
        help="No hidden layer, weights by hand, or learned ones.",
    )
    hidden: int = integer(2, 1, 8, help="Units in the hidden layer; the design has work for two.")
    activation: str = choice("relu", "relu", "tanh", help="What each hidden unit does to its sum.")
    learning_rate: float = real(0.3, 0.01, 2, log=True, help="The length of a training step.")
    steps: int = integer(0, 0, LAST, help="How many steps have been trained.")
    seed: int = seed(1)
    fold: float = real(1, 0, 1, step=0.05, help="How far the picture has moved the points.")

    def idle(self) -> Mapping[str, str]:
        """What only a hidden layer, a run, or a step of it would notice."""
        run = ("learning_rate", "steps", "seed")
        if self.solution == "linear":
            return dict.fromkeys(
                ("hidden", "activation", "fold"), "No hidden layer here: change solution."
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

        linear: the least-squares plane, 0·x₀ + 0·x₁ + ½. designed: h·w + b. trained:
        σ(h·w + b), a probability.
        """
        return np.full(len(CORNERS), 0.5) if self.net is None else self._said(self.corners.y)

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
        return None if self.net is None else self.corners.h

    @derived
    def corners(self) -> Pass:
        """The way of the four inputs through the network."""
        assert self.net is not None
        return forward(self.net, CORNERS, self.phi, settled=True)

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
        return self._said(forward(self.net, x, self.phi, settled=True).y)

    def _said(self, y: Array) -> Array:
        """Make a probability of what comes out, where it was trained to be one."""
        return sigmoid(y) if self.solution == "trained" else y

    # What the numbers on the screen are made of, for whoever asks.

    @derived
    def scores(self) -> Array:
        """What comes out for the four inputs before any sigmoid, h·w + b, [4]."""
        return self.corners.y

    @derived
    def costs(self) -> list[float | None]:
        """−ln p of the right class, in nats, exact where p is nearly 1; None without a p, [4]."""
        if self.solution == "trained":
            return [float(cost) for cost in softplus(self.scores * (1 - 2 * TARGETS))]
        return [abs(math.log(p)) if 0 < p <= 1 else None for p in self.chances]

    def sources(self) -> Mapping[str, Array]:
        """The weights W, c, w and b that were drawn or designed."""
        if self.net is None:
            return {}
        first = self.history[0].net if self.solution == "trained" else self.net
        return {"W": first.W, "c": first.c, "w": first.w, "b": np.array([first.b])}

    @derived
    def first(self) -> dict[str, Named]:
        """The same, named, to be asked for in workings."""
        leaf: Leaf = "draw" if self.solution == "trained" else "weight"
        return {name: Named(name, array, leaf) for name, array in self.sources().items()}

    @derived
    def parameters(self) -> dict[str, Array]:
        """Every weight at every step of the training: W [t, 2, n], c and w [t, n], b [t, 1]."""
        return _stacked([state.net for state in self.history])

    @derived
    def slopes(self) -> dict[str, Array]:
        """∂L/∂θ for every weight θ at every step, in the same shapes."""
        return _stacked([state.gradient for state in self.history])

    @derived
    def sums(self) -> Array:
        """Each hidden unit's sum for the four inputs at every step, [t, 4, n]."""
        return CORNERS @ self.parameters["W"] + self.parameters["c"][:, np.newaxis]

    @derived
    def units(self) -> Array:
        """What each hidden unit makes of its sum at every step, φ(z), [t, 4, n]."""
        return self.phi.f(self.sums)

    @derived
    def errors(self) -> Array:
        """∂L/∂y = (σ(y) − target)/4 for the four inputs at every step, [t, 4]."""
        y = (self.units @ self.parameters["w"][:, :, np.newaxis])[:, :, 0] + self.parameters["b"]
        sign = 1 - 2 * TARGETS
        return sign * sigmoid(sign * y) / 4


def _stacked(nets: list[Shallow]) -> dict[str, Array]:
    return {
        "W": np.stack([net.W for net in nets]),
        "c": np.stack([net.c for net in nets]),
        "w": np.stack([net.w for net in nets]),
        "b": np.array([[net.b] for net in nets]),
    }
