"""Choosing the next token: temperature, top-k, top-p, and a seeded draw."""

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.softmax import one_hot, softmax


def with_temperature(logits: Array, temperature: float) -> Array:
    """Turn logits into probabilities at a temperature, [n] → [n].

    At 0 all goes to the largest logit, which is called greedy: the limit of softmax(z/T), but
    that of equals the first takes what they would share.
    """
    if temperature == 0:
        return one_hot(int(np.argmax(logits)), len(logits))
    with np.errstate(over="ignore", under="ignore"):  # z/T beyond a float is still the larger
        return softmax((logits - np.max(logits)) / temperature)


def ranking(p: Array) -> Array:
    """Order tokens from the most to the least probable, the first of equals first, [n] → [n]."""
    return np.argsort(-p, kind="stable")


def top_k(p: Array, k: int) -> Array:
    """Say which tokens are among the k most probable, [n] → [n] of bool; k = 0 keeps all.

    Fan, Lewis & Dauphin (2018), section 5.
    """
    keep = np.ones(len(p), bool)
    if k:
        keep[ranking(p)[k:]] = False
    return keep


def top_p(p: Array, share: float) -> Array:
    """Say which tokens form the smallest set that reaches a share, [n] → [n] of bool.

    The token that crosses the share is kept. Holtzman et al. (2020), section 3.1 (nucleus).
    """
    keep = np.ones(len(p), bool)
    if share < 1:
        order = ranking(p)  # [n]
        before = np.cumsum(p[order]) - p[order]  # [n], along the ranking
        keep[order] = before < share
        keep[order[0]] = True
    return keep & ((p > 0) | (share >= 1))


def filtered(p: Array, k: int, share: float) -> tuple[Array, Array]:
    """Apply top-k, then top-p to what is left, then make the rest add up to 1.

    [n] → which are kept [n] of bool, their probabilities [n] with 0 where dropped.
    """
    keep = top_k(p, k)
    left = np.where(keep, p, 0.0)
    keep &= top_p(left / np.sum(left), share)
    left = np.where(keep, p, 0.0)
    return keep, left / np.sum(left)


def uniform(seed: int, count: int) -> Array:
    """Draw the numbers in 0..1 that decide, → [count]; with one seed always the same ones."""
    return np.random.default_rng(seed).random(count)


def draw(p: Array, seed: int, count: int) -> Array:
    """Draw tokens, [n] → [count] of int; with one seed, fewer draws are the first of more.

    Each takes a uniform number in 0..1 and goes along the cumulated probabilities until they
    exceed it.
    """
    u = uniform(seed, count)  # [count]
    ends = np.cumsum(p)  # [n]
    last = int(np.flatnonzero(p)[-1])  # where rounding leaves the end just below 1
    return np.minimum(np.searchsorted(ends, u, side="right"), last)
