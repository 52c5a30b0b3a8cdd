"""Which settings are tried next: grids counted, gains integrated, networks trained one by one."""

import math

import numpy as np
import pytest

from tui_transformer.nn import search, shallow
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.fast import shallow as fast
from tui_transformer.nn.gaussian_process import Forecast
from tui_transformer.nn.made_up.xor import CORNERS, TARGETS, drawn


@pytest.mark.parametrize("budget", range(1, 37))
def test_a_grid_is_full_as_square_as_can_be_and_within_its_budget(budget: int) -> None:
    first, second = search.sides(budget)
    places = search.grid(first, second)
    assert len(places) == first * second == len(np.unique(places, axis=0)) <= budget
    assert budget - first * second < second <= first
    assert second**2 <= budget < (second + 1) ** 2
    assert {len(set(column)) for column in places.T} == {first, second}


def test_values_reach_both_ends() -> None:
    assert search.values(4).tolist() == [0, 1 / 3, 2 / 3, 1]
    assert search.values(1).tolist() == [0.5]


def test_fewer_draws_are_the_first_of_more() -> None:
    np.testing.assert_array_equal(search.scattered(5, 3), search.scattered(36, 3)[:5])
    assert not np.array_equal(search.scattered(5, 3), search.scattered(5, 4))


@pytest.mark.parametrize(
    "mean, spread, best", [(0.5, 0.1, 0.6), (0.9, 0.01, 0.6), (0.1, 0.2, 0.9), (0.3, 0.3, 0.3)]
)
def test_the_expected_gain_is_the_mean_of_what_is_above_the_best(
    mean: float, spread: float, best: float
) -> None:
    """By a sum over 400,001 outcomes, each with its density."""
    t = np.linspace(-10, 10, 400_001)
    density = np.exp(-(t**2) / 2) / math.sqrt(2 * math.pi)
    plain = np.trapezoid(np.maximum(mean + spread * t - best, 0) * density, t)
    forecast = Forecast(np.array([mean]), np.array([spread]), np.zeros((0, 1)))
    assert search.expected_improvement(forecast, best)[0] == pytest.approx(plain, rel=1e-6)


def test_trained_together_is_trained_one_by_one() -> None:
    """Against the network that is to be read, one step after the other."""
    rates, decays = np.array([0.05, 0.5, 2.0]), np.array([1e-3, 0.0, 0.2])
    nets = [drawn(4, start) for start in (0, 1, 2)]
    mine = fast.train(fast.stacked(nets), CORNERS, TARGETS, rates, decays, 30)
    losses = fast.losses(fast.forward(mine, CORNERS).y, TARGETS)
    tanh = ACTIVATIONS["tanh"]
    for i, net in enumerate(nets):
        for _ in range(30):
            run = shallow.forward(net, CORNERS, tanh)
            _, slope = shallow.logistic_loss(run.y, TARGETS)
            g = shallow.backward(net, CORNERS, run, slope, tanh)
            g = shallow.Shallow(g.W + decays[i] * net.W, g.c, g.w + decays[i] * net.w, g.b)
            net = shallow.descend(net, g, rates[i])
        np.testing.assert_allclose(mine.W[i], net.W, rtol=1e-9)
        np.testing.assert_allclose(mine.w[i], net.w, rtol=1e-9)
        np.testing.assert_allclose(mine.c[i], net.c, rtol=1e-9)
        assert mine.b[i] == pytest.approx(net.b, rel=1e-9)
        loss, _ = shallow.logistic_loss(shallow.forward(net, CORNERS, tanh).y, TARGETS)
        assert losses[i] == pytest.approx(loss, rel=1e-9)
