"""Gates: numbers from tables and from other routes, the aha, and both misreadings."""

import math

import numpy as np
import pytest

from tui_transformer.concepts.activations import CONCEPT, NAMES, Activations, view


def at(function: str, x: float, **controls: float) -> Activations:
    return Activations(function=function, x=x, **controls)


@pytest.mark.parametrize(
    ("function", "x", "output"),
    [
        ("gelu", 1.0, 0.841345),  # Φ(1) from a table of the normal distribution
        ("silu", 1.0, 0.731059),  # σ(1)
        ("softplus", 0.0, math.log(2)),
        ("sigmoid", 0.0, 0.5),
        ("tanh", 1.0, 0.761594),
        ("elu", -1.0, 1 / math.e - 1),
        ("relu", -2.0, 0.0),
        ("relu", 2.0, 2.0),
    ],
)
def test_worked_numbers(function: str, x: float, output: float) -> None:
    assert at(function, x).output == pytest.approx(output, abs=5e-7)


@pytest.mark.parametrize("function", NAMES)
@pytest.mark.parametrize("x", [-3.1, -0.7, 0.4, 2.9])
def test_slopes_are_slopes(function: str, x: float) -> None:
    h = 1e-6
    rise = (at(function, x + h).output - at(function, x - h).output) / (2 * h)
    assert at(function, x).derivative == pytest.approx(rise, abs=1e-8)


def test_ten_sigmoids_leave_less_than_a_millionth_at_their_best() -> None:
    best = max(at("sigmoid", round(x, 1)).gradient_after_depth for x in np.arange(-6, 6.05, 0.1))
    assert best == 4.0**-10 == pytest.approx(9.5e-7, rel=0.01)


def test_relu_passes_a_gradient_whole_or_not_at_all() -> None:
    assert {at("relu", x, depth=50).gradient_after_depth for x in (-6, -1, 0, 0.1, 3)} == {0, 1}
    assert "convention" in view(at("relu", 0.0)).says


def test_gelu_and_silu_do_not_only_rise() -> None:
    x = np.round(np.arange(-6, 6.001, 0.001), 3)
    lows = {name: min(float(at(name, v).output) for v in x[4000:5600]) for name in ("silu", "gelu")}
    assert lows["silu"] == pytest.approx(-0.278465, abs=1e-6)
    assert lows["gelu"] == pytest.approx(-0.169971, abs=1e-5)  # Hendrycks & Gimpel's dip
    assert at("gelu", -1.4).derivative < 0
    assert "falls" in view(at("gelu", -1.4)).says


def test_lists_are_in_the_order_of_the_choice() -> None:
    m = at("tanh", 0.5)
    assert m.all_outputs[NAMES.index("tanh")] == m.output == pytest.approx(math.tanh(0.5))
    assert m.all_derivatives[NAMES.index("tanh")] == m.derivative
    assert tuple(Activations.controls()["function"].choices) == NAMES  # type: ignore[attr-defined]


def test_the_leak_is_the_leaky_slope() -> None:
    m = at("leaky_relu", -2.0, leak=0.3)
    assert (m.output, m.derivative) == (pytest.approx(-0.6), 0.3)


def test_softplus_has_the_sigmoid_as_its_slope() -> None:
    for x in (-5.0, -1.0, 0.0, 2.0):
        assert at("softplus", x).derivative == pytest.approx(1 / (1 + math.exp(-x)), rel=1e-12)


def test_comparing_draws_the_other_seven_gates() -> None:
    with_, without = (len(view(Activations(compare=c)).panels[0].marks) for c in (True, False))
    assert with_ - without == len(NAMES) - 1
    assert len(CONCEPT.presets) == 9
