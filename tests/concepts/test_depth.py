"""Depth: folds, the hinge, draws, and what is marked in the picture."""

import numpy as np
import pytest

from tui_transformer.concepts.depth import CONCEPT
from tui_transformer.concepts.depth.model import Depth
from tui_transformer.concepts.depth.stacks import stack
from tui_transformer.nn.geometry.piecewise import forward
from tui_transformer.panels import Plot, Table
from tui_transformer.pieces import Line, Points
from tui_transformer.session import Session


def relu(z: np.ndarray) -> np.ndarray:
    return np.maximum(z, 0.0)


def test_folds_kink_at_even_places() -> None:
    """Telgarsky (2015): k folds have 2^k teeth of one size."""
    for k in range(1, 9):
        m = Depth(layers=k, activation="relu", weights="tent")
        assert m.kinks == [-2 + 4 * i / 2**k for i in range(1, 2**k)]


def test_the_hinge_is_flat_until_a_half_and_a_line_through_0_without_relu() -> None:
    x = np.array([-2.0, -1.0, 0.0, 0.5, 1.0, 2.0])
    for layers in (1, 2, 8):
        m = Depth(layers=layers, activation="relu", weights="hinge")
        assert forward(m.stack, relu, x).tolist() == [0, 0, 0, 0, 0.5, 1.5]
        line = m.replace(activation="identity")
        assert line.collapsed_slope == pytest.approx(0.8, abs=1e-15)
        assert line.collapsed_intercept == pytest.approx(0, abs=1e-15)


def test_the_default_is_a_line_to_1e_15() -> None:
    assert Depth().collapse_error < 1e-15


def test_more_layers_add_lose_or_leave_pieces() -> None:
    steps = set()
    for seed in range(20):
        pieces = [len(p.kinks) for p in Depth(width=6, seed=seed, activation="relu").pieces_of]
        steps |= set(np.sign(np.diff(pieces)))
    assert steps == {-1, 0, 1}


def test_what_is_drawn_has_the_variance_it_should() -> None:
    """1/inputs for weights, ¼ for biases: means of squares over many draws."""
    wide = [stack("random", 8, 16, seed) for seed in range(40)]
    weights = np.concatenate([w.ravel() for layers in wide for w, _ in layers[1:]])
    first = np.concatenate([layers[0][0].ravel() for layers in wide])
    biases = np.concatenate([b for layers in wide for _, b in layers[:-1]])
    assert np.mean(weights**2) == pytest.approx(1 / 16, rel=0.02)
    assert np.mean(first**2) == pytest.approx(1, rel=0.15)
    assert np.mean(biases**2) == pytest.approx(1 / 4, rel=0.1)


def test_fewer_layers_are_the_first_of_more() -> None:
    few, many = Depth(layers=2), Depth(layers=5)
    for (w, b), (w0, b0) in zip(few.stack[:-1], many.stack, strict=False):
        assert np.array_equal(w, w0)
        assert np.array_equal(b, b0)
    assert np.array_equal(few.stack[-1][0], many.stack[-1][0])


def test_a_seed_draws_weights_of_its_own() -> None:
    assert Depth(seed=3).collapsed_slope == Depth(seed=3).collapsed_slope
    assert Depth(seed=3).collapsed_slope != Depth(seed=4).collapsed_slope


def test_kinks_are_marked_in_the_picture() -> None:
    plot = CONCEPT.view(CONCEPT.preset("tent")).panels[0]
    assert isinstance(plot, Plot)
    marked = next(mark for mark in plot.marks if isinstance(mark, Points) and mark.role == "target")
    assert list(marked.x) == [-1.5, -1, -0.5, 0, 0.5, 1, 1.5]
    assert list(marked.y) == pytest.approx([2, -2, 2, -2, 2, -2, 2])


def test_the_best_line_of_the_hinge_is_drawn_half_way_to_its_chord() -> None:
    """The chord of (−2, 0) and (2, 1.5) is 0.9375 above the corner (0.5, 0)."""
    m = CONCEPT.preset("hinge")
    assert m.best_line_error == 0.9375 / 2
    line = next(
        mark
        for mark in CONCEPT.view(m).panels[0].marks
        if isinstance(mark, Line) and mark.label == "best"
    )
    assert list(line.y) == pytest.approx([-0.46875, 1.5 - 0.46875], abs=1e-15)


def test_the_table_counts_every_depth() -> None:
    table = CONCEPT.view(Depth(activation="relu", weights="tent")).panels[1]
    assert isinstance(table, Table)
    deep, wide = ([cell.content for cell in row] for row in table.rows)
    assert deep == ["pieces", *(2**k for k in range(1, 9))]
    assert wide == ["wide ≤", *(2 * k + 1 for k in range(1, 9))]
    assert [column.title for column in table.columns][1:5] == ["1", "2", "▸3", "4"]


def test_the_fold_is_stepped_with_the_clock() -> None:
    """x itself, then one fold, two, three: 1, 2, 4, 8 pieces; and the end is the whole stack."""
    session = Session.open(CONCEPT, {"weights": "tent", "activation": "relu"})
    assert CONCEPT.clock == "fold"
    seen = []
    x = np.linspace(-2, 2, 33)
    folded = x
    for _ in range(4):
        session = session.step(1)
        m = session.model
        seen.append((m.fold, m.pieces))
        assert forward(m.stack, relu, x) == pytest.approx(folded)
        folded = 2 - 2 * np.abs(folded)
    assert seen == [(0, 1), (1, 2), (2, 4), (3, 8)]
    assert session.model.kinks == Depth(weights="tent", activation="relu").kinks
    assert session.step(1).model.fold == 3


def test_what_it_was_before_a_fold_is_drawn_beside() -> None:
    m = Depth(weights="tent", activation="relu", fold=2)
    marks = CONCEPT.view(m).panels[0].marks
    before = next(mark for mark in marks if isinstance(mark, Line) and mark.label == "before")
    assert list(before.x) == [-2, 0, 2]
    assert list(before.y) == pytest.approx([-2, 2, -2])
