"""
A **layer** multiplies what it gets by a matrix of weights and adds a bias. Here a *stack* of them
takes one number x and gives one back, so all that it does fits into one picture.

With `activation` identity nothing stands between the layers. However many you stack, the matrices
multiply out to a single one, and the picture is one straight line: a·x + b. The difference is
rounding, about 1e-15.

Now put ReLU between them. [The gate](activations) shuts below zero, and where a unit shuts or
opens the line can get a **kink**. Choose `tent`, two ReLUs a layer that fold the line in the
middle, and raise `layers`: a fold of a fold. Each layer *doubles* the pieces. The same units
side by side, in one layer, only *add* one piece each at most. Two lines are drawn beside: what the
same weights make without bends, and the best of all lines.

*Often read:* that more layers always mean more bends. Choose `hinge`, or random weights: a layer
adds some pieces, adds none, or loses some. Depth makes folding possible; weights have to do it.

Kinks are computed, not looked for: between earlier kinks each unit's sum is a straight line, and
crosses zero once at most. Counted is what lies strictly between −2 and 2. tanh bends everywhere:
no kinks, no straight pieces.

What a layer does to a whole plane of points is shown in [xor](xor); many hinges side by side in
[approximation](approximation).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts import _depth_figure as figure
from tui_transformer.concepts._depth_stacks import MOST_LAYERS, MOST_UNITS, stack
from tui_transformer.controls import Array, choice, integer, seed
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.activations import ACTIVATIONS, Activation
from tui_transformer.nn.piecewise import (
    BestLine,
    Layer,
    Piecewise,
    best_line,
    collapse,
    forward,
    relu_pieces,
)
from tui_transformer.numbers import number

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
        return float(self.line[0]) if self.activation == "identity" else None

    @value
    def collapsed_intercept(self) -> float | None:
        """Height of that line at x = 0; null where an activation bends the stack."""
        return float(self.line[1]) if self.activation == "identity" else None

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
        return self.pieces_of[self.layers - 1].kinks if self.activation == "relu" else []

    @value
    def pieces(self) -> int | None:
        """How many straight pieces there are on −2..2; null under tanh, where none is straight."""
        return None if self.activation == "tanh" else len(self.kinks) + 1

    @derived
    def gate(self) -> Activation:
        """The activation."""
        return ACTIVATIONS[self.activation]

    @derived
    def units(self) -> int:
        """How many units a layer has."""
        return self.width if self.weights == "random" else 2

    @derived
    def stack(self) -> list[Layer]:
        """Every layer's matrix and bias, the read-out last."""
        return stack(self.weights, self.layers, self.width, self.seed)

    @derived
    def pieces_of(self) -> list[Piecewise]:
        """With ReLU: the pieces of the stacks of 1, 2, … 8 layers of these weights."""
        return [
            relu_pieces(stack(self.weights, k, self.width, self.seed), LOW, HIGH)
            for k in range(1, MOST_LAYERS + 1)
        ]

    @derived
    def slopes(self) -> list[float]:
        """With ReLU: the slope of each straight piece of this stack."""
        return [float(slope) for slope in self.pieces_of[self.layers - 1].slopes]

    @derived
    def multiplied(self) -> list[Array]:
        """Slope and intercept of every unit after each layer, without activations."""
        return collapse(self.stack)

    @derived
    def line(self) -> Array:
        """Slope and intercept of the whole stack without activations, [2]."""
        line: Array = self.multiplied[-1][0]
        return line

    @derived
    def places(self) -> Array:
        """Where stack and line are compared."""
        if self.activation == "relu":
            return self.pieces_of[self.layers - 1].edges
        return np.linspace(LOW, HIGH, SAMPLES)

    @derived
    def curve(self) -> Array:
        """What the stack gives at these places."""
        return forward(self.stack, self.gate.f, self.places)

    @derived
    def best_line(self) -> BestLine | None:
        """The line that misses the stack by the least; None where the stack is one itself."""
        straight = self.activation == "identity" or (self.activation == "relu" and not self.kinks)
        return None if straight else best_line(self.places, self.curve)

    @derived
    def farthest(self) -> float:
        """Where stack and line are farthest apart."""
        gap = np.abs(self.curve - (self.line[0] * self.places + self.line[1]))
        return float(self.places[int(np.argmax(gap))])

    @derived
    def stack_there(self) -> float:
        """What the stack gives there."""
        return float(forward(self.stack, self.gate.f, np.array([self.farthest]))[0])

    @derived
    def line_there(self) -> float:
        """What the line gives there."""
        return float(self.line[0]) * self.farthest + float(self.line[1])


CONCEPT = Concept(
    Depth,
    figure.view,
    presets={
        "linear": {},
        "linear, 8 deep and 16 wide": {"layers": 8, "width": 16},
        "hinge": {"weights": "hinge", "activation": "relu", "layers": 1},
        "tent": {"weights": "tent", "activation": "relu"},
        "tent without a bend": {"weights": "tent"},
        "random ReLUs": {"activation": "relu"},
        "one wide layer": {"activation": "relu", "layers": 1, "width": 16},
        "deep and narrow": {"activation": "relu", "layers": 8, "width": 2},
        "tanh": {"activation": "tanh"},
    },
    challenges=(
        Challenge(
            "bend the line exactly once, at x = 0.5",
            lambda m: m.kinks == [0.5],
            {"activation": "relu", "weights": "hinge"},
            hint="One preset is named for it.",
            seen=lambda m: (
                f"Slope {number(m.slopes[0], 3)} left of 0.5 and {number(m.slopes[1], 3)} right "
                "of it: no one line has two slopes."
            ),
            keys="down right down left",
        ),
        Challenge(
            "make 32 pieces out of 10 ReLUs; side by side they make 11 at most",
            lambda m: m.pieces is not None and m.pieces >= 32 and m.layers * m.units <= 10,
            {"activation": "relu", "weights": "tent", "layers": 5},
            hint="Fold, and fold again: two ReLUs are one fold.",
            seen=lambda m: (
                f"{m.layers * m.units} ReLUs in {m.layers} layers make {m.pieces} pieces; in one "
                f"layer {m.layers * m.units + 1} at most."
            ),
        ),
        Challenge(
            "stack 4 or more layers of ReLUs that still are one straight line",
            lambda m: m.activation == "relu" and m.layers >= 4 and m.pieces == 1,
            {"activation": "relu", "layers": 8, "width": 1, "seed": 0},
            hint="Narrow layers often shut altogether. Other seeds, other weights.",
            seen=lambda m: (
                f"{m.layers} layers, one piece of slope {number(m.slopes[0], 3)}: "
                "no unit that switches is heard at the end."
            ),
        ),
    ),
)
