"""
Walk into a library with a wish. The wish is your **query**: three numbers, how much you want of
sea, sky and food. Every book has a card in the catalogue with the same three numbers: its **key**.
How well a card fits is the [dot product](dot-product) of the two. What you carry home is not the
card, though, but what is inside: the book's **value**, here its shares of facts, stories and
pictures.

A dictionary hands over the one book that fits best. Attention is *softer*: [softmax](softmax)
turns all fits into weights that add up to 1, and you carry home a blend, a bit of every book.
The temperature T says how soft. Turn it down: one book is left, a dictionary. Turn it up: the
average book, whatever you asked for. Everything in between is what transformers use, because a
blend changes smoothly when the query does; the hard pick jumps from book to book, and nothing
can learn from a jump.

Now switch `swap_values` on: Night Sailor and Daily Bread trade their insides, the cards stay.
What you carry home changes; no weight moves by even one bit.

*Often misread:* that attention looks at contents to decide what matters. It compares queries with
keys only; values are what flows afterwards. In a transformer all three are computed from the same
word, by three different matrices, and T's place is taken by √d: see [attention](attention). What
the blend can and cannot be is the subject of [values](values).
"""

from dataclasses import dataclass

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts import _library_figure as panels
from tui_transformer.concepts._softmax_row import written
from tui_transformer.controls import Array, Matrix, Vector, choice, matrix, real, toggle, vector
from tui_transformer.figure import Figure
from tui_transformer.model import Model, derived, value
from tui_transformer.nn import attention as nn
from tui_transformer.nn.lines import weighted_sum
from tui_transformer.nn.softmax import one_hot
from tui_transformer.numbers import fixed, number

TITLES, SWAPPED = panels.TITLES, [0, 1, 2, 4, 3, 5]  # who holds whose content after the swap
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
    query: Vector = vector((1.0, 0.5, 0.0), 0, 1, help="How much you want of sea, sky and food.")
    shelf: Matrix = matrix(
        SHELF, 0, 1, help="The keys: how much each card says of sea, sky and food."
    )
    contents: Matrix = matrix(
        CONTENTS, 0, 1, help="The values: facts, stories and pictures in each book."
    )

    @value
    def scores(self) -> Array:
        """How well each card fits the query, q·k, [6]."""
        return np.array([weighted_sum(self.query, key) for key in self.shelf])

    @value
    def weights(self) -> Array:
        """How much each book gives, [6]; adds up to 1. Hard: all from the best one."""
        if self.lookup == "hard":
            return one_hot(self.best, len(self.shelf))
        return nn.weights(self.scaled)

    @value
    def content(self) -> Array:
        """What you carry home: the books' contents, weighted and added up, [3]."""
        return self.carried(self.values)

    @value
    def average(self) -> Array:
        """The average book, which is what T → ∞ gives whatever the query is, [3]."""
        whole: Array = self.values.mean(axis=0)
        return whole

    @value
    def pick(self) -> str:
        """The title of the book that fits best, the first of equals."""
        return TITLES[self.best]

    @derived
    def scaled(self) -> Array:
        """What softmax gets, s/T, [6]."""
        scaled: Array = self.scores / self.temperature
        return scaled

    @derived
    def best(self) -> int:
        """The book with the largest score."""
        return int(np.argmax(self.scores))

    @derived
    def values(self) -> Array:
        """What is in each book now, after the swap if there is one, [6, 3]."""
        return self.contents[SWAPPED] if self.swap_values else self.contents

    @derived
    def otherwise(self) -> Array:
        """What would be in each book if the switch stood the other way, [6, 3]."""
        return self.contents if self.swap_values else self.contents[SWAPPED]

    def carried(self, values: Array) -> Array:
        """Blend such contents by the present weights, [6, 3] → [3]."""
        blend: Array = nn.attend(self.weights[None], values)[0]
        return blend


def view(m: Library) -> Figure:
    """The books' answers; what is carried home, and what T does; cards and contents."""
    shelved = any(np.array_equal(m.shelf, shelf) for shelf in (SHELF, TIED))
    return Figure(
        rows=(
            (panels.book_table(m),),
            (panels.content_table(m), panels.temperature_plot(m)),
            (panels.keys_map(m), panels.values_map(m)),
        ),
        says=says(m),
        formula=panels.content_working(m, 0),
        data="designed"
        + ", changed by you" * (not (shelved and np.array_equal(m.contents, CONTENTS))),
    )


