"""What nn/fast/gpt.py is made of: memory that is used again, a stream that parts read and write.

Everything lies on its side, [d, N]: channels down, all positions of all sequences along.
"""

import math
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.gpt import Drop, Gpt, Weights

PAGE = 4096  # bytes
PIECE = 16384  # numbers
CUBE, SCALE = 0.044715, math.sqrt(2.0 / math.pi)  # of GELU's tanh form


class Shelf(threading.local):
    """Arrays by name, kept from step to step; every thread has a shelf of its own."""

    def __init__(self) -> None:
        self.kept: dict[str, Array] = {}

    def take(self, name: str, shape: tuple[int, ...], dtype: Any) -> Array:
        """Find the array of that name, with whatever was left in it, or make one."""
        found = self.kept.get(name)
        if found is None or found.shape != shape or found.dtype != dtype:
            size = math.prod(shape) * np.dtype(dtype).itemsize
            room = np.empty(size + PAGE, np.uint8)
            start = -room.ctypes.data % PAGE
            found = self.kept[name] = room[start : start + size].view(dtype).reshape(shape)
        return found


class Stream:
    """A batch on its way through the model, and what the parts do to its residual stream.

    `left` is what every part leaves for its way back, last in first out; `grads` fills up then.
    """

    def __init__(
        self, plan: Gpt, w: Weights, tokens: Array, drop: Sequence[Drop] | None, shelf: Shelf
    ) -> None:
        self.plan, self.w, self.tokens, self.drop, self.shelf = plan, w, tokens, drop, shelf
        self.b, self.t = tokens.shape
        if self.t > plan.context:
            raise ValueError(f"{self.t} tokens do not fit into a context of {plan.context}")
        self.d, self.n = plan.d_model, tokens.size
        self.dtype = w["embedding"].dtype
        self.ones = np.ones(self.n, self.dtype)
        self.average = np.full(self.d, 1.0 / self.d, self.dtype)
        self.grads = {name: np.empty(x, self.dtype) for name, x in plan.shapes().items()}
        self.left: list[tuple[Array, ...]] = []

    def take(self, name: str, channels: int) -> Array:
        """Take [channels, N] from the shelf."""
        return self.shelf.take(name, (channels, self.n), self.dtype)

    def read(self, norm: str, x: Array, w: Array, bias: Array, out: Array) -> None:
        """Norm the stream x [d, N], then out = Wᵀ·normed + bias."""
        x_hat, square = self.take(f"{norm}.x_hat", self.d), self.take("scratch", self.d)
        np.subtract(x, self.average @ x, out=x_hat)
        variance = self.average @ np.multiply(x_hat, x_hat, out=square)  # [N]
        scale = 1.0 / np.sqrt(variance + self.dtype.type(self.plan.epsilon))  # [N]
        x_hat *= scale
        joined = self.w[f"{norm}.gain"][:, None] * w  # [d, out]
        np.matmul(joined.T, x_hat, out=out)
        out += (self.w[f"{norm}.bias"] @ w + bias)[:, None]
        self.left.append((x_hat, scale, joined))

    def read_back(self, norm: str, w: Array, d_out: Array, to: Array) -> tuple[Array, Array]:
        """Add to the gradient of the stream; return those of W and bias."""
        x_hat, scale, joined = self.left.pop()
        met, d_bias = x_hat @ d_out.T, d_out @ self.ones  # [d, out], [out]
        self.grads[f"{norm}.gain"][...] = np.vecdot(met, w)
        self.grads[f"{norm}.bias"][...] = w @ d_bias
        met *= self.w[f"{norm}.gain"][:, None]
        met += self.w[f"{norm}.bias"][:, None] * d_bias

        dx = np.matmul(joined, d_out, out=self.take("d_read", self.d))  # [d, N]
        along = self.average @ np.multiply(dx, x_hat, out=self.take("scratch", self.d))  # [N]
        dx -= self.average @ dx
        x_hat *= along
        dx -= x_hat
        dx *= scale
        to += dx
        return met, d_bias

    def write(self, layer: int, part: str, end: str, x: Array, to: Array) -> None:
        """Add Wᵀ·x + bias to the stream."""
        name = f"block_{layer}.{part}"
        said = np.matmul(self.w[f"{name}.w_{end}"].T, x, out=self.take("said", self.d))
        said += self.w[f"{name}.b_{end}"][:, None]
        to += self.dropped(said, layer + 1, part, out=said)

    def write_back(self, layer: int, part: str, end: str, x: Array, d: Array, out: Array) -> Array:
        """Return the gradient of x, in `out` (which may be x itself)."""
        name = f"block_{layer}.{part}"
        d_said = self.dropped(d, layer + 1, part, out=self.take("said", self.d))
        np.matmul(x, d_said.T, out=self.grads[f"{name}.w_{end}"])
        np.matmul(d_said, self.ones, out=self.grads[f"{name}.b_{end}"])
        return np.matmul(self.w[f"{name}.w_{end}"], d_said, out=out)

    def dropped(self, x: Array, at: int, part: str, out: Array) -> Array:
        """Multiply by the dropout factors, if there are any: → `out`, else x itself."""
        if self.drop is None:
            return x
        factors = self.drop[at][part].reshape(self.n, self.d).T  # [d, N]
        return np.multiply(x, factors, out=out, casting="same_kind")


def bend(name: str, x: Array, slope: Array, shelf: Shelf) -> None:
    """Put an activation in the place of x [n], and its derivative into `slope`."""
    if name != "gelu_tanh":
        slope[...], x[...] = ACTIVATIONS[name].derivative(x), ACTIVATIONS[name].f(x)
        return
    room = shelf.take("piece", (2, PIECE), x.dtype)
    for start in range(0, x.size, PIECE):
        piece = slice(start, start + PIECE)
        _gelu_tanh(x[piece], slope[piece], *room[:, : x[piece].size])


def _gelu_tanh(x: Array, slope: Array, half: Array, square: Array) -> None:
    """Put y = x·s in the place of x, and s + y·(1 − s)·2u′ into `slope`.

    s = ½(1 + tanh u), u = √(2/π)(x + 0.044715·x³); `half` and `square` are room to work in.
    """
    np.multiply(x, x, out=square)
    np.multiply(square, SCALE * CUBE, out=half)
    half += SCALE
    half *= x
    np.tanh(half, out=half)
    half *= 0.5
    half += 0.5
    x *= half
    square *= 6.0 * SCALE * CUBE
    square += 2.0 * SCALE
    square *= x
    np.subtract(1.0, half, out=slope)
    slope *= square
    slope += half
