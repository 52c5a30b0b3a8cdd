"""Sums of hinges: against np.interp, bounds by hand, closed forms and dense sampling."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calculator import calculate
from tui_transformer.nn.geometry.hinges import (
    TARGETS,
    Hinges,
    interpolate,
    meeting_points,
    misses,
    polygon_nodes,
)
from tui_transformer.steps.hinges import height
from tui_transformer.terms import n, plain

names = st.sampled_from(list(TARGETS))
counts = st.integers(1, 64)
domains = st.floats(0.5, 4)


@pytest.fixture(autouse=True)
def loud():
    with np.errstate(all="raise"):
        yield


def test_a_sum_by_hand():
    two = Hinges(1.0, np.array([-1.0, 1.0]), np.array([2.0, -3.0]))
    assert two(np.array([-2.0, 0.0, 3.0])).tolist() == [1.0, 3.0, 3.0]
    assert two.parts(np.array([3.0])).tolist() == [[8.0, -6.0]]


@given(names, counts, domains)
def test_it_is_the_polygon_through_the_target(name, count, d):
    points = meeting_points(-d, d, count)
    fit = interpolate(TARGETS[name].f, -d, d, count)
    x = np.linspace(-d, d, 301)
    assert fit(x) == pytest.approx(np.interp(x, points, TARGETS[name].f(points)), abs=1e-11)
    assert fit(points) == pytest.approx(TARGETS[name].f(points), abs=1e-11)
    assert len(fit.knots) == len(fit.weights) == count


@given(counts, domains)
def test_the_points_are_evenly_spaced(count, d):
    points = meeting_points(-d, d, count)
    exact = [float(Fraction(-d) + 2 * Fraction(d) * i / count) for i in range(count + 1)]
    assert points == pytest.approx(exact, abs=1e-12)
    assert (points[0], points[-1]) == (-d, d)


def test_outside_it_is_flat_on_the_left_and_keeps_its_slope_on_the_right():
    fit = interpolate(TARGETS["bump"].f, -0.5, 0.5, 9)
    assert fit(np.array([-9.0, -0.5])).tolist() == [fit.constant] * 2
    steps = np.diff(fit(np.array([0.5, 1.5, 2.5])))
    assert steps == pytest.approx([fit.weights.sum()] * 2)


@given(names, counts, domains)
def test_no_sampled_point_misses_by_more_than_the_worst(name, count, d):
    target = TARGETS[name]
    missed = misses(target, -d, d, count)
    x = np.linspace(-d, d, 5003)
    gap = np.abs(interpolate(target.f, -d, d, count)(x) - target.f(x))
    assert gap.max() <= missed.worst * (1 + 1e-7) + 1e-11
    if not target.jump and missed.worst > 1e-9:
        assert gap.max() == pytest.approx(missed.worst, rel=0.01)
        assert math.sqrt(np.mean(gap**2)) == pytest.approx(missed.rms, rel=0.01)


@pytest.mark.parametrize("count", [4, 8, 16, 64])
def test_the_worst_miss_of_the_sine_in_closed_form(count):
    """On a piece of step h the miss is largest where π·cos πx is the slope of the chord."""
    h, worst = 2 / count, 0.0
    for i in range(count):
        a, b = -1 + i * h, -1 + (i + 1) * h
        slope = (math.sin(math.pi * b) - math.sin(math.pi * a)) / h
        turn = math.acos(slope / math.pi) / math.pi
        for x in (turn, -turn):
            if a <= x <= b:
                chord = math.sin(math.pi * a) + slope * (x - a)
                worst = max(worst, abs(math.sin(math.pi * x) - chord))
    assert misses(TARGETS["sine"], -1, 1, count).worst == pytest.approx(worst, rel=1e-7)


@pytest.mark.parametrize(("name", "bend"), [("sine", math.pi**2), ("bump", 16.0)])
def test_smooth_targets_keep_the_bound_and_fall_like_one_over_n_squared(name, bend):
    """h²·max|f″|/8; the largest |f″| is π² for sin πx and 16 for e^(−8x²), at 0."""
    ns = np.array([32, 48, 64, 96, 128])
    worst = [misses(TARGETS[name], -1, 1, int(k)).worst for k in ns]
    rms = [misses(TARGETS[name], -1, 1, int(k)).rms for k in ns]
    assert all(e <= (2 / k) ** 2 * bend / 8 for e, k in zip(worst, ns, strict=True))
    assert np.polyfit(np.log(ns), np.log(worst), 1)[0] == pytest.approx(-2, abs=0.05)
    assert np.polyfit(np.log(ns), np.log(rms), 1)[0] == pytest.approx(-2, abs=0.05)


@given(names.filter(lambda name: TARGETS[name].jump), counts, domains)
def test_a_jump_is_never_met(name, count, d):
    assert misses(TARGETS[name], -d, d, count).worst >= 0.5 - 1e-9


@pytest.mark.parametrize("count", [2, 4, 10, 64])
def test_the_miss_of_a_step_in_closed_form(count):
    """A knot on the jump, halfway up: two triangles of height ½ and width h; mean square h/12."""
    missed = misses(TARGETS["step"], -1, 1, count)
    assert missed.worst == 0.5
    assert missed.at == 0.0
    assert missed.rms == pytest.approx(math.sqrt(1 / (6 * count)), rel=1e-12)


@given(counts, domains)
def test_the_absolute_value_needs_a_knot_on_its_corner(count, d):
    missed = misses(TARGETS["absolute"], -d, d, count)
    if count % 2 == 0:
        assert missed.worst < 1e-12
    else:
        assert missed.worst == pytest.approx(d / count, rel=1e-9)
        assert missed.at == 0.0
        # a triangle of height d/n on a base 2d/n: its mean square is h²/3 over 1/n of the way
        assert missed.rms == pytest.approx(d / count / math.sqrt(3 * count), rel=1e-9)


@given(names, counts, domains)
def test_squares_add_up_to_the_rms(name, count, d):
    missed = misses(TARGETS[name], -d, d, count)
    assert len(missed.squares) == count
    assert missed.rms == pytest.approx(math.sqrt(sum(missed.squares) / (2 * d)), rel=1e-9)


@given(names, counts, domains)
def test_the_nodes_give_the_squares_and_lie_between_their_points(name, count, d):
    points = meeting_points(-d, d, count)
    found = polygon_nodes(TARGETS[name], points, TARGETS[name].f(points))
    points = meeting_points(-d, d, count)
    assert np.all((found.x >= points[found.part]) & (found.x <= points[found.part + 1]))
    assert sum(found.shares) == pytest.approx(2 * d, rel=1e-6)
    fit = np.interp(found.x, points, TARGETS[name].f(points))
    assert found.gaps == pytest.approx(TARGETS[name].branch(found.x, found.inside) - fit, abs=1e-9)
    for i, square in enumerate(misses(TARGETS[name], -d, d, count).squares):
        mine = found.part == i
        assert sum(found.shares[mine] * found.gaps[mine] ** 2) == pytest.approx(square, rel=1e-9)


@given(names, st.floats(-5, 5))
def test_targets_are_what_their_steps_say(name, x):
    target = TARGETS[name]
    shown = float(target.f(np.array(x)))
    assert calculate(plain(height(name, n(x), x))) == pytest.approx(shown, abs=1e-12)


@given(st.floats(-4, 3), st.floats(0.5, 4))
def test_breaks_are_listed_once_each(low, length):
    found = TARGETS["sawtooth"].breaks_within(low, low + length)
    wanted = [k + 0.5 for k in range(-9, 9) if low <= k + 0.5 <= low + length]
    assert found == wanted
    assert TARGETS["sine"].breaks_within(-4, 4) == []


@pytest.mark.parametrize(
    ("name", "at", "values"),
    [
        ("step", 0.0, (0.0, 0.5, 1.0)),
        ("sawtooth", 0.5, (0.5, 0.0, -0.5)),
        ("sawtooth", -1.5, (0.5, 0.0, -0.5)),
    ],
)
def test_at_a_jump_the_target_is_halfway_and_both_limits_are_known(name, at, values):
    target = TARGETS[name]
    below, above = (float(target.branch(np.array(at), np.array(at + e))) for e in (-0.1, 0.1))
    assert (below, float(target.f(np.array(at))), above) == values
