"""From scores to probabilities, and what a wrong guess costs."""

import numpy as np

from tui_transformer.arrays import Array

HUGE = 100.0  # from here on e^z has more digits than anyone reads, and later it overflows


def log_sum_exp(z: Array, axis: int = -1) -> Array:
    """Compute ln Σ exp(z) without overflow, by taking the largest score out first.

    [..., n] → [...]; a row of only −∞ gives −∞.
    """
    top = np.max(z, axis=axis, keepdims=True)  # [..., 1]
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore", under="ignore"):
        return np.squeeze(top, axis) + np.log(np.sum(np.exp(z - top), axis=axis))


def powers(z: Array) -> Array:
    """Compute what softmax shares out, [n]: e^z, or e^(z − max) where that is out of hand."""
    with np.errstate(under="ignore"):
        return np.exp(z - np.max(z) if is_huge(z) else z)


def is_huge(z: Array) -> bool:
    """Say whether the largest score is taken out of the exponents: the shares are the same."""
    return float(np.max(np.abs(z))) > HUGE


def softmax(z: Array, axis: int = -1) -> Array:
    """Turn scores into probabilities: exp(z) / Σ exp(z), [..., n] → [..., n].

    Only differences between scores count, so the largest is subtracted first and nothing
    overflows. Goodfellow, Bengio & Courville, Deep Learning (2016), eq. 4.1.
    """
    with np.errstate(under="ignore"):
        e = np.exp(z - np.max(z, axis=axis, keepdims=True))  # [..., n]
        return e / np.sum(e, axis=axis, keepdims=True)


def log_softmax(z: Array, axis: int = -1) -> Array:
    """Compute ln softmax(z) directly, so that −ln p stays exact where p underflows."""
    return z - np.expand_dims(log_sum_exp(z, axis), axis)


def surprise(z: Array) -> Array:
    """Compute −ln p of every class, in nats; z [n] → [n], exact however close p is to 1.

    ln Σ e^z − z loses its digits there, so it is the way up to the largest score, and from
    there ln(1 + the others), which keeps them.
    """
    top = int(np.argmax(z))
    others = np.concatenate((z[:top], z[top + 1 :]))
    with np.errstate(under="ignore"):
        whole = np.sum(np.exp(others - z[top]))
    return z[top] - z + np.log1p(whole)


def cross_entropy(z: Array, target: int) -> float:
    """Price a guess: −ln of the probability given to the right class, in nats; z [n]."""
    return float(surprise(z)[target])


def entropy(p: Array, axis: int = -1) -> Array:
    """Measure how undecided a distribution is: −Σ p ln p in nats; [..., n] → [...].

    0 ln 0 counts as 0. Shannon (1948).
    """
    with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
        terms = np.where(p > 0, p * np.log(p), 0.0)  # [..., n]
    return np.abs(np.sum(terms, axis=axis))


def one_hot(index: int, n: int) -> Array:
    """Write a class as a vector: 1 at its place, 0 elsewhere, [n]."""
    y = np.zeros(n)
    y[index] = 1.0
    return y
