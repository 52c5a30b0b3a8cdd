"""Distance to a triangle: by hand, by mixing, and by brute force over mixtures."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_transformer.nn.geometry.hull import distance_to_triangle

SQUARE_CORNER = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
points = st.tuples(st.floats(-5, 5), st.floats(-5, 5))


@pytest.mark.parametrize(
    ("point", "distance"),
    [
        ((1, 1), 0),
        ((2, 2), 0),
        ((0, 0), 0),
        ((4, 0), 0),
        ((3, 3), math.sqrt(2)),
        ((-3, -4), 5),
        ((6, 0), 2),
        ((2, -1), 1),
    ],
)
def test_by_hand(point, distance):
    for order in ([0, 1, 2], [2, 1, 0], [1, 0, 2]):
        found = distance_to_triangle(np.array(point), SQUARE_CORNER[order])
        assert found == pytest.approx(distance)


@pytest.mark.parametrize(
    ("corners", "point", "distance"),
    [
        ([(0, 0), (2, 2), (4, 4)], (3, 3), 0),
        ([(0, 0), (2, 2), (4, 4)], (5, 5), math.sqrt(2)),
        ([(4, 4), (0, 0), (2, 2)], (0, 2), math.sqrt(2)),
        ([(1, 2)] * 3, (1, 2), 0),
        ([(1, 2)] * 3, (4, 6), 5),
    ],
)
def test_a_hull_may_be_a_line_or_a_spot(corners, point, distance):
    assert distance_to_triangle(np.array(point), np.array(corners)) == pytest.approx(distance)


@given(points, points, points, points)
def test_no_mixture_is_nearer(point, a, b, c):
    corners, at = np.array([a, b, c]), np.array(point)
    shares = np.array([(i, j, 40 - i - j) for i in range(41) for j in range(41 - i)]) / 40
    nearest = np.min(np.hypot(*(shares @ corners - at).T))
    found = distance_to_triangle(at, corners)
    longest = max(np.hypot(*(p - q)) for p in corners for q in corners)
    assert nearest - longest / 40 - 1e-9 <= found <= nearest + 1e-9


@given(points, points, points, st.floats(0, 1), st.floats(0, 1))
def test_every_mixture_is_inside(a, b, c, s, t):
    low, high = sorted((s, t))
    corners = np.array([a, b, c])
    mixture = np.array([low, high - low, 1 - high]) @ corners
    assert distance_to_triangle(mixture, corners) <= 1e-12 * 5
