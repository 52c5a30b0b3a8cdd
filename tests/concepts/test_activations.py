"""Gates: published numbers, both misreadings, and the leak."""

import math

import numpy as np
import pytest

from tui_transformer.concepts.activations.model import NAMES, Activations
from tui_transformer.concepts.activations.view import view
from tui_transformer.pieces import Columns


def at(function: str, x: float, **controls: float) -> Activations:
    return Activations(function=function, x=x, **controls)


def test_published_numbers() -> None:
    assert at("gelu", 1.0).output == pytest.approx(0.841345, abs=5e-7)  # Φ(1) from a table
    assert at("silu", 1.0).output == pytest.approx(0.731059, abs=5e-7)  # σ(1)
    assert at("softplus", 0.0).output == pytest.approx(math.log(2), abs=1e-15)
    x = np.round(np.arange(-2, -0.4, 0.001), 3)
    lows = {name: min(at(name, v).output for v in x) for name in ("silu", "gelu")}
    assert lows["silu"] == pytest.approx(-0.278465, abs=1e-6)
    assert lows["gelu"] == pytest.approx(-0.169971, abs=1e-5)  # Hendrycks & Gimpel's dip


def test_ten_sigmoids_leave_less_than_a_millionth_at_their_best() -> None:
    best = max(at("sigmoid", round(x, 1)).gradient_after_depth for x in np.arange(-6, 6.05, 0.1))
    assert best == 4.0**-10 == pytest.approx(9.5e-7, rel=0.01)


def test_lists_are_in_the_order_of_the_choice() -> None:
    assert tuple(Activations.controls()["function"].choices) == NAMES  # type: ignore[attr-defined]


def test_comparing_draws_the_other_seven_gates() -> None:
    with_, without = (len(view(Activations(compare=c)).panels[0].marks) for c in (True, False))
    assert with_ - without == len(NAMES) - 1


def test_the_leak_is_idle_where_no_leaky_curve_and_no_leaky_number_shows_it() -> None:
    """Until it is: each of the three ways out wakes it."""
    hidden = Activations(compare=False)
    assert set(hidden.idle()) == {"leak"}
    for change in ({"compare": True}, {"x": -1.0}, {"function": "leaky_relu"}):
        assert not hidden.replace(**change).idle()


def test_the_point_stays_in_the_picture_of_a_large_leak() -> None:
    plot = view(at("leaky_relu", -6.0, leak=1.0)).panels[0]
    assert plot.y.low is not None and plot.y.low < -6


def test_a_normal_crowd_against_published_averages() -> None:
    """relu: 1/√(2π); gelu: 1/(2√π); sigmoid ½ and tanh 0 by symmetry; relu's half is silent."""
    expected = {"relu": 0.3989423, "gelu": 0.2820948, "sigmoid": 0.5, "tanh": 0.0, "elu": 0.1605206}
    for name, mean in expected.items():
        assert at(name, 1.0).mean_out == pytest.approx(mean, abs=2e-7), name
        assert at(name, 1.0).share_zero == (0.5 if name == "relu" else 0.0)
    assert at("leaky_relu", 1.0, leak=0.0).share_zero == 0.5
    assert at("leaky_relu", 1.0, leak=0.2).mean_out == pytest.approx(0.8 * 0.3989423, abs=2e-7)


def test_a_crowd_drawn_at_random_leaves_with_that_average() -> None:
    rng = np.random.default_rng(0)
    z = rng.standard_normal(400_000)
    for name in ("silu", "softplus", "elu", "gelu"):
        m = at(name, 0.0)
        assert np.mean(m.gates[name].f(z)) == pytest.approx(m.mean_out, abs=4e-3), name


def test_what_relu_shuts_out_piles_up_at_nought() -> None:
    plots = [p for p in view(at("relu", 1.0)).panels if p.title.startswith(("A normal", "Out of"))]
    into, out = (next(k for k in p.marks if isinstance(k, Columns)) for p in plots)
    assert max(into.y) < 0.11
    at_nought = dict(zip(np.round(out.x, 3), out.y, strict=True))
    assert 0.5 < at_nought[0.0] < 0.56
    assert sum(y for x, y in at_nought.items() if x < -0.1) == 0
