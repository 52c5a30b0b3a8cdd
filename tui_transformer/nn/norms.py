"""Normalisation: bring every vector to the same size before it goes on.

Each function works on the last axis, [..., d]: every position by itself, never the batch.
"""

from typing import NamedTuple

import numpy as np

from tui_transformer.arrays import Array


class Normalized(NamedTuple):
    """A normalised array with what its backward pass needs."""

    y: Array  # [..., d]
    x_hat: Array  # before gain and bias, [..., d]
    scale: Array  # 1/√(variance + ε), [..., 1]


def layer_norm(x: Array, gain: Array, bias: Array, epsilon: float = 1e-5) -> Normalized:
    """Take the mean out, divide by the standard deviation, then stretch and shift.

    y = gain·(x − mean)/√(variance + ε) + bias with the population variance; [..., d], [d], [d].
    Ba, Kiros & Hinton (2016), eq. 3.
    """
    centred = x - np.mean(x, axis=-1, keepdims=True)  # [..., d]
    variance = np.mean(centred * centred, axis=-1, keepdims=True)  # [..., 1]
    scale = 1.0 / np.sqrt(variance + x.dtype.type(epsilon))  # [..., 1]
    x_hat = centred * scale  # [..., d]
    return Normalized(gain * x_hat + bias, x_hat, scale)


def layer_norm_backward(dy: Array, gain: Array, done: Normalized) -> tuple[Array, Array, Array]:
    """Carry a gradient back through `layer_norm`: returns those of x, gain and bias.

    The mean and the variance depend on every element of a vector, so each element's gradient
    loses its mean and its part along x_hat.
    """
    d_hat = dy * gain  # [..., d]
    along = np.mean(d_hat * done.x_hat, axis=-1, keepdims=True)  # [..., 1]
    dx = done.scale * (d_hat - np.mean(d_hat, axis=-1, keepdims=True) - done.x_hat * along)
    every = tuple(range(dy.ndim - 1))  # all axes but d
    return dx, np.sum(dy * done.x_hat, axis=every), np.sum(dy, axis=every)


def rms_norm(x: Array, gain: Array, bias: Array, epsilon: float = 1e-5) -> Normalized:
    """Divide by the root mean square and leave the mean where it is.

    y = gain·x/√(mean(x²) + ε) + bias, [..., d]. Zhang & Sennrich (2019), eq. 4 (which has no
    bias: pass zeros for theirs).
    """
    scale = 1.0 / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + x.dtype.type(epsilon))
    x_hat = x * scale  # [..., d]
    return Normalized(gain * x_hat + bias, x_hat, scale)
