"""
How far does a result move when one of the numbers behind it moves a little? Take the way to the
result in small operations, its **nodes**. Each node knows its own *slopes*: how far it moves with
each of its parts. n1 = w·x moves x times as far as w does. It need not know more.

Press `.` and watch values go up, node by node. Then the answers come down. The result moves with
itself one to one. Every other node takes what the node above it was given, times the slope
between them: how far the *result* moves with it, its **gradient**. Slopes multiplied along a way
are the **chain rule**. Where several ways meet, they add: press `2` and go down to x.

One walk down gives every gradient there is. It is called **backpropagation**.

*Often misread:* that it is approximate. Δout/Δ, among the leaves, is: it moves a leaf a little
to both sides and works everything out again. Gradients are what such differences come to as the
step shrinks. Also: that a variable used twice has two gradients. It has one, the sum of its ways.

Choose a leaf to `nudge`. The tangent says where the result goes; with a large `delta` the curve
has turned away by then.

Two ReLUs make [a switch](mlp) of it. [Descent](descent) walks with gradients, and
[softmax](softmax) makes its own very simple.
"""

import math

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.backprop import samples
from tui_transformer.concepts.backprop.model import Backprop
from tui_transformer.concepts.backprop.says import short
from tui_transformer.concepts.backprop.view import view


def cancelling(m: Backprop) -> list[str]:
    """List the leaves whose ways up are there and add up to nothing."""
    return [
        name
        for name in m.graph.leaves
        if m.reached(name)
        and sum(abs(way) > 1e-3 for way in m.ways[name]) > 1
        and abs(m.backward[name]) < 1e-9
    ]


def seen_cancelling(m: Backprop) -> str:
    """Say which ways cancelled."""
    name = cancelling(m)[0]
    ways = " and ".join(short(way) for way in m.ways[name])
    return f"The ways to {name} bring {ways}; together they bring nothing, and {name} stays."


def stuck(m: Backprop) -> bool:
    """Say whether the neuron is far off, and its tanh lets next to nothing through to w and b."""
    given = [abs(m.backward[name]) for name in ("w", "x", "b") if name in m.backward]
    return (
        m.expression == samples.NEURON
        and all(map(m.reached, ("w", "x", "b")))
        and m.value_out > 3
        and 0 < max(given) < 0.01
    )


def seen_stuck(m: Backprop) -> str:
    """Say what the tanh let through."""
    above, own = m.backward["n3"], m.slopes["n3"][0]
    return (
        f"out = {short(m.value_out)}, and {short(above)} arrives at the tanh; its slope "
        f"{short(own)} lets {short(m.backward['n2'])} through."
    )


def straight(m: Backprop) -> bool:
    """Say whether a nudge of a whole 1 goes as predicted, by several ways that add."""
    return bool(
        abs(m.delta) == 1
        and m.reached(m.nudge)
        and sum(way != 0 for way in m.ways[m.nudge]) > 1
        and abs(m.actual - m.predicted) < 1e-9
        and abs(m.backward[m.nudge]) > 1e-3
        and math.isfinite(m.actual)
    )


def seen_straight(m: Backprop) -> str:
    """Say why it went as predicted."""
    return (
        f"{len(m.ways[m.nudge])} ways add up to {short(m.backward[m.nudge])}, wherever "
        f"{m.nudge} stands: where no slope changes, the tangent is the curve."
    )


CONCEPT = Concept(
    Backprop,
    view,
    presets={
        "a neuron": {},
        "x used twice": {"expression": samples.TWICE, "leaves": "x=2"},
        "softmax, cross-entropy": {"expression": samples.SOFTMAX, "leaves": "z1=2 z2=1 z3=0.1"},
        "one attention row": {
            "expression": samples.ATTENTION,
            "leaves": "q=1 k1=1 k2=-0.5 v1=2 v2=-1",
        },
        "a layer norm": {"expression": samples.LAYER_NORM, "leaves": "a=1 b=2 c=4"},
        "micrograd's example": {"expression": samples.MICROGRAD, "leaves": "a=-4 b=2"},
    },
    challenges=(
        Challenge(
            "let two ways to one leaf cancel: both bring something, its gradient is 0",
            lambda m: bool(cancelling(m)),
            {"expression": "a*x - 3*x", "leaves": "a=3 x=2", "step": -1},
            hint="Add what pulls up to what pulls down; go all the way down to see it.",
            seen=seen_cancelling,
        ),
        Challenge(
            "a neuron that cannot learn: out above 3, gradients of w, x, b below 0.01",
            stuck,
            {"leaves": "w=0.5 x=2 b=4 y=-1", "step": -1},
            hint="Where is tanh flat? And what should y be, for that to be wrong?",
            seen=seen_stuck,
        ),
        Challenge(
            "nudge a leaf used twice by a whole 1, and get exactly what was predicted",
            straight,
            {"expression": "3*x - x + 2", "delta": 1.0, "step": -1},
            hint="The tangent is right for as long as no slope changes.",
            seen=seen_straight,
        ),
    ),
    clock="step",
)
