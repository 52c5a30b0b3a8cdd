"""What `library` computes: a wish and cards in, a blend of contents out."""

from dataclasses import dataclass

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.controls import Matrix, Vector, choice, matrix, real, toggle, vector
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import attention as nn
from tui_transformer.nn.geometry.lines import weighted_sum
from tui_transformer.nn.softmax import one_hot

TITLES = ("Whale Songs", "Star Atlas", "Fish Soups", "Night Sailor", "Daily Bread", "Moon & Tide")
SUBJECTS = ("sea", "sky", "food")
PARTS = ("facts", "stories", "pictures")
SWAPPED = [0, 1, 2, 4, 3, 5]  # who holds whose content after the swap
SHELF = (
    (0.9, 0.1, 0.1),
    (0.0, 1.0, 0.0),
    (0.6, 0.0, 0.8),
    (0.8, 0.7, 0.1),
    (0.0, 0.0, 1.0),
    (0.5, 0.8, 0.0),
)
CONTENTS = (
    (0.1, 0.8, 0.1),
    (0.5, 0.0, 0.5),
    (0.4, 0.2, 0.4),
    (0.7, 0.3, 0.0),
    (0.1, 0.1, 0.8),
    (0.8, 0.1, 0.1),
)
TIED = (*SHELF[:2], (0.6, 0.2, 0.8), *SHELF[3:])  # Fish Soups says a little of sky, too


@dataclass(frozen=True, eq=False)
class Library(Model):
    """A wish, six books with cards and contents, and how softly the lookup picks."""

    temperature: float = real(
        1.0,
        0.01,
        100,
        log=True,
        help="Divides the scores: towards 0 one book is left, far up all count the same.",
    )
    lookup: str = choice(
        "soft", "soft", "hard", help="Blend all books by weight, or take the best one alone."
    )
    swap_values: bool = toggle(
        False, help="Night Sailor and Daily Bread trade contents; their cards stay."
    )
    query: Vector = vector(
        (1.0, 0.5, 0.0), 0, 1, labels=SUBJECTS, help="How much you want of sea, sky and food."
    )
    shelf: Matrix = matrix(
        SHELF,
        0,
        1,
        labels=(TITLES, SUBJECTS),
        help="The keys: how much each card says of sea, sky and food.",
    )
    contents: Matrix = matrix(
        CONTENTS,
        0,
        1,
        labels=(TITLES, PARTS),
        help="The values: facts, stories and pictures in each book.",
    )

    @value.labelled(TITLES)
    def scores(self) -> Array:
        """How well each card fits the query, q·k, [6]."""
        return np.array([weighted_sum(self.query, key) for key in self.shelf])

    @value.labelled(TITLES)
    def weights(self) -> Array:
        """How much each book gives, [6]; adds up to 1. Hard: all from the best one."""
        if self.lookup == "hard":
            return one_hot(self.best, len(self.shelf))
        return nn.weights(self.scaled)

    @value.labelled(PARTS)
    def content(self) -> Array:
        """What you carry home: the books' contents, weighted and added up, [3]."""
        return self.carried(self.values)

    @derived.labelled(PARTS)
    def turned(self) -> Array:
        """What you would carry home if the switch stood the other way, [3]."""
        return self.carried(self.otherwise)

    @value.labelled(PARTS)
    def average(self) -> Array:
        """The average book, which is what T → ∞ gives whatever the query is, [3]."""
        return np.mean(self.values, axis=0)

    @value
    def pick(self) -> str:
        """The title of the book that fits best, the first of equals."""
        return TITLES[self.best]

    @derived.labelled(TITLES)
    def scaled(self) -> Array:
        """What softmax gets, s/T, [6]."""
        return self.scores / self.temperature

    @derived
    def best(self) -> int:
        """The book with the largest score."""
        return int(np.argmax(self.scores))

    @derived.labelled(TITLES, PARTS)
    def values(self) -> Array:
        """What is in each book now, after the swap if there is one, [6, 3]."""
        return self.contents[SWAPPED] if self.swap_values else self.contents

    @derived.labelled(TITLES, PARTS)
    def otherwise(self) -> Array:
        """What would be in each book if the switch stood the other way, [6, 3]."""
        return self.contents if self.swap_values else self.contents[SWAPPED]

    def carried(self, values: Array) -> Array:
        """Blend such contents by the present weights, [6, 3] → [3]."""
        return nn.attend(self.weights[None], values)[0]
