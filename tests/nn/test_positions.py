"""Positions, checked by identities and by hand."""

import cmath
import math

import numpy as np
import pytest

from tui_transformer.nn.positions import (
    offset_similarity,
    rates,
    rotate,
    sinusoidal,
    wavelengths,
)

DIMENSIONS = (2, 4, 32, 128)


def test_four_numbers_by_hand():
    pe = sinusoidal(3, 4)
    np.testing.assert_array_equal(pe[0], [0, 1, 0, 1])
    np.testing.assert_allclose(pe[1], [0.841471, 0.540302, 0.0099998, 0.999950], atol=5e-7)
    np.testing.assert_allclose(
        pe[2], [math.sin(2), math.cos(2), math.sin(0.02), math.cos(0.02)], rtol=1e-15
    )


@pytest.mark.parametrize("d", DIMENSIONS)
@pytest.mark.parametrize("base", [10.0, 10_000.0])
def test_against_the_formula_of_the_paper(d, base):
    pe = sinusoidal(40, d, base)
    for p in range(40):
        for i in range(d // 2):
            angle = p / base ** (2 * i / d)
            assert pe[p, 2 * i] == pytest.approx(math.sin(angle), abs=1e-13)
            assert pe[p, 2 * i + 1] == pytest.approx(math.cos(angle), abs=1e-13)


@pytest.mark.parametrize("d", DIMENSIONS)
def test_waves_are_a_geometric_progression_from_2_pi(d):
    waves = wavelengths(d)
    assert waves[0] == 2 * math.pi
    assert waves[-1] < 2 * math.pi * 10_000
    np.testing.assert_allclose(waves[1:] / waves[:-1], 10_000 ** (2 / d), rtol=1e-13)
    np.testing.assert_allclose(np.sin(waves * rates(d)), 0, atol=1e-12)


@pytest.mark.parametrize("d", DIMENSIONS)
def test_the_score_of_two_places_depends_on_their_distance_only(d):
    scores = sinusoidal(200, d) @ sinusoidal(200, d).T
    for k in range(0, 200, 7):
        along = np.diagonal(scores, k)
        assert np.ptp(along) < 1e-12 * d
        assert offset_similarity(np.array([k]), d)[0] == pytest.approx(along[0], abs=1e-11)
    assert np.max(scores) == pytest.approx(d / 2)


@pytest.mark.parametrize("d", DIMENSIONS)
def test_turning_is_multiplying_complex_numbers(d):
    x = np.random.default_rng(1).standard_normal((5, d))
    places = np.array([0, 1, 7, 100, 255])
    turned = rotate(x, places)
    for row, p in enumerate(places):
        for i in range(d // 2):
            z = complex(*x[row, 2 * i : 2 * i + 2]) * cmath.exp(1j * p * 10_000 ** (-2 * i / d))
            assert turned[row, 2 * i : 2 * i + 2] == pytest.approx((z.real, z.imag), abs=1e-12)
    np.testing.assert_array_equal(turned[0], x[0])
    np.testing.assert_allclose(np.linalg.norm(turned, axis=1), np.linalg.norm(x, axis=1))
    np.testing.assert_allclose(rotate(turned, -places), x, atol=1e-12)


@pytest.mark.parametrize("d", DIMENSIONS)
def test_turned_q_and_k_see_their_offset_only(d):
    q, k = np.random.default_rng(2).standard_normal((2, 1, d))
    for offset in (-9, 0, 1, 30):
        scores = [
            float((rotate(q, np.array([p])) @ rotate(k, np.array([p + offset])).T)[0, 0])
            for p in (9, 40, 99, 200)
        ]
        assert np.ptp(scores) < 1e-11
    near, far = (rotate(k, np.array([p])) for p in (1, 2))
    assert abs(float((rotate(q, np.array([0])) @ (near - far).T)[0, 0])) > 1e-6


def test_turning_works_on_heads_and_on_sinusoids():
    x = np.random.default_rng(3).standard_normal((2, 3, 4, 6))
    places = np.arange(4)
    np.testing.assert_array_equal(rotate(x, places)[1, 2], rotate(x[1, 2], places))
    pairs = np.tile([0.0, 1.0], (7, 4))  # turned by −p·θ, these are the encodings
    np.testing.assert_allclose(rotate(pairs, -np.arange(7)), sinusoidal(7, 8), atol=1e-15)
