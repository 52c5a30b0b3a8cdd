"""Residual stacks: the way forward and the way back against slower, plainer ones."""

import itertools
import math

import numpy as np
import pytest

from tui_transformer.nn.norms import layer_norm, layer_norm_backward
from tui_transformer.nn.residual_stack import (
    EPSILON,
    MOST_LAYERS,
    Stack,
    drawn,
    lengths,
    norm_back,
    travel,
)

SHAPES = list(
    itertools.product(
        ("tanh", "relu", "gelu", "sigmoid", "identity"), ("none", "pre", "post"), (False, True)
    )
)


@pytest.fixture(autouse=True)
def loud():
    with np.errstate(all="raise"):
        yield


ACT = {
    "tanh": math.tanh,
    "relu": lambda h: max(h, 0.0),
    "gelu": lambda h: h * 0.5 * (1 + math.erf(h / math.sqrt(2))),
    "sigmoid": lambda h: 1 / (1 + math.exp(-h)),
    "identity": lambda h: h,
}


def normal(x):
    mean = math.fsum(x) / len(x)
    variance = math.fsum((v - mean) ** 2 for v in x) / len(x)
    return np.array([(v - mean) / math.sqrt(variance + EPSILON) for v in x])


def layer(plan, w, x, residual):
    """One layer as its definition reads, number by number."""
    entering = normal(x) if plan.norm == "pre" else x
    f = [
        ACT[plan.activation](math.fsum(entering[i] * w[i, j] for i in range(len(x))))
        for j in range(len(x))
    ]
    out = np.array([a + b for a, b in zip(x, f, strict=True)] if residual else f)
    return normal(out) if plan.norm == "post" else out


def run(plan, x, residual):
    weights = plan.gain * drawn(plan.width, plan.seed)[1][: plan.depth]
    states = [x]
    for w in weights:
        states.append(layer(plan, w, states[-1], residual))
    return states


