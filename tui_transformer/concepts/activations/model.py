"""What `activations` computes: gates, their slopes at a number, and what these leave."""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import choice, integer, real, toggle
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.activations import ACTIVATIONS, Activation, leaky_relu

NAMES = ("relu", "leaky_relu", "sigmoid", "tanh", "elu", "gelu", "silu", "softplus")
CORNERED = ("relu", "leaky_relu", "elu")  # their average is known in closed form

# Where a smooth curve is looked at to be averaged over a standard normal input, and the share
# that each place stands for: Gauss and Hermite, exact to 1e-11 for these gates.
_ROOTS, _SHARES = np.polynomial.hermite_e.hermegauss(40)
PLACES, PLACE_SHARES = _ROOTS, _SHARES / math.sqrt(2 * math.pi)
HALF = 1 / math.sqrt(2 * math.pi)  # what max(0, z) is on average


@dataclass(frozen=True, eq=False)
class Activations(Model):
    """One gate, a number that meets it, and how many such gates stand in a row."""

    function: str = choice("relu", *NAMES, help="The gate to look at.")
    x: float = real(1.0, -6, 6, help="The number that meets the gate.")
    leak: float = real(0.01, 0, 1, step=0.01, help="Leaky ReLU's slope below 0; elu has α = 1.")
    depth: int = integer(
        10, 1, 50, help="How many gates a correction passes, all at this x, weights left out."
    )
    compare: bool = toggle(True, help="Draw the other gates behind the chosen one.")

    @derived
    def gates(self) -> dict[str, Activation]:
        """Every gate by name, the leaky one with its leak."""
        leaky = dataclasses.replace(
            leaky_relu(self.leak),
            formula="x where x > 0, else leak·x",
            derivative_formula="1 where x > 0, else leak",
        )
        return {**{name: ACTIVATIONS[name] for name in NAMES}, leaky.name: leaky}

    def idle(self) -> Mapping[str, str]:
        """Without leaky_relu's curve, and where it passes x whole, its leak is not seen."""
        if self.function == "leaky_relu" or self.compare or self.x <= 0:
            return {}
        return {"leak": "leak is leaky_relu's, below 0: choose it, or lower x."}

    @value
    def output(self) -> float:
        """What the gate lets through, f(x)."""
        return float(self.gates[self.function].f(self.x))

    @value
    def derivative(self) -> float:
        """The gate's slope at x, f′(x); relu′(0) = 0 by convention."""
        return float(self.gates[self.function].derivative(self.x))

    @value
    def gradient_after_depth(self) -> float:
        """What so many gates at this x leave of a correction of 1: f′(x) ** depth."""
        return self.derivative**self.depth

    @value
    def all_outputs(self) -> list[float]:
        """f(x) of every gate, in the order of the choice, [8]."""
        return [float(gate.f(self.x)) for gate in self.gates.values()]

    @value
    def all_derivatives(self) -> list[float]:
        """f′(x) of every gate, in the order of the choice, [8]."""
        return [float(gate.derivative(self.x)) for gate in self.gates.values()]

    @value
    def mean_out(self) -> float:
        """What leaves the gate on average, where a standard normal crowd goes in."""
        return self.crowd[self.function]

    @value
    def share_zero(self) -> float:
        """How much of a standard normal crowd leaves the gate as exactly 0."""
        return self.silent[self.function]

    @derived
    def compared(self) -> tuple[str, ...]:
        """The chosen gate beside the one that shuts half out and the one that never does."""
        return tuple(dict.fromkeys((self.function, "relu", "sigmoid")))

    @derived
    def at_places(self) -> dict[str, Array]:
        """f at the places where a smooth gate is looked at, [40] each."""
        return {name: self.gates[name].f(PLACES) for name in self.compared if name not in CORNERED}

    @derived
    def crowd(self) -> dict[str, float]:
        """What leaves each of the compared gates on average."""
        below = 0.5 * math.exp(0.5) * math.erfc(math.sqrt(0.5)) - 0.5  # of e^z − 1, z < 0
        closed = {"relu": HALF, "leaky_relu": (1 - self.leak) * HALF, "elu": HALF + below}
        return {
            name: closed[name] if name in closed else math.fsum(PLACE_SHARES * self.at_places[name])
            for name in self.compared
        }

    @derived
    def silent(self) -> dict[str, float]:
        """How much leaves each of them as exactly 0: what is below 0, where a gate shuts there."""
        shut = {"relu": True, "leaky_relu": self.leak == 0}
        return {name: 0.5 * shut.get(name, False) for name in self.compared}

    @derived
    def all_gradients(self) -> list[float]:
        """What so many of each gate leave of a correction of 1, in the order of the choice, [8]."""
        return [slope**self.depth for slope in self.all_derivatives]
