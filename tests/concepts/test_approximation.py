"""The screen `approximation`: exact coefficients, the aha, what cannot be done, and where."""

import numpy as np
import pytest

from tui_transformer.concepts import load
from tui_transformer.concepts.approximation.model import Approximation
from tui_transformer.concepts.approximation.view import view
from tui_transformer.panels import Plot
from tui_transformer.session import Session

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


def test_one_hinge_by_hand():
    """|x| by 3 hinges, the middle one moved: down to 0.15, level as far as 1/3, up from there."""
    m = Approximation(target="absolute", hinges=3, hinge=1, knot=-0.15)
    assert m.knots.tolist() == pytest.approx([-1, -0.15, 1 / 3])
    assert m.max_error == pytest.approx(1 / 3 - 0.15)
    assert m.built_in_worst == pytest.approx(1 / 3)
    x = np.linspace(-1, 1, 2001)
    fit = 1 - np.maximum(x + 1, 0) + np.maximum(x + 0.15, 0) + np.maximum(x - 1 / 3, 0)
    assert m.sum(x) == pytest.approx(fit)
    square = np.mean((np.abs(x) - fit) ** 2)
    assert m.rms_error == pytest.approx(np.sqrt(square), rel=2e-3)


def test_no_hinge_is_set_by_hand_until_one_is_chosen():
    plain = Approximation()
    assert (plain.hinge, plain.knot, plain.weight) == (None, None, None)
    assert Approximation(knot=0.7, weight=3.0).weights.tolist() == plain.weights.tolist()
    assert not Approximation(hinge=2).is_by_hand


def test_an_arrow_moves_a_hinge_from_where_it_stands():
    session = Session.open(CONCEPT, {"hinges": "4"})
    places = [knob.control.name for knob in session.knobs]
    for name in ("hinge", "hinge", "knot", "weight"):
        session = session.hold(places.index(name)).nudge(1)
    assert session.model.state("hinge", "knot", "weight") == (1, -0.45, pytest.approx(4.1))
    assert "hinge=1 knot=-0.45" in session.link
    back = session.hold(places.index("hinge")).nudge(-1).nudge(-1)
    assert back.model.hinge is None
