"""What is known of a surface between the points at which it was measured: exactly, and how surely.

A Gaussian process says beforehand only that near points have like heights. What was measured
settles the rest, in closed form: Rasmussen & Williams, Gaussian Processes for Machine Learning
(2006), algorithm 2.1.
"""

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.records import dataclass


@dataclass(frozen=True)
class Prior:
    """What is held true before anything is measured.

    `length`: how far apart heights are still alike. `height`: how far they lie from their mean.
    `noise`: how far a measurement may be off.
    """

    length: float
    height: float
    noise: float


@dataclass(frozen=True, eq=False, slots=True)
class Known:
    """What n measurements settle.

    spots [n, d], the mean of what was measured, the covariance of the measurements [n, n], its
    lower Cholesky root L [n, n], and L⁻¹(heights − mean) [n].
    """

    spots: Array
    mean: float
    covariance: Array
    root: Array
    whitened: Array


@dataclass(frozen=True, eq=False, slots=True)
class Forecast:
    """What is expected at m places [m], how far off that may be [m], and L⁻¹k [n, m]."""

    mean: Array
    spread: Array
    shadow: Array


def alike(prior: Prior, a: Array, b: Array) -> Array:
    """Say how much the heights at two sets of places move together, [n, d], [m, d] → [n, m].

    The squared exponential: height²·exp(−distance² / (2·length²)).
    """
    apart = np.square(a[:, None] - b[None]).sum(axis=-1)  # [n, m]
    return prior.height**2 * np.exp(-apart / (2 * prior.length**2))


def forwards(root: Array, right: Array) -> Array:
    """Solve L·x = right for a lower triangle L, from the top down, [n, n], [n, m] → [n, m]."""
    solved = np.zeros_like(right)
    for i in range(len(root)):
        solved[i] = (right[i] - root[i, :i] @ solved[:i]) / root[i, i]
    return solved


def learn(prior: Prior, spots: Array, heights: Array) -> Known:
    """Take in what was measured at some spots, one at least, [n, d], [n]."""
    covariance = alike(prior, spots, spots) + prior.noise**2 * np.eye(len(spots))  # [n, n]
    root = np.linalg.cholesky(covariance)  # [n, n]
    mean = float(np.mean(heights))
    whitened = forwards(root, (heights - mean)[:, None])[:, 0]  # [n]
    return Known(spots, mean, covariance, root, whitened)


def forecast(prior: Prior, known: Known, places: Array) -> Forecast:
    """Say what to expect at other places, and how far off that may be, [m, d] → [m], [m]."""
    shadow = forwards(known.root, alike(prior, known.spots, places))  # [n, m]
    mean = known.mean + known.whitened @ shadow  # [m]
    left = prior.height**2 - np.square(shadow).sum(axis=0)  # [m]
    return Forecast(mean, np.sqrt(np.maximum(left, 0)), shadow)
