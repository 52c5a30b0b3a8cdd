"""
Attention has decided [how much each word counts](attention). What actually moves is the word's
**value**, a list of numbers; here two, so that it is a point in a plane. The output is a weighted
sum: weight times value, added up. The weights are positive and add up to 1, so the output is a
*mixture*. It lies inside the **convex hull**, the smallest shape with straight sides around all
values; for three of them, a triangle.

The word is *bank*. Beside *river* its output moves towards the water; choose `money` and it moves
to finance; with `both` it goes halfway. The first score belongs to every word of the context,
the second to bank itself, the third to the word off the topic. Push a score as far as it goes:
the point nears a corner or an edge and never gets past. Only moving a *value* moves the triangle.

So attention routes; it does not invent. Making something new is left to
[the layers after it](feed-forward), and to [several heads](heads) that mix different values.

*Often misread:* as "attention is linear", or "not linear". It is linear in the values: double
them all and the output doubles exactly. In the scores it is not: softmax stands between. Each
has its table. And the triangle is that of the values, computed from the words by a learned
matrix; around the words themselves the output need not stay. Which wish finds which value is the
subject of [the library](library).
"""

import math

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.values.model import VALUES, Values
from tui_transformer.concepts.values.view import place, short, top, view
from tui_transformer.controls import frozen
from tui_transformer.nn.geometry.hull import distance_to_triangle
from tui_transformer.numbers import probability


def off(m: Values) -> float:
    """How far the output is from the value of the word that weighs most."""
    return math.dist(m.output, m.values[int(np.argmax(m.weights))])


def moved_words(m: Values) -> int:
    """How many words have another value than at first."""
    return int(np.sum(np.any(m.values != VALUES, axis=1)))


def from_the_first(m: Values) -> float:
    """How far the output lies outside the triangle this screen opens with."""
    return distance_to_triangle(m.output, frozen(VALUES))


CONCEPT = Concept(
    Values,
    view,
    presets={
        "river bank": {},
        "money in the bank": {"context": "money"},
        "both": {"context": "both"},
        "−5, 5, −5": {"scores": (-5.0, 5.0, -5.0)},
        "all alike": {"scores": (0.0, 0.0, 0.0)},
        "5, −5, −5": {"scores": (5.0, -5.0, -5.0)},
        "values halved": {"values": ((2.0, 0.0), (0.5, 0.5), (0.0, 2.0))},
        "a flat hull": {"values": ((4.0, 0.0), (2.0, 2.0), (0.0, 4.0))},
        "all one point": {"values": ((2.0, 1.0), (2.0, 1.0), (2.0, 1.0))},
    },
    challenges=(
        Challenge(
            "with bank's own score at 1 or more give another word over 0.95 of the weight",
            lambda m: m.scores[1] >= 1 and max(m.weights[0], m.weights[2]) > 0.95,
            {"scores": (5.0, 1.0, 0.0)},
            keys="down shift+right shift+right shift+right down shift+right",
            hint="Raise the first score.",
            seen=lambda m: (
                f"{top(m)} weighs {probability(max(m.weights), 3)}: bank comes to {short(off(m))} "
                "from its corner, and is still in the hull."
            ),
        ),
        Challenge(
            "put bank within 0.02 of halfway between river's value and money's",
            lambda m: (
                np.array_equal(m.values, VALUES)
                and np.hypot(*(m.output - np.array((2.0, 2.0)))) < 0.02
            ),
            {"context": "both", "scores": (3.0, -5.0, 0.0)},
            hint="Both must pull equally, and bank itself hardly.",
            seen=lambda m: (
                "river weighs {}, money {}, bank itself {}: ".format(
                    *(probability(m.weights[j], 3) for j in (0, 2, 1))
                )
                + f"bank is at {place(m)}, near (2, 2)."
            ),
        ),
        Challenge(
            "move two words' values, until the output is 0.5 outside the first triangle",
            lambda m: moved_words(m) > 1 and from_the_first(m) > 0.5,
            {"values": ((5.0, -2.0), (1.0, 1.0), (0.0, 5.0))},
            hint="No score can do that. What spans the triangle?",
            seen=lambda m: (
                f"{place(m)} is {short(from_the_first(m))} outside the old triangle and in the "
                "new one: a value has moved."
            ),
        ),
    ),
)
