"""What `neuron` computes: a weighted sum, what φ makes of it, and where the line is."""

import math
from dataclasses import dataclass

from tui_transformer.controls import Vector, choice, real, vector
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.activations import ACTIVATIONS, Activation
from tui_transformer.nn.geometry.lines import quotient, weighted_sum
from tui_transformer.numbers import subscript

CORNERS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))  # the inputs of a truth table
TASKS = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "nand": (1, 1, 1, 0), "xor": (0, 1, 1, 0)}

MEANINGS = {"plain": (), "exam": ("study", "sleep")}  # what the two inputs are


@dataclass(frozen=True, eq=False)
class Neuron(Model):
    """Two weights, a bias and an activation; what they make of every point of a plane."""

    w: Vector = vector(
        (1.0, 1.0),
        -5,
        5,
        labels=lambda m: MEANINGS[m.inputs],
        help="The weights: they turn the line.",
    )
    b: float = real(-0.5, -5, 5, help="The bias: it slides the line.")
    activation: str = choice(
        "sigmoid",
        "identity",
        "relu",
        "leaky_relu",
        "sigmoid",
        "tanh",
        "elu",
        "gelu",
        "silu",
        help="φ: it shades, and moves no line.",
    )
    x: Vector = vector(
        (1.0, 0.0),
        -3,
        3,
        labels=lambda m: MEANINGS[m.inputs],
        help="The input to look at, ◆ in the picture.",
    )
    task: str = choice(
        "none",
        "none",
        "and",
        "or",
        "nand",
        "xor",
        help="What the four corners 00, 01, 10 and 11 should give.",
    )
    inputs: str = choice(
        "plain",
        "plain",
        "exam",
        help="What x is about: plain numbers, or hours of study and of sleep beyond the usual.",
    )

    @value
    def z(self) -> float:
        """The weighted sum of the input, w·x + b."""
        return weighted_sum(self.w, self.x, self.b)

    @value
    def y(self) -> float:
        """What the neuron says, φ(z)."""
        return float(self.phi.f(self.z))

    @value
    def boundary_distance(self) -> float | None:
        """How far the line is from the origin, |b|/‖w‖; None where there is no line."""
        return quotient(abs(self.b), math.hypot(*self.w))

    @value
    def boundary_slope(self) -> float | None:
        """The line's slope, −w₀/w₁; None where it is vertical or there is none."""
        return quotient(-self.w[0], self.w[1])

    @value
    def boundary_intercept(self) -> float | None:
        """Where the line crosses x₀ = 0, −b/w₁; None where it is vertical or there is none."""
        return quotient(-self.b, self.w[1])

    @value
    def task_outputs(self) -> tuple[int, ...]:
        """Class of the inputs 00, 01, 10, 11, [4]: 1 where z > 0, else 0; φ has no say."""
        return tuple(int(z > 0) for z in self.task_sums)

    @value
    def task_accuracy(self) -> float | None:
        """Share of the four inputs that get the class the task asks for; None without one."""
        return None if self.right is None else self.right / len(CORNERS)

    def letter(self, letter: str, i: int) -> str:
        """Write one part of w or x: by what it is about, or by its index."""
        names = MEANINGS[self.inputs]
        return f"{letter}({names[i]})" if names else letter + subscript(i)

    @derived
    def phi(self) -> Activation:
        """The activation function."""
        return ACTIVATIONS[self.activation]

    @derived
    def task_sums(self) -> tuple[float, ...]:
        """z of the inputs 00, 01, 10, 11, [4]."""
        return tuple(weighted_sum(self.w, corner, self.b) for corner in CORNERS)

    @derived
    def task_ys(self) -> tuple[float, ...]:
        """What the neuron says, φ(z), of the inputs 00, 01, 10, 11, [4]."""
        return tuple(float(self.phi.f(z)) for z in self.task_sums)

    @derived.labelled(lambda m: MEANINGS[m.inputs])
    def products(self) -> tuple[float, ...]:
        """Each weight times its input, [2]."""
        return tuple(weighted_sum([w], [x]) for w, x in zip(self.w, self.x, strict=True))

    @derived
    def targets(self) -> tuple[int, ...] | None:
        """The class that each input should get, [4]; None without a task."""
        return TASKS.get(self.task)

    @derived
    def wrong(self) -> tuple[str, ...]:
        """The inputs that get the wrong class, as the truth table writes them."""
        judged = zip(CORNERS, self.task_outputs, self.targets or self.task_outputs, strict=True)
        return tuple(f"{x1:.0f}{x2:.0f}" for (x1, x2), got, wanted in judged if got != wanted)

    @derived
    def right(self) -> int | None:
        """How many of the four inputs get the right class; None without a task."""
        return None if self.targets is None else len(CORNERS) - len(self.wrong)
