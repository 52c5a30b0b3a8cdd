"""
A **layer** multiplies what it gets by a matrix of weights and adds a bias. Put one after the
other and you have a stack. Here the stack takes one number x and gives one number back, so all
that it does fits into one picture.

Open with `activation` identity: nothing stands between the layers. However many you stack, the
matrices multiply out to a single one, and the picture is one straight line: a·x + b. The
difference is rounding, about 1e-15.

Now put ReLU between them. [The gate](activations) shuts below zero, and where a unit shuts or
opens the line gets a **kink**. Choose `tent`, two ReLUs a layer that fold the line in the
middle, and raise `layers`: a fold of a fold of a fold. Each layer *doubles* the pieces. The same
units side by side, in one layer, only *add* one piece each.

*Often read:* that more layers always mean more bends. Choose `hinge`, or random weights: most
layers add a few pieces, and some add none. Depth makes folding possible; weights have to do it.

Kinks are computed, not looked for: each unit's sum is a straight line between the kinks before
it, and crosses zero at one exact x. Counted is what lies strictly between −2 and 2. tanh bends
everywhere a little: it has no kinks, and no straight pieces to count.

What a layer does to a whole plane of points is shown in [xor](xor); many hinges side by side in
[approximation](approximation).
"""

from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts import _depth_figure as figure
from tui_transformer.controls import Array, choice, integer, seed
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.activations import ACTIVATIONS, Activation
from tui_transformer.nn.piecewise import Layer, Piecewise, collapse, forward, relu_pieces

LOW, HIGH = -2.0, 2.0  # the part of the line that is looked at
SAMPLES = 801  # where a stack that is not made of ReLUs is compared with its line
MOST_LAYERS, MOST_UNITS = 8, 16


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


def stack(weights: str, layers: int, width: int, seed: int) -> list[Layer]:
    """Make the weights; fewer layers are the first of more, with the same read-out."""
    make = {"random": lambda: drawn(width, seed), "tent": tent, "hinge": hinge}[weights]
    first, inner, last = make()
    return [first, *inner[: layers - 1], last]


Parts = tuple[Layer, list[Layer], Layer]


def drawn(width: int, seed: int) -> Parts:
    """Draw weights with variance 1/inputs and biases with variance ¼."""
    rng = np.random.default_rng(seed)
    matrices = rng.standard_normal((MOST_LAYERS, MOST_UNITS, MOST_UNITS))[:, :width, :width]
    biases = 0.5 * rng.standard_normal((MOST_LAYERS, MOST_UNITS))[:, :width]
    out = rng.standard_normal((1, MOST_UNITS))[:, :width] / np.sqrt(width)
    inner = [(m / np.sqrt(width), b) for m, b in zip(matrices[1:], biases[1:], strict=True)]
    return (matrices[0, :, :1], biases[0]), inner, (out, np.zeros(1))


def tent() -> Parts:
    """Fold −2..2 in the middle and stretch it to its old length: 2 − 2·|x|.

    As two ReLUs, 2·relu(x + 2) − 4·relu(x) − 2. Telgarsky (2015) counts the teeth.
    """
    out, back = np.array([[2.0, -4.0]]), np.array([-2.0])
    into, ahead = np.array([[1.0], [1.0]]), np.array([2.0, 0.0])
    return (into, ahead), [(into @ out, into @ back + ahead)] * (MOST_LAYERS - 1), (out, back)


def hinge() -> Parts:
    """Stay flat until x = 0.5, then rise with slope 1; without ReLU the line 0.8·x.

    The second unit is shut on all of −2..2. It is there so that the line goes through 0
    and rises at another rate than the hinge. Further layers hand both units on.
    """
    first = np.array([[1.0], [0.2]]), np.array([-0.5, -0.5])
    return (
        first,
        [(np.eye(2), np.zeros(2))] * (MOST_LAYERS - 1),
        (np.array([[1.0, -1.0]]), np.zeros(1)),
    )


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
            keys="down right down left",
        ),
        Challenge(
            "make 32 pieces out of 10 ReLUs; side by side they make 11 at most",
            lambda m: m.pieces is not None and m.pieces >= 32 and m.layers * m.units <= 10,
            {"activation": "relu", "weights": "tent", "layers": 5},
            hint="Fold, and fold again: two ReLUs are one fold.",
        ),
        Challenge(
            "stack 4 or more layers of ReLUs that still are one straight line",
            lambda m: m.activation == "relu" and m.layers >= 4 and m.pieces == 1,
            {"activation": "relu", "layers": 8, "width": 1, "seed": 0},
            hint="Narrow layers often shut altogether. Other seeds, other weights.",
        ),
    ),
)
