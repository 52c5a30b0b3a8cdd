"""A deep stack of random layers, and what is left of a signal and of a gradient in it.

    one layer        x ← f(x),     f(x) = act(x·W),  W ~ N(0, gain²/width), no bias
    with a residual  x ← x + f(x)
    norm pre         f(norm(x)) in place of f(x)
    norm post        norm(f(x)), norm(x + f(x))

Row vectors times matrices. He et al. (2016), "Identity mappings in deep residual networks", §2;
where the norm stands: Xiong et al. (2020), fig. 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np

from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.norms import Normalized, layer_norm, layer_norm_backward

Array = np.ndarray[Any, Any]

MOST_LAYERS = 128
EPSILON = 1e-5


@dataclass(frozen=True)
class Stack:
    """The plan of a stack; a deeper one begins with the layers of a shallower one."""

    depth: int
    width: int
    gain: float
    activation: str = "tanh"
    norm: Literal["none", "pre", "post"] = "none"
    residual: bool = True
    seed: int = 0


class Passed(NamedTuple):
    """One layer's way forward: what came out, and what its way back needs."""

    x: Array  # what leaves the layer, [width]
    slope: Array  # act′ at x·W, [width]
    normalized: Normalized | None


class Journey(NamedTuple):
    """A stack's signal on its way forward, and its gradients on their way back.

    `signals[l]` is the vector after l layers. `gradients[l, i]` is the length of the gradient
    of output i there, ‖∂xᵢ(depth)/∂x(l)‖: row i of the Jacobian.
    """

    signals: Array  # [depth + 1, width]
    gradients: Array  # [depth + 1, width]

    @property
    def forward_norms(self) -> Array:
        """How long the signal is after each layer, ‖x(l)‖, [depth + 1]."""
        return lengths(self.signals)

    @property
    def gradient_norms(self) -> Array:
        """What is left, at each layer, of a gradient of length 1 from the end, [depth + 1].

        The root mean square over all outputs, ‖∂x(depth)/∂x(l)‖ / √width in the Frobenius norm:
        just as much as a gradient of random direction keeps. The last is 1.
        """
        return lengths(self.gradients) / np.sqrt(self.gradients.shape[1])


def lengths(vectors: Array) -> Array:
    """Measure vectors, [..., d] → [...], so that no square over- or underflows."""
    largest = np.max(np.abs(vectors), axis=-1, keepdims=True)
    with np.errstate(under="ignore"):
        scaled = vectors / np.where(largest > 0, largest, 1.0)
        length: Array = largest[..., 0] * np.sqrt(np.sum(scaled * scaled, axis=-1))
    return length


@lru_cache(maxsize=8)
def drawn(width: int, seed: int) -> tuple[Array, Array]:
    """Draw an input [width] and the weights of every layer [128, width, width] from N(0, 1)."""
    rng = np.random.default_rng(seed)
    x, weights = rng.standard_normal(width), rng.standard_normal((MOST_LAYERS, width, width))
    weights /= np.sqrt(width)
    for array in (x, weights):
        array.flags.writeable = False
    return x, weights


@lru_cache(maxsize=64)
def travel(stack: Stack) -> Journey:
    """Send the input through a stack and the gradient of every output all the way back.

    The way back is exact: one backward pass for each output, all of them side by side.
    """
    x, weights = drawn(stack.width, stack.seed)
    used = weights[: stack.depth] * stack.gain
    signals = np.empty((stack.depth + 1, stack.width))
    gradients = np.empty_like(signals)
    with np.errstate(under="ignore"):
        passed = []
        signals[0] = x
        for layer, w in enumerate(used):
            passed.append(forward(stack, w, signals[layer]))
            signals[layer + 1] = passed[-1].x
        back = np.eye(stack.width)
        gradients[-1] = 1.0
        for layer in range(stack.depth - 1, -1, -1):
            back = backward(stack, used[layer], passed[layer], back)
            gradients[layer] = lengths(back)
    for array in (signals, gradients):
        array.flags.writeable = False
    return Journey(signals, gradients)


def forward(stack: Stack, w: Array, x: Array) -> Passed:
    """Send a vector through one layer: [width], [width, width] → [width]."""
    act, unit = ACTIVATIONS[stack.activation], np.ones(1)
    normalized = layer_norm(x, unit, 0 * unit, EPSILON) if stack.norm == "pre" else None
    h = (x if normalized is None else normalized.y) @ w
    out = act.f(h) + x if stack.residual else act.f(h)
    if stack.norm == "post":
        normalized = layer_norm(out, unit, 0 * unit, EPSILON)
        out = normalized.y
    return Passed(out, act.derivative(h), normalized)


def backward(stack: Stack, w: Array, passed: Passed, d_out: Array) -> Array:
    """Carry gradients back through one layer: those of its output to those of its input.

    [..., width] → [..., width]; the residual adds each gradient to itself, unchanged.
    """
    unit, normalized = np.ones(1), passed.normalized
    if stack.norm == "post" and normalized is not None:
        d_out = layer_norm_backward(d_out, unit, normalized)[0]
    dx = (d_out * passed.slope) @ w.T
    if stack.norm == "pre" and normalized is not None:
        dx = layer_norm_backward(dx, unit, normalized)[0]
    return dx + d_out if stack.residual else dx
