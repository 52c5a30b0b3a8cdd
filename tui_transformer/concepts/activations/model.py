"""What `activations` computes: gates, their slopes at a number, and what these leave."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from tui_transformer.controls import choice, integer, real, toggle
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.activations import ACTIVATIONS, Activation, leaky_relu

NAMES = ("relu", "leaky_relu", "sigmoid", "tanh", "elu", "gelu", "silu", "softplus")


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

    @derived
    def all_gradients(self) -> list[float]:
        """What so many of each gate leave of a correction of 1, in the order of the choice, [8]."""
        return [slope**self.depth for slope in self.all_derivatives]
