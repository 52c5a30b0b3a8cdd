"""Gates: published numbers, both misreadings, and the leak."""

import math

import numpy as np
import pytest

from tui_transformer.concepts.activations.model import NAMES, Activations
from tui_transformer.concepts.activations.view import view


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
