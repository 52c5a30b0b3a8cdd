"""Pieces of ReLU stacks: against exact fractions, brute force and the stack itself."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_transformer.nn.geometry.piecewise import (
    Layer,
    best_line,
    collapse,
    forward,
    hidden,
    relu_pieces,
)

LOW, HIGH = -2.0, 2.0


def relu(z: np.ndarray) -> np.ndarray:
    return np.maximum(z, 0.0)


def drawn(seed: int, units: int, layers: int) -> list[Layer]:
    rng = np.random.default_rng(seed)
    sizes = [1, *[units] * layers, 1]
    return [
        (rng.standard_normal((b, a)), rng.standard_normal(b)) for a, b in itertools.pairwise(sizes)
    ]


def whole(seed: int, units: int, layers: int) -> list[Layer]:
    """Small whole-number weights, so that fractions are exact and ties are common."""
    rng = np.random.default_rng(seed)
    sizes = [1, *[units] * layers, 1]
    return [
        (rng.integers(-3, 4, (b, a)).astype(float), rng.integers(-3, 4, b).astype(float))
        for a, b in itertools.pairwise(sizes)
    ]


def exact(stack: list[Layer], x: Fraction) -> tuple[Fraction, Fraction, Fraction, list[Fraction]]:
    """Value, slopes left and right of x, and every unit's sum, in exact fractions."""
    h, left, right, sums = [x], [Fraction(1)], [Fraction(1)], []
    for index, (weight, bias) in enumerate(stack):
        rows = [[Fraction(w) for w in row] for row in weight.tolist()]
        z = [
            sum(w * v for w, v in zip(row, h, strict=True)) + Fraction(b)
            for row, b in zip(rows, bias.tolist(), strict=True)
        ]
        dl, dr = (
            [sum(w * d for w, d in zip(row, side, strict=True)) for row in rows]
            for side in (left, right)
        )
        if index == len(stack) - 1:
            return z[0], dl[0], dr[0], sums
        sums += z
        # Left of x a sum is positive if it is so at x, or 0 there and falling towards x.
        left = [
            d if v > 0 or (v == 0 and d < 0) else Fraction(0) for v, d in zip(z, dl, strict=True)
        ]
        right = [
            d if v > 0 or (v == 0 and d > 0) else Fraction(0) for v, d in zip(z, dr, strict=True)
        ]
        h = [max(v, Fraction(0)) for v in z]
    raise AssertionError


def test_one_hinge() -> None:
    stack = [(np.array([[1.0]]), np.array([-0.5])), (np.array([[3.0]]), np.array([1.0]))]
    pieces = relu_pieces(stack, LOW, HIGH)
    assert pieces.kinks == [0.5]
    assert pieces.slopes.tolist() == [0.0, 3.0]
    assert pieces(np.array([-1.0, 0.5, 1.5, 5.0])).tolist() == [1.0, 1.0, 4.0, 14.5]
    assert pieces.edges.tolist() == [LOW, 0.5, HIGH]


def test_a_kink_on_the_edge_is_outside() -> None:
    stack = [(np.array([[1.0], [1.0]]), np.array([2.0, -2.0])), (np.ones((1, 2)), np.zeros(1))]
    assert relu_pieces(stack, LOW, HIGH).kinks == []
    assert relu_pieces(stack, -3, 3).kinks == [-2.0, 2.0]


def test_units_that_cancel_make_no_kink() -> None:
    both = (np.array([[1.0], [-1.0]]), np.zeros(2))
    assert relu_pieces([both, (np.array([[1.0, -1.0]]), np.zeros(1))], LOW, HIGH).kinks == []
    assert relu_pieces([both, (np.array([[1.0, 1.0]]), np.zeros(1))], LOW, HIGH).kinks == [0.0]
    unheard = (np.array([[1.0, 0.0]]), np.zeros(1))
    shifted = (np.array([[1.0], [1.0]]), np.array([0.5, -1.0]))
    assert relu_pieces([shifted, unheard], LOW, HIGH).kinks == [-0.5]


def test_a_folded_fold_bends_at_whole_eighths() -> None:
    fold = np.array([[2.0, -4.0]])
    first = (np.array([[1.0], [1.0]]), np.array([2.0, 0.0]))
    inner = (np.vstack([fold, fold]), np.array([0.0, -2.0]))
    stack = [first, inner, inner, inner, inner, (fold, np.array([-2.0]))]
    assert relu_pieces(stack, LOW, HIGH).kinks == [k / 8 - 2 for k in range(1, 32)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 3))
