"""Many small networks of `nn.shallow` trained at once, each at its own rate."""

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.activations import sigmoid, softplus
from tui_transformer.nn.shallow import Shallow
from tui_transformer.records import dataclass


@dataclass(frozen=True, eq=False, slots=True)
class Networks:
    """Their parameters: W [k, d, h], c [k, h], w [k, h], b [k]."""

    W: Array
    c: Array
    w: Array
    b: Array


@dataclass(frozen=True, eq=False, slots=True)
class Pass:
    """What they make of n inputs: h [k, n, h], y [k, n]."""

    h: Array
    y: Array


def stacked(nets: list[Shallow]) -> Networks:
    """Take networks of one size together."""
    return Networks(
        np.stack([net.W for net in nets]),
        np.stack([net.c for net in nets]),
        np.stack([net.w for net in nets]),
        np.array([net.b for net in nets]),
    )


def forward(nets: Networks, x: Array) -> Pass:
    """Compute what each makes of each input with tanh in the middle, [n, d] → [k, n]."""
    h = np.tanh(x @ nets.W + nets.c[:, None])  # [k, n, h]
    return Pass(h, (h @ nets.w[:, :, None])[:, :, 0] + nets.b[:, None])


def losses(y: Array, target: Array) -> Array:
    """Mean −ln p of what was right, [k, n], [n] of 0 and 1 → nats [k]."""
    return softplus((1 - 2 * target) * y).mean(axis=1)


def train(
    nets: Networks, x: Array, target: Array, rates: Array, decays: Array, steps: int
) -> Networks:
    """Take steps of gradient descent on that loss plus decay/2 · ‖weights‖², [k] rates and decays.

    The decay draws W and w towards 0, and leaves the biases c and b alone.
    """
    rate, kept = rates[:, None], (1 - rates * decays)[:, None]  # [k, 1]
    sign = 1 - 2 * target  # [n]
    for _ in range(steps):
        run = forward(nets, x)
        at_y = sign * sigmoid(sign * run.y) / len(x)  # [k, n]
        at_z = at_y[:, :, None] * nets.w[:, None] * (1 - run.h**2)  # [k, n, h]
        nets = Networks(
            kept[:, :, None] * nets.W - rate[:, :, None] * (x.T @ at_z),
            nets.c - rate * at_z.sum(axis=1),
            kept * nets.w - rate * (at_y[:, None] @ run.h)[:, 0],
            nets.b - rates * at_y.sum(axis=1),
        )
    return nets
