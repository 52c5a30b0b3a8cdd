"""Positions: how attention, which sees a set, is told an order.

Both schemes use the same waves: pair i of the dimensions turns by the angle p·θᵢ at place
p, with θᵢ = base^(−2i/d), from one radian a place down to almost nothing.

    sinusoidal   adds sin and cos of the angles to the words (Vaswani et al. 2017, §3.5)
    rotary       turns each pair of q and of k by the angles (Su et al. 2021, §3.2.2)
"""

import math

import numpy as np

from tui_transformer.arrays import Array


def rates(d: int, base: float = 10_000.0) -> Array:
    """Compute how far each pair turns from one place to the next: θᵢ = base^(−2i/d), [d/2].

    In radians; d must be even. Vaswani et al. (2017), §3.5; Su et al. (2021), eq. 15.
    """
    return np.power(float(base), -np.arange(0, d, 2) / d)


def wavelengths(d: int, base: float = 10_000.0) -> Array:
    """Compute after how many places each pair is back where it was: 2π/θᵢ, [d/2].

    A geometric progression from 2π to 2π·base^(1 − 2/d): almost base·2π where d is large.
    Vaswani et al. (2017), §3.5.
    """
    return 2 * math.pi / rates(d, base)


def sinusoidal(length: int, d: int, base: float = 10_000.0) -> Array:
    """Encode places 0..length−1: PE(p, 2i) = sin(p·θᵢ), PE(p, 2i+1) = cos(p·θᵢ), [length, d].

    PE(p)·PE(p+k) = Σ cos(k·θᵢ): it depends on k and not on p. Vaswani et al. (2017), §3.5.
    """
    angle = np.arange(length)[:, None] * rates(d, base)  # [length, d/2]
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(length, d)


def offset_similarity(offsets: Array, d: int, base: float = 10_000.0) -> Array:
    """Compute what two encodings score that lie k places apart: Σ cos(k·θᵢ), [n] → [n].

    It follows from sin a·sin b + cos a·cos b = cos(a − b), pair by pair.
    """
    return np.cos(np.asarray(offsets)[:, None] * rates(d, base)).sum(axis=-1)


def rotate(x: Array, places: Array, base: float = 10_000.0) -> Array:
    """Turn each pair (x₂ᵢ, x₂ᵢ₊₁) of a vector by its place's angle p·θᵢ: [..., n, d] → same.

    `places` [n] are the places of the n vectors. Lengths stay, and rotate(q, p)·rotate(k, j)
    depends on q, k and j − p only. Su et al. (2021), eq. 34.
    """
    angle = np.asarray(places)[:, None] * rates(x.shape[-1], base)  # [n, d/2]
    even, odd, sine, cosine = x[..., 0::2], x[..., 1::2], np.sin(angle), np.cos(angle)
    turned = np.stack([even * cosine - odd * sine, even * sine + odd * cosine], axis=-1)
    return turned.reshape(x.shape)
