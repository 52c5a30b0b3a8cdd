"""The screen `approximation`: exact coefficients, the aha, what cannot be done, and where."""

import numpy as np
import pytest

from tui_transformer.concepts import load
from tui_transformer.concepts.approximation.model import Approximation
from tui_transformer.concepts.approximation.view import view
from tui_transformer.figure import Plot

CONCEPT = load("approximation")


def test_the_sine_by_four_hinges_by_hand():
    """Through (−1, 0), (−½, −1), (0, 0), (½, 1), (1, 0): slopes −2, 2, 2, −2."""
    m = Approximation()
    assert m.knots.tolist() == [-1, -0.5, 0, 0.5]
    assert m.weights == pytest.approx([-2, 4, 0, -4])
    assert m.constant == 0
    assert m.output == pytest.approx(0.6)
    # sin πx − 2x is largest where cos πx = 2/π
    x = np.arccos(2 / np.pi) / np.pi
    assert m.max_error == pytest.approx(np.sin(np.pi * x) - 2 * x, rel=1e-7)


def test_every_added_hinge_is_one_more_kink():
    for count in (1, 5, 64):
        m = Approximation(target="bump", hinges=count)
        x = np.sort(np.concatenate([m.knots - 1e-4, m.knots + 1e-4, [1.0]]))
        slopes = np.diff(m.sum(x)) / np.diff(x)
        assert np.sum(np.abs(np.diff(slopes[slopes != 0])) > 1e-9) >= count - 1


def test_the_promise_ends_with_the_interval():
    m = CONCEPT.preset("bump, beyond the ends")
    assert abs(m.x) > m.domain
    outside = abs(m.output - np.exp(-8 * m.x**2))
    assert outside > 3 * m.max_error


def test_a_wider_interval_needs_more_hinges():
    assert Approximation(domain=4, hinges=16).max_error == pytest.approx(
        Approximation(domain=1, hinges=4).max_error, rel=1e-6
    )


def test_the_error_plot_is_log_log_and_marks_this_number_of_hinges():
    plot = next(p for p in view(Approximation(hinges=7)).panels if p.title == "Miss by hinges")
    assert isinstance(plot, Plot)
    assert plot.x.log and plot.y.log
    assert plot.marks[-1].x == [7]
    assert plot.marks[-1].y[0] == Approximation(hinges=7).max_error
