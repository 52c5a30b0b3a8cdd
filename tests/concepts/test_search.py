"""Looking for good hyperparameters: what each way has tried, and what its winner is worth."""

import math

import numpy as np
import pytest

from tui_transformer.concepts import load
from tui_transformer.concepts.search.model import Search
from tui_transformer.concepts.search.runs import LATTICE, designed, settings, surface
from tui_transformer.panels import Field, Plot
from tui_transformer.pieces import Points
from tui_transformer.session import Session

CONCEPT = load("search")
METHODS = ("grid", "random", "bayesian")


def spent(method: str, **controls: object) -> Search:
    return Search(method=method, budget=16, tries=16, **controls)


def test_the_aha_sixteen_tries_four_values_or_sixteen() -> None:
    assert spent("grid").distinct == [4, 4]
    assert spent("random").distinct == [16, 16]
    scores = [spent(method).best[2] for method in METHODS]
    assert scores == sorted(scores) and scores[1] - scores[0] > 0.25


def test_the_other_knob_hardly_matters() -> None:
    """On the real surface: along λ it moves less than a twentieth of what it does along η."""
    real = surface("xor", 0)
    assert np.ptp(real.mean(axis=1)) > 20 * np.ptp(real[:22].mean(axis=0))


def test_the_forecast_spends_its_tries_where_the_ridge_is() -> None:
    """Of its 13 own tries more lie within one width of the ridge than of 13 at random."""

    def near(m: Search) -> int:
        return int(np.sum(abs(m.spots[3:, 0] - 0.75) < 0.07))

    theirs = [near(spent("random", seed=seed)) for seed in range(10)]
    mine = [near(spent("bayesian", seed=seed)) for seed in range(10)]
    assert sum(mine) > 2 * sum(theirs)


def test_where_it_goes_nothing_was_tried_and_most_is_to_gain() -> None:
    m = Search(method="bayesian", runs="xor", budget=36, tries=36, seed=3)
    assert len(np.unique(m.spots.round(12), axis=0)) == 36
    for k in range(3, 36):
        before = m.replace(tries=k)
        gain = before.acquisition.ravel()
        at = int(np.argmin(np.abs(LATTICE - m.spots[k]).sum(axis=1)))
        free = [not np.isclose(before.spots, place).all(axis=1).any() for place in LATTICE]
        assert gain[at] == gain[free].max()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("runs", ["designed", "xor"])
def test_an_earlier_state_is_the_beginning_of_a_later_one(method: str, runs: str) -> None:
    late = Search(method=method, runs=runs, tries=9, seed=4)
    for k in (0, 1, 5, 9):
        early = late.replace(tries=k)
        np.testing.assert_array_equal(early.tried, late.tried[:k])
        np.testing.assert_array_equal(early.scores, late.scores[:k])


def test_every_score_is_a_share_whatever_the_setting() -> None:
    """At η = 10 training breaks down, and still every number is finite."""
    for seed in (0, 1, 9999):
        real = surface("xor", seed)
        assert np.all((real >= 0) & (real <= 1)) and real.min() < 0.1 < 0.9 < real.max()
    assert designed(LATTICE).min() >= 0.5 and designed(LATTICE).max() <= 0.97


def test_a_try_is_the_place_under_it() -> None:
    """A grid of 4 × 4 lies on the lattice of the surface: the same runs, one alone and all."""
    for runs in ("designed", "xor"):
        m, real = spent("grid", runs=runs), surface(runs, 0)
        for spot, score in zip(m.spots, m.scores, strict=True):
            i, j = (round(24 * place) for place in spot)
            assert score == pytest.approx(real[i, j], rel=1e-9)


def test_the_knobs_reach_from_end_to_end() -> None:
    ends = settings(np.array([[0.0, 0.0], [1.0, 1.0]]))
    np.testing.assert_allclose(ends, [[1e-3, 1e-6], [10, 1e-3]], rtol=1e-12)


def test_a_winner_of_many_is_partly_luck() -> None:
    m = spent("random", runs="xor", seed=1)
    assert m.best[2] > 0.98 and m.elsewhere_mean < 0.4
    gaps = [
        other.best[2] - other.elsewhere_mean
        for other in (spent("random", runs="xor", seed=seed) for seed in range(10))
    ]
    assert np.mean(gaps) > 0


def test_random_is_not_always_better() -> None:
    m = Search(budget=25, tries=25)
    assert m.best[2] > m.replace(method="random").best[2]


def test_a_grid_that_is_full_stays_as_it_is() -> None:
    m = Search(budget=7, tries=7)
    assert len(m.scores) == 6 and m.next is None and "6 of 7 tries fill the grid" in view_says(m)
    assert m.replace(tries=6).scores.tolist() == m.scores.tolist()


def view_says(m: Search) -> str:
    return CONCEPT.view(m).says


def test_the_opening_stands_before_the_event_and_space_walks_through_it() -> None:
    session = Session.open(CONCEPT)
    assert session.model.tries == 0 and session.model.best is None
    session = session.play()
    while session.playing:
        session = session.go_on()
    assert session.model.tries == 16


def test_the_plane_and_the_plot_show_the_same_tries() -> None:
    m = spent("bayesian", runs="xor")
    plane, plot = CONCEPT.view(m.replace(tries=9)).panels[:2]
    assert isinstance(plane, Field) and isinstance(plot, Plot)
    on_plane, on_plot = (
        next(mark for mark in panel.marks if isinstance(mark, Points) and mark.label == label)
        for panel, label in ((plane, "tried"), (plot, "try"))
    )
    np.testing.assert_allclose([math.log10(x) for x in on_plot.x], on_plane.x, rtol=1e-12)
    assert plane.values.shape == (25, 25) and plane.low == 0
    nxt = next(mark for mark in plane.marks if isinstance(mark, Points) and mark.label == "next")
    np.testing.assert_allclose(10 ** nxt.x[0], m.tried[9, 0], rtol=1e-12)


def test_what_was_tried_is_kept() -> None:
    """Going back costs nothing: the very same numbers, not ones that are computed again."""
    m = spent("bayesian", runs="xor", seed=77)
    assert m.so_far is m.replace(tries=16).so_far
    for k in range(16):
        assert m.replace(tries=k).so_far is m.replace(tries=k).so_far
