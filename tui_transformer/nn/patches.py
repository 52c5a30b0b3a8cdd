"""A picture as a sequence: cut it into patches, write each as a row of numbers, and it has tokens.

    tokens = cut(image)       each patch's pixels, one row after the other
    x = tokens·E + b          the projection: a patch becomes a vector
    q, k = x·W_q, x·W_k       and from here on it is the attention of words

Dosovitskiy et al., An Image Is Worth 16x16 Words (2020), §3.1. A convolution looks at 3×3 pixels
instead: LeCun et al., Gradient-based learning applied to document recognition (1998), §II.A.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import attention as att

# What each pixel of a 3×3 neighbourhood counts, laid on the picture as it stands here.
KERNELS: Mapping[str, Array] = {
    "edge-x": np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]]),
    "edge-y": np.array([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]]),
    "blur": np.full((3, 3), 1 / 9),
    "sharpen": np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
}
SURE = 2.0  # how much the designed query is stretched


class Weights(NamedTuple):
    """What makes queries and keys of patches of p² pixels; d = p² here, as in ViT's base model."""

    projection: Array  # E, [p², d]
    bias: Array  # b, [d]
    w_q: Array  # [d, d]
    w_k: Array  # [d, d]


def cut(image: Array, side: int) -> Array:
    """Cut a picture into squares and flatten each: [s, s] → [(s/side)², side²], row by row.

    Raises ValueError where the side does not divide the picture's.
    """
    size = len(image)
    if size % side:
        raise ValueError(f"a picture of {size} pixels has no patches of {side}")
    many = size // side
    squares = image.reshape(many, side, many, side).swapaxes(1, 2)  # [many, many, side, side]
    return squares.reshape(many**2, side**2)


def convolve(image: Array, kernel: Array) -> Array:
    """Lay a kernel on every pixel, multiply and add: [s, s], [3, 3] → [s, s].

    The kernel is not turned round (networks never do), and outside the picture is paper, 0.
    """
    size = len(image)
    around = np.pad(image, 1)  # [s + 2, s + 2]
    moved = (around[r : r + size, c : c + size] for r in range(3) for c in range(3))
    return np.sum([w * part for w, part in zip(kernel.flat, moved, strict=True)], axis=0)


def designed_weights(side: int) -> Weights:
    """Let ink be 1 and paper −1, and each patch ask for its own mirror image, left for right."""
    d = side**2
    mirrored = np.arange(d).reshape(side, side)[:, ::-1].ravel()  # [d]
    same = np.eye(d)  # [d, d]
    return Weights(2 * same, np.full(d, -1.0), SURE * same[:, mirrored], same)


def random_weights(side: int, seed: int) -> Weights:
    """Draw the weights, of variance 1/d, so that lengths stay about the same; b is 0."""
    d = side**2
    e, w_q, w_k = np.random.default_rng(seed).standard_normal((3, d, d)) / side
    return Weights(e, np.zeros(d), w_q, w_k)


class Looks(NamedTuple):
    """What one layer of attention makes of n patches."""

    projected: Array  # [n, d]
    q: Array  # [n, d]
    k: Array  # [n, d]
    scores: Array  # q·k/√d, [n, n]
    attention: Array  # [n, n]


def look(tokens: Array, w: Weights) -> Looks:
    """Let every patch look at every other, as words do: [n, p²] → …, [n, n]."""
    projected = tokens @ w.projection + w.bias  # [n, d]
    q, k = projected @ w.w_q, projected @ w.w_k  # [n, d] each
    scores = att.scores(q, k)  # [n, n]
    return Looks(projected, q, k, scores, att.weights(scores))
