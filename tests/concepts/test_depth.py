"""Depth: collapse, folds, kinks, against slopes measured on the function itself."""

import math

import numpy as np
import pytest

from tui_transformer.concepts.depth import CONCEPT, Depth, stack
from tui_transformer.figure import Plot, Points, Table
from tui_transformer.model import Model
from tui_transformer.nn.piecewise import forward


def relu(z: np.ndarray) -> np.ndarray:
    return np.maximum(z, 0.0)


def bends_by_sampling(m: Depth, samples: int = 400_001) -> int:
    """Count the places where the slope of the sampled function changes: brute force."""
    x = np.linspace(-2, 2, samples)
    slope = np.diff(forward(m.stack, relu, x)) / np.diff(x)
    # A kink inside one step shows as two changes; a run of changed steps is one kink.
    changed = np.abs(np.diff(slope)) > 1e-6 * max(1.0, float(np.max(np.abs(slope))))
    return int(np.sum(changed & ~np.concatenate([[False], changed[:-1]])))


@pytest.mark.parametrize("k", range(1, 9))
def test_k_folds_make_two_to_the_k_pieces(k: int) -> None:
    m = Depth(layers=k, activation="relu", weights="tent")
    assert m.pieces == 2**k
    assert m.kinks == [-2 + 4 * i / 2**k for i in range(1, 2**k)]


def test_the_check_of_the_contract() -> None:
    models = [Depth(layers=k, activation="relu", weights="tent") for k in range(1, 6)]
    assert [m.pieces for m in models] == [2, 4, 8, 16, 32]


@pytest.mark.parametrize("k", range(1, 6))
def test_a_fold_is_two_minus_twice_the_distance_from_the_middle(k: int) -> None:
    x = np.linspace(-2, 2, 333)
    folded = x
    for _ in range(k):
        folded = 2 - 2 * np.abs(folded)
    assert forward(stack("tent", k, 4, 0), relu, x) == pytest.approx(folded, abs=1e-12)


@pytest.mark.parametrize("layers", range(1, 9))
def test_the_hinge_is_flat_until_a_half(layers: int) -> None:
    m = Depth(layers=layers, activation="relu", weights="hinge")
    assert (m.kinks, m.pieces) == ([0.5], 2)
    x = np.array([-2.0, -1.0, 0.0, 0.5, 1.0, 2.0])
    assert forward(m.stack, relu, x).tolist() == [0, 0, 0, 0, 0.5, 1.5]
    # Without the bend: a line through 0 that rises at another rate, as in the article's figure.
    line = m.replace(activation="identity")
    assert line.collapsed_slope == pytest.approx(0.8, abs=1e-15)
    assert line.collapsed_intercept == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("weights", ["random", "tent", "hinge"])
@pytest.mark.parametrize("layers", range(1, 9))
def test_linear_layers_are_one_line_at_any_depth(weights: str, layers: int) -> None:
    for width, seed in ((1, 0), (4, 1), (16, 2), (16, 77)):
        m = Depth(layers=layers, weights=weights, width=width, seed=seed)
        assert m.kinks == []
        assert m.pieces == 1
        scale = max(1.0, abs(m.collapsed_slope or 0.0))
        assert m.collapse_error <= 2e-14 * scale
        # The same line by an independent route: two points of the stack.
        at = {x: layer_by_layer(m, x) for x in (0.0, 1.0)}
        assert m.collapsed_intercept == pytest.approx(at[0.0], abs=1e-13 * scale)
        assert m.collapsed_slope == pytest.approx(at[1.0] - at[0.0], abs=1e-13 * scale)


def layer_by_layer(m: Depth, x: float) -> float:
    """The linear stack in plain Python, summed exactly."""
    h = [x]
    for weight, bias in m.stack:
        h = [
            math.fsum([*(w * v for w, v in zip(row, h, strict=True)), b])
            for row, b in zip(weight.tolist(), bias.tolist(), strict=True)
        ]
    return h[0]


def test_the_default_is_a_line_to_1e_15() -> None:
    assert Depth().collapse_error < 1e-15


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("layers", "width"), [(1, 16), (3, 4), (8, 2)])
def test_kinks_are_where_the_slope_jumps(seed: int, layers: int, width: int) -> None:
    m = Depth(layers=layers, width=width, seed=seed, activation="relu")
    for x in m.kinks:
        gap = min([abs(x - other) for other in [*m.kinks, -2.0, 2.0] if other != x] + [1.0])
        h = min(1e-4, gap / 3)
        y = forward(m.stack, relu, np.array([x - h, x, x + h]))
        assert (y[2] - y[1]) / h != pytest.approx((y[1] - y[0]) / h, abs=1e-10, rel=1e-7)


