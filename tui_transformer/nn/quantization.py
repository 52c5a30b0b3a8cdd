"""Numbers rounded to a few levels: what is stored is a small whole number, and one scale for many.

Symmetric rounding to the nearest of −m … m, m = 2^(bits−1) − 1: Jacob et al. (2018), Quantization
and training of neural networks; a scale for each column is their "per channel" (Krishnamoorthi,
2018).
"""

import numpy as np

from tui_transformer.arrays import Array


def highest(bits: int) -> int:
    """The highest level of so many bits, m: there are 2m + 1, for −m is one and −m − 1 is none."""
    return int(2 ** (bits - 1)) - 1


def scales(w: Array, bits: int, by_column: bool) -> Array:
    """How much one level is worth: max|w| / m, of all or of each column, [r, c] → [1] or [c].

    Where all are 0 it is 1: any would do.
    """
    largest = np.abs(w).max(axis=0) if by_column else np.abs(w).max(keepdims=True)[0]
    scale: Array = np.where(largest > 0, largest, 1) / highest(bits)
    return scale.astype(w.dtype)


def levels(w: Array, scale: Array) -> Array:
    """The level that is nearest to each number, whole ones, [r, c]; halves go to the even one."""
    return np.rint(w / scale)


def rounded(w: Array, bits: int, by_column: bool) -> Array:
    """What is left of numbers after so few bits: level · scale, [r, c] → [r, c]."""
    scale = scales(w, bits, by_column)
    return levels(w, scale) * scale
