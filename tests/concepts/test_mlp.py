"""Hinges: gradients against differences, the switch, kinks, and what two hinges cannot do."""

import itertools
import json
import math
from collections.abc import Iterator

import numpy as np
import pytest

from tui_transformer.concepts import load
from tui_transformer.concepts.mlp import CONCEPT
from tui_transformer.concepts.mlp.model import Mlp
from tui_transformer.concepts.mlp.training import training
from tui_transformer.concepts.mlp.view import one_sided, says
from tui_transformer.session import Session
from tui_transformer.terms import gradients

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


def test_one_step_by_hand() -> None:
    # y = 0.5, target 1: the error is −0.5, so every weight moves by +0.05 times its gradient.
    after = Mlp(steps=1).parameters_after
    assert after == pytest.approx({"w1": 1.075, "b1": 0.05, "v1": 1.075, "w2": 0.85, "b2": -1.1,
                                   "v2": -1.975, "c": 0.05})  # fmt: skip


# ── a gradient is a switch ─────────────────────────────────────────────────────────────


def test_an_inactive_unit_has_three_zeros_and_stands_still() -> None:
    m = Mlp(x0=0.5, learning_rate=0.1)
    assert [m.gradients[name] for name in ("w2", "b2", "v2")] == [0, 0, 0]
    assert m.states == ("on", "off")
    after = m.replace(steps=200)
    assert [after.parameters_after[name] for name in ("w2", "b2", "v2")] == [m.w2, m.b2, m.v2]
    assert after.y == pytest.approx(m.target)
    assert says(m) == "y = 0.5; hinge 2 off at x₀: 3 zeros."


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


def test_too_large_a_step_kills_both_hinges_and_earns_no_star() -> None:
    m = CONCEPT.preset("3 steps, rate 1")
    assert m.states == ("off", "off")
    assert m.y == m.parameters_after["c"] == pytest.approx(1.0)
    trained = CONCEPT.challenges[3]
    for rate, steps in itertools.product(np.geomspace(0.02, 1, 40), range(6)):
        state = Mlp(learning_rate=float(rate), steps=steps)
        dead = "off" in state.states
        close = steps > 0 and abs(state.y - 1) < 0.001
        assert trained.solved(state) == (close and not dead)


def test_next_to_a_kink_nothing_is_said_of_hinges_that_are_on() -> None:
    """At 0.99999 hinge 2 is off already, though a difference steps across its kink."""
    for x0 in (0.99999, 1.00001):
        assert "on" not in says(Mlp(x0=x0)).replace("one", "").split()
        assert "steps across the kink of hinge 2" in says(Mlp(x0=x0))


def test_what_a_sentence_says_of_a_sum_that_is_0_everywhere() -> None:
    """w = b = 0 is no kink."""
    assert says(Mlp(w1=0.0, b1=0.0, x0=2.0)).startswith("z1 is exactly 0 at x₀")


def test_a_run_that_leaves_float_range_stops_before() -> None:
    run = training(((1.0, 0.0, 1.0), (1.0, -1.0, -2.0)), 0.0, 1.5, 1.0, 1e130)
    history = run.until(50)
    assert run.end is not None and run.end < 50
    assert all(step.finite for step in history)


def test_no_rate_within_range_leaves_it() -> None:
    """A step that is too large switches hinges off before anything overflows."""
    for m in states(60):
        assert len(m.replace(steps=200, learning_rate=1.0).history) == 201


# ── shapes ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "kinks", "slopes"), [
    ("ramp", [-1, 1], (0, 0)),
    ("notch", [0], (-1, 1)),
    ("tent", [0], (1, -1)),
    ("plateau", [-1, 1], (1, -1)),
    ("three hinges", [0, 1, 2], (0, 0)),
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


def test_three_hinges_make_a_bump_and_neither_the_default_nor_a_dip_is_one() -> None:
    assert Mlp(third_hinge=True).bump
    assert not Mlp().bump
    assert not Mlp(third_hinge=True, v1=-1.0, v2=2.0, v3=-1.0).bump
    for x in (-3.0, -0.1, 0.0, 2.0, 2.1, 3.0):
        assert value(Mlp(third_hinge=True).parameters_after, x) == 0
    assert value(Mlp(third_hinge=True).parameters_after, 1.0) == 1


def test_walked_back_y_has_the_gradients_of_the_table() -> None:
    """The terms' own chain rule from y to what was set, against the one written by hand."""
    for m in states(20):
        if m.steps or {"kink"} & set(m.states):
            continue
        walked = gradients(m.one("y").why().term)
        for name, slope in m.gradients.items():
            assert slope == pytest.approx(walked[m.one("x0" if name == "x" else name)], rel=1e-9)