def test_kinks_agree_with_brute_force() -> None:
    for seed in (0, 3, 5):
        m = Depth(layers=2, width=4, seed=seed, activation="relu")
        if np.min(np.diff([-2, *m.kinks, 2])) > 1e-4:
            assert len(m.kinks) == bends_by_sampling(m), seed


@pytest.mark.parametrize("width", range(1, 17))
def test_one_layer_makes_a_piece_more_than_it_has_units_at_the_most(width: int) -> None:
    counts = [Depth(layers=1, width=width, seed=s, activation="relu").pieces for s in range(40)]
    assert max(count or 0 for count in counts) <= width + 1


def test_depth_multiplies_where_width_only_adds() -> None:
    folded = Depth(layers=5, activation="relu", weights="tent")
    side_by_side = [Depth(layers=1, width=10, seed=s, activation="relu") for s in range(200)]
    assert folded.pieces == 32
    assert max(m.pieces or 0 for m in side_by_side) == 11


def test_more_layers_need_not_bend_more() -> None:
    pieces = [Depth(layers=8, width=1, seed=s, activation="relu").pieces for s in range(50)]
    assert 1 in pieces


def test_tanh_has_no_kinks_and_no_straight_piece() -> None:
    m = Depth(activation="tanh")
    assert m.kinks == []
    assert m.pieces is None
    assert m.collapsed_slope is None
    assert m.collapsed_intercept is None
    assert "everywhere" in CONCEPT.view(m).says
    assert '"pieces": null' in m.to_json("depth")


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("weights", ["random", "tent", "hinge"])
def test_the_largest_difference_is_the_largest(activation: str, weights: str) -> None:
    m = Depth(activation=activation, weights=weights, seed=4)
    x = np.linspace(-2, 2, 20_001)
    f = relu if activation == "relu" else np.tanh
    line = np.array([layer_by_layer(m, -2.0), layer_by_layer(m, 2.0)])
    straight = line[0] + (line[1] - line[0]) * (x + 2) / 4
    largest = float(np.max(np.abs(forward(m.stack, f, x) - straight)))
    assert m.collapse_error == pytest.approx(largest, rel=1e-3)
    if activation == "relu":  # at a kink or an end, and so never missed
        assert m.collapse_error >= largest * (1 - 1e-12)


def test_fewer_layers_are_the_first_of_more() -> None:
    few, many = Depth(layers=2), Depth(layers=5)
    for (w, b), (w0, b0) in zip(few.stack[:-1], many.stack, strict=False):
        assert np.array_equal(w, w0)
        assert np.array_equal(b, b0)
    assert np.array_equal(few.stack[-1][0], many.stack[-1][0])


def test_the_same_seed_draws_the_same_weights() -> None:
    assert Depth(seed=3).collapsed_slope == Depth(seed=3).collapsed_slope
    assert Depth(seed=3).collapsed_slope != Depth(seed=4).collapsed_slope


def test_kinks_are_marked_in_the_picture() -> None:
    m = CONCEPT.preset("tent")
    plot = CONCEPT.view(m).panels[0]
    assert isinstance(plot, Plot)
    marked = next(mark for mark in plot.marks if isinstance(mark, Points) and mark.role == "target")
    assert list(marked.x) == m.kinks  # type: ignore[attr-defined]
    assert list(marked.y) == pytest.approx([2, -2, 2, -2, 2, -2, 2])


def test_the_table_counts_every_depth() -> None:
    table = CONCEPT.view(Depth(activation="relu", weights="tent")).panels[1]
    assert isinstance(table, Table)
    assert [row[1].content for row in table.rows] == [2**k for k in range(1, 9)]
    assert [row[2].content for row in table.rows] == [2 * k + 1 for k in range(1, 9)]
    assert table.row == 2


@pytest.mark.parametrize("name", CONCEPT.presets)
def test_presets_say_what_happens_in_one_line(name: str) -> None:
    m: Model = CONCEPT.preset(name)
    assert len(CONCEPT.view(m).says) <= 76, CONCEPT.view(m).says
