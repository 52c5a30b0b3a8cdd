"""The one-hidden-layer network against hand-worked numbers, differences and brute force."""

import itertools
import math
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
import pytest

from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.shallow import (
    Shallow,
    backward,
    central_step,
    descend,
    forward,
    input_gradient,
    is_bump,
    kinks,
    logistic_loss,
    tails,
)

RELU, TANH = ACTIVATIONS["relu"], ACTIVATIONS["tanh"]
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


@pytest.fixture(autouse=True)
def _strict() -> Iterator[None]:
    with np.errstate(all="raise", under="ignore"):
        yield


def hinges(*parts: tuple[float, float, float], c: float = 0.0) -> Shallow:
    w, b, v = (np.array(x, dtype=float) for x in zip(*parts, strict=True))
    return Shallow(w[np.newaxis], b, v, c)


def flat(net: Shallow) -> np.ndarray:
    return np.concatenate([net.W.ravel(), net.c, net.w, [net.b]])


def shaped(theta: np.ndarray, d: int, h: int) -> Shallow:
    W, c, w = np.split(theta[:-1], [d * h, d * h + h])
    return Shallow(W.reshape(d, h), c, w, float(theta[-1]))


def differences(f: Callable[[np.ndarray], float], at: np.ndarray, h: float) -> np.ndarray:
    """Central differences with Richardson's correction: error of order h⁴."""
    found = []
    for i in range(len(at)):
        e = np.eye(len(at))[i]
        one, two = ((f(at + s * e) - f(at - s * e)) / (2 * s) for s in (h, 2 * h))
        found.append((4 * one - two) / 3)
    return np.array(found)


def test_the_worked_example_of_the_book() -> None:
    # Goodfellow, Bengio & Courville, section 6.1: XW, XW + c, H and the answers.
    net = Shallow(np.ones((2, 2)), np.array([0.0, -1.0]), np.array([1.0, -2.0]), 0.0)
    run = forward(net, CORNERS, RELU)
    assert run.z.tolist() == [[0, -1], [1, 0], [1, 0], [2, 1]]
    assert run.h.tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]
    assert run.y.tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize("phi", [RELU, TANH], ids=lambda phi: phi.name)
@pytest.mark.parametrize(("d", "h"), [(1, 1), (1, 3), (2, 2), (2, 8), (5, 4)])
def test_gradients_are_what_differences_say(phi, d: int, h: int) -> None:
    rng = np.random.default_rng(d * 10 + h)
    checked = 0
    for _ in range(12):
        theta, x = rng.normal(size=d * h + 2 * h + 1), rng.normal(size=(4, d))
        weights = rng.normal(size=4)  # L = Σ weights·y, so that every input has its own slope
        net = shaped(theta, d, h)
        run = forward(net, x, phi)
        if np.min(np.abs(run.z)) < 0.02:
            continue  # a kink within reach of a difference
        checked += 1

        def loss(theta: np.ndarray, x: np.ndarray = x, weights: np.ndarray = weights) -> float:
            return float(weights @ forward(shaped(theta, d, h), x, phi).y)

        def of_input(flat_x: np.ndarray, net: Shallow = net, w: np.ndarray = weights) -> float:
            return float(w @ forward(net, flat_x.reshape(4, d), phi).y)

        assert flat(backward(net, x, run, weights, phi)) == pytest.approx(
            differences(loss, theta, 1e-3), rel=1e-6, abs=1e-9
        )
        assert input_gradient(net, run, weights, phi).ravel() == pytest.approx(
            differences(of_input, x.ravel(), 1e-3), rel=1e-6, abs=1e-9
        )
    assert checked > 2


def test_an_inactive_unit_has_three_zeros_and_a_kink_counts_as_inactive() -> None:
    net = hinges((1.0, 0.0, 1.0), (1.0, -1.0, -2.0))
    for x in (-2.0, 0.5, 1.0):
        at = np.array([[x]])
        gradient = backward(net, at, forward(net, at, RELU), np.ones(1), RELU)
        assert (gradient.W[0, 1], gradient.c[1], gradient.w[1]) == (0, 0, 0)
        assert gradient.b == 1


def test_a_step_goes_against_the_gradient() -> None:
    net = hinges((1.0, 2.0, 3.0), c=4.0)
    after = descend(net, hinges((10.0, 20.0, 30.0), c=40.0), 0.1)
    assert flat(after) == pytest.approx([0.0, 0.0, 0.0, 0.0], abs=1e-15)
    assert flat(net).tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("which", range(4))
@pytest.mark.parametrize("bad", [math.inf, -math.inf, math.nan])
def test_what_no_float_holds_is_noticed(which: int, bad: float) -> None:
    theta = np.arange(4.0)
    assert shaped(theta, 1, 1).finite
    theta[which] = bad
    assert not shaped(theta, 1, 1).finite


def test_sums_that_cancel_to_rounding_are_zero() -> None:
    net = hinges((0.1, -0.3, 1.0))
    at = np.array([[3.0]])
    assert 0 < forward(net, at, RELU).z[0, 0] < 1e-16
    assert forward(net, at, RELU, settled=True).z[0, 0] == 0
    assert forward(net, at + 1e-12, RELU, settled=True).z[0, 0] > 0


# ── the loss ───────────────────────────────────────────────────────────────────────────


