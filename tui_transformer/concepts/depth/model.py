"""What `depth` computes: a stack of layers, its pieces, and the line its weights multiply to."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.depth.stacks import MOST_LAYERS, MOST_UNITS, layer_names, stack
from tui_transformer.controls import choice, integer, seed
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.activations import ACTIVATIONS, Activation
from tui_transformer.nn.geometry import piecewise
from tui_transformer.terms import Named, weights

LOW, HIGH = -2.0, 2.0  # the part of the line that is looked at
SAMPLES = 801  # where a stack that is not made of ReLUs is compared with its line


@dataclass(frozen=True, eq=False)
class Depth(Model):
    """A stack of layers from one number to one number, and the line its weights multiply to."""

    layers: int = integer(
        3,
        1,
        MOST_LAYERS,
        help="How many layers with an activation; one without reads the result out.",
    )
    activation: str = choice(
        "identity",
        "identity",
        "relu",
        "tanh",
        help="What stands behind each layer; identity is nothing.",
    )
    weights: str = choice(
        "random",
        "random",
        "tent",
        "hinge",
        help="Drawn by the seed, or designed: tent folds, hinge bends once.",
    )
    width: int = integer(
        4, 1, MOST_UNITS, help="Units in a layer of random weights; tent and hinge have two."
    )
    seed: int = seed()
    fold: int = integer(
        -1,
        -1,
        lambda m: m.layers,
        help="How many of the layers x has passed: 0 is none, −1 is all of them.",
    )

    def idle(self) -> Mapping[str, str]:
        """Designed weights are not drawn."""
        if self.weights == "random":
            return {}
        return {
            "width": f"width counts with random weights; {self.weights} has two units.",
            "seed": f"seed draws random weights; {self.weights} is designed.",
        }

    @value
    def collapsed_slope(self) -> float | None:
        """Slope of the one line that the stack is; null where an activation bends it."""
        return float(self.line[0]) if self.gate_name == "identity" else None

    @value
    def collapsed_intercept(self) -> float | None:
        """Height of that line at x = 0; null where an activation bends the stack."""
        return float(self.line[1]) if self.gate_name == "identity" else None

    @value
    def collapse_error(self) -> float:
        """How far stack and line are apart at the most, on −2..2.

        The line is what the same weights make without activations. With ReLU the largest
        difference is at a kink or an end; otherwise it is taken over 801 places.
        """
        return abs(self.stack_there - self.line_there)

    @value
    def best_line_error(self) -> float | None:
        """How far the best of all lines is from the stack at the most; null where it is a line.

        It lies half-way between a point of the stack and a chord; tanh is taken at 801 places.
        """
        return None if self.best_line is None else self.best_line.miss

    @value
    def kinks(self) -> list[float]:
        """Every x with −2 < x < 2 where the slope jumps, in order; none without ReLU."""
        return self.pieces_now.kinks if self.gate_name == "relu" else []

    @value
    def pieces(self) -> int | None:
        """How many straight pieces there are on −2..2; null under tanh, where none is straight."""
        return None if self.gate_name == "tanh" else len(self.kinks) + 1

    @derived
    def applied(self) -> int:
        """How many layers x has passed."""
        return self.layers if self.fold < 0 else self.fold

    @derived
    def gate_name(self) -> str:
        """The activation; identity as long as no layer is passed."""
        return self.activation if self.applied else "identity"

    @derived
    def gate(self) -> Activation:
        """The activation."""
        return ACTIVATIONS[self.gate_name]

    @derived
    def units(self) -> int:
        """How many units a layer has."""
        return self.width if self.weights == "random" else 2

    @derived
    def stack(self) -> list[piecewise.Layer]:
        """Matrix and bias of every layer that x has passed, the read-out last."""
        return stack(self.weights, self.applied, self.width, self.seed)

    @derived
    def whole(self) -> list[piecewise.Layer]:
        """Those of all layers, passed or not."""
        return stack(self.weights, self.layers, self.width, self.seed)

    @derived
    def pieces_now(self) -> piecewise.Piecewise:
        """With ReLU: the pieces of this stack."""
        return piecewise.relu_pieces(self.stack, LOW, HIGH)

    @derived
    def pieces_of(self) -> list[piecewise.Piecewise]:
        """With ReLU: the pieces of the stacks of 1, 2, … 8 layers of these weights."""
        return [
            piecewise.relu_pieces(stack(self.weights, k, self.width, self.seed), LOW, HIGH)
            for k in range(1, MOST_LAYERS + 1)
        ]

    @derived
    def slopes(self) -> list[float]:
        """With ReLU: the slope of each straight piece of this stack."""
        return [float(slope) for slope in self.pieces_now.slopes]

    @derived
    def multiplied(self) -> list[Array]:
        """Slope and intercept of every unit after each layer, without activations."""
        return piecewise.collapse(self.stack)

    @derived
    def line(self) -> Array:
        """Slope and intercept of the whole stack without activations, [2]."""
        return self.multiplied[-1][0]

    @derived
    def places(self) -> Array:
        """Where stack and line are compared."""
        if self.gate_name == "relu":
            return self.pieces_now.edges
        return np.linspace(LOW, HIGH, SAMPLES)

    @derived
    def curve(self) -> Array:
        """What the stack gives at these places."""
        return piecewise.forward(self.stack, self.gate.f, self.places)

    @derived
    def best_line(self) -> piecewise.BestLine | None:
        """The line that misses the stack by the least; None where the stack is one itself."""
        straight = self.gate_name == "identity" or (self.gate_name == "relu" and not self.kinks)
        return None if straight else piecewise.best_line(self.places, self.curve)

    @derived
    def farthest_at(self) -> int:
        """Which of the places it is where stack and line are farthest apart."""
        gap = np.abs(self.curve - (self.line[0] * self.places + self.line[1]))
        return int(np.argmax(gap))

    @derived
    def farthest(self) -> float:
        """Where stack and line are farthest apart."""
        return float(self.places[self.farthest_at])

    @derived
    def stack_there(self) -> float:
        """What the stack gives there."""
        return float(piecewise.forward(self.stack, self.gate.f, np.array([self.farthest]))[0])

    @derived
    def line_there(self) -> float:
        """What the line gives there."""
        return float(self.line[0]) * self.farthest + float(self.line[1])

    # What the numbers on the screen are made of, for whoever asks.

    def sources(self) -> Mapping[str, Array]:
        """Every layer's matrix and bias: W1, b1, W2, …; v and c read out."""
        return {
            name: array
            for index, layer in enumerate(self.stack)
            for name, array in zip(layer_names(self.applied, index), layer, strict=True)
        }

    @derived
    def parameters(self) -> dict[str, Named]:
        """The same arrays as weights that a working can name."""
        return weights(self.sources())

    @derived
    def sums(self) -> list[Array]:
        """Each unit's sum at all places, layer by layer, [layers][places, units]."""
        h, sums = self.places[:, np.newaxis], []
        for weight, bias in self.stack[:-1]:
            sums.append(h @ weight.T + bias)
            h = self.gate.f(sums[-1])
        return sums

    @derived
    def outputs(self) -> list[Array]:
        """What the activation makes of each sum, [layers][places, units]."""
        return [self.gate.f(z) for z in self.sums]

    @derived
    def kink_lines(self) -> list[list[Array]]:
        """Around each kink: slope and intercept of each unit's sum, [kinks][layers][units, 2].

        It ends with the layer of the unit that switches there.
        """
        every = []
        for switch in self.pieces_now.switches:
            lines: list[Array] = []
            line = np.array([[1.0, 0.0]])
            for weight, bias in self.stack[: switch.layer + 1]:
                line = weight @ line
                line[:, 1] += bias
                lines.append(line)
                line = np.where(line @ [[switch.x], [1.0]] > 0, line, 0.0)
            lines[-1][switch.unit] = switch.slope, switch.intercept
            every.append(lines)
        return every

    @derived
    def best_at(self) -> list[int]:
        """Which of the places it is that the best line misses by the most, [3]."""
        points = self.best_line.points if self.best_line else ()
        return [int(np.searchsorted(self.places, x)) for x, _ in points]

    @derived
    def deep(self) -> list[int]:
        """How many pieces the first 1, 2, … 8 layers make, [8]."""
        if self.activation != "relu":
            return [1] * MOST_LAYERS
        return [len(pieces.kinks) + 1 for pieces in self.pieces_of]

    @derived
    def wide(self) -> list[int]:
        """How many their units could make at most if they stood in one layer, [8]."""
        bends = self.units if self.activation == "relu" else 0
        return [k * bends + 1 for k in range(1, MOST_LAYERS + 1)]
