"""The line where a weighted sum of two inputs is zero."""

import math
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache

Point = tuple[float, float]


def weighted_sum(w: Iterable[float], x: Iterable[float], b: float = 0.0) -> float:
    """Compute w·x + b as the decimals that were typed: 0.1 + 0.2 − 0.3 is 0 here.

    [n], [n] → a number. In binary fractions it is 5.6e-17, and that would be class 1.
    """
    products = (_decimal(p) * _decimal(q) for p, q in zip(w, x, strict=True))
    return float(sum(products, _decimal(b)))


@lru_cache(maxsize=1024)  # the same few are asked for again and again
def _decimal(x: float) -> Fraction:
    return Fraction(repr(float(x)))


def quotient(a: float, b: float) -> float | None:
    """Divide; None by zero, or where the result is beyond every float."""
    result = float(a) / float(b) + 0.0 if b else math.inf
    return result if math.isfinite(result) else None


def line_in_square(w: Iterable[float], b: float, reach: float) -> tuple[Point, Point] | None:
    """Find where the line w·x + b = 0 enters and leaves the square −reach..reach.

    None where there is no line (w = 0) or it does not cross the square. Liang & Barsky (1984).
    """
    w1, w2 = map(float, w)
    length = math.hypot(w1, w2)
    if length == 0 or abs(b) / length > 2 * reach:
        return None
    across = (w1 / length, w2 / length)
    foot = (-b / length * across[0], -b / length * across[1])
    along = (-across[1], across[0])
    start, stop = -4 * reach, 4 * reach
    for at, step in zip(foot, along, strict=True):
        if abs(step) > 1e-12:
            ends = sorted(((-reach - at) / step, (reach - at) / step))
            start, stop = max(start, ends[0]), min(stop, ends[1])
        elif abs(at) > reach:
            return None
    if start >= stop:
        return None
    first, last = ((foot[0] + t * along[0], foot[1] + t * along[1]) for t in (start, stop))
    return first, last