def test_the_loss_is_the_mean_price_of_the_right_class() -> None:
    y, target = np.array([0.3, -1.2, 2.5]), np.array([1.0, 0.0, 0.0])
    p = [1 / (1 + math.exp(-v)) for v in y]
    price = -(math.log(p[0]) + math.log(1 - p[1]) + math.log(1 - p[2])) / 3
    loss, slope = logistic_loss(y, target)
    assert loss == pytest.approx(price, rel=1e-14)
    assert slope == pytest.approx((np.array(p) - target) / 3, rel=1e-14)
    assert slope == pytest.approx(
        differences(lambda v: logistic_loss(v, target)[0], y, 1e-3), rel=1e-9
    )


def test_the_loss_neither_overflows_nor_loses_its_digits() -> None:
    loss, slope = logistic_loss(np.array([1e308, -1e308]), np.array([1.0, 0.0]))
    assert loss == 0 and not slope.any()
    assert logistic_loss(np.array([-1e300]), np.array([1.0]))[0] == 1e300
    loss, slope = logistic_loss(np.array([40.0]), np.array([1.0]))
    assert loss == pytest.approx(math.exp(-40), rel=1e-12)
    assert slope[0] == pytest.approx(-math.exp(-40), rel=1e-12)


# ── kinks, tails and bumps ─────────────────────────────────────────────────────────────


def exact(net: Shallow, x: Fraction) -> Fraction:
    """y in rational arithmetic, from the decimals."""
    read = [[Fraction(repr(float(p))) for p in part] for part in (net.W[0], net.c, net.w)]
    terms = (v * max(Fraction(0), w * x + b) for w, b, v in zip(*read, strict=True))
    return sum(terms, Fraction(repr(float(net.b))))


def random_nets(count: int) -> Iterator[Shallow]:
    rng = np.random.default_rng(5)
    for i in range(count):
        parts = np.round(rng.uniform(-3, 3, (1 + i % 4, 3)), 1) * (rng.random((1 + i % 4, 3)) < 0.9)
        yield hinges(*map(tuple, parts), c=round(float(rng.uniform(-3, 3)), 1))


def test_the_slope_changes_at_the_kinks_and_nowhere_else() -> None:
    for net in random_nets(200):
        bends = {
            -Fraction(repr(float(b))) / Fraction(repr(float(w)))
            for w, b in zip(net.W[0], net.c, strict=True)
            if w
        }
        tiny = Fraction(1, 10**9)
        changing = sorted(
            float(at)
            for at in bends
            if exact(net, at + tiny) - exact(net, at) != exact(net, at) - exact(net, at - tiny)
        )
        assert kinks(net) == changing


def test_coinciding_hinges_are_one_kink_or_none() -> None:
    assert kinks(hinges((0.1, -0.3, 1.0), (0.3, -0.9, 1.0))) == [3.0]
    assert kinks(hinges((1.0, 0.0, 1.0), (-1.0, 0.0, 1.0))) == [0.0]  # |x|
    assert kinks(hinges((1.0, 0.0, 1.0), (-1.0, 0.0, -1.0))) == []  # x itself
    assert kinks(hinges((0.0, 2.0, 1.0), (5e-324, 3.0, 1.0))) == []  # none, or beyond all floats


def test_far_out_it_is_the_line_that_the_tails_name() -> None:
    for net in random_nets(200):
        for tail, x in zip(tails(net), (Fraction(-(10**6)), Fraction(10**6)), strict=True):
            assert exact(net, x) == tail.slope * x + tail.level
            assert tail.flat == (exact(net, 2 * x) == exact(net, x))


def test_three_hinges_make_a_bump() -> None:
    assert is_bump(hinges((1.0, 0.0, 1.0), (1.0, -1.0, -2.0), (1.0, -2.0, 1.0)))
    assert not is_bump(hinges((1.0, 0.0, 1.0), (1.0, -1.0, -2.0)))
    assert not is_bump(hinges((1.0, 0.0, 0.0), (1.0, -1.0, 0.0)))  # 0 everywhere
    assert not is_bump(hinges((1.0, 0.0, 1.0), (1.0, -1.0, -2.0), (1.0, -2.0, 1.0), c=1.0))
    assert not is_bump(hinges((1.0, 0.0, -1.0), (1.0, -1.0, 2.0), (1.0, -2.0, -1.0)))  # a dip
    up_and_down = ((1.0, 0.0, 1.0), (1.0, -1.0, -2.0), (1.0, -3.0, 2.0), (1.0, -4.0, -1.0))
    assert not is_bump(hinges(*up_and_down))


def test_two_hinges_never_make_one_whatever_the_weights() -> None:
    # Every combination of whole numbers from −3 to 3, with the c that makes the left end 0. A
    # piecewise linear function that is 0 far out (at two points on each side) and at every
    # place where it can bend is 0 everywhere, so a bump must differ from 0 at one of those.
    side = np.arange(-3, 4)
    w1, b1, v1, w2, b2, v2 = (part.ravel() for part in np.meshgrid(*[side] * 6))

    def y(x: Fraction) -> np.ndarray:
        top, bottom = x.numerator, x.denominator  # y·bottom, in whole numbers
        return v1 * np.maximum(0, w1 * top + b1 * bottom) + v2 * np.maximum(
            0, w2 * top + b2 * bottom
        )

    c = -y(Fraction(-1000))
    far = [y(Fraction(x)) + c == 0 for x in (-2000, 1000, 2000)]
    places = {Fraction(-b, w) for b, w in itertools.product(range(-3, 4), repeat=2) if w}
    inside = [y(at) + c * at.denominator != 0 for at in places]
    assert len(places) > 10
    assert not np.any(np.all(far, axis=0) & np.any(inside, axis=0))


def test_a_difference_steps_as_far_as_the_number_is_large() -> None:
    assert central_step(0.0) == central_step(-0.5) == 1e-4
    assert central_step(-1e6) == pytest.approx(100.0)
