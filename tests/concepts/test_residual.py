"""The screen `residual`: what arrives through fifty layers, and that nothing is hidden."""

import math

import numpy as np
import pytest

from tui_transformer.concepts import load
from tui_transformer.concepts.residual import Residual
from tui_transformer.panels import Plot
from tui_transformer.pieces import Line, Rule

CONCEPT = load("residual")


@pytest.fixture(autouse=True)
def loud():
    with np.errstate(all="raise"):
        yield


def plots(m):
    return [panel for panel in CONCEPT.view(m).panels if isinstance(panel, Plot)]


def test_the_aha():
    """At gain .5 and 50 tanh layers: about 4e-16 without, about 10 with."""
    m = Residual()
    assert (m.depth, m.gain, m.activation, m.width, m.norm) == (50, 0.5, "tanh", 64, "none")
    for seed in range(10):
        on = m.replace(seed=seed)
        assert 4e-16 / 3 < on.replace(residual=False).gradient_norms[0] < 4e-16 * 3
        assert 10 / 2 < on.gradient_norms[0] < 10 * 2


def test_the_halves_make_nearly_all_of_it():
    """Without a bend, fifty random layers of gain ½ shrink a gradient by about ½⁵⁰."""
    arrived = [
        Residual(activation="identity", residual=False, seed=s).gradient_norms[0] for s in range(20)
    ]
    assert 0.5**50 / 2 < math.exp(np.mean(np.log(arrived))) < 0.5**50
    bent = [Residual(residual=False, seed=s).gradient_norms[0] for s in range(20)]
    assert all(b < a for a, b in zip(arrived, bent, strict=True))


@pytest.mark.parametrize(
    "controls",
    [
        *CONCEPT.presets.values(),
        {"depth": 128, "gain": 3.0},
        {"depth": 128, "gain": 0.1, "activation": "sigmoid"},
    ],
)
@pytest.mark.parametrize("residual", [True, False])
def test_both_curves_are_always_in_both_pictures_on_a_log_axis(controls, residual):
    m = Residual(**{**controls, "residual": residual})
    gradient, signal = plots(m)
    assert gradient.y.log and signal.y.log
    norms = (
        (m.gradient_norms_without, m.gradient_norms_with),
        (m.forward_norms_without, m.forward_norms_with),
    )
    for plot, both in zip((gradient, signal), norms, strict=True):
        lines = [mark for mark in plot.marks if isinstance(mark, Line)]
        assert [line.label[0] for line in lines] == (["○", "●"] if residual else ["●", "○"])
        for line, y in zip(lines, both, strict=True):
            np.testing.assert_array_equal(np.nan_to_num(line.y), y)  # a zero ends the curve …
            assert (": 0 " in line.label) == bool((y == 0).any())  # … and is put in words
            seen = y[y > 0]
            assert plot.y.low <= seen.min() and seen.max() <= plot.y.high
    assert any(isinstance(mark, Rule) and mark.at == 1 for mark in gradient.marks)


def test_a_shut_stack_says_so():
    m = CONCEPT.preset("8 ReLUs a layer")
    figure = CONCEPT.view(m)
    assert m.gradient_norms[0] == 0 and "exactly 0" in figure.says
    assert figure.formula.value == 0
    assert "0 up to 127" in plots(m)[0].marks[0].label
