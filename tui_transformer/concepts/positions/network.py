"""One layer of attention with random weights, reading words in a given order."""

import math
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from tui_transformer import weights as shipped
from tui_transformer.arrays import Array
from tui_transformer.nn import attention as nn
from tui_transformer.nn.made_up.prose import PLAN
from tui_transformer.nn.made_up.words import word_vectors
from tui_transformer.nn.positions import rotate, sinusoidal

STORED = "position"  # what the table of places is called in the file of the model that writes
STEPS = ("x", "q_plain", "k_plain", "q", "k", "v", "scores", "weights", "output")


@dataclass(frozen=True)
class Reading:
    """One layer of attention over some words: what it computes on the way, row by row.

    `q_plain` and `k_plain` come from their matrices; `q` and `k` are turned where that is asked.
    """

    words: tuple[str, ...]
    x: Array
    q_plain: Array
    k_plain: Array
    q: Array
    k: Array
    v: Array
    scores: Array
    weights: Array
    output: Array


@cache
def table() -> Array:
    """The places as the model that writes learned them, [64, 76].

    Raises BadValue where its file is missing or damaged.
    """
    shapes = {STORED: PLAN.shapes()[STORED]}
    return shipped.as_float64(shipped.load("prose", shapes), shapes)[STORED]


def learned(length: int, d: int) -> Array:
    """Take the first d numbers of the first places, [length, d]; 0 where nothing was learned."""
    known = table()[:length, :d]
    return np.pad(known, ((0, length - len(known)), (0, d - known.shape[1])))


def projections(d: int, seed: int) -> Array:
    """Draw W_q, W_k and W_v, [3, d, d], scaled so that lengths stay about the same."""
    drawn: Array = np.random.default_rng(seed).standard_normal((3, d, d))
    return drawn / math.sqrt(d)


@lru_cache(maxsize=4)
def read(
    words: tuple[str, ...], scheme: str, causal: bool, d: int, base: float, seed: int
) -> Reading:
    """Let the layer read some words in this order; kept, for other controls leave it alone."""
    x, places = word_vectors(words, d, seed), np.arange(len(words))
    if scheme == "sinusoidal":
        x = x + sinusoidal(len(words), d, base)
    if scheme == "learned":
        x = x + learned(len(words), d)
    q, k, v = x @ projections(d, seed)
    plain = q, k
    if scheme == "rotary":
        q, k = rotate(q, places, base), rotate(k, places, base)
    mask = nn.causal_mask(len(words)) if causal else None
    output, weights = nn.attention(q, k, v, mask)
    return Reading(words, x, *plain, q, k, v, nn.scores(q, k), weights, output)
