"""Attention: every query meets every key, and takes from the values what the match deserves.

    scores = q·kᵀ/√d        how well each query fits each key
    weights = softmax        per query, adding up to 1
    output = weights·v       a mixture of the values

Letters as in Vaswani et al., Attention Is All You Need (2017), §3.2. A mask says with True
what a query may see. Nothing here changes the type: float32 comes out as float32.
"""

import math

import numpy as np

from tui_transformer.arrays import Array


def scores(q: Array, k: Array, scaled: bool = True) -> Array:
    """Score every key for every query: q·k, divided by √d when scaled.

    [..., q, d], [..., k, d] → [..., q, k]. If the parts of q and k are independent with mean 0
    and variance 1, then q·k has variance d, and q·k/√d has variance 1 whatever d is: §3.2.1,
    footnote 4.
    """
    with np.errstate(under="ignore"):
        s: Array = q @ np.swapaxes(k, -1, -2)  # [..., q, k]
        return s / math.sqrt(q.shape[-1]) if scaled else s


def causal_mask(queries: int, keys: int | None = None) -> Array:
    """Let every position see itself and what comes before it: True on and below the diagonal.

    → [q, k]. With more keys than queries the queries are the last positions, as when a text is
    continued and the keys of its beginning are still known. §3.2.3.
    """
    keys = queries if keys is None else keys
    return np.tri(queries, keys, keys - queries, dtype=bool)


def weights(scores: Array, mask: Array | None = None) -> Array:
    """Turn scores into shares of attention: a softmax over the keys, [..., q, k] → [..., q, k].

    `mask` is anything that broadcasts to the scores. A masked key weighs exactly 0 and changes
    nothing for the others, however large its score; a query that may see nothing takes nothing,
    so its row is all 0. Every other row adds up to 1.
    """
    seen = scores if mask is None else np.where(mask, scores, -np.inf)
    top = np.max(seen, axis=-1, keepdims=True)  # [..., q, 1]
    top = np.where(np.isneginf(top), 0.0, top)
    with np.errstate(under="ignore", over="ignore"):
        e = np.exp(seen - top)  # e^(−∞) is exactly 0
        whole = np.sum(e, axis=-1, keepdims=True)  # [..., q, 1]
        share: Array = e / np.where(whole == 0, 1.0, whole)  # [..., q, k]
    return share


def attend(weights: Array, v: Array) -> Array:
    """Mix the values by their weights: [..., q, k], [..., k, d] → [..., q, d]."""
    with np.errstate(under="ignore"):
        mixed: Array = weights @ v
    return mixed


def attention(q: Array, k: Array, v: Array, mask: Array | None = None) -> tuple[Array, Array]:
    """Do all of it: softmax(q·kᵀ/√d)·v, equation 1. Returns the output and the weights.

    [..., q, d], [..., k, d], [..., k, d_v] → [..., q, d_v], [..., q, k].
    """
    w = weights(scores(q, k), mask)  # [..., q, k]
    return attend(w, v), w


def split_heads(x: Array, heads: int) -> Array:
    """Give each head its own columns, head 0 the first d/h of them, head 1 the next, …

    [..., n, d] → [..., h, n, d/h], without copying. Raises ValueError where h does not
    divide d. §3.2.2.
    """
    *batch, n, d = x.shape
    if d % heads:
        raise ValueError(f"{heads} heads cannot share {d} columns evenly")
    return np.swapaxes(x.reshape(*batch, n, heads, d // heads), -3, -2)


def merge_heads(x: Array) -> Array:
    """Put the heads' columns side by side again: [..., h, n, d/h] → [..., n, d]."""
    *batch, heads, n, d_head = x.shape
    return np.swapaxes(x, -3, -2).reshape(*batch, n, heads * d_head)
