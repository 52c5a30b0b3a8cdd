"""Update rules against steps worked by hand, their limits and other ways of writing them."""

import numpy as np
import pytest

from tui_transformer.nn.optimizers import (
    Adam,
    GradientDescent,
    Momentum,
    Nesterov,
    long_run_factor,
    optimizer,
    swings,
)

RULES = ("gd", "momentum", "nesterov", "adam")


def walk(rule, weights, slope, steps):
    """Take some steps on a slope given as a function of the weights."""
    state = rule.start(np.asarray(weights, dtype=float))
    for _ in range(steps):
        state = rule.update(state, slope(rule.look(state)))
    return state


def test_gradient_descent_by_hand():
    # w = (1, −2), g = (3, −5), η = 0.1: (1 − 0.3, −2 + 0.5)
    rule = GradientDescent(0.1)
    after = rule.update(rule.start(np.array([1.0, -2.0])), np.array([3.0, -5.0]))
    assert after.weights == pytest.approx([0.7, -1.5], rel=1e-15)
    assert after.step == 1


def test_momentum_by_hand():
    # η = 0.1, β = 0.5, g always 2. v: 0 → 2 → 0.5·2 + 2 = 3. w: 1 → 1 − 0.2 = 0.8 → 0.8 − 0.3.
    state = walk(Momentum(0.1, 0.5), [1.0], lambda w: np.array([2.0]), 2)
    assert state.velocity == pytest.approx([3.0])
    assert state.weights == pytest.approx([0.5])


def test_nesterov_by_hand():
    # f = w²/2, η = 0.1, β = 0.5, w = 1.
    # Step 1: v = 0, so it looks at 1: g = 1, v = 1, w = 0.9.
    # Step 2: it looks at 0.9 − 0.1·0.5·1 = 0.85: g = 0.85, v = 0.5 + 0.85 = 1.35, w = 0.765.
    rule = Nesterov(0.1, 0.5)
    assert walk(rule, [1.0], lambda w: w, 1).weights == pytest.approx([0.9])
    state = walk(rule, [1.0], lambda w: w, 2)
    assert state.velocity == pytest.approx([1.35])
    assert state.weights == pytest.approx([0.765])


def test_nesterov_as_sutskever_writes_it():
    # v ← μv − ε∇f(θ + μv), θ ← θ + v: the same weights, with their velocity −η times ours.
    theta, v = np.array([1.0, -0.5]), np.zeros(2)
    scale = np.array([1.0, 10.0])
    for _ in range(25):
        v = 0.8 * v - 0.03 * scale * (theta + 0.8 * v)
        theta = theta + v
    state = walk(Nesterov(0.03, 0.8), [1.0, -0.5], lambda w: scale * w, 25)
    assert state.weights == pytest.approx(theta, rel=1e-12)
    assert -0.03 * state.velocity == pytest.approx(v, rel=1e-12)


def test_adam_by_hand():
    # η = 0.1, β1 = 0.9, β2 = 0.999, ε = 1e-8, w = 1, g = 4 then 2.
    # t = 1: m = 0.4, v = 0.016; m̂ = 4, v̂ = 16: w = 1 − 0.1·4/(4 + 1e-8) = 0.9 + 2.5e-10.
    # t = 2: m = 0.36 + 0.2 = 0.56, v = 0.015984 + 0.004 = 0.019984;
    #        m̂ = 0.56/0.19 = 2.947368421, v̂ = 0.019984/0.001999 = 9.996998499, √v̂ = 3.161802;
    #        w = 0.9 − 0.1·2.947368/3.161802 = 0.9 − 0.0932180 = 0.8067820.
    gradients = iter(([4.0], [2.0]))
    rule = Adam(0.1)
    first = rule.update(rule.start(np.array([1.0])), np.array(next(gradients)))
    assert first.weights == pytest.approx([0.9 + 2.5e-10], abs=1e-14)
    second = rule.update(first, np.array(next(gradients)))
    assert second.velocity == pytest.approx([0.56])
    assert second.square == pytest.approx([0.019984])
    assert second.weights == pytest.approx([0.8067820], abs=1e-7)


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e6])
def test_adams_first_step_is_the_learning_rate_whatever_the_slope(size):
    rule = Adam(0.25)
    after = rule.update(rule.start(np.zeros(2)), np.array([size, -size]))
    assert after.weights == pytest.approx([-0.25, 0.25], rel=1e-4)


def test_adam_leaves_a_coordinate_without_gradient():
    rule = Adam(2.0, 0.0)
    after = rule.update(rule.start(np.array([1.0, 1.0])), np.array([0.0, 1.0]))
    assert after.weights[0] == 1.0


