"""
XOR is 1 where exactly one of two inputs is 1. Its two ●s face each other across the square,
so do its two ○s: [no straight line](neuron) parts them. Fitted by least squares, a lone
linear unit can only shrug: 0.5 everywhere.

Put two units between input and output, and look at the right-hand picture. It holds the
same four points, each drawn where the **hidden layer** sends it: the first unit's answer
across, the second's up; the dim outline is where the unit square went. Set `solution` to
designed: the plane has been folded, 01 and 10 lie on top of each other, and a
straight line does the rest. Turn `fold` to see the points go there. Set `hidden` to 1: one
unit only rises, and cannot come back down for 11.

*Often misread:* that the network bends its dividing line. In the hidden plane the line
stays straight; the points move. Seen from the inputs, unfolding makes it look bent or split.

Those weights were chosen by hand. At first they are random: press `space`, and
[gradient descent](descent) looks for better ones, lowering the mean
[cross-entropy](softmax) of the four answers. That a solution exists does not mean it is
found. From 100 seeds, 2000 steps of rate 0.3 teach two ReLU units XOR 29 times, four 71
times, eight 96 times. Change the seed and watch some runs get stuck for good.

Next: [every gradient in the open](mlp), and what [many more units](approximation) can do.
"""

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.xor.model import LAST, Xor
from tui_transformer.concepts.xor.view import STUCK, answers, view
from tui_transformer.numbers import number


def _learned(m: Xor, limit: float) -> bool:
    """Whether all four are right below a loss, and were not so before the training."""
    return (
        m.solution == "trained"
        and m.right == 4
        and m.loss is not None
        and m.loss < limit
        and m.replace(steps=0).right < 4
    )


def _rests_wrong(m: Xor) -> bool:
    """Whether two ReLU units have come to rest on a wrong answer."""
    return (
        m.solution == "trained"
        and m.hidden == 2
        and m.activation == "relu"
        and m.steps == LAST
        and m.right < 4
        and m.pull < STUCK
    )


CONCEPT = Concept(
    Xor,
    view,
    presets={
        "random": {},
        "no hidden layer": {"solution": "linear"},
        "by hand": {"solution": "designed"},
        "by hand, not yet moved": {"solution": "designed", "fold": 0.0},
        "by hand, one unit": {"solution": "designed", "hidden": 1},
        "by hand, with tanh": {"solution": "designed", "activation": "tanh"},
        "500 steps": {"steps": 500},
        "500 steps, seed 3": {"seed": 3, "steps": 500},
        "eight units": {"hidden": 8},
    },
    challenges=(
        Challenge(
            "with three units or more, train to XOR: 4 of 4, with a loss below 0.02",
            lambda m: m.hidden > 2 and _learned(m, 0.02),
            {"hidden": 8, "steps": 400},
            hint="Add units, hold steps, and hold shift while you turn it up.",
            seen=lambda m: (
                f"After {m.steps} steps one line parts the moved points: "
                f"{answers(m)}, loss {number(m.loss, 2)}."
            ),
        ),
        Challenge(
            "find a start that leaves two ReLU units at rest after 2000 steps, and wrong",
            _rests_wrong,
            {"steps": 2000, "seed": 0},
            hint="Most seeds will do.",
            seen=lambda m: (
                f"Seed {m.seed} rests at {m.right} of 4: {answers(m)}; the "
                f"largest slope of the loss is {number(m.pull, 2)}."
            ),
        ),
        Challenge(
            "learn all four within 20 steps",
            lambda m: _learned(m, 1.0) and m.steps <= 20,
            {"hidden": 8, "learning_rate": 1.0, "steps": 20},
            hint="More units, larger steps, and a seed with luck.",
            seen=lambda m: (
                f"Step 0 had {m.replace(steps=0).right} of 4, step {m.steps} has "
                f"4: {answers(m)}, loss {number(m.loss, 2)}."
            ),
        ),
    ),
    clock="steps",
)
