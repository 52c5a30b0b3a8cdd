"""What `values` computes: three weights from three scores, and the mixture of three values."""

import math
from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import Matrix, Vector, choice, matrix, vector
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import attention as nn
from tui_transformer.nn.geometry.hull import distance_to_triangle

WORDS = ("river", "bank", "money")
PARTS = ("water", "finance")
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
        labels=("topic", "itself", "other"),
        help="How well bank's query fits: the context's words, bank itself, a word off the topic.",
    )
    values: Matrix = matrix(
        VALUES,
        -5,
        5,
        labels=(WORDS, PARTS),
        help="What river, bank and money pass on: how much water, how much finance.",
    )

    @value.labelled(WORDS)
    def word_scores(self) -> Array:
        """The score of river, bank and money in this context, [3]."""
        return self.scores[list(ROLES[self.context])]

    @value.labelled(WORDS)
    def weights(self) -> Array:
        """How much river, bank and money count, softmax of their scores, [3]; adds up to 1."""
        return nn.weights(self.word_scores)

    @value.labelled(WORDS, PARTS)
    def contributions(self) -> Array:
        """What each word passes on: weight times value, [3, 2]."""
        return self.weights[:, None] * self.values

    @value.labelled(PARTS)
    def output(self) -> Array:
        """The new vector of bank: the sum of all contributions, [2]."""
        return nn.attend(self.weights[None], self.values)[0]

    @value
    def inside_hull(self) -> bool:
        """Whether the output lies in the triangle of the values, up to float rounding."""
        return self.outside <= ROUNDING * max(1.0, float(np.max(np.abs(self.values))))

    @derived
    def whole(self) -> float:
        """All weights together, without what rounding leaves: 1."""
        return round(math.fsum(self.weights), 12)

    @derived.labelled(PARTS)
    def twice(self) -> Array:
        """The output doubled, [2]."""
        return 2 * self.output

    @derived.labelled(PARTS)
    def doubled_values(self) -> Array:
        """The output if every value is doubled, [2]."""
        return nn.attend(self.weights[None], 2 * self.values)[0]

    @derived.labelled(WORDS)
    def steeper(self) -> Array:
        """The weights if every score is doubled, [3]."""
        return nn.weights(2 * self.word_scores)

    @derived.labelled(PARTS)
    def doubled_scores(self) -> Array:
        """The output if every score is doubled, [2]."""
        return nn.attend(self.steeper[None], self.values)[0]

    @derived
    def outside(self) -> float:
        """How far the output lies from the triangle of the values."""
        return distance_to_triangle(self.output, self.values)
