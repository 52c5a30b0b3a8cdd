"""
A neuron does two things. It adds up its inputs, each times a **weight**, and a **bias**:
z = w₁·x₁ + w₂·x₂ + b. Then it sends z through an **activation function** φ, and that is its
output y. Everything later in this program, transformers included, is made of such sums.

Two inputs are a plane, so all this neuron will ever say fits in one picture. Where z = 0
there is a straight line. On the side the arrow w points to, z is positive: class 1. On the
other it is class 0.

Turn w and the line *turns*: it is always at right angles to w. Change b and it *slides*; it
lies |b|/‖w‖ from the origin. Multiply w and b by the same positive number and the line
stays: above 1 the step across it gets steeper, below 1 gentler. By −1 the classes swap.

Now walk through the activations. The shades change, the line does not.

*Often misread:* that a curved φ gives the neuron a curved boundary. φ sees one number, z;
all points with the same z get the same y, and those points lie on straight lines.

Then pick a task. AND, OR and NAND each need one line. XOR gets three of four at the most,
for its two 1s face each other across the square, and so do its 0s.
[A hidden layer](xor) is the way out; which [gate](activations) to put in it, and why
[depth without one](depth) is wasted, comes next.
"""

import math
from dataclasses import dataclass

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts._neuron_figure import CORNERS, view
from tui_transformer.controls import Vector, choice, real, vector
from tui_transformer.model import Model, derived, value
from tui_transformer.nn.activations import ACTIVATIONS, Activation
from tui_transformer.nn.lines import quotient, weighted_sum
from tui_transformer.numbers import number, probability

TASKS = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "nand": (1, 1, 1, 0), "xor": (0, 1, 1, 0)}


@dataclass(frozen=True, eq=False)
class Neuron(Model):
    """Two weights, a bias and an activation; what they make of every point of a plane."""

    w: Vector = vector((1.0, 1.0), -5, 5, help="The weights: they turn the line.")
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
    x: Vector = vector((1.0, 0.0), -3, 3, help="The input to look at, ◆ in the picture.")
    task: str = choice(
        "none",
        "none",
        "and",
        "or",
        "nand",
        "xor",
        help="What the four corners 00, 01, 10 and 11 should give.",
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
        """The line's slope, −w₁/w₂; None where it is vertical or there is none."""
        return quotient(-self.w[0], self.w[1])

    @value
    def boundary_intercept(self) -> float | None:
        """Where the line crosses x₁ = 0, −b/w₂; None where it is vertical or there is none."""
        return quotient(-self.b, self.w[1])

    @value
    def task_outputs(self) -> tuple[int, ...]:
        """Class of the inputs 00, 01, 10, 11, [4]: 1 where z > 0, else 0; φ has no say."""
        return tuple(int(z > 0) for z in self.task_sums)

    @value
    def task_accuracy(self) -> float | None:
        """Share of the four inputs that get the class the task asks for; None without one."""
        return None if self.right is None else self.right / len(CORNERS)

    @derived
    def phi(self) -> Activation:
        """The activation function."""
        return ACTIVATIONS[self.activation]

    @derived
    def task_sums(self) -> tuple[float, ...]:
        """z of the inputs 00, 01, 10, 11, [4]."""
        return tuple(weighted_sum(self.w, corner, self.b) for corner in CORNERS)

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


CONCEPT = Concept(
    Neuron,
    view,
    presets={
        "and": {"w": (1.0, 1.0), "b": -1.5, "task": "and"},
        "or": {"w": (1.0, 1.0), "b": -0.5, "task": "or"},
        "nand": {"w": (-1.0, -1.0), "b": 1.5, "task": "nand"},
        "xor-impossible": {"w": (1.0, 1.0), "b": -0.5, "task": "xor"},
        "w=(3,4) b=−5": {"w": (3.0, 4.0), "b": -5.0},
        "the same line, five times as steep": {"w": (5.0, 5.0), "b": -2.5},
        "the same line, shaded by relu": {"activation": "relu"},
        "no line (w = 0)": {"w": (0.0, 0.0)},
    },
    challenges=(
        Challenge(
            "choose the task and, and get all four right",
            lambda m: m.task == "and" and m.right == 4,
            {"task": "and", "b": -1.5},
            seen=lambda m: (
                f"Only 11 is on the side w points to: z = {number(m.task_sums[3])} there, "
                f"{number(max(m.task_sums[:3]))} or less at the others."
            ),
            hint="The line must pass between 11 and the other three: slide it with b.",
            keys="down down shift+left down down down down right",
        ),
        Challenge(
            "put the line at least 2 from the origin",
            lambda m: m.boundary_distance is not None and m.boundary_distance >= 2,
            {"b": -3.0},
            seen=lambda m: (
                f"|b| / ‖w‖ = {number(abs(m.b), 3)} / {number(math.hypot(*m.w), 3)} = "
                f"{number(m.boundary_distance, 3)}: that far from 0 the line runs."
            ),
            hint="The distance is |b|/‖w‖: move b away from 0, or make w shorter.",
            keys="down down shift+left shift+left shift+left",
        ),
        Challenge(
            "on xor, get 3 of 4 with 11 among the right ones",
            lambda m: m.task == "xor" and m.right == 3 and m.task_outputs[3] == 0,
            {"task": "xor", "w": (-1.0, -1.0), "b": 1.5},
            seen=lambda m: (
                f"11 is right now, and {m.wrong[0]} is wrong: every line leaves one out."
            ),
            hint="Turn w round, for class 1 is the side it points to; then slide the line with b.",
            keys="shift+left shift+left down shift+left shift+left down "
            "shift+right shift+right down down down down right right right right",
        ),
        Challenge(
            "without moving the line, make the sigmoid say more than 0.9 at x = 1,0",
            lambda m: (
                m.y > 0.9
                and m.activation == "sigmoid"
                and tuple(m.x) == (1, 0)
                and m.boundary_slope is not None
                and math.isclose(m.boundary_slope, -1)
                and math.isclose(m.boundary_intercept or 0, 0.5)
            ),
            {"w": (5.0, 5.0), "b": -2.5},
            seen=lambda m: (
                f"w and b, {number(m.w[0], 3)} times what they were: the line stayed, "
                f"y rose from 0.622 to {probability(m.y, 3)}."
            ),
            hint="Multiply w and b by the same number.",
            keys="shift+right shift+right shift+right shift+right down shift+right "
            "shift+right shift+right shift+right down shift+left shift+left",
        ),
    ),
)
