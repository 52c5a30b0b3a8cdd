"""The tasks of the concept `positions`, and what they say when they are solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.concept import Challenge
from tui_transformer.concepts._positions_orders import name
from tui_transformer.numbers import number

if TYPE_CHECKING:
    from tui_transformer.concepts.positions import Positions

SAME = 1e-12  # below this, two outputs differ by rounding only
FAR = 40


def best_of_far(m: Positions) -> int | None:
    """Find the place, FAR or more away, that scores most with the chosen one."""
    far = np.flatnonzero(np.abs(np.arange(m.length) - m.position) >= FAR)
    return int(far[np.argmax(m.similarity[far])]) if len(far) else None


def repeats(m: Positions) -> bool:
    """Whether a place far away scores almost what the place scores with itself."""
    far, itself = best_of_far(m), float(m.similarity[m.position])
    return far is not None and itself > 0 and float(m.similarity[far]) > 0.999 * itself


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


TASKS = (
    Challenge(
        "make both orders give every word the same output",
        lambda m: m.reordered and m.order_difference <= SAME,
        {"scheme": "none"},
        keys="down down left",
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
)
