"""What measurements say of the places between them, against conditioning by the inverse."""

import math

import numpy as np
import pytest

from tui_transformer.nn.gaussian_process import Prior, alike, forecast, forwards, learn

PRIOR = Prior(length=0.2, height=0.7, noise=0.05)


def spots(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((n, 2))


def test_nearness_place_by_place() -> None:
    a, b = spots(3), spots(4, 1)
    for i, j in np.ndindex(3, 4):
        near = 0.7**2 * math.exp(-(math.dist(a[i], b[j]) ** 2) / (2 * 0.2**2))
        assert alike(PRIOR, a, b)[i, j] == pytest.approx(near, rel=1e-14)


def test_forwards_solves_a_lower_triangle() -> None:
    lower = np.tril(np.random.default_rng(2).normal(size=(6, 6))) + 3 * np.eye(6)
    right = np.random.default_rng(3).normal(size=(6, 2))
    np.testing.assert_allclose(lower @ forwards(lower, right), right, atol=1e-13)


@pytest.mark.parametrize("n", [1, 2, 9, 30])
def test_mean_and_spread_are_those_of_the_normal_distribution_given_the_rest(n: int) -> None:
    """Rasmussen & Williams (2.23) and (2.24): all heights together are one normal distribution."""
    seen, there = spots(n), spots(7, 5)
    heights = np.sin(9 * seen[:, 0]) + seen[:, 1]
    mine = forecast(PRIOR, learn(PRIOR, seen, heights), there)
    inverse = np.linalg.inv(alike(PRIOR, seen, seen) + 0.05**2 * np.eye(n))
    cross, middle = alike(PRIOR, there, seen), heights.mean()
    np.testing.assert_allclose(
        mine.mean, middle + cross @ inverse @ (heights - middle), rtol=1e-9, atol=1e-10
    )
    variance = np.diag(alike(PRIOR, there, there) - cross @ inverse @ cross.T)
    np.testing.assert_allclose(mine.spread**2, variance, rtol=1e-8, atol=1e-10)


def test_it_goes_through_what_was_measured_and_knows_nothing_far_away() -> None:
    exact = Prior(0.2, 0.7, 1e-6)
    seen = spots(8)
    known = learn(exact, seen, seen.sum(axis=1))
    at, far = forecast(exact, known, seen), forecast(exact, known, np.array([[50.0, 50.0]]))
    np.testing.assert_allclose(at.mean, seen.sum(axis=1), atol=1e-6)
    assert np.all(at.spread < 1e-5)
    assert far.mean[0] == pytest.approx(seen.sum(axis=1).mean()) and far.spread[0] == 0.7


def test_many_draws_from_the_prior_that_pass_near_the_measurements_agree() -> None:
    """By brute force: of 400,000 curves, those that happen to pass where was measured."""
    rough = Prior(0.3, 1.0, 0.1)
    places = np.array([[0.0, 0.0], [0.25, 0.0]])
    cov = alike(rough, places, places)
    rng = np.random.default_rng(0)
    curves = rng.multivariate_normal([0, 0], cov, size=400_000)
    seen = curves[:, 0] + rng.normal(scale=0.1, size=len(curves))
    kept = curves[abs(seen - 0.8) < 0.02, 1]
    # What is measured is given relative to its mean: two measurements at ±0.8 have mean 0.
    far = np.array([[0.0, 0.0], [90.0, 0.0]])
    mine = forecast(rough, learn(rough, far, np.array([0.8, -0.8])), places[1:])
    assert mine.mean[0] == pytest.approx(kept.mean(), abs=0.02)
    assert mine.spread[0] == pytest.approx(kept.std(), abs=0.02)
