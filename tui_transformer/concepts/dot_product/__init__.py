"""
How alike are two lists of numbers? Multiply them place by place and add up: that is the
**dot product** u·v. For arrows it is |u|·|v|·cos θ: both lengths times the cosine of the
angle between them. Same way: as large as it gets. At a right angle: exactly 0. Opposite:
negative.

Two things count, *direction and length*. Make u longer and then turn it a little away from
v: u·v still grows. The **cosine** is what is left when both lengths are divided out; it
stays between −1 and 1. The **projection** is how far u reaches along v, and u·v is that
times |v|.

Now the same with random vectors of `dimension` numbers. Raise it and watch two spreads:
the cosine's shrinks like 1/√d, so in many dimensions nearly any two directions stand
almost at right angles. The raw dot product's *grows* like √d, because it is a sum of d
random products. That is the √d that [attention](attention) divides by.

*Often misread:* that a larger dot product means a better match of direction. A long key
can beat a better aligned short one. And that random vectors must have something in common
because they have so many numbers: more numbers leave less to chance.

Next: a query, its keys, and what they are good for, in [a soft dictionary](library).
"""

import math

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.dot_product.model import DotProduct
from tui_transformer.concepts.dot_product.view import view
from tui_transformer.numbers import fixed, number


def opening_lengths(m: DotProduct) -> bool:
    """Whether both arrows are still as long as at the start."""
    return (m.u_length, m.v_length) == (3.0, 2.0)


def seen_further(m: DotProduct) -> str:
    """Say that length made up for direction."""
    return (
        f"At {number(m.between, 4)}° instead of 45° u·v rose from 4.243 to {number(m.dot, 4)}: "
        f"u is {number(m.u_length, 3)} long, not 3."
    )


def seen_spread(m: DotProduct) -> str:
    """Say which law both spreads follow."""
    root = math.sqrt(m.dimension)
    return (
        f"d = {m.dimension}: u·v ±{number(m.random_dot_std, 3)}, √d = {number(root, 3)}; "
        f"cos ±{fixed(m.random_cosine_std, 4)}, 1/√d = {fixed(1 / root, 4)}."
    )


CONCEPT = Concept(
    DotProduct,
    view,
    presets={
        "45° apart": {},
        "same direction": {"v_angle": 30.0},
        "orthogonal": {"v_angle": 120.0},
        "opposite": {"v_angle": -150.0},
        "longer, worse aligned": {"v_length": 5.0, "v_angle": 90.0},
        "one dimension": {"dimension": 1},
        "1,024 dimensions": {"dimension": 1024},
        "no length, no angle": {"u_length": 0.0},
    },
    challenges=(
        Challenge(
            "turn u further away from v, and yet make u·v larger than it was",
            lambda m: m.between > 45 and m.dot > 4.25 and m.v_length == 2,
            {"u_length": 4.0, "u_angle": 25.0},
            keys="shift+right down left",
            hint="Direction is one thing that counts. What is the other?",
            seen=seen_further,
        ),
        Challenge(
            "spread random dot products beyond ±20, and make u·v larger still",
            lambda m: m.dot > m.random_dot_std > 20 and m.random_cosine_std < 0.05,
            {"u_length": 5.0, "v_length": 5.0, "v_angle": 30.0, "dimension": 440},
            hint="Only one control touches the random vectors' size: their dimension.",
            seen=seen_spread,
        ),
        Challenge(
            "turn both arrows, and no length, until u·v and the cosine are exactly 0",
            lambda m: (
                opening_lengths(m)
                and (m.u_angle != 30 and m.v_angle != 75)
                and m.dot == 0 == m.cosine
            ),
            {"u_angle": 0.0, "v_angle": 90.0},
            hint="At which angle does u reach nowhere along v?",
            seen=lambda m: (
                f"At {number(m.between)}° the cosine is 0, and 3·2·0 = 0: no length helps."
            ),
        ),
    ),
)
