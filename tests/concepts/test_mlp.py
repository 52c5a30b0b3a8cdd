"""Hinges: gradients against differences, the switch, kinks, and what two hinges cannot do."""

import json
import math
from collections.abc import Iterator

import numpy as np
import pytest

from tui_transformer.concepts import load
from tui_transformer.concepts._mlp_figure import one_sided, says
from tui_transformer.concepts._mlp_training import training
from tui_transformer.concepts.mlp import CONCEPT, Mlp
from tui_transformer.figure import Table, pinnable
from tui_transformer.session import Session
from tui_transformer.working import evaluate

RATES = (0.001, 0.03, 0.1, 0.5, 1.0)


@pytest.fixture(autouse=True)
def _strict() -> Iterator[None]:
    with np.errstate(all="raise", under="ignore"):
        yield


def value(parameters: dict[str, float], x: float) -> float:
    """y, as its definition reads."""
    units = range(1, 3 + ("w3" in parameters))
    terms = (parameters[f"v{i}"] * max(0.0, parameters[f"w{i}"] * x + parameters[f"b{i}"])
             for i in units)  # fmt: skip
    return math.fsum([*terms, parameters["c"]])


def states(count: int = 60) -> list[Mlp]:
    rng = np.random.default_rng(4)
    every = [Mlp(), *(CONCEPT.preset(name) for name in CONCEPT.presets)]
    for i in range(count):
        session = Session.open(load("mlp")).randomise(rng)
        every.append(session.set(steps=int(rng.choice([0, 1, 2, 5, 30, 200])),
                                 learning_rate=RATES[i % 5]).model)  # fmt: skip
    return every


# ── the numbers ────────────────────────────────────────────────────────────────────────


def test_the_check_of_the_entry() -> None:
    m = Mlp()
    assert m.y == 0.5
    assert m.gradients == {"w1": 1.5, "b1": 1, "v1": 1.5, "w2": -3, "b2": -2, "v2": 0.5, "c": 1,
                           "x": -1}  # fmt: skip
    assert m.finite_difference == pytest.approx(m.gradients, rel=1e-9)
    assert m.kinks == [0.0, 1.0]
    assert m.loss == 0.125
    record = json.loads(m.to_json("mlp"))["values"]
    assert list(record) == ["y", "loss", "gradients", "finite_difference", "kinks",
                            "parameters_after"]  # fmt: skip
    assert list(record["gradients"]) == list(record["finite_difference"])
    assert set(record["parameters_after"]) == set(record["gradients"]) - {"x"}


def test_a_third_hinge_has_gradients_of_its_own() -> None:
    m = Mlp(third_hinge=True, x0=2.5)
    assert m.y == 0.0
    assert (m.gradients["w3"], m.gradients["b3"], m.gradients["v3"]) == (2.5, 1.0, 0.5)
    assert "w3" not in Mlp(w3=2.0).gradients


def test_gradients_are_what_differences_say_at_every_rate_and_step() -> None:
    checked = 0
    for m in states(150):
        parameters = m.parameters_after
        assert m.y == pytest.approx(value(parameters, m.x0), rel=1e-12, abs=1e-12)
        if any(state in ("kink", "near") for state in m.states):
            continue
        checked += 1
        for name, slope in m.gradients.items():
            h = 1e-4 * max(1.0, abs(m.x0 if name == "x" else parameters[name]))
            up, down = (
                value(parameters, m.x0 + sign * h) if name == "x"
                else value({**parameters, name: parameters[name] + sign * h}, m.x0)
                for sign in (1, -1))  # fmt: skip
            size = max(1.0, abs(m.y), *map(abs, m.gradients.values()))
            assert slope == pytest.approx((up - down) / (2 * h), rel=1e-6, abs=1e-9 * size)
            assert slope == pytest.approx(m.finite_difference[name], rel=1e-6, abs=1e-12 * size)
    assert checked > 100


def test_one_step_by_hand() -> None:
    # y = 0.5, target 1: the error is −0.5, so every weight moves by +0.05 times its gradient.
    after = Mlp(steps=1).parameters_after
    assert after == pytest.approx({"w1": 1.075, "b1": 0.05, "v1": 1.075, "w2": 0.85, "b2": -1.1,
                                   "v2": -1.975, "c": 0.05})  # fmt: skip


@pytest.mark.parametrize("rate", RATES)
def test_every_step_is_the_rate_times_error_times_gradient(rate: float) -> None:
    m = Mlp(third_hinge=True, x0=2.5, learning_rate=rate)
    for step in range(6):
        here, there = m.replace(steps=step), m.replace(steps=step + 1)
        for name, before in here.parameters_after.items():
            expected = before - rate * (here.y - m.target) * here.gradients[name]
            assert there.parameters_after[name] == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert m.replace(steps=3).replace(steps=0).parameters_after["w1"] == m.w1


# ── a gradient is a switch ─────────────────────────────────────────────────────────────


def test_an_inactive_unit_has_three_zeros_and_stands_still() -> None:
    m = Mlp(x0=0.5, learning_rate=0.1)
    assert [m.gradients[name] for name in ("w2", "b2", "v2")] == [0, 0, 0]
    assert m.states == ("on", "off")
    after = m.replace(steps=200)
    assert [after.parameters_after[name] for name in ("w2", "b2", "v2")] == [m.w2, m.b2, m.v2]
    assert after.y == pytest.approx(m.target)
    assert says(m) == "y = 0.5; hinge 2 is off at x₀: 3 zeros. A gradient is a switch."