@pytest.mark.parametrize("name", ["momentum", "nesterov"])
def test_without_momentum_they_are_gradient_descent(name):
    plain = walk(GradientDescent(0.07), [1.0, 2.0], np.sin, 20)
    assert np.array_equal(
        walk(optimizer(name, 0.07, 0.0), [1.0, 2.0], np.sin, 20).weights, plain.weights
    )


@pytest.mark.parametrize("name", RULES)
def test_any_shape_element_by_element(name):
    rule, rng = optimizer(name, 0.05, 0.8), np.random.default_rng(3)
    weights = rng.normal(size=(2, 3, 4))
    whole = walk(rule, weights, np.tanh, 7)
    assert whole.weights.shape == whole.velocity.shape == whole.square.shape == (2, 3, 4)
    for index in np.ndindex(2, 3, 4):
        assert walk(rule, weights[index], np.tanh, 7).weights == whole.weights[index]


@pytest.mark.parametrize("name", RULES)
def test_a_step_writes_to_nothing_and_keeps_the_type(name):
    rule = optimizer(name, 0.05)
    weights, gradient = np.ones(3, np.float32), np.full(3, 2, np.float32)
    weights.flags.writeable = gradient.flags.writeable = False
    state = rule.start(weights)
    first, again = rule.update(state, gradient), rule.update(state, gradient)
    assert first.weights.dtype == np.float32
    assert np.array_equal(first.weights, again.weights)
    assert state.step == 0 and not state.velocity.any() and not state.square.any()


def test_unknown_name():
    with pytest.raises(KeyError):
        optimizer("lion", 0.1)


def step_matrix(name, rate, beta, curvature):
    """The step on ½λw² as a matrix on (w, v), column by column from the rule itself."""
    rule = optimizer(name, rate, beta)
    columns = []
    for w, v in ((1.0, 0.0), (0.0, 1.0)):
        state = rule.start(np.array([w]))
        state = type(state)(state.weights, np.array([v]), state.square)
        after = rule.update(state, curvature * rule.look(state))
        columns.append([after.weights[0], after.velocity[0]])
    return np.array(columns).T


@pytest.mark.parametrize("name", ["gd", "momentum", "nesterov"])
def test_characteristic_is_the_step_matrix(name):
    rng = np.random.default_rng(0)
    for _ in range(200):
        rate, beta, curvature = rng.uniform(0.001, 2), rng.uniform(0, 0.99), rng.uniform(-20, 20)
        trace, determinant = optimizer(name, rate, beta).characteristic(curvature)
        if name == "gd":  # remembers nothing: one number
            assert trace == 1 - rate * curvature and determinant == 0
            continue
        matrix = step_matrix(name, rate, beta, curvature)
        roots = np.linalg.eigvals(matrix)
        assert trace == pytest.approx(np.trace(matrix), rel=1e-9, abs=1e-9)
        assert determinant == pytest.approx(np.linalg.det(matrix), rel=1e-9, abs=1e-9)
        assert long_run_factor(trace, determinant) == pytest.approx(np.abs(roots).max(), rel=1e-6)
        changes = bool(np.any(np.abs(roots.imag) > 1e-6) or np.any(roots.real < -1e-9))
        assert swings(trace, determinant) == changes


def test_adam_has_no_characteristic():
    assert Adam(0.1).characteristic(1.0) is None


@pytest.mark.parametrize("beta", [0.0, 0.3, 0.9])
def test_limits_of_stability(beta):
    # Heavy ball: ηλ < 2(1 + β); Nesterov: ηλ < 2(1 + β)/(1 + 2β); both 2 without momentum.
    for name, limit in (
        ("momentum", 2 * (1 + beta)),
        ("nesterov", 2 * (1 + beta) / (1 + 2 * beta)),
    ):
        inside = optimizer(name, limit - 1e-6, beta).characteristic(1.0)
        outside = optimizer(name, limit + 1e-6, beta).characteristic(1.0)
        assert long_run_factor(*inside) < 1 < long_run_factor(*outside)


def test_best_heavy_ball():
    # Polyak's choice shrinks every axis by √β = (√κ − 1)/(√κ + 1), here κ = 100.
    low, high = 1.0, 100.0
    rate = (2 / (high**0.5 + low**0.5)) ** 2
    beta = ((high**0.5 - low**0.5) / (high**0.5 + low**0.5)) ** 2
    rule = Momentum(rate, beta)
    for curvature in (low, 10.0, high):
        assert long_run_factor(*rule.characteristic(curvature)) == pytest.approx(9 / 11, abs=1e-6)
