"""A deep stack of random layers, and what is left of a signal and of a gradient in it.

Every stack is made twice from the same weights, without the residual and with it:

    one layer        x ← f(x),     f(x) = act(x·W),  W ~ N(0, gain²/width), no bias
    with a residual  x ← x + f(x)
    norm pre         f(norm(x)) in place of f(x)
    norm post        norm(f(x)), norm(x + f(x))

Row vectors times matrices. He et al. (2016), "Identity mappings in deep residual networks", §2;
where the norm stands: Xiong et al. (2020), fig. 1.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.norms import Normalized, layer_norm
from tui_transformer.records import dataclass

MOST_LAYERS = 128
EPSILON = 1e-5
SKIP = np.array([0.0, 1.0]).reshape(2, 1, 1)  # how much of x each of the two stacks adds
TINY, SHIFT = 1e-60, 2.0**256  # smaller gradients are carried on larger by an exact factor


@dataclass(frozen=True)
class Stack:
    """The plan of a stack; a deeper one begins with the layers of a shallower one."""

    depth: int
    width: int
    gain: float
    activation: str = "tanh"
    norm: Literal["none", "pre", "post"] = "none"
    seed: int = 0


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


class Trace(NamedTuple):
    """What the way forward leaves behind in both stacks, without the residual and with it."""

    signals: Array  # [2, depth + 1, width]
    sums: Array  # x·W, [depth, 2, 1, width]
    norms: list[Normalized]  # of each layer, if there are any


def lengths(vectors: Array) -> Array:
    """Measure vectors, [..., d] → [...], so that no square over- or underflows."""
    largest = np.max(np.abs(vectors), axis=-1, keepdims=True)  # [..., 1]
    with np.errstate(under="ignore"):
        scaled = vectors / np.where(largest > 0, largest, 1.0)  # [..., d]
        length: Array = largest[..., 0] * np.sqrt(np.sum(scaled * scaled, axis=-1))
    return length


@lru_cache(maxsize=8)
def drawn(width: int, seed: int) -> tuple[Array, Array]:
    """Draw an input [width] and the weights of every layer [128, width, width].

    Both from N(0, 1); the weights are divided by √width.
    """
    rng = np.random.default_rng(seed)
    x, weights = rng.standard_normal(width), rng.standard_normal((MOST_LAYERS, width, width))
    weights /= np.sqrt(width)
    for array in (x, weights):
        array.flags.writeable = False
    return x, weights


@lru_cache(maxsize=64)
def travel(stack: Stack) -> tuple[Journey, Journey]:
    """Send the input through a stack and the gradient of every output all the way back.

    Returns the journey without the residual and the one with it. The way back is exact: one
    backward pass for each output, all of them side by side.
    """
    trace = way_forward(stack)
    gradients = way_back(stack, trace)
    for array in (trace.signals, gradients):
        array.flags.writeable = False
    without, residual = map(Journey, trace.signals, gradients)
    return without, residual


def way_forward(stack: Stack) -> Trace:
    """Send the input through both stacks."""
    act, unit = ACTIVATIONS[stack.activation], np.ones(1)
    x, weights = drawn(stack.width, stack.seed)
    signal = np.stack([x, x])[:, None]  # [2, 1, width]
    signals, sums, norms = [signal], [], []
    with np.errstate(under="ignore"):
        for w in weights[: stack.depth]:
            entering = signal
            if stack.norm == "pre":
                norms.append(layer_norm(signal, unit, 0 * unit, EPSILON))
                entering = norms[-1].y
            sums.append(entering @ (w * stack.gain))
            signal = act.f(sums[-1]) + SKIP * signal
            if stack.norm == "post":
                norms.append(layer_norm(signal, unit, 0 * unit, EPSILON))
                signal = norms[-1].y
            signals.append(signal)
    return Trace(np.concatenate(signals, axis=1), np.array(sums), norms)


def way_back(stack: Stack, trace: Trace) -> Array:
    """Measure the gradient of every output at each layer, [2, depth + 1, width (the outputs)]."""
    measured = np.ones((2, stack.depth + 1, stack.width))
    with np.errstate(under="ignore"):
        for i, (back, size) in enumerate(jacobians(stack, trace)):
            measured[:, stack.depth - i] = np.sqrt(np.einsum("sij,sij->si", back, back)) * size
    return measured


def jacobians(stack: Stack, trace: Trace) -> Iterator[tuple[Array, Array]]:
    """Carry the gradient of every output back through both stacks, from the end to the input.

    Yields ∂x(depth)/∂x(l) [2, width (the outputs), width], and the exact factor [2, 1] that it
    has to be multiplied with.
    """
    weights = drawn(stack.width, stack.seed)[1]
    slopes = ACTIVATIONS[stack.activation].derivative(trace.sums)  # [depth, 2, 1, width]
    back, size = np.stack([np.eye(stack.width)] * 2), np.ones((2, 1))
    yield back, size
    for layer in range(stack.depth - 1, -1, -1):
        if stack.norm == "post":
            back = norm_back(back, trace.norms[layer])
        through = (back * slopes[layer]) @ (weights[layer] * stack.gain).T  # [2, width, width]
        if stack.norm == "pre":
            through = norm_back(through, trace.norms[layer])
        back = through + SKIP * back
        yield back, size
        small = np.max(np.abs(back), axis=(1, 2)) < TINY
        if small.any():
            back[small] *= SHIFT
            size[small] /= SHIFT


def norm_back(d_out: Array, done: Normalized) -> Array:
    """Carry many gradients, [2, k, width], back through one vector's layer norm without gain.

    As `layer_norm_backward` does, five times as fast for a whole Jacobian: what lies along
    (1, …, 1) and along x_hat is lost, and the rest is scaled.
    """
    lost = np.concatenate([np.ones_like(done.x_hat), done.x_hat], axis=1)  # [2, 2, width]
    shares = d_out @ np.swapaxes(lost, 1, 2) / d_out.shape[-1]  # [2, k, 2]
    return done.scale * (d_out - shares @ lost)  # [2, k, width]
