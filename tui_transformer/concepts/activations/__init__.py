"""
An activation function is a gate: a fixed curve that decides how much of a number passes. **ReLU**
lets what is positive through and stops the rest. **Sigmoid** squashes everything into 0..1,
**tanh** into −1..1. **GELU**, which BERT and GPT use, and **SiLU**, also called Swish, are ReLUs
with a soft corner.

What learning needs is the *slope*. A correction on its way back through the network is
multiplied by the slope of every gate it passes, and by the weights between them. Here the
weights are left out. Choose sigmoid and walk x along: the
slope is ¼ at the most, at x = 0, and next to nothing far out, where the gate is
**saturated**. Ten such gates leave at most ¼¹⁰, less than a millionth. Under ReLU the slope
is 1 or 0: the correction comes through whole, or not at all. (At its corner, x = 0, programs take
0 by convention.)

Send a normal crowd of numbers in. ReLU makes half of them exactly 0: half the units are off.
Sigmoid is never off, and passes 0.5 on average.

*Often misread:* that activations are learned. Nothing on this screen has a weight. Training
changes what flows *into* the gate, [the weighted sum](neuron) before it, and so opens and
closes it. Nor do GELU and SiLU only rise: walk x from −4 to 0, and both dip below zero.

Softplus is the smooth line whose slope is the sigmoid. With no gate at all: [the next
screen](depth).
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.activations.model import Activations
from tui_transformer.concepts.activations.view import view
from tui_transformer.numbers import number

DIPS = {"gelu": (-0.752, -0.17), "silu": (-1.28, -0.278)}  # where they are lowest, and how low

CONCEPT = Concept(
    Activations,
    view,
    presets={
        "relu, open": {},
        "relu, shut": {"x": -1.0},
        "relu at its corner": {"x": 0.0},
        "sigmoid at 0": {"function": "sigmoid", "x": 0.0},
        "sigmoid at 5": {"function": "sigmoid", "x": 5.0},
        "tanh": {"function": "tanh", "x": 0.5},
        "gelu at −0.3": {"function": "gelu", "x": -0.3},
        "silu at −1.278": {"function": "silu", "x": -1.278},
        "a leak of 0.3": {"function": "leaky_relu", "x": -1.0, "leak": 0.3},
    },
    challenges=(
        Challenge(
            "lose a correction: with sigmoid, leave less than 1e-30 of it",
            lambda m: m.function == "sigmoid" and m.gradient_after_depth < 1e-30,
            {"function": "sigmoid", "x": 3.0, "depth": 30},
            hint="Go away from 0, or pass more gates.",
            seen=lambda m: (
                f"At x = {number(m.x, 3)} each passes {number(m.derivative, 3)}: {m.depth} "
                f"leave {number(m.gradient_after_depth, 3)}. At their best, ¼, "
                f"{number(0.25**m.depth, 3)}."
            ),
        ),
        Challenge(
            "find where gelu or silu falls: a slope below −0.09",
            lambda m: m.function in DIPS and m.derivative < -0.09,
            {"function": "gelu", "x": -1.4},
            hint="Somewhere between −1 and −3.",
            seen=lambda m: (
                f"{m.function}′ = {number(m.derivative, 3)} at x = {number(m.x, 3)}: it falls to "
                f"{number(DIPS[m.function][1])} at {number(DIPS[m.function][0])}, then rises."
            ),
        ),
        Challenge(
            "on the negative side, still keep 1 % of a correction through 10 gates",
            lambda m: m.x <= -1 and m.depth >= 10 and m.gradient_after_depth >= 0.01,
            {"function": "leaky_relu", "x": -1.0, "leak": 0.7, "depth": 10},
            hint="Only a gate that leaks a lot lets corrections through below 0.",
            seen=lambda m: (
                f"The leak, {number(m.leak, 3)}, to the power {m.depth} is "
                f"{number(m.gradient_after_depth, 3)}, at any x below 0: it never shuts."
            ),
        ),
    ),
)
