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

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts._softmax_row import written
from tui_transformer.concepts.library.model import SHELF, TIED, Library
from tui_transformer.concepts.library.view import lead, moved, view
from tui_transformer.numbers import number

CONCEPT = Concept(
    Library,
    view,
    presets={
        "the sea at night": {},
        "T = 0.01": {"temperature": 0.01},
        "T = 100": {"temperature": 100.0},
        "hard lookup": {"lookup": "hard"},
        "contents swapped": {"swap_values": True},
        "T = 0.5, swapped": {"temperature": 0.5, "swap_values": True},
        "food, hard": {"query": (0.0, 0.0, 1.0), "lookup": "hard"},
        "asking for nothing": {"query": (0.0, 0.0, 0.0)},
        "two books tie": {
            "query": (0.5, 0.5, 0.5),
            "temperature": 0.05,
            "shelf": TIED,
        },
    },
    challenges=(
        Challenge(
            "let one book other than Night Sailor give more than 0.99, by a soft lookup",
            lambda m: m.lookup == "soft" and m.pick != "Night Sailor" and max(m.weights) > 0.99,
            {"query": (0.0, 0.0, 1.0), "temperature": 0.03},
            keys="shift+left shift+left shift+left shift+left down down down shift+left",
            hint="What divides the scores?",
            seen=lambda m: (
                f"The lead of {number(lead(m), 3)}, divided by T = {number(m.temperature, 3)}, is "
                f"{number(lead(m) / m.temperature, 3)}: {m.pick} gives {written(m.scaled, m.best)}."
            ),
        ),
        Challenge(
            "at T ≤ 0.1, carry home what differs by 0.05 or more at the same weights",
            lambda m: (
                m.temperature <= 0.1
                and m.swap_values
                and np.max(np.abs(m.content - m.turned)) >= 0.05
            ),
            {"swap_values": True, "temperature": 0.1},
            hint="Weights come from cards alone. What is inside?",
            seen=lambda m: f"You carry home {moved(m)}; the cards are the same, and every weight.",
        ),
        Challenge(
            "ask for food above all, get the average book: weights within 0.002 of 1/6",
            lambda m: (
                m.query[2] > max(m.query[:2])
                and np.ptp(m.scores) > 0.1
                and np.max(np.abs(m.weights - 1 / 6)) < 0.002
            ),
            {"query": (0.0, 0.0, 1.0), "temperature": 100.0},
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
