"""A small network with one hidden layer, one number at a time, and its training on XOR."""

import math
from dataclasses import dataclass, replace

import numpy as np

from tests.claims.book import State, shown
from tests.claims.corners import CORNERS, LOGIC
from tests.claims.gates import gate

WANTED = [int(LOGIC["xor"](p, q)) for p, q in CORNERS]


@dataclass(frozen=True)
class Net:
    """Per hidden unit w, W₀, W₁, c; and b."""

    units: tuple[tuple[float, float, float, float], ...]
    b: float
    activation: str

    def hidden(self, x: tuple[float, float]) -> list[float]:
        """What each unit answers."""
        return [
            gate(self.activation, math.fsum((w1 * x[0], w2 * x[1], c)))
            for _, w1, w2, c in self.units
        ]

    def score(self, x: tuple[float, float]) -> float:
        """h·w + b."""
        answers = zip(self.units, self.hidden(x), strict=True)
        return math.fsum([*(unit[0] * h for unit, h in answers), self.b])

    def loss(self) -> float:
        """Mean −ln of what σ(h·w + b) gives to the right class."""
        return math.fsum(price(self.score(x), y) for x, y in zip(CORNERS, WANTED, strict=True)) / 4

    def nudged(self, unit: int, part: int, by: float) -> "Net":
        """The same with one number changed; unit −1 is b."""
        if unit < 0:
            return replace(self, b=self.b + by)
        row = list(self.units[unit])
        row[part] += by
        return replace(self, units=(*self.units[:unit], tuple(row), *self.units[unit + 1 :]))

    def gradient(self) -> dict[tuple[int, int], float]:
        """∂L/∂ of every number by central differences; nothing where a unit bends too near."""
        bends = [
            abs(math.fsum((w1 * x[0], w2 * x[1], c)))
            for _, w1, w2, c in self.units
            for x in CORNERS
        ]
        if self.activation == "relu" and any(0 < z < 1e-3 for z in bends):
            return {}
        places = [(-1, 0), *((u, k) for u in range(len(self.units)) for k in range(4))]
        return {place: self._slope(*place) for place in places}

    def _slope(self, unit: int, part: int, step: float = 2e-4) -> float:
        one, two = (
            (self.nudged(unit, part, h).loss() - self.nudged(unit, part, -h).loss()) / (2 * h)
            for h in (step, 2 * step)
        )
        return (4 * one - two) / 3


def price(score: float, wanted: int) -> float:
    """−ln of the share that σ(score) gives to what is wanted."""
    against = -score if wanted else score
    return max(against, 0.0) + math.log1p(math.exp(-abs(against)))


def network(s: State) -> Net:
    """The network whose weights the screen shows."""
    table = s.table("Weights")
    rows = tuple(
        tuple(row[part] for part in ("w", "W₀", "W₁", "c"))
        for name, row in table.items()
        if name != "b"
    )
    return Net(rows, table["b"]["w"], s.controls.activation)


def answers(s: State) -> list[float]:
    """The four outputs of the weights on the screen."""
    if s.controls.solution == "linear":
        return [0.5] * 4
    scores = [network(s).score(x) for x in CORNERS]
    if s.controls.solution == "designed":
        return scores
    return [math.exp(-price(score, 1)) for score in scores]


def right(s: State) -> int:
    """How many of the four get their class."""
    return sum((y > 0.5) == (want == 1) for y, want in zip(answers(s), WANTED, strict=True))


def losses(s: State) -> list[float | None]:
    """−ln p of the right class, per input; None where an output is no probability."""
    if s.controls.solution == "trained":
        return [price(network(s).score(x), y) for x, y in zip(CORNERS, WANTED, strict=True)]
    chances = [y if want else 1 - y for y, want in zip(s.values.outputs, WANTED, strict=True)]
    return [-math.log(p) if 0 < p <= 1 else None for p in chances]


def mean_loss(s: State) -> float | None:
    """Their mean, if all four are probabilities."""
    prices = [p for p in losses(s) if p is not None]
    return math.fsum(prices) / 4 if len(prices) == 4 else None


def trained(hidden: int, activation: str, rate: float, seeds: range, steps: int):
    """Train many seeds at once: scores [seeds, 4] and the largest slope of each after the steps.

    Weights from a standard normal distribution, b from 0; the chain rule by hand.
    """
    x, wanted = np.array(CORNERS, dtype=float), np.array(WANTED, dtype=float)[:, None]
    drawn = [np.random.default_rng(seed) for seed in seeds]
    W = np.array([rng.normal(size=(2, hidden)) for rng in drawn])
    c = np.array([rng.normal(size=(1, hidden)) for rng in drawn])
    w = np.array([rng.normal(size=(hidden, 1)) for rng in drawn])
    b = np.zeros((len(drawn), 1, 1))
    for step in range(steps + 1):
        z = x @ W + c
        h = np.maximum(z, 0) if activation == "relu" else np.tanh(z)
        score = h @ w + b
        dy = (1 / (1 + np.exp(-score)) - wanted) / 4
        dz = dy @ w.swapaxes(1, 2) * ((z > 0) if activation == "relu" else 1 - h * h)
        slopes = (
            x.T @ dz,
            dz.sum(1, keepdims=True),
            h.swapaxes(1, 2) @ dy,
            dy.sum(1, keepdims=True),
        )
        if step < steps:
            W, c, w, b = (p - rate * d for p, d in zip((W, c, w, b), slopes, strict=True))
    steepest = np.max([np.abs(d).reshape(len(drawn), -1).max(1) for d in slopes], axis=0)
    return score[..., 0], steepest


def learned(score: np.ndarray) -> np.ndarray:
    """Which of many networks get all four right."""
    return ((score > 0) == np.array(WANTED)).all(axis=1)


def shown_loosely(text: str, true: float) -> None:
    """As `shown`, for two digits of a difference that has its own error."""
    assert any(_fits(text, true + nudge) for nudge in (0, 3e-9, -3e-9)), (text, true)


def _fits(text: str, true: float) -> bool:
    try:
        shown(text, true)
    except AssertionError:
        return False
    return True
