"""The networks of the concept `xor`: designed by hand, drawn at random, and trained."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tui_transformer.nn.activations import ACTIVATIONS, Activation
from tui_transformer.nn.made_up.xor import CORNERS, TARGETS, drawn
from tui_transformer.nn.shallow import Shallow, backward, descend, forward, logistic_loss
from tui_transformer.timeline import Timeline


@dataclass(frozen=True, eq=False, slots=True)
class Trained:
    """The network after some steps of training, its loss in nats, and the loss's gradient."""

    net: Shallow
    loss: float
    gradient: Shallow


def judge(net: Shallow, phi: Activation) -> Trained:
    """Compute a network's mean cross-entropy over the four inputs, and its gradient."""
    run = forward(net, CORNERS, phi)
    loss, slope = logistic_loss(run.y, TARGETS)
    return Trained(net, loss, backward(net, CORNERS, run, slope, phi))


@lru_cache(maxsize=3)
def training(hidden: int, activation: str, rate: float, start: int) -> Timeline[Trained]:
    """Train from random weights: full-batch gradient descent on the mean cross-entropy.

    The run ends where a number would leave float range. Three runs of at most 2000 steps are
    kept: some megabytes each.
    """
    phi = ACTIVATIONS[activation]

    def advance(state: Trained) -> Trained | None:
        with np.errstate(over="ignore", invalid="ignore"):
            after = judge(descend(state.net, state.gradient, rate), phi)
        return after if np.isfinite(after.loss) and after.net.finite else None

    return Timeline(judge(drawn(hidden, start), phi), advance)


def designed(hidden: int, activation: str) -> Shallow:
    """Choose weights by hand; W is all ones, so every unit sees only s = x₀ + x₁.

    With relu, max(0, s) − 2·max(0, s − 1): Goodfellow, Bengio & Courville (2016), section
    6.1. With tanh the same idea, with bends at ½ and 3/2 and an output scaled to 0, 1, 0.
    One unit alone cannot turn back and is made an OR; units beyond two get weights of 0.
    """
    half, more = float(np.tanh(0.5)), float(np.tanh(1.5))
    scale = 1 / (3 * half - more)
    c, w, b = (0.0, -1.0), (1.0, -2.0), 0.0
    if activation == "tanh":
        c, w, b = (-0.5, -1.5), (scale, -scale), 1 - 2 * scale * half
        if hidden == 1:
            w, b = (0.5 / half, 0.0), 0.5
    used = min(hidden, 2)
    spare = (0.0,) * (hidden - used)
    return Shallow(
        np.array([(*(1.0,) * used, *spare)] * 2),
        np.array((*c[:used], *spare)),
        np.array((*w[:used], *spare)),
        b,
    )
