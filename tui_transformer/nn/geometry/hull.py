"""Where a point lies to a triangle: in it, on it, or how far away."""

import math
from itertools import combinations

from tui_transformer.arrays import Array


def distance_to_triangle(point: Array, corners: Array) -> float:
    """Measure how far a point is from the convex hull of three: 0 inside and on the edge.

    [2], [3, 2] → a number. The corners may lie on a line or on one spot: their hull is then
    that line or spot.
    """
    x, y = map(float, point)
    a, b, c = ((float(p[0]), float(p[1])) for p in corners)
    turns = [_cross(p, q, (x, y)) for p, q in ((a, b), (b, c), (c, a))]
    if _cross(a, b, c) != 0 and (min(turns) >= 0 or max(turns) <= 0):
        return 0.0
    return min(_to_segment((x, y), p, q) for p, q in combinations((a, b, c), 2))


def _cross(p: tuple[float, float], q: tuple[float, float], r: tuple[float, float]) -> float:
    """Twice the area of p, q, r; positive where they turn left."""
    return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])


def _to_segment(at: tuple[float, float], p: tuple[float, float], q: tuple[float, float]) -> float:
    """How far a point is from the nearest point between p and q."""
    along = (q[0] - p[0], q[1] - p[1])
    length = along[0] ** 2 + along[1] ** 2
    share = 0.0
    if length > 0:
        share = ((at[0] - p[0]) * along[0] + (at[1] - p[1]) * along[1]) / length
    share = min(max(share, 0.0), 1.0)
    return math.hypot(at[0] - p[0] - share * along[0], at[1] - p[1] - share * along[1])