def says(m: Library) -> str:
    """Say what this lookup amounts to."""
    if m.swap_values:
        return f"Contents swapped: {moved(m)}, and no weight has moved."
    tied = [title for title, s in zip(TITLES, m.scores, strict=True) if s == m.scores[m.best]]
    if m.lookup == "hard":
        which = f"the first of {len(tied)} equals," if len(tied) > 1 else "the best fit,"
        return f"Hard: {m.pick}, {which} gives everything; T has no say."
    if len(tied) == len(TITLES):
        return "All six fit equally well: each gives 1/6, whatever T is."
    share = written(m.scaled, m.best)
    if len(tied) > 1:
        return f"{len(tied)} books fit best: each gives {share}, and 1/{len(tied)} where T → 0."
    if m.weights[m.best] > 0.99:
        return f"T = {number(m.temperature, 3)}: a dictionary. {m.pick} gives {share} of it all."
    if float(np.ptp(m.weights)) < 0.01:
        apart = number(float(np.ptp(m.scaled)), 3)
        return (
            f"T = {number(m.temperature, 3)}: the average book. All s/T within {apart}: "
            "each gives about 1/6."
        )
    return f"{m.pick} fits best and gives {share}, but all six give. T → 0: it alone."


def moved(m: Library) -> str:
    """Say what the swap changes most of what is carried home."""
    before, now = m.carried(m.otherwise), m.content
    i = int(np.argmax(np.abs(now - before)))
    return f"{panels.PARTS[i]} {fixed(before[i], 3)} → {fixed(now[i], 3)}"


def lead(m: Library) -> float:
    """How much more the best book scores than the next."""
    return float(m.scores[m.best] - max(np.delete(m.scores, m.best)))


CONCEPT = Concept(
    Library,
    view,
    presets={
        "the sea at night": {},
        "T → 0: a dictionary": {"temperature": 0.01},
        "T → ∞: the average book": {"temperature": 100.0},
        "hard lookup": {"lookup": "hard"},
        "contents swapped": {"swap_values": True},
        "dictionary, swapped": {"temperature": 0.01, "swap_values": True},
        "asking for food": {"query": (0.0, 0.0, 1.0), "temperature": 0.2},
        "asking for nothing": {"query": (0.0, 0.0, 0.0)},
        "two books tie": {
            "query": (0.5, 0.5, 0.5),
            "temperature": 0.05,
            "shelf": TIED,
        },
    },
    challenges=(
        Challenge(
            "make it a dictionary: one book gives more than 0.99, by a soft lookup",
            lambda m: m.lookup == "soft" and max(m.weights) > 0.99,
            {"temperature": 0.03},
            keys="shift+left shift+left shift+left",
            hint="What divides the scores?",
            seen=lambda m: (
                f"The lead of {number(lead(m), 3)}, divided by T = {number(m.temperature, 3)}, is "
                f"{number(lead(m) / m.temperature, 3)}: {m.pick} gives {written(m.scaled, m.best)}."
            ),
        ),
        Challenge(
            "change what you carry home by 0.05 or more without moving one weight",
            lambda m: m.swap_values and np.max(np.abs(m.content - m.carried(m.otherwise))) >= 0.05,
            {"swap_values": True},
            keys="down down right",
            hint="Weights come from cards alone. What is inside?",
            seen=lambda m: f"You carry home {moved(m)}; the cards are the same, and every weight.",
        ),
        Challenge(
            "with scores more than 0.1 apart get the average book: weights within 0.002 of 1/6",
            lambda m: np.ptp(m.scores) > 0.1 and np.max(np.abs(m.weights - 1 / 6)) < 0.002,
            {"temperature": 100.0},
            hint="Make every difference between the scores small before softmax sees it.",
            seen=lambda m: (
                f"Scores {number(float(np.ptp(m.scores)), 3)} apart, divided by T, give weights "
                f"from {number(min(m.weights), 4)} to {number(max(m.weights), 4)}."
            ),
        ),
        Challenge(
            "with the query alone, send a soft reader home with Daily Bread as best fit",
            lambda m: (
                m.pick == "Daily Bread"
                and m.lookup == "soft"
                and np.array_equal(m.shelf, SHELF)
                and lead(m) > 0
            ),
            {"query": (0.0, 0.0, 1.0)},
            hint="Its card says food, and nothing else.",
            seen=lambda m: (
                f"Daily Bread scores {number(m.scores[m.best], 3)}, {number(lead(m), 3)} more than "
                f"the next; it gives {written(m.scaled, m.best)} of what you carry home."
            ),
        ),
    ),
)
