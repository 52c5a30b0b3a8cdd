"""
[Attention](attention) sees a set: nothing in a score says which word came first. So every
place p gets an **encoding**, d numbers from d/2 waves of different length, and it is added
to the word that stands there. The fast waves tell neighbours apart; the slow ones tell the
beginning from the end.

Why waves? Sine and cosine of the same angle make a pair, and the
[dot product](dot-product) of two places is Σ cos(k·θ), where k is how far apart they are.
Move `position`: the dots slide along the curve, the curve stays. *Only the distance counts.*
**Rotary** gets the same without adding anything: it turns q and k by these angles, so their
score sees the distance. Or a table is *learned*, as by the model that writes, later: neighbours
came out alike, equal distances only nearly score alike, and after place 63 there is nothing.

Besides, one layer with random weights reads the same words in two orders. Set `scheme` to
none: each word gets the same output in both.

*Often misread:* that without positions the two sentences come out identical. They come out
*permuted*: each output moves along with its word, so the layer knows a bag of words and no
order. And that positions are needed for order at all: switch `causal` on, and the mask alone
breaks the tie: a later word now sees more.

With `shuffled` left empty, your sentence is compared with itself read backwards. Next:
whole sentences in [self-attention](self-attention).
"""

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.positions.model import SAME, Positions
from tui_transformer.concepts.positions.tables import name
from tui_transformer.concepts.positions.view import view
from tui_transformer.numbers import number

FAR = 40


def best_of_far(m: Positions) -> int | None:
    """Find the place, FAR or more away, that scores most with the chosen one."""
    far = np.flatnonzero(np.abs(np.arange(m.length) - m.position) >= FAR)
    return int(far[np.argmax(m.similarity[far])]) if len(far) else None


def repeats(m: Positions) -> bool:
    """Whether a place far away scores almost what the place scores with itself."""
    far, itself = best_of_far(m), float(m.similarity[m.position])
    waves = m.scheme != "learned"
    return waves and far is not None and itself > 0 and float(m.similarity[far]) > 0.999 * itself


def seen_same(m: Positions) -> str:
    """Say that outputs moved along with their words."""
    return (
        f"No word's output moved by more than {number(m.order_difference or 0.0, 2)}: to the layer "
        "both are one bag of words."
    )


def seen_mask(m: Positions) -> str:
    """Say how much of the sentence a word sees in either order, of those that changed places."""
    changed = [here != there for here, there in m.pairs]
    at = int(np.argmax(np.where(changed, m.differences, -1)))
    here, there = m.pairs[at]
    return (
        f"“{name(m, here)}” sees {here + 1} of the words in this order, {there + 1} in the other; "
        f"it moved by {number(float(m.differences[at]), 2)}."
    )


def seen_again(m: Positions) -> str:
    """Say which place looks like the chosen one."""
    far = best_of_far(m) or 0
    return (
        f"Place {far} scores {number(float(m.similarity[far]), 5)} of "
        f"{number(m.d_model / 2)}: {abs(far - m.position)} places on, "
        "each wave is about where it was."
    )


CONCEPT = Concept(
    Positions,
    view,
    groups={"waves": {"d_model": "d", "base": "base"}},
    presets={
        "sinusoidal": {},
        "no positions": {"scheme": "none"},
        "a causal mask": {"causal": True},
        "rotary": {"scheme": "rotary"},
        "two numbers a place": {"d_model": 2, "length": 64, "position": 20},
        "four numbers a place": {"d_model": 4, "length": 8, "position": 1},
        "learned places": {"scheme": "learned", "length": 64, "d_model": 76},
        "256 places, 128 numbers": {"length": 256, "d_model": 128, "position": 128},
        "dog bites man, no order": {
            "scheme": "none",
            "sentence": "dog bites man",
            "shuffled": "man bites dog",
        },
    },
    challenges=(
        Challenge(
            "with 64 numbers a place or more, give each word one output in both orders",
            lambda m: m.d_model >= 64 and m.reordered and m.order_difference <= SAME,
            {"d_model": 72, "scheme": "none"},
            keys="down down left down down enter shift+right shift+right",
            hint="What tells the layer where a word stands? Take it away.",
            seen=seen_same,
        ),
        Challenge(
            "without any positions, make order count again",
            lambda m: m.scheme == "none" and m.reordered and m.order_difference > SAME,
            {"scheme": "none", "causal": True},
            keys="down down left down right",
            hint="What could let a word see more of a sentence the later it stands?",
            seen=seen_mask,
        ),
        Challenge(
            "find a place 40 or more away that scores over 99.9 % of a place with itself",
            repeats,
            {"d_model": 2, "length": 64, "position": 44},
            hint="A single wave comes round again; which waves prevent that?",
            seen=seen_again,
        ),
    ),
)
