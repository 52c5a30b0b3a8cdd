"""Whose weights they are: a line with slope x and height y, and the examples that it should fit.

The examples are made so that the squared error is the bowl, whatever its curvatures and turn:
with the bowl's second derivatives [[A, B], [B, C]] they lie at places of mean B/C and mean square
A/C, and the loss is C/2 times the mean squared miss.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts.descent.model import Descent
from tui_transformer.later import Later
from tui_transformer.nn.made_up.surfaces import Quadratic
from tui_transformer.panels import Plot
from tui_transformer.pieces import Axis, Line, Mark, Points, Rule

FIVE = np.array([-math.sqrt(2), -math.sqrt(0.5), 0.0, math.sqrt(0.5), math.sqrt(2)])
EXAMPLES, BATCHES = 4096, 64
SIZES = (1, 4, 16, 64, 256)  # examples in a batch
NOISE = 0.5  # how far the many examples lie from the best line


def second_derivatives(ground: Quadratic) -> tuple[float, float, float]:
    """A = ∂²f/∂x², B = ∂²f/∂x∂y and C = ∂²f/∂y² of a bowl."""
    (first, second), (c, s) = ground.curvature, ground.turn
    return (
        c * c * first + s * s * second,
        c * s * (first - second),
        s * s * first + c * c * second,
    )


def spaced(ground: Quadratic, unit: Array) -> Array:
    """Places whose mean and mean square are those of a bowl, from ones with mean 0, variance 1."""
    a, b, c = second_derivatives(ground)
    return b / c + math.sqrt(max(a / c - (b / c) ** 2, 0.0)) * unit


@lru_cache(maxsize=4)
def five(ground: Quadratic) -> tuple[Array, Array]:
    """Five points, and where the line through them begins and ends in the picture."""
    places = spaced(ground, FIVE)
    middle, reach = float(np.mean(places)), 1.6 * float(np.std(places))
    return places, np.array([middle - reach, middle + reach])


def line_plot(m: Descent, ground: Quadratic) -> Plot:
    """Five points, and the line that the weights of this step draw."""
    places, ends = five(ground)
    with np.errstate(under="ignore"):
        first, now = (x * ends + y for x, y in (m.path[0], m.path[-1]))
    top = max(1.0, 1.2 * float(np.max(np.abs(first))))
    return Plot(
        "Slope x and height y",
        (
            Line(ends, first, "muted", "start", dim=True),
            Line(ends, now, "first", "now"),
            Points(places, np.zeros(5), "target", marker="●"),
        ),
        Axis("", *ends.tolist()),
        Axis("", -top, top),
        height=5,
        width=24,
    )


# ── a few examples instead of all ──────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Batches:
    """The gradient by all examples, [2]; by 64 batches of each size, [sizes, 64, 2]; `spread`
    is how far one example's is from the full one, as a root mean square."""

    full: Array
    gradients: Array
    spread: float

    @property
    def spreads(self) -> Array:
        """How far the batches of each size are off, as a root mean square, [sizes]."""
        return np.sqrt(np.mean(np.sum((self.gradients - self.full) ** 2, axis=2), axis=1))


@lru_cache(maxsize=1)
def drawn() -> tuple[Array, Array, Array]:
    """Places and misses of many examples, [4096] each: of mean 0, of variance 1 and unrelated;
    and which of them are in each batch, [64, 256]. Drawn once, with seed 0."""
    rng = np.random.default_rng(0)
    places, misses = rng.standard_normal((2, EXAMPLES))
    places = (places - places.mean()) / places.std()
    misses -= misses.mean()
    misses -= np.mean(misses * places) * places
    return places, NOISE * misses / misses.std(), rng.integers(EXAMPLES, size=(BATCHES, SIZES[-1]))


@lru_cache(maxsize=64)
def batches(ground: Quadratic, x: float, y: float) -> Batches:
    """Take the gradient at weights x, y by all examples, and by batches of them."""
    unit, misses, chosen = drawn()
    places, scale = spaced(ground, unit), second_derivatives(ground)[2]
    with np.errstate(under="ignore"):
        off = scale * (x * places + y - misses)
        each = off[:, np.newaxis] * np.stack([places, np.ones(EXAMPLES)], axis=1)
    full: Array = each.mean(axis=0)
    few = np.stack([each[chosen[:, :size]].mean(axis=1) for size in SIZES])
    return Batches(full, few, float(np.sqrt(np.mean(np.sum((each - full) ** 2, axis=1)))))


