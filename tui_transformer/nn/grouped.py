"""Grouped attention: several heads ask with their own queries, and share the keys they ask.

With h heads over g of keys and values, head i looks at group i // (h/g). g = h is attention as it
began (Vaswani et al. 2017), g = 1 is multi-query (Shazeer 2019); between them Ainslie et al., GQA
(2023), §2.2. What is kept while a text is written shrinks by h/g; questions stay as many.
"""

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import attention as att


def groups(heads: int, kv_heads: int) -> Array:
    """Say for each head whose keys it looks at, → [h]."""
    return np.arange(heads) // (heads // kv_heads)


def scores(q: Array, k: Array) -> Array:
    """Score every key of its group for every query of a head: [h, q, d], [g, k, d] → [h, q, k]."""
    heads, queries, d = q.shape
    together = q.reshape(len(k), -1, queries, d)  # [g, h/g, q, d]
    return att.scores(together, k[:, None]).reshape(heads, queries, -1)


def attend(weights: Array, v: Array) -> Array:
    """Mix the values of a head's group: [h, q, k], [g, k, d] → [h, q, d]."""
    heads, queries, keys = weights.shape
    together = weights.reshape(len(v), -1, queries, keys)
    return att.attend(together, v[:, None]).reshape(heads, queries, -1)


def window_mask(queries: int, keys: int, window: int = 0) -> Array:
    """Let every position see itself and what comes before it, at most `window` in all (0: all).

    → [q, k]; the queries are the last positions. Beltagy et al., Longformer (2020), §3.1.
    """
    seen = att.causal_mask(queries, keys)
    if not window:
        return seen
    return seen & ~np.tri(queries, keys, keys - queries - window, dtype=bool)
