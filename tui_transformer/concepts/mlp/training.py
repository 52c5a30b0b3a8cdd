"""Gradient descent on a few hinges at one input, for the concept `mlp`."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.shallow import Pass, Shallow, backward, descend, forward, input_gradient
from tui_transformer.timeline import Timeline

RELU = ACTIVATIONS["relu"]


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """The network after some steps: what it gives at x₀, ∂y/∂θ, ∂y/∂x and the loss."""

    net: Shallow
    run: Pass
    gradient: Shallow
    slope: float
    loss: float

    @property
    def finite(self) -> bool:
        """Whether every number is one that a float can hold, ∂L/∂θ included."""
        parts = (self.gradient.W, self.gradient.c, self.gradient.w)
        reach = max(abs(self.slope), *(float(np.max(np.abs(part))) for part in parts))
        return self.net.finite and math.isfinite(self.loss * max(reach, 1.0))


def stand(net: Shallow, x: float, target: float) -> Step:
    """Look at a network at one input."""
    at, one = np.array([[x]]), np.ones(1)
    run = forward(net, at, RELU, settled=True)
    error = float(run.y[0]) - target
    return Step(
        net,
        run,
        backward(net, at, run, one, RELU),
        float(input_gradient(net, run, one, RELU)[0, 0]),
        error * error / 2,
    )


@lru_cache(maxsize=32)
def training(
    hinges: tuple[tuple[float, float, float], ...], c: float, x: float, target: float, rate: float
) -> Timeline[Step]:
    """Walk down ½(y(x) − target)² from hinges (w, b, v); ends where floats end."""
    w, b, v = (np.array(part) for part in zip(*hinges, strict=True))

    def advance(state: Step) -> Step | None:
        error = float(state.run.y[0]) - target
        with np.errstate(over="ignore", invalid="ignore"):
            after = stand(descend(state.net, state.gradient, rate * error), x, target)
        return after if after.finite else None

    return Timeline(stand(Shallow(w[np.newaxis], b, v, c), x, target), advance)
