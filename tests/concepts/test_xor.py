"""XOR: what a line cannot, what two folds can, and how often learning finds them."""

import json
import math
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from tests.claims.two_layers import trained
from tui_transformer.concepts import load
from tui_transformer.concepts.xor import CONCEPT
from tui_transformer.concepts.xor.model import Xor
from tui_transformer.concepts.xor.networks import training
from tui_transformer.concepts.xor.planes import hidden_plane, places, weights_of
from tui_transformer.nn.made_up.xor import CORNERS, TARGETS
from tui_transformer.panels import Field, Plot
from tui_transformer.pieces import Line, Points
from tui_transformer.session import Session
from tui_transformer.terms import gradients


@pytest.fixture(autouse=True)
def _strict() -> Iterator[None]:
    with np.errstate(all="raise", under="ignore"):
        yield


# ── designed and linear ────────────────────────────────────────────────────────────────


def test_the_design_is_the_books() -> None:
    m = Xor(solution="designed")
    assert m.outputs.tolist() == [0, 1, 1, 0]
    assert m.hidden_layer.tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]
    assert (m.accuracy, m.loss) == (1.0, 0.0)


def test_a_value_may_have_a_controls_name_where_it_is_printed() -> None:
    record = json.loads(Xor(hidden=3, solution="trained").to_json("xor"))
    assert record["controls"]["hidden"] == 3
    assert np.shape(record["values"]["hidden"]) == (4, 3)
    assert list(record["values"]) == ["outputs", "accuracy", "loss", "hidden"]
    assert "def hidden_layer" in Xor.computed()["hidden"].source
    assert json.loads(Xor(solution="linear").to_json("xor"))["values"]["hidden"] is None


# ── training ───────────────────────────────────────────────────────────────────────────


def test_the_clock_goes_back_and_only_a_few_runs_are_kept() -> None:
    m = Xor(solution="trained", steps=30)
    there = m.outputs.tolist()
    for seed in range(10):
        assert Xor(solution="trained", steps=3, seed=seed).loss > 0
    assert Xor(solution="trained", steps=30).outputs.tolist() == there
    assert training.cache_info().currsize <= 3


def test_a_run_that_leaves_float_range_stops_before() -> None:
    run = training(2, "relu", 1e200, 1)
    states = run.until(50)
    assert run.end is not None and run.end < 50
    assert all(state.net.finite and math.isfinite(state.loss) for state in states)


def test_no_rate_within_range_leaves_it() -> None:
    for activation, hidden, seed in product(("relu", "tanh"), (1, 2, 8), range(3)):
        run = training(hidden, activation, 2.0, seed).until(300)
        assert len(run) == 301 and max(state.loss for state in run) < 10


def test_stuck_is_stuck_and_one_unit_never_gets_more_than_three() -> None:
    """In the other code of the claims: ten times as many steps; every seed of a hundred."""
    stuck = CONCEPT.preset("500 steps, seed 3").replace(steps=2000)
    assert (stuck.right, stuck.steps) == (3, 2000)
    scores, _ = trained(2, "relu", stuck.learning_rate, range(3, 4), 10_000)
    assert np.sum((scores > 0) == TARGETS) == 3
    for activation in ("relu", "tanh"):
        scores, _ = trained(1, activation, 0.3, range(100), 1000)
        assert max(np.sum((scores > 0) == TARGETS, axis=1)) == 3


def test_a_start_that_is_right_by_luck_solves_no_task() -> None:
    """Learning means that it was not so before."""
    lucky = Xor(solution="trained", seed=615)
    assert lucky.right == 4 and lucky.loss < 1
    for steps in (0, 1, 20):
        assert not any(task.solved(lucky.replace(steps=steps)) for task in CONCEPT.challenges)


def test_too_slow_is_not_at_rest() -> None:
    """Wrong after 2000 steps for want of length is no start that leads nowhere."""
    at_rest = CONCEPT.challenges[1]
    assert at_rest.solved(Xor(solution="trained", steps=2000, seed=0))
    slow = Xor(solution="trained", steps=2000, seed=1, learning_rate=0.01)
    assert slow.right < 4 and not at_rest.solved(slow)


@pytest.mark.parametrize("solution", ["designed", "linear"])
def test_the_loss_that_is_drawn_is_the_loss_of_what_is_shown(solution: str) -> None:
    """No mark of an untrained run stands beside the numbers of a design."""
    plot = next(p for p in CONCEPT.view(Xor(solution=solution)).panels if isinstance(p, Plot))
    assert not [mark for mark in plot.marks if isinstance(mark, Points | Line)]


# ── the figure ─────────────────────────────────────────────────────────────────────────


def states() -> list[Xor]:
    rng = np.random.default_rng(2)
    every = [CONCEPT.preset(name) for name in CONCEPT.presets]
    for _ in range(15):
        every.append(Session.open(load("xor")).randomise(rng).set(
            steps=int(rng.integers(0, 120)), seed=int(rng.integers(0, 9))).model)  # fmt: skip
    return every


def test_in_the_hidden_plane_the_straight_line_decides_as_the_network_does() -> None:
    seen = 0
    for m in states():
        if m.net is None:
            continue
        across, up = weights_of(m.net)
        middle = 0.0 if m.solution == "trained" else 0.5
        spots = places(m, CORNERS)
        side = spots @ [across, up] + m.net.b - middle
        assert np.all(((side > 0) == np.array(m.classes)) | (np.abs(side) < 1e-9))
        plane = hidden_plane(m)
        for x, y in spots:
            assert plane.x.low < x < plane.x.high and plane.y.low < y < plane.y.high
        seen += m.right == 4
    assert seen > 4


def test_both_planes_show_all_four_points_once() -> None:
    for m in states():
        for plane in CONCEPT.view(m).rows[0]:
            assert isinstance(plane, Field)
            points = [mark for mark in plane.marks if isinstance(mark, Points)]
            names = " ".join(mark.labels[0] for mark in points).replace("!", "").split()
            assert sorted(names) == ["00", "01", "10", "11"]
            assert all(mark.marker in "○●◐" for mark in points)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_walked_back_the_loss_has_the_slopes_that_a_step_takes(activation: str) -> None:
    """The terms' own chain rule from the loss to the draws, against the one written by hand."""
    m = Xor(solution="trained", hidden=3, activation=activation, seed=2)
    walked = gradients(m.one("loss").why().term, deep=True)
    for name, array in m.sources().items():
        for place in np.ndindex(array.shape):
            there = walked[m.first[name][place]]
            assert m.slopes[name][(0, *place)] == pytest.approx(there, rel=1e-9, abs=1e-15)
