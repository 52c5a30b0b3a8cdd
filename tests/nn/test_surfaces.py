"""Surfaces against values worked by hand, finite differences and NumPy's eigenvalues."""

import math

import numpy as np
import pytest

from tui_transformer.nn.made_up.surfaces import (
    Rosenbrock,
    angle_between,
    bowl,
    overshoots,
    saddle,
    slopes_wanted,
    stand,
    walk,
)
from tui_transformer.nn.optimizers import optimizer

SURFACES = [bowl((1.0, 10.0)), bowl((0.1, 20.0), 35.0), saddle((3.0, 2.0), 70.0), Rosenbrock()]


def points(surface, rule, start, steps):
    path = [stand(surface, rule.start(np.array(start, dtype=float)))]
    while len(path) <= steps:
        after = walk(surface, rule, path[-1])
        if after is None:
            break
        path.append(after)
    return path


def test_values_by_hand():
    assert bowl((1.0, 10.0)).value(1.0, 1.0) == 5.5  # ½(1 + 10)
    assert saddle((1.0, 10.0)).value(1.0, 1.0) == -4.5  # ½(1 − 10)
    # (1 + 1.2)² + 100(1 − 1.44)² = 4.84 + 19.36, the customary start
    assert Rosenbrock().value(-1.2, 1.0) == pytest.approx(24.2, rel=1e-14)
    assert Rosenbrock().gradient(-1.2, 1.0) == pytest.approx((-215.6, -88.0), rel=1e-12)


@pytest.mark.parametrize("surface", SURFACES)
def test_gradient_is_the_slope(surface):
    rng, h = np.random.default_rng(1), 1e-6
    for x, y in rng.uniform(-2, 2, (50, 2)):
        across = (surface.value(x + h, y) - surface.value(x - h, y)) / (2 * h)
        up = (surface.value(x, y + h) - surface.value(x, y - h)) / (2 * h)
        assert surface.gradient(x, y) == pytest.approx((across, up), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("surface", SURFACES)
def test_curvature_are_the_eigenvalues_at_the_centre(surface):
    (x, y), h = surface.centre, 1e-5
    assert surface.gradient(x, y) == (0, 0)
    columns = [
        (np.array(surface.gradient(x + dx, y + dy)) - np.array(surface.gradient(x - dx, y - dy)))
        / (2 * h)
        for dx, dy in ((h, 0.0), (0.0, h))
    ]
    assert sorted(surface.curvature) == pytest.approx(
        np.linalg.eigvalsh(np.array(columns)).tolist(), rel=1e-4
    )
    assert surface.has_minimum == (min(surface.curvature) > 0)


def test_rosenbrocks_curvature():
    assert Rosenbrock().curvature == pytest.approx(
        np.linalg.eigvalsh([[802, -400], [-400, 200]])[::-1], rel=1e-9
    )


@pytest.mark.parametrize("surface", SURFACES)
def test_arrays_are_taken_element_by_element(surface):
    x, y = np.meshgrid(np.linspace(-1, 1, 5), np.linspace(0, 2, 4))
    whole, slopes = surface.value(x, y), surface.gradient(x, y)
    for index in np.ndindex(4, 5):
        at = float(x[index]), float(y[index])
        assert whole[index] == pytest.approx(surface.value(*at), rel=1e-14)
        assert (slopes[0][index], slopes[1][index]) == pytest.approx(surface.gradient(*at))


def test_rotation_turns_the_surface():
    c, s = math.cos(math.radians(30)), math.sin(math.radians(30))
    turned, plain = bowl((1.0, 10.0), 30.0), bowl((1.0, 10.0))
    for u1, u2 in ((1.0, 0.0), (0.0, 1.0), (0.7, -1.3)):
        x, y = c * u1 - s * u2, s * u1 + c * u2
        assert turned.axes(x, y) == pytest.approx((u1, u2), abs=1e-15)
        assert turned.value(x, y) == pytest.approx(plain.value(u1, u2), rel=1e-14)


def test_right_angles_are_exact():
    # Else rounding would push a start on an axis off it.
    assert bowl((1.0, 10.0), 0.0).turn == (1.0, 0.0)
    assert bowl((1.0, 10.0), 90.0).turn == (0.0, 1.0)
    assert bowl((1.0, 10.0), 45.0).axes(1.0, 1.0)[1] == 0.0


def test_a_path_ends_where_floats_end():
    rule = optimizer("gd", 2.0)
    path = points(bowl((20.0, 20.0)), rule, (1, 1), 500)
    # |u| = 39ᵏ and f = 20·39²ᵏ < 1.8e308: k < 96.4 (and the square alone: 39²ᵏ)
    assert len(path) - 1 == math.floor(math.log(1.7976931348623157e308 / 20) / math.log(39) / 2)
    assert math.isfinite(path[-1].height) and np.isfinite(path[-1].slope).all()
    assert path[-1].state.weights[0] == pytest.approx(39.0 ** (len(path) - 1), rel=1e-10)


def test_the_slope_is_taken_where_the_rule_looks():
    surface, rule = bowl((1.0, 10.0)), optimizer("nesterov", 0.1, 0.5)
    first = stand(surface, rule.start(np.array([1.0, 1.0])))
    second = walk(surface, rule, first)
    # v = (1, 10), w = (0.9, 0); it looks at (0.9 − 0.05, 0 − 0.5) with slope (0.85, −5)
    assert second.state.weights == pytest.approx([0.9, 0.0])
    assert slopes_wanted(surface, rule, [second])[0] == pytest.approx([0.85, -5.0])
    assert second.slope == pytest.approx([0.9, 0.0])


@pytest.mark.parametrize("rate", [0.05, 0.12, 0.18, 0.24])
def test_overshooting_is_a_negative_multiplier(rate):
    surface = bowl((1.0, 8.0), 25.0)
    path = points(surface, optimizer("gd", rate), (1.0, 0.3), 40)
    assert overshoots(surface, path) == (1 - rate * 8 < 0)


def test_overshooting_across_a_valley():
    start = (-1.2, 1.0)
    assert overshoots(Rosenbrock(), points(Rosenbrock(), optimizer("adam", 0.1), start, 100))
    assert not overshoots(Rosenbrock(), points(Rosenbrock(), optimizer("gd", 1e-4), start, 100))


def test_angles():
    assert angle_between((0.0, 1.0), (1.0, 0.0)) == pytest.approx(90)
    assert angle_between((-1.0, 1e-9), (-1.0, -1e-9)) == pytest.approx(0, abs=1e-6)
    assert angle_between((1e200, 1e200), (-1e-200, 0.0)) == pytest.approx(135)
    assert angle_between((0.0, 0.0), (1.0, 0.0)) is None
    rng = np.random.default_rng(2)
    for a, b in rng.normal(size=(50, 2, 2)):
        cosine = a @ b / np.hypot(*a) / np.hypot(*b)
        assert angle_between(tuple(a), tuple(b)) == pytest.approx(
            math.degrees(math.acos(cosine)), abs=1e-5
        )
