"""Which settings to try next: on a grid, at random, or where a forecast has most to gain.

Settings are places in the unit square, one axis for each of two knobs. Bergstra & Bengio, Random
search for hyper-parameter optimization (2012), compare the first two; Jones, Schonlau & Welch,
Efficient global optimization (1998), eq. 15, is the third.
"""

import math

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.erf import erfc
from tui_transformer.nn.gaussian_process import Forecast


def sides(budget: int) -> tuple[int, int]:
    """Divide a budget into a full grid: how many values of the first knob, and of the second.

    As square as it can be; what is left of the budget is too little for one more row.
    """
    second = math.isqrt(budget)
    return budget // second, second


def values(count: int) -> Array:
    """Spread some values evenly from 0 to 1, ends included; one alone stands in the middle."""
    return np.linspace(0, 1, count) if count > 1 else np.array([0.5])


def grid(first: int, second: int) -> Array:
    """List the places of a full grid, row by row, [first · second, 2]."""
    across, along = np.meshgrid(values(first), values(second), indexing="ij")
    return np.stack([across.ravel(), along.ravel()], axis=1)


def scattered(count: int, seed: int) -> Array:
    """Draw places evenly at random, [count, 2]; with the same seed fewer are the first of more."""
    return np.random.default_rng(seed).random((count, 2))


def expected_improvement(forecast: Forecast, best: float) -> Array:
    """Say by how much each place is expected to beat the best so far, [m].

    (mean − best)·Φ(z) + spread·φ(z), z = (mean − best)/spread: over all that may come out there,
    the mean of what is above the best.
    """
    above = forecast.mean - best  # [m]
    z = above / forecast.spread  # [m]
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)  # [m]
    gain: Array = above * erfc(-z / math.sqrt(2)) / 2 + forecast.spread * density  # [m]
    return np.maximum(gain, 0)
