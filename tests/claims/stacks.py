"""Stacks of layers from one number to one, read off the screen and worked out anew."""

import math

import numpy as np

from tests.claims.book import State

GATES = {"identity": lambda z: z, "relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}
Layers = list[tuple[np.ndarray, np.ndarray]]


def stack_of(s: State) -> Layers:
    """The matrices and biases as the screen shows them, as far as x has come; the read-out last."""
    shown_as = [p for p in s.figure.panels if p.title.endswith(" and bias")]
    assert len(shown_as) == s.controls.layers + 1
    whole = [(p.values[:, :-1], p.values[:, -1]) for p in shown_as]
    passed = applied(s)
    return [*whole[:passed], whole[-1]] if passed else [(np.ones((1, 1)), np.zeros(1))]


def applied(s: State) -> int:
    """How many layers x has passed."""
    return s.controls.layers if s.controls.fold < 0 else s.controls.fold


def gate_of(s: State) -> str:
    """What stands behind a layer, once there is one."""
    return s.controls.activation if applied(s) else "identity"


def run(stack: Layers, gate: str, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The stack at every x, and (for ReLU and identity) its slope there: value and derivative."""
    h, d = x[None, :], np.ones_like(x)[None, :]
    for i, (w, b) in enumerate(stack):
        h = sum(w[:, j, None] * h[None, j] for j in range(len(h))) + b[:, None]
        d = sum(w[:, j, None] * d[None, j] for j in range(len(d)))
        if i < len(stack) - 1:
            d = np.where(h > 0, d, 0) if gate == "relu" else d
            h = GATES[gate](h)
    return h[0], d[0]


def straight(stack: Layers) -> tuple[float, float]:
    """Slope and intercept of the stack without bends, summed exactly."""
    slopes, heights = [1.0], [0.0]
    for w, b in stack:
        rows = [[float(x) for x in row] for row in w]
        slopes, heights = (
            [math.fsum(a * x for a, x in zip(row, slopes, strict=True)) for row in rows],
            [
                math.fsum([*(a * x for a, x in zip(row, heights, strict=True)), float(c)])
                for row, c in zip(rows, b, strict=True)
            ],
        )
    return slopes[0], heights[0]


def reach(stack: Layers) -> float:
    """What the sizes of all weights multiply to: the measure of rounding."""
    sizes = np.ones(2)
    for w, b in stack:
        sizes = np.concatenate([np.abs(w), np.abs(b)[:, None]], axis=1) @ sizes
        sizes = np.append(sizes, 1.0)
    return float(sizes[0])


def places(s: State) -> np.ndarray:
    """Where the largest difference of a stack and a line can be."""
    fine = np.linspace(-2, 2, 801)
    return np.unique([*s.values.kinks, *fine]) if gate_of(s) == "relu" else fine


def least_miss(x: np.ndarray, y: np.ndarray) -> float:
    """The smallest largest miss of any line: the miss is convex in the slope, so by thirds."""

    def miss(slope: float) -> float:
        rest = y - slope * x
        return float(np.max(rest) - np.min(rest)) / 2

    slopes = np.diff(y) / np.diff(x)
    low, high = float(np.min(slopes)), float(np.max(slopes))
    for _ in range(120):
        third = (high - low) / 3
        low, high = (
            (low, high - third) if miss(low + third) < miss(high - third) else (low + third, high)
        )
    return miss((low + high) / 2)


def signed(text: str) -> float:
    """Read "+ 3" or "− 3"."""
    return float(text.replace("− ", "-").removeprefix("+ "))


def slopes_of(s: State, x: np.ndarray) -> np.ndarray:
    """The slopes of a stack of ReLUs at every x."""
    return run(stack_of(s), "relu", x)[1]