def test_with_every_hinge_off_only_c_learns() -> None:
    m = Mlp(x0=-1.0, steps=20)
    assert [name for name, slope in m.gradients.items() if slope] == ["c"]
    assert m.y == m.parameters_after["c"] == pytest.approx(1 - 0.9**20)
    assert "only c can learn" in says(m)


def test_on_a_kink_the_difference_is_the_mean_of_two_slopes_and_this_is_said() -> None:
    m = Mlp(x0=1.0)
    assert m.states == ("on", "kink")
    assert one_sided(m) == (1.0, -1.0)
    assert (m.gradients["x"], m.finite_difference["x"]) == (1.0, pytest.approx(0.0, abs=1e-9))
    assert (m.gradients["b2"], m.finite_difference["b2"]) == (0.0, pytest.approx(-1.0))
    assert "convention" in says(m) and "1 or −1" in says(m)


def test_decimals_that_meet_a_kink_only_on_paper_are_on_it() -> None:
    m = Mlp(w1=0.1, b1=-0.3, x0=3.0)
    assert m.states[0] == "kink"
    assert m.gradients["w1"] == 0
    assert Mlp(x0=1.00001).states[1] == "near"
    assert Mlp(x0=1.01).states[1] == "on"


def test_too_large_a_step_kills_both_hinges() -> None:
    m = CONCEPT.preset("killed by too large a step")
    assert m.states == ("off", "off")
    assert m.y == m.parameters_after["c"] == pytest.approx(1.0)


def test_a_run_that_leaves_float_range_stops_before_and_says_so() -> None:
    run = training(((1.0, 0.0, 1.0), (1.0, -1.0, -2.0)), 0.0, 1.5, 1.0, 1e130)
    history = run.until(50)
    assert run.end is not None and run.end < 50
    assert all(step.finite for step in history)
    m = Mlp(steps=50)
    m.__dict__.update(history=history)
    assert m.ended and "leaves float range" in says(m)
    figure = CONCEPT.view(m)
    assert all(math.isfinite(x) for x in m.gradients.values())
    assert figure.rows


def test_no_rate_within_range_leaves_it() -> None:
    for m in states(100):
        assert not m.replace(steps=200).ended


# ── shapes ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "kinks", "slopes"), [
    ("ramp", [-1, 1], (0, 0)),
    ("notch", [0], (-1, 1)),
    ("tent", [0], (1, -1)),
    ("plateau", [-1, 1], (1, -1)),
    ("bump-with-three", [0, 1, 2], (0, 0)),
])  # fmt: skip
def test_presets_have_the_shape_of_their_name(
    name: str, kinks: list[float], slopes: tuple[float, float]
) -> None:
    m = CONCEPT.preset(name)
    assert m.kinks == kinks
    assert tuple(float(tail.slope) for tail in m.tails) == slopes
    far = [value(m.parameters_after, x) for x in (-3.0, 3.0)]
    middle = value(m.parameters_after, (m.kinks[0] + m.kinks[-1]) / 2)
    if name == "ramp":
        assert far[0] < middle < far[1]
    elif name == "notch":
        assert middle < min(far)
    else:
        assert middle > max(far)


def test_three_hinges_make_a_bump_and_the_default_is_none() -> None:
    assert Mlp(third_hinge=True).bump
    assert not Mlp().bump
    for x in (-3.0, -0.1, 0.0, 2.0, 2.1, 3.0):
        assert value(Mlp(third_hinge=True).parameters_after, x) == 0
    assert value(Mlp(third_hinge=True).parameters_after, 1.0) == 1


def test_no_two_hinges_are_a_bump_at_random_either() -> None:
    # Whatever the weights: hinges that open to one side end flat only if v₁w₁ = −v₂w₂, and
    # then the far level is off by v₁w₁ times the distance of their bends; hinges that open to
    # opposite sides each have an end to themselves, and it slopes.
    rng = np.random.default_rng(1)
    for _ in range(400):
        w, bend, v1 = rng.integers(-3, 4, 3) / 2.0
        other = rng.integers(-3, 4) / 2.0
        flat = Mlp(w1=w, b1=-w * bend, v1=v1, w2=w, b2=-w * other, v2=-v1)
        assert flat.tails[0].flat and flat.tails[1].flat
        step = flat.tails[1].level - flat.tails[0].level
        assert abs(step) == abs(v1 * w * (bend - other))
        assert not flat.bump


# ── the figure ─────────────────────────────────────────────────────────────────────────


def test_every_number_comes_with_its_arithmetic() -> None:
    for m in states():
        figure = CONCEPT.view(m)
        assert evaluate(figure.formula.expression) == pytest.approx(m.y, rel=1e-9, abs=1e-12)
        for panel in figure.panels:
            for row, column in pinnable(panel) if isinstance(panel, Table) else ():
                cell = panel.rows[row][column]
                working = cell.working()
                assert evaluate(working.expression) == pytest.approx(
                    cell.content, rel=1e-9, abs=1e-10
                ), working
                assert working.of in Mlp.computed()


def test_one_sentence_that_fits() -> None:
    for m in states():
        assert 20 < len(says(m)) <= 90, says(m)
    assert says(Mlp()) == "y = 0.5; all hinges are on. Take x₀ below 1: hinge 2 has three zeros."
    assert "a bump between" in says(Mlp(third_hinge=True))
