"""XOR: what a line cannot, what two folds can, and how often learning finds them."""

import json
import math
from collections.abc import Iterator

import numpy as np
import pytest

from tui_transformer.concepts import _xor_figure, load
from tui_transformer.concepts._xor_networks import CORNERS, TARGETS, judge, training
from tui_transformer.concepts.xor import CONCEPT, Xor
from tui_transformer.figure import Field, Points, Table, pinnable
from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.nn.shallow import Shallow
from tui_transformer.session import Session
from tui_transformer.working import evaluate

RATES = (0.01, 0.3, 2.0)


@pytest.fixture(autouse=True)
def _strict() -> Iterator[None]:
    with np.errstate(all="raise", under="ignore"):
        yield


def cross_entropy(net: Shallow, activation: str) -> float:
    """The loss as its definition reads, one number at a time."""
    bend = (lambda z: max(0.0, z)) if activation == "relu" else math.tanh
    prices = []
    for (x1, x2), target in zip(CORNERS, TARGETS, strict=True):
        h = [bend(w1 * x1 + w2 * x2 + c) for w1, w2, c in zip(*net.W, net.c, strict=True)]
        p = 1 / (1 + math.exp(-math.fsum([*(w * x for w, x in zip(net.w, h, strict=True)), net.b])))
        prices.append(-math.log(p if target else 1 - p))
    return math.fsum(prices) / 4


# ── designed and linear ────────────────────────────────────────────────────────────────


def test_the_design_is_the_books() -> None:
    m = Xor()
    assert m.solution == "designed"
    assert m.outputs.tolist() == [0, 1, 1, 0]
    assert m.hidden_layer.tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]
    assert (m.accuracy, m.loss) == (1.0, 0.0)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("hidden", range(2, 9))
def test_the_design_needs_two_units_and_no_more(activation: str, hidden: int) -> None:
    m = Xor(hidden=hidden, activation=activation)
    assert m.outputs.tolist() == [0, 1, 1, 0]
    assert m.hidden_layer.shape == (4, hidden)
    assert not np.any(m.hidden_layer[:, 2:])
    assert m.hidden_layer[1].tolist() == m.hidden_layer[2].tolist()  # folded onto each other


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_one_unit_is_an_or(activation: str) -> None:
    m = Xor(hidden=1, activation=activation)
    assert m.outputs[:3].tolist() == [0, 1, 1] and m.outputs[3] > 1.4
    assert m.accuracy == 0.75
    assert m.loss is None  # 2 is no probability
    assert json.loads(m.to_json("xor"))["values"]["loss"] is None


def test_the_best_linear_fit_is_a_half_everywhere() -> None:
    fit, *_ = np.linalg.lstsq(np.column_stack([CORNERS, np.ones(4)]), TARGETS, rcond=None)
    assert fit == pytest.approx([0, 0, 0.5], abs=1e-12)
    m = Xor(solution="linear")
    assert m.outputs.tolist() == [0.5] * 4
    assert m.loss == pytest.approx(math.log(2))
    assert m.accuracy == 0.5
    assert m.hidden_layer is None


def test_a_value_may_have_a_controls_name_where_it_is_printed() -> None:
    record = json.loads(Xor(hidden=3, solution="trained").to_json("xor"))
    assert record["controls"]["hidden"] == 3
    assert np.shape(record["values"]["hidden"]) == (4, 3)
    assert list(record["values"]) == ["outputs", "accuracy", "loss", "hidden"]
    assert "def hidden_layer" in Xor.computed()["hidden"].source
    assert json.loads(Xor(solution="linear").to_json("xor"))["values"]["hidden"] is None


# ── training ───────────────────────────────────────────────────────────────────────────


def bumped(net: Shallow, part: str, index: tuple[int, ...], by: float) -> Shallow:
    parts = {"W": net.W.copy(), "c": net.c.copy(), "w": net.w.copy(), "b": net.b}
    if part == "b":
        parts["b"] = net.b + by
    else:
        parts[part][index] += by
    return Shallow(**parts)


def slopes(net: Shallow, activation: str) -> Iterator[tuple[float, float]]:
    """Each part of the gradient beside its central difference, Richardson's correction in."""
    found = judge(net, ACTIVATIONS[activation]).gradient
    for part in "Wcwb":
        for index in np.ndindex(np.shape(getattr(net, part))):
            one, two = (
                (cross_entropy(bumped(net, part, index, h), activation)
                 - cross_entropy(bumped(net, part, index, -h), activation)) / (2 * h)
                for h in (2e-4, 4e-4))  # fmt: skip
            mine = getattr(found, part)
            yield (float(mine if part == "b" else mine[index])), (4 * one - two) / 3


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("rate", RATES)
def test_the_gradient_is_what_differences_say_all_along_a_run(activation: str, rate: float) -> None:
    checked = 0
    for hidden, seed, step in ((1, 3, 0), (2, 1, 5), (2, 6, 30), (3, 4, 40), (3, 7, 9), (8, 0, 99)):
        m = Xor(solution="trained", activation=activation, learning_rate=rate, hidden=hidden,
                seed=seed, steps=step)  # fmt: skip
        z = CORNERS @ m.net.W + m.net.c
        if activation == "relu" and np.min(np.abs(z)) < 0.001:
            continue
        checked += 1
        assert m.loss == pytest.approx(cross_entropy(m.net, activation), rel=1e-12)
        for mine, other in slopes(m.net, activation):
            assert mine == pytest.approx(other, rel=1e-6, abs=1e-10)
    assert checked >= 3


