"""How much of an attention matrix two thin matrices can hold: the best that any two can."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.model import Model, derived
from tui_transformer.nn import attention as nn

SHOWN = 64  # tokens of the mask in the picture, and of the attention that is made thinner
D_HEAD = 16  # numbers of a query and of a key, drawn once and for all
RANKS = (1, 2, 4, 8, 16, 32, 64)


@lru_cache(maxsize=8)
def drawn(tokens: int) -> tuple[Array, Array]:
    """Draw queries and keys, each [tokens, 16], and always the same."""
    q, k = np.random.default_rng(0).standard_normal((2, SHOWN, D_HEAD))
    return q[:tokens], k[:tokens]


@lru_cache(maxsize=8)
def directions(tokens: int) -> Array:
    """The directions that the attention matrix stretches most, one a row, most first, [t, t].

    The right singular vectors: whoever keeps the first r of them misses least (Eckart & Young,
    The approximation of one matrix by another of lower rank, 1936).
    """
    return np.linalg.svd(nn.weights(nn.scores(*drawn(tokens))))[2]


class LowRank(Model):
    """Attention of some drawn tokens, and what is left of it in few directions."""

    length: int
    rank: int

    @derived
    def tokens(self) -> int:
        """How many tokens the attention has that is made thinner."""
        return min(self.length, SHOWN)

    @derived
    def drawn_scores(self) -> Array:
        """How well drawn keys fit drawn queries, q·k/√16, [t, t]."""
        return nn.scores(*drawn(self.tokens))

    @derived
    def drawn_attention(self) -> Array:
        """Who looks at whom among them, [t, t]."""
        return nn.weights(self.drawn_scores)

    @derived
    def stretched(self) -> Array:
        """What the attention makes of each of its directions, most first, [t, t]."""
        return directions(self.tokens) @ self.drawn_attention.T

    @derived
    def lengths_stretched(self) -> Array:
        """How long they become, [t]: the singular values."""
        return np.linalg.norm(self.stretched, axis=1)

    @derived
    def ranks(self) -> list[int]:
        """The ranks that are listed, this one's among them."""
        return sorted({*(rank for rank in RANKS if rank <= self.tokens), self.rank})

    @derived
    def misses(self) -> Array:
        """What each of these ranks misses: √(Σ of squared differences / Σ of squares)."""
        squares = self.lengths_stretched**2
        left = [float(np.sum(squares[rank:])) for rank in self.ranks]
        return np.sqrt(np.array(left) / float(np.sum(squares)))

    @derived
    def thin(self) -> Array:
        """The best attention of this rank, [t, t]: a sum of `rank` outer products."""
        kept = slice(None, self.rank)
        return self.stretched[kept].T @ directions(self.tokens)[kept]

    def sources(self) -> Mapping[str, Array]:
        """The queries and keys that were drawn."""
        q, k = drawn(self.tokens)
        return {"q": q, "k": k}
