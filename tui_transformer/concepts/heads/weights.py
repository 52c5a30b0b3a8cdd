"""The weights of all heads, drawn evenly around 0 and each only when somebody looks."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tui_transformer.arrays import Array

NAMES = ("w_q", "b_q", "w_k", "b_k", "w_v", "b_v", "w_o", "b_o")
PARTS = "qkvo"  # in the order in which they are drawn


@dataclass(frozen=True, eq=False)
class Weights:
    """The four projections with their biases; row vectors times matrices, x·W + b.

    `own` are those that were written by hand; the others are drawn when somebody looks: a picture
    of designed heads has no use for the drawn W_q and W_k, half of all numbers.
    """

    d: int
    seed: int
    own: Mapping[str, Array]

    def __getattr__(self, name: str) -> Array:
        if name not in NAMES:
            raise AttributeError(name)
        kind, part = name.split("_")
        found = self.own.get(name)
        if found is None and kind == "w":
            found = matrix(self.d, self.seed, PARTS.index(part))
        return biases(self.d, self.seed)[PARTS.index(part)] if found is None else found

    def by_name(self) -> dict[str, Array]:
        """Give them by the names on the screen: W_q, b_q, …"""
        every = ((name, getattr(self, name)) for name in NAMES)
        return {name.replace("w_", "W_").replace("_o", "_O"): x for name, x in every}

    @property
    def size(self) -> int:
        """How many numbers there are in all of them."""
        return len(PARTS) * (self.d + 1) * self.d


@lru_cache(maxsize=8)
def matrix(d: int, seed: int, part: int) -> Array:
    """Draw a matrix evenly around 0, so that q, k, v of dials have a variance near 1, [d, d].

    The four are one draw after the other from one generator, which goes past the first ones.
    """
    rng, before = np.random.default_rng(seed), part * d * d
    rng.bit_generator.advance(before // 2)  # type: ignore[attr-defined]  # PCG64 can
    rng.random(before % 2, dtype=np.float32)
    # Half the digits take half the time, which can be felt where there are four million.
    short = rng.random((d, d), dtype=np.float32)
    short -= 0.5
    short *= 2 * math.sqrt((6, 6, 6, 3)[part] / d)
    w = short.astype(np.float64)
    w.flags.writeable = False
    return w


@lru_cache(maxsize=8)
def biases(d: int, seed: int) -> Array:
    """Draw the biases, which come after the matrices, [4, d]."""
    rng = np.random.default_rng(seed)
    rng.bit_generator.advance(2 * d * d)  # type: ignore[attr-defined]
    b = rng.uniform(-0.1, 0.1, (4, d))
    b.flags.writeable = False
    return b


@lru_cache(maxsize=8)
def drawn(d: int, seed: int) -> Weights:
    """Leave all of them to the generator."""
    return Weights(d, seed, {})
