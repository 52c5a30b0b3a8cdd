"""
A language model ends in one score per token, and then somebody has to choose. Always taking the
highest (**greedy**, temperature 0) is safe and soon repeats itself. Drawing by the probabilities is
livelier, and now and then lands far out in the tail. The three controls here decide how far.

**Temperature** divides the logits before the softmax. Below 1 the favourite gains, above 1 it
loses; at 1 nothing changes. It never changes the *ranking*: turn it and see that no two bars
swap places.

**Top-k** keeps the k most probable tokens and drops the rest. **Top-p** keeps as many as it takes
to reach the share p, and the token that crosses the line is kept. So its number varies: few where
the model is sure, many where it is not. Open *top-p 0.9*, then turn the temperature, and watch
how many stay.

The order matters and is this: temperature, top-k, top-p on what is left, and then what is kept is
stretched to add up to 1.

*Often misread:* that temperature 0 divides by zero. Nothing is divided; it means the limit, all of
the weight on the highest logit.

Play the clock to draw tokens one after another: they grow a song. The counts wander, then settle
where the probabilities are. (A real model scores anew after every word.) The same seed draws the
same tokens. Where the logits come from: any [softmax](softmax) layer, such as the last one of a
[model that writes](generation).
"""

import numpy as np

from tui_transformer.concept import Challenge, Concept
from tui_transformer.concepts.sampling.model import Sampling
from tui_transformer.concepts.sampling.view import called, view
from tui_transformer.nn.sampling import ranking
from tui_transformer.numbers import number, probability


def furthest(m: Sampling) -> float:
    """How far a count is from what is expected of it at the most, as a share of that."""
    expected = m.draws * m.filtered_probabilities[m.kept]
    return float(np.max(np.abs(m.counts[m.kept] - expected) / expected))


def seen_crossing(m: Sampling) -> str:
    """Say that the token which crosses the line is kept."""
    first, second = ranking(m.probabilities)[:2]
    one, both = m.probabilities[first], m.probabilities[first] + m.probabilities[second]
    return (
        f"{called(m, first)} has {probability(float(one), 3)}, short of {number(m.top_p, 3)}; "
        f"{called(m, second)} crosses it, at {probability(float(both), 3)}, and is kept."
    )


def seen_flat(m: Sampling) -> str:
    """Say how little the first five have."""
    five = float(np.sum(np.sort(m.probabilities)[1:]))
    t = number(m.temperature, 3)
    return f"At T = {t} the likeliest five have {number(five, 4)}: 0.9 takes all six."


def seen_settled(m: Sampling) -> str:
    """Say how near the counts are."""
    return (
        f"After {m.draws} draws of {len(m.kept)} tokens the furthest count is "
        f"{number(100 * furthest(m), 2)} % off."
    )


CONCEPT = Concept(
    Sampling,
    view,
    presets={
        "everything": {},
        "T = 0": {"temperature": 0.0},
        "T = 0.5": {"temperature": 0.5},
        "T = 2": {"temperature": 2.0},
        "top-k 3": {"top_k": 3},
        "top-p 0.9": {"top_p": 0.9},
        "top-p 0.9 at T = 2": {"top_p": 0.9, "temperature": 2.0},
        "a thousand draws": {"draws": 1000},
    },
    challenges=(
        Challenge(
            "leave exactly 2 tokens without using top-k, at T = 2 or more",
            lambda m: (
                len(m.kept) == 2 < len(m.logits)
                and m.top_k == 0
                and m.top_p < 1
                and m.temperature >= 2
            ),
            {"top_p": 0.5, "temperature": 2.0},
            hint="The token that crosses p is kept.",
            seen=seen_crossing,
        ),
        Challenge(
            "at top-p 0.9, make all six tokens stay with the temperature alone",
            lambda m: (
                m.top_p == 0.9
                and m.top_k == 0
                and len(m.kept) == len(m.logits) == 6
                and np.array_equal(m.logits, (3, 2.5, 2, 1, 0, -1))
            ),
            {"top_p": 0.9, "temperature": 5.0},
            hint="Flatter means more are needed.",
            seen=seen_flat,
        ),
        Challenge(
            "drop a token, draw 500 times or more, every count within 5 % of expected",
            lambda m: m.draws >= 500 and 1 < len(m.kept) < len(m.logits) and furthest(m) <= 0.05,
            {"draws": 10000, "top_k": 3},
            hint="More draws; and rare tokens take longest.",
            seen=seen_settled,
        ),
    ),
    clock="draws",
)
