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
them all and the output doubles exactly. In the scores it is not: softmax stands between. The
table shows both. And the triangle is that of the values, computed from the words by a learned
matrix; around the words themselves the output need not stay. Which wish finds which value is the
subject of [the library](library).
"""

import math
from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts import _values_figure as panels
from tui_transformer.controls import Array, Matrix, Vector, choice, frozen, matrix, vector
from tui_transformer.figure import Figure
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import attention as nn
from tui_transformer.nn.hull import distance_to_triangle
from tui_transformer.numbers import fixed, number, probability

WORDS = panels.WORDS
VALUES = ((4.0, 0.0), (1.0, 1.0), (0.0, 4.0))
# Which of the three scores (context, bank itself, off the topic) each word gets.
ROLES = {"river": (0, 1, 2), "money": (2, 1, 0), "both": (0, 1, 0)}
ROUNDING = 1e-12  # how far outside its hull a sum of floats may lie, times the values' size


@dataclass(frozen=True, eq=False)
class Values(Model):
    """The word bank takes from three values what its scores say."""

    context: str = choice(
        "river", *ROLES, help="What the text around bank is about: those words get the first score."
    )
    scores: Vector = vector(
        (2.0, 0.0, 0.0),
        -5,
        5,
        help="How well bank's query fits: the context's words, bank itself, a word off the topic.",
    )
    values: Matrix = matrix(
        VALUES, -5, 5, help="What river, bank and money pass on: how much water, how much finance."
    )

    @value
    def word_scores(self) -> Array:
        """The score of river, bank and money in this context, [3]."""
        return self.scores[list(ROLES[self.context])]

    @value
    def weights(self) -> Array:
        """How much river, bank and money count, softmax of their scores, [3]; adds up to 1."""
        return nn.weights(self.word_scores)

    @value
    def contributions(self) -> Array:
        """What each word passes on: weight times value, [3, 2]."""
        rows: Array = self.weights[:, None] * self.values
        return rows

    @value
    def output(self) -> Array:
        """The new vector of bank: the sum of all contributions, [2]."""
        mixture: Array = nn.attend(self.weights[None], self.values)[0]
        return mixture

    @value
    def inside_hull(self) -> bool:
        """Whether the output lies in the triangle of the values, up to float rounding."""
        return self.outside <= ROUNDING * max(1.0, float(np.max(np.abs(self.values))))

    @derived
    def outside(self) -> float:
        """How far the output lies from the triangle of the values."""
        return distance_to_triangle(self.output, self.values)


def view(m: Values) -> Figure:
    """The triangle with the output in it; the rows that add up to it; what doubling does."""
    return Figure(
        rows=(
            (panels.hull_plot(m), panels.chain_plot(m)),
            (panels.word_table(m),),
            (panels.doubling_table(m),),
        ),
        says=says(m),
        formula=panels.output_working(m, 0),
        data="designed" if np.array_equal(m.values, VALUES) else "yours",
    )


def says(m: Values) -> str:
    """Say where in the hull the output lies."""
    most, at, word = float(max(m.weights)), place(m), top(m)
    share = probability(most, 3)
    if not np.any(np.ptp(m.values, axis=0)):
        return f"The hull is one point: whatever the scores, bank is {at}."
    tied = [w for w, x in zip(WORDS, m.weights, strict=True) if x > most - 1e-9]
    if len(tied) == 3:
        return f"All weigh 1/3: bank becomes the average of the values, {at}."
    if len(tied) == 2:
        (rest,) = (w for w in WORDS if w not in tied)
        left = probability(float(m.weights[WORDS.index(rest)]), 3)
        return f"{tied[0]} and {tied[1]}: {share} each, {rest}: {left}; output {at}."
    if most > 0.95:
        at = f"({', '.join(fixed(x, 4) for x in m.output)})"
        return f"{word} weighs {share}, and bank is still in the hull: {at}."
    return f"{word} weighs {share}: bank moves to {at}, inside the hull."


def place(m: Values) -> str:
    """Write where the output lies."""
    return f"({', '.join(short(float(x)) for x in m.output)})"


def short(x: float) -> str:
    """Write a number in three digits, without what rounding leaves of a zero."""
    return number(round(x, 9), 3)


def top(m: Values) -> str:
    """Name the word that weighs most."""
    return WORDS[int(np.argmax(m.weights))]


def off(m: Values) -> float:
    """How far the output is from the value of the word that weighs most."""
    return math.dist(m.output, m.values[int(np.argmax(m.weights))])


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
        "only itself": {"scores": (-5.0, 5.0, -5.0)},
        "all alike": {"scores": (0.0, 0.0, 0.0)},
        "as far as scores go": {"scores": (5.0, -5.0, -5.0)},
        "values halved": {"values": ((2.0, 0.0), (0.5, 0.5), (0.0, 2.0))},
        "a flat hull": {"values": ((4.0, 0.0), (2.0, 2.0), (0.0, 4.0))},
        "all one point": {"values": ((2.0, 1.0), (2.0, 1.0), (2.0, 1.0))},
    },
    challenges=(
        Challenge(
            "give one word more than 0.95 of the weight: does bank get past its corner?",
            lambda m: max(m.weights) > 0.95,
            {"scores": (4.0, 0.0, 0.0)},
            keys="down shift+right shift+right",
            hint="Raise the first score.",
            seen=lambda m: (
                f"{top(m)} weighs {probability(max(m.weights), 3)}: bank comes to {short(off(m))} "
                "from its corner, and is still in the hull."
            ),
        ),
        Challenge(
            "put bank within 0.1 of halfway between river's value and money's",
            lambda m: (
                np.array_equal(m.values, VALUES)
                and np.hypot(*(m.output - np.array((2.0, 2.0)))) < 0.1
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
            "bring the output more than 0.5 outside the triangle this screen opens with",
            lambda m: from_the_first(m) > 0.5,
            {"values": ((5.0, -2.0), (1.0, 1.0), (0.0, 4.0))},
            hint="No score can do that. What spans the triangle?",
            seen=lambda m: (
                f"{place(m)} is {short(from_the_first(m))} outside the old triangle and in the "
                "new one: a value has moved."
            ),
        ),
    ),
)