def test_every_kink_is_one_in_exact_fractions(seed: int, units: int, layers: int) -> None:
    stack = whole(seed, units, layers)
    pieces = relu_pieces(stack, LOW, HIGH)
    for x in pieces.kinks:
        place = Fraction(x).limit_denominator(1_000_000)
        assert float(place) == pytest.approx(x, abs=1e-12)
        value, left, right, sums = exact(stack, place)
        assert left != right
        assert 0 in sums
        assert float(value) == pytest.approx(float(pieces(np.array([x]))[0]), abs=1e-9)
    # Between kinks nothing else bends: neighbouring kinks lie on one straight piece.
    for low, high in itertools.pairwise(pieces.edges):
        a, b = Fraction(float(low)), Fraction(float(high))
        near = [a + (b - a) * k / 1000 for k in (1, 377, 999)]
        slopes = {exact(stack, x)[1:3] for x in near}
        assert len(slopes) == 1, (low, high)
        assert all(left == right for left, right in slopes)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 16), st.integers(1, 5))
def test_the_pieces_are_the_stack(seed: int, units: int, layers: int) -> None:
    stack = drawn(seed, units, layers)
    pieces = relu_pieces(stack, LOW, HIGH)
    x = np.random.default_rng(seed).uniform(LOW, HIGH, 300)
    y = forward(stack, relu, x)
    scale = max(1.0, float(np.max(np.abs(y))))
    assert pieces(x) == pytest.approx(y, abs=1e-10 * scale)
    assert pieces.kinks == sorted(pieces.kinks)
    assert all(LOW < kink < HIGH for kink in pieces.kinks)
    assert len(pieces.slopes) == len(pieces.kinks) + 1


@pytest.mark.parametrize("units", range(1, 17))
def test_side_by_side_each_unit_adds_one_piece_at_the_most(units: int) -> None:
    most = 0
    for seed in range(60):
        stack = drawn(seed, units, 1)
        (weight, bias), pieces = stack[0], relu_pieces(stack, -1e6, 1e6)
        # In one layer a kink can only be where one unit's w·x + b is 0.
        assert pieces.kinks == pytest.approx(sorted(-bias / weight[:, 0]), rel=1e-12)
        most = max(most, len(pieces.slopes))
    assert most == units + 1


def test_a_switch_tells_which_unit_it_was() -> None:
    stack = drawn(3, 4, 3)
    for switch in relu_pieces(stack, LOW, HIGH).switches:
        before = hidden([*stack[: switch.layer], stack[-1]], relu, np.array([switch.x]))[0]
        weight, bias = stack[switch.layer]
        assert weight[switch.unit] @ before + bias[switch.unit] == pytest.approx(0, abs=1e-12)
        assert switch.slope * switch.x + switch.intercept == pytest.approx(0, abs=1e-12)


def test_without_activations_a_stack_multiplies_out() -> None:
    stack = whole(5, 3, 2)
    (w1, b1), (w2, b2), (v, c) = stack
    lines = collapse(stack)
    assert [line.shape for line in lines] == [(3, 2), (3, 2), (1, 2)]
    assert lines[1][:, 0].tolist() == (w2 @ w1)[:, 0].tolist()
    assert lines[-1][0, 0] == (v @ w2 @ w1)[0, 0]
    assert lines[-1][0, 1] == (v @ (w2 @ b1 + b2) + c)[0]


def test_the_best_line_misses_no_point_by_more_and_no_other_line_misses_by_less() -> None:
    rng = np.random.default_rng(6)
    for n in (3, 4, 7, 30):
        x, y = np.sort(rng.uniform(LOW, HIGH, n)), rng.standard_normal(n)
        best = best_line(x, y)
        misses = y - best.slope * x - best.intercept
        assert np.max(np.abs(misses)) == pytest.approx(best.miss, rel=1e-12)
        at = [float(misses[np.flatnonzero(x == place)[0]]) for place, _ in best.points]
        turns = [best.miss, -best.miss, best.miss]
        assert at == pytest.approx(turns) or at == pytest.approx([-miss for miss in turns])
        # Brute force: for each slope the best height is in the middle of what is left.
        left = y - np.linspace(-20, 20, 4001)[:, np.newaxis] * x
        assert np.min(np.ptp(left, axis=1)) / 2 >= best.miss * (1 - 1e-12)
    assert best_line(np.arange(4.0), 3 * np.arange(4.0) + 1).miss == 0


def test_evaluating_leaves_the_weights_alone() -> None:
    stack = whole(5, 3, 2)
    copies = [(w.copy(), b.copy()) for w, b in stack]
    collapse(stack)
    relu_pieces(stack, LOW, HIGH)
    forward(stack, relu, np.linspace(-1, 1, 5))
    for (w, b), (w0, b0) in zip(stack, copies, strict=True):
        assert np.array_equal(w, w0)
        assert np.array_equal(b, b0)
