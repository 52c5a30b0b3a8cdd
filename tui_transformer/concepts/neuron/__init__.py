"""
A neuron does two things. It adds up its inputs, each times a **weight**, and a **bias**: z
= w₀·x₀ + w₁·x₁ + b, its **pre-activation**. Then it sends z through an **activation
function** φ: its output y. Everything later is made of such sums.

Two inputs are a plane, so all it will ever say fits in one picture. Where z = 0 there is a
straight line. On the side the arrow w points to, z is positive: class 1. On the other it is
class 0.

Turn w and the line *turns*: it is always at right angles to w. Change b and it *slides*; it
lies |b|/‖w‖ from the origin, where ‖w‖ is the arrow's length, its **norm**. Multiply w and
b by the same positive number and the line stays: above 1 the step across it gets steeper,
below 1 gentler. By −1 the classes swap.

Now walk through the activations. The shades change, the line does not.

*Often misread:* that a curved φ gives the neuron a curved boundary. φ sees one number, z;
all points with the same z get the same y, and those points lie on straight lines.

Then pick a task. AND, OR and NAND each need one line. XOR gets three of four at the most,
for its two 1s face each other across the square, and so do its 0s.
[A hidden layer](xor) is the way out; which [gate](activations) to put in it, and why
[depth without one](depth) is wasted, comes next.
"""

import math

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.neuron.model import Neuron
from tui_transformer.concepts.neuron.view import view
from tui_transformer.numbers import number, probability

CONCEPT = Concept(
    Neuron,
    view,
    presets={
        "and": {"w": (1.0, 1.0), "b": -1.5, "task": "and"},
        "or": {"w": (1.0, 1.0), "b": -0.5, "task": "or"},
        "nand": {"w": (-1.0, -1.0), "b": 1.5, "task": "nand"},
        "xor": {"w": (1.0, 1.0), "b": -0.5, "task": "xor"},
        "w=(3,4) b=−5": {"w": (3.0, 4.0), "b": -5.0},
        "w=(3,3) b=−1.5": {"w": (3.0, 3.0), "b": -1.5},
        "relu": {"activation": "relu"},
        "w = 0": {"w": (0.0, 0.0)},
        "exam": {"w": (1.5, 1.0), "b": 0.5, "x": (1.0, -1.5), "inputs": "exam"},
    },
    challenges=(
        Challenge(
            "choose the task and, and get all four right with two different weights",
            lambda m: m.task == "and" and m.right == 4 and m.w[0] != m.w[1],
            {"task": "and", "w": (2.0, 1.0), "b": -2.5},
            seen=lambda m: (
                f"Only 11 is on the side w points to: z = {number(m.task_sums[3])} there, "
                f"{number(max(m.task_sums[:3]))} or less at the others."
            ),
            hint="The line must pass between 11 and the other three: slide it with b.",
            keys="shift+right down down shift+left shift+left down down down down right",
        ),
        Challenge(
            "lay the line level, at least 2 from the origin",
            lambda m: m.boundary_slope == 0 and m.boundary_distance >= 2,
            {"w": (0.0, 1.0), "b": -2.5},
            seen=lambda m: (
                f"|b| / ‖w‖ = {number(abs(m.b), 3)} / {number(math.hypot(*m.w), 3)} = "
                f"{number(m.boundary_distance, 3)}: that far from 0 the line runs."
            ),
            hint="w stands upright on it; for |b|/‖w‖ move b away from 0, or make w shorter.",
            keys="shift+left down down shift+left shift+left",
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