def cloud_plot(m: Descent, ground: Quadratic) -> Plot:
    """The gradients of 64 batches of 4 and of 64, round that of all examples, at the start."""
    found = batches(ground, *m.start.tolist())
    four, many = (found.gradients[SIZES.index(size)] for size in (4, 64))
    middle, reach = found.full, 1.1 * float(np.max(np.abs(four - found.full)))
    return Plot(
        "64 batches, round the first −∇f",
        Later(
            lambda: (
                Points(-four[:, 0], -four[:, 1], "second", "of 4", marker="·"),
                Points(-many[:, 0], -many[:, 1], "first", "of 64", marker="•"),
                Points([-middle[0]], [-middle[1]], "gradient", "all", marker="★"),
            )
        ),
        Axis("along x", float(-middle[0] - reach), float(-middle[0] + reach)),
        Axis("along y", float(-middle[1] - reach), float(-middle[1] + reach)),
        height=8,
        width=28,
    )


def spread_plot(m: Descent, ground: Quadratic) -> Plot:
    """How far a batch's gradient is off, by its size, beside 1/√B."""
    found = batches(ground, *m.start.tolist())
    sizes = np.array(SIZES)
    return Plot(
        "Batch of B: off by ~ 1/√B",
        Later(
            lambda: (
                Line(sizes, found.spread / np.sqrt(sizes), "muted", "1/√B"),
                Points(sizes, found.spreads, "first", "64 batches", marker="●"),
            )
        ),
        Axis("B", 1, SIZES[-1], log=True),
        Axis("off", found.spread / 40, 2 * found.spread, log=True),
        height=8,
        width=24,
    )


# ── hills and valleys ──────────────────────────────────────────────────────────────────

LAST, STARTS = 500, 49


def hills(x: Array) -> Array:
    """Compute a height with two minima: ((x² − 1)² + 0.3·x)/10, the left one the deeper."""
    with np.errstate(under="ignore"):
        height: Array = ((x * x - 1) ** 2 + 0.3 * x) / 10
    return height


@lru_cache(maxsize=16)
def walks(rate: float, start: float) -> Array:
    """Walk down it by plain gradient descent from a start, and from 49 between −2 and 2 beside it.

    [501, 50], the start's walk first; beyond ±9 a walk is lost and stays. Kept, so that the clock
    costs nothing.
    """
    x = np.concatenate([[start], np.linspace(-2, 2, STARTS)])
    path = [x]
    with np.errstate(under="ignore"):
        for _ in range(LAST):
            x = np.where(np.abs(x) < 9, x - rate * (4 * x * (x * x - 1) + 0.3) / 10, x)
            path.append(x)
    return np.array(path)


def hills_plot(m: Descent) -> Plot:
    """A loss with two minima: where the walk from this x is, and where every start would end."""
    return Plot(
        "Hills and valleys: where each start ends (plain gd)",
        Later(lambda: walkers(m)),
        Axis("weight", -2, 2),
        Axis("loss", -0.2, 1.0),
        height=8,
    )


def walkers(m: Descent) -> Iterator[Mark]:
    """The hills, every start as what it comes to, and the walk that begins at this x."""
    path = walks(m.learning_rate, float(m.start[0]))
    x, starts, end, now = np.linspace(-2, 2, 161), path[0, 1:], path[-1, 1:], path[m.steps, :1]
    floor = np.full(STARTS, -0.12)
    left, right = (end < 0) & (end > -9), (end > 0) & (end < 9)
    yield Line(x, hills(x), "plain")
    yield Points(starts[left], floor[left], "first", "left", marker="◂")
    yield Points(starts[right], floor[right], "second", "right", marker="▸")
    yield Rule(float(m.start[0]), upright=True, label="start")
    yield Points(now, hills(now), "cursor", marker="◆", labels=("now",))