@pytest.mark.parametrize(("act", "norm", "residual"), SHAPES)
def test_the_way_forward_is_the_definition(act, norm, residual):
    plan = Stack(5, 8, 0.9, act, norm, seed=3)
    states = run(plan, drawn(8, 3)[0], residual)
    journey = travel(plan)[residual]
    np.testing.assert_allclose(journey.signals, states, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(journey.forward_norms, [math.hypot(*x) for x in states], rtol=1e-11)


@pytest.mark.parametrize(("act", "norm", "residual"), SHAPES)
def test_the_way_back_is_the_jacobian(act, norm, residual):
    """Row i of ∂x(depth)/∂x(0) by central differences, through the loop-written layers."""
    plan, h = Stack(4, 8, 1.1, act, norm, seed=5), 1e-6
    x = drawn(8, 5)[0]
    columns = [
        (run(plan, x + h * e, residual)[-1] - run(plan, x - h * e, residual)[-1]) / (2 * h)
        for e in np.eye(8)
    ]
    jacobian = np.array(columns).T
    journey = travel(plan)[residual]
    np.testing.assert_allclose(
        journey.gradients[0], [math.hypot(*row) for row in jacobian], rtol=1e-6, atol=1e-9
    )
    assert journey.gradient_norms[0] == pytest.approx(
        math.sqrt(float(np.sum(jacobian**2)) / 8), rel=1e-6, abs=1e-9
    )
    assert journey.gradient_norms[-1] == 1


@pytest.mark.parametrize("residual", [False, True])
def test_every_layer_on_the_way_back_is_a_product_of_layer_jacobians(residual):
    plan = Stack(30, 16, 0.7, seed=1)
    journey = travel(plan)[residual]
    product = np.eye(16)
    for at in range(29, -1, -1):
        w = 0.7 * drawn(16, 1)[1][at]
        slope = 1 - np.tanh(journey.signals[at] @ w) ** 2
        product = product @ (np.diag(slope) @ w.T + residual * np.eye(16))
        assert journey.gradient_norms[at] == pytest.approx(np.linalg.norm(product) / 4, rel=1e-10)


def test_without_a_bend_the_jacobian_is_the_product_of_the_matrices():
    plan = Stack(128, 8, 0.1, "identity", seed=2)
    w = 0.1 * drawn(8, 2)[1]
    without = np.linalg.multi_dot([m * 10 for m in w[:60]])  # 10⁶⁰ times larger, so that it fits
    rest = np.linalg.multi_dot([m * 10 for m in w[60:]])
    expected = math.log10(np.linalg.norm(without @ rest) / math.sqrt(8)) - 128
    assert math.log10(travel(plan)[0].gradient_norms[0]) == pytest.approx(expected, abs=1e-9)


def test_a_random_direction_keeps_as_much_on_average():
    """The root mean square over all outputs is the one over all directions."""
    plan = Stack(50, 64, 0.5)
    for residual in (False, True):
        journey = travel(plan)[residual]
        back = np.random.default_rng(0).standard_normal((4000, 64))
        back /= np.linalg.norm(back, axis=1, keepdims=True)
        for at in range(49, -1, -1):
            w = 0.5 * drawn(64, 0)[1][at]
            slope = 1 - np.tanh(journey.signals[at] @ w) ** 2
            back = (back * slope) @ w.T + residual * back
        sample = math.sqrt(float(np.mean(np.sum((back * 1e8) ** 2, axis=1)))) / 1e8
        assert journey.gradient_norms[0] == pytest.approx(sample, rel=0.05)


def test_gain_a_half_and_fifty_tanh_layers_over_many_seeds():
    found = [
        [float(j.gradient_norms[0]) for j in travel(Stack(50, 64, 0.5, seed=seed))]
        for seed in range(20)
    ]
    without, residual = zip(*found, strict=True)
    assert all(1e-16 < g < 2e-15 for g in without)
    assert all(5 < g < 20 for g in residual)


def test_a_deeper_stack_begins_with_the_layers_of_a_shallower_one():
    for plain, deep in zip(travel(Stack(20, 16, 0.5)), travel(Stack(90, 16, 0.5)), strict=True):
        np.testing.assert_array_equal(plain.signals, deep.signals[:21])


@pytest.mark.parametrize("act", ["tanh", "relu", "gelu", "sigmoid", "identity"])
@pytest.mark.parametrize("norm", ["none", "pre", "post"])
def test_nothing_overflows_and_only_shut_units_give_zero(act, norm):
    for gain, width in itertools.product((0.1, 3.0), (8, 64)):
        for journey in travel(Stack(MOST_LAYERS, width, gain, act, norm)):
            for norms in (journey.forward_norms, journey.gradient_norms):
                assert np.isfinite(norms).all() and (norms >= 0).all()
                assert width == 8 or (norms > 0).all()


def test_relu_that_shuts_lets_exactly_nothing_through():
    shut = travel(Stack(128, 8, 0.5, "relu", seed=1))
    first = int(np.flatnonzero(shut[0].forward_norms == 0)[0])
    assert (shut[0].forward_norms[first:] == 0).all()
    assert (shut[0].gradient_norms[:-1] == 0).all() and shut[0].gradient_norms[-1] == 1
    assert (shut[1].gradient_norms > 0).all()  # the residual passes it on all the same


def test_lengths():
    assert lengths(np.array([3.0, 4.0])) == 5
    assert lengths(np.array([3e-200, 4e-200])) == pytest.approx(5e-200, rel=1e-14)
    assert lengths(np.array([3e200, 4e200])) == pytest.approx(5e200, rel=1e-14)
    assert lengths(np.zeros((2, 3))).tolist() == [0, 0]


def test_the_fast_way_back_through_a_norm_is_the_other_one():
    rng = np.random.default_rng(4)
    x, d = rng.standard_normal((2, 1, 16)), rng.standard_normal((2, 16, 16))
    done = layer_norm(x, np.ones(1), np.zeros(1), EPSILON)
    np.testing.assert_allclose(
        norm_back(d, done), layer_norm_backward(d, np.ones(1), done)[0], rtol=1e-12, atol=1e-14
    )
