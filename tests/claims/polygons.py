"""Curves and the polygons through them, and how far they are apart, by calculus."""

import math
from collections.abc import Callable
from functools import cache
from itertools import pairwise

import numpy as np

Curve = Callable[[np.ndarray], np.ndarray]

# Each target where it is smooth; the middle of a piece says which branch holds there.
SMOOTH: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "sine": lambda x, middle: np.sin(np.pi * x),
    "step": lambda x, middle: (middle > 0) + 0 * x,
    "bump": lambda x, middle: np.exp(-8 * x**2),
    "absolute": lambda x, middle: x * np.sign(middle),
    "sawtooth": lambda x, middle: x - np.floor(middle + 0.5),
}
# The slope of those that are bent, and where the others have a corner or a jump.
STEEP: dict[str, Curve] = {
    "sine": lambda x: np.pi * np.cos(np.pi * x),
    "bump": lambda x: -16 * x * np.exp(-8 * x**2),
}
BREAKS = {"step": (0.0,), "absolute": (0.0,), "sawtooth": tuple(k + 0.5 for k in range(-5, 5))}
JUMPS = ("step", "sawtooth")


def at(target: str, x: float) -> float:
    """The target at one point: half-way up where it jumps."""
    if target in JUMPS and x in BREAKS[target]:
        return 0.5 if target == "step" else 0.0
    return float(SMOOTH[target](np.array(x), np.array(x)))


def points(d: float, count: int) -> list[float]:
    """Evenly spaced places from −d to d, one more than there are hinges."""
    return [round(-d + 2 * d * i / count, 12) for i in range(count + 1)]


def cut(target: str, xs: list[float], ys: list[float]) -> np.ndarray:
    """Where polygon and target are both smooth: rows of left, right, chord at left, its slope."""
    found = []
    for (a, low), (b, high) in pairwise(zip(xs, ys, strict=True)):
        slope = (high - low) / (b - a)
        cuts = [a, *(x for x in BREAKS.get(target, ()) if a < x < b), b]
        found += [(x, y, low + slope * (x - a), slope) for x, y in pairwise(cuts)]
    return np.array(found)


@cache
def pieces(target: str, d: float, count: int) -> np.ndarray:
    """The pieces of the polygon that meets the target at evenly spaced places."""
    xs = points(d, count)
    return cut(target, xs, [at(target, x) for x in xs])


def added_up(constant: float, knots: list[float], weights: list[float], x: float) -> float:
    """A sum of hinges at one point."""
    ramps = (a * (x - t) for a, t in zip(weights, knots, strict=True) if x > t)
    return constant + math.fsum(ramps)


def bent(
    target: str, d: float, constant: float, knots: list[float], weights: list[float]
) -> np.ndarray:
    """The pieces of a sum of hinges, wherever its knots are."""
    xs = sorted({-d, d, *knots})
    return cut(target, xs, [added_up(constant, knots, weights, x) for x in xs])


def gap(target: str, piece: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Target less polygon at the x of some pieces, [pieces, …]."""
    left, right, height, slope = (column[:, None] for column in piece.T)
    return np.asarray(SMOOTH[target](x, (left + right) / 2) - (height + slope * (x - left)))


@cache
def largest(target: str, d: float, count: int) -> float:
    """The largest distance of target and the polygon that meets it."""
    return largest_in(target, pieces(target, d, count))


def largest_in(target: str, piece: np.ndarray) -> float:
    """The largest distance in some pieces: at an end of one, or where slopes agree."""
    most = float(np.max(np.abs(gap(target, piece, piece[:, :2]))))
    if target in STEEP:
        rows, x = _level(target, piece)
        most = max(most, float(np.max(np.abs(gap(target, piece[rows], x[:, None])), initial=0)))
    return most


def _level(target: str, piece: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """In which pieces and where the target is as steep as its chord, by bisection."""
    grid = np.linspace(piece[:, 0], piece[:, 1], 65, axis=1)
    over = STEEP[target](grid) > piece[:, 3:]
    rows, columns = np.nonzero(over[:, :-1] != over[:, 1:])
    low, high, start = grid[rows, columns], grid[rows, columns + 1], over[rows, columns]
    for _ in range(50):
        middle = (low + high) / 2
        same = (STEEP[target](middle) > piece[rows, 3]) == start
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return rows, low


@cache
def root_mean_square(target: str, d: float, count: int) -> float:
    """The rms of target less the polygon that meets it."""
    return root_mean_square_in(target, d, pieces(target, d, count))


def root_mean_square_in(target: str, d: float, piece: np.ndarray) -> float:
    """The rms of their distance, by Simpson's rule."""
    weights = np.where(np.arange(129) % 2, 4.0, 2.0)
    weights[[0, -1]] = 1
    squares = gap(target, piece, np.linspace(piece[:, 0], piece[:, 1], 129, axis=1)) ** 2
    areas = squares @ weights * (piece[:, 1] - piece[:, 0]) / 128 / 3
    return math.sqrt(math.fsum(areas) / (2 * d))