@pytest.mark.parametrize("rate", RATES)
def test_a_step_is_the_rate_times_the_gradient(rate: float) -> None:
    for step in (0, 7):
        m = Xor(solution="trained", learning_rate=rate, steps=step)
        before, after = m.net, m.replace(steps=step + 1).net
        for part in ("W", "c", "w"):
            moved = (getattr(before, part) - getattr(after, part)) / rate
            assert moved == pytest.approx(getattr(judge(before, m.phi).gradient, part), abs=1e-12)


def learned(hidden: int, bend: str, runs: int = 100, rate: float = 0.3) -> np.ndarray:
    """Train many seeds at once, in other code: how many of four are right after 2000 steps."""
    drawn = [np.random.default_rng(seed) for seed in range(runs)]
    W = np.array([rng.normal(size=(2, hidden)) for rng in drawn])
    c = np.array([rng.normal(size=(1, hidden)) for rng in drawn])
    w = np.array([rng.normal(size=(hidden, 1)) for rng in drawn])
    b = np.zeros((runs, 1, 1))
    for _ in range(2000):
        z = CORNERS @ W + c
        h = np.maximum(z, 0) if bend == "relu" else np.tanh(z)
        p = 1 / (1 + np.exp(-(h @ w + b)))
        dy = (p - TARGETS[:, None]) / 4
        dz = dy @ w.swapaxes(1, 2) * ((z > 0) if bend == "relu" else 1 - h * h)
        W, c = W - rate * CORNERS.T @ dz, c - rate * dz.sum(axis=1, keepdims=True)
        w, b = w - rate * h.swapaxes(1, 2) @ dy, b - rate * dy.sum(axis=1, keepdims=True)
    return ((p > 0.5)[..., 0] == TARGETS).sum(axis=1)


def test_more_units_find_it_more_often_as_the_prose_says() -> None:
    found = [int(np.sum(learned(hidden, "relu") == 4)) for hidden in (2, 4, 8)]
    assert found == [29, 71, 96]
    assert "learn XOR 29 times, with four 71 times,\nwith eight 96" in load("xor").prose


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_one_trained_unit_never_gets_more_than_three(activation: str) -> None:
    assert max(learned(1, activation)) == 3


def test_the_presets_are_what_they_are_called() -> None:
    trained, stuck = CONCEPT.preset("trained"), CONCEPT.preset("stuck for good (seed 3)")
    assert trained.accuracy == 1 and trained.loss < 0.05
    assert stuck.accuracy == 0.75
    assert stuck.loss == pytest.approx(stuck.replace(steps=1900).loss, rel=1e-2)
    assert "Stuck" in CONCEPT.view(stuck).says
    one = CONCEPT.preset("one unit, trained")
    assert one.accuracy == 0.75


def test_the_clock_goes_back_and_only_a_few_runs_are_kept() -> None:
    m = Xor(solution="trained", steps=30)
    there = m.outputs.tolist()
    for seed in range(10):
        assert Xor(solution="trained", steps=3, seed=seed).loss > 0
    assert Xor(solution="trained", steps=30).outputs.tolist() == there
    assert training.cache_info().currsize <= 3


def test_a_run_that_leaves_float_range_stops_before_and_says_so() -> None:
    run = training(2, "relu", 1e200, 1)
    states = run.until(50)
    assert run.end is not None and run.end < 50
    assert all(state.net.finite and math.isfinite(state.loss) for state in states)
    m = Xor(solution="trained", steps=50)
    m.__dict__["history"] = states
    assert "leaves float range" in _xor_figure.says(m)


@pytest.mark.parametrize("hidden", [1, 2, 8])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_no_rate_within_range_leaves_it(hidden: int, activation: str) -> None:
    for seed in range(3):
        m = Xor(solution="trained", hidden=hidden, activation=activation, learning_rate=2.0,
                seed=seed, steps=300)  # fmt: skip
        assert not m.ended and math.isfinite(m.loss)


# ── the figure ─────────────────────────────────────────────────────────────────────────


def states() -> list[Xor]:
    rng = np.random.default_rng(2)
    every = [CONCEPT.preset(name) for name in CONCEPT.presets]
    for _ in range(30):
        every.append(Session.open(load("xor")).randomise(rng).set(
            steps=int(rng.integers(0, 120)), seed=int(rng.integers(0, 9))).model)  # fmt: skip
    return every


def test_in_the_hidden_plane_the_straight_line_decides_as_the_network_does() -> None:
    seen = 0
    for m in states():
        if m.net is None:
            continue
        across, up = _xor_figure.weights_of(m.net)
        middle = 0.0 if m.solution == "trained" else 0.5
        spots = _xor_figure.places(m, CORNERS)
        side = spots @ [across, up] + m.net.b - middle
        assert np.all(((side > 0) == np.array(m.classes)) | (np.abs(side) < 1e-9))
        plane = _xor_figure.hidden_plane(m)
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


def test_every_number_comes_with_its_arithmetic() -> None:
    for m in states():
        figure = CONCEPT.view(m)
        assert evaluate(figure.formula.expression) == pytest.approx(
            m.outputs[3], rel=1e-9, abs=1e-12
        )
        for panel in figure.panels:
            for row, column in pinnable(panel) if isinstance(panel, Table) else ():
                cell = panel.rows[row][column]
                working = cell.working()
                assert evaluate(working.expression) == pytest.approx(
                    cell.content, rel=1e-9, abs=1e-12
                )
                assert working.of in Xor.computed()


def test_one_sentence_that_fits() -> None:
    for m in states():
        assert 20 < len(CONCEPT.view(m).says) <= 76, CONCEPT.view(m).says
    assert CONCEPT.view(Xor()).says == (
        "The layer folds 01 onto 10; one straight line then gives 0, 1, 1, 0."
    )
