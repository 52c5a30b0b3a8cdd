"""The screen `approximation`: exact coefficients, the aha, what cannot be done, and where."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_transformer.concepts import load
from tui_transformer.concepts.approximation import Approximation, says, view
from tui_transformer.figure import Plot
from tui_transformer.session import Session

CONCEPT = load("approximation")
states = st.builds(
    Approximation,
    hinges=st.integers(1, 64),
    domain=st.floats(0.5, 4),
    target=st.sampled_from(["sine", "step", "bump", "absolute", "sawtooth"]),
    x=st.floats(-5, 5),
)


def relu(x):
    return (x + abs(x)) / 2


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


@given(states)
def test_the_output_is_the_sum_of_its_hinges(m):
    by_hand = m.constant + sum(a * relu(m.x - t) for a, t in zip(m.weights, m.knots, strict=True))
    assert m.output == pytest.approx(float(by_hand), abs=1e-11)


@given(states)
def test_every_sentence_is_short_and_full_of_numbers(m):
    assert 10 < len(says(m)) <= 78, says(m)
    assert any(c.isdigit() for c in says(m))


def test_every_added_hinge_is_one_more_kink():
    for count in (1, 5, 64):
        m = Approximation(target="bump", hinges=count)
        x = np.sort(np.concatenate([m.knots - 1e-4, m.knots + 1e-4, [1.0]]))
        slopes = np.diff(m.sum(x)) / np.diff(x)
        assert np.sum(np.abs(np.diff(slopes[slopes != 0])) > 1e-9) >= count - 1


@pytest.mark.parametrize("target", ["sine", "bump"])
def test_the_aha_twice_the_hinges_a_quarter_of_the_miss(target):
    a, b = (Approximation(target=target, hinges=count).max_error for count in (32, 64))
    assert a / b == pytest.approx(4, rel=0.03)


@pytest.mark.parametrize("target", ["step", "sawtooth"])
def test_a_target_that_jumps_is_not_approached_at_its_worst_point(target):
    every = [Approximation(target=target, hinges=count) for count in range(1, 65)]
    assert min(m.max_error for m in every) >= 0.5
    assert every[-1].rms_error < 0.3 * every[0].rms_error
    assert "never less than half" in says(every[-1])


def test_the_promise_ends_with_the_interval():
    m = CONCEPT.preset("bump, outside the interval")
    assert abs(m.x) > m.domain
    outside = abs(m.output - np.exp(-8 * m.x**2))
    assert outside > 3 * m.max_error


def test_a_wider_interval_needs_more_hinges():
    assert Approximation(domain=4, hinges=16).max_error == pytest.approx(
        Approximation(domain=1, hinges=4).max_error, rel=1e-6
    )


def test_the_first_challenge_takes_three_keys():
    session = Session.open(CONCEPT).choose(1).nudge(10).nudge(10)
    assert session.model.hinges == 24
    assert CONCEPT.challenges[0].solved(session.model)
    assert not CONCEPT.challenges[0].solved(Approximation(hinges=20))


def test_the_error_plot_is_log_log_and_marks_this_number_of_hinges():
    plot = next(p for p in view(Approximation(hinges=7)).panels if p.title == "Miss by hinges")
    assert isinstance(plot, Plot)
    assert plot.x.log and plot.y.log
    assert plot.marks[-1].x == [7]
    assert plot.marks[-1].y[0] == Approximation(hinges=7).max_error


def test_playing_walks_from_one_hinge_to_the_last():
    session = Session.open(CONCEPT).set(hinges=62)
    assert session.step(1).step(1).step(1).model.hinges == 64
