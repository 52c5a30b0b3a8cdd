"""The screen `dot-product`: arrows by components, random pairs by their law."""

import json
import math

import numpy as np
import pytest

from tui_transformer.concepts import load
from tui_transformer.concepts.dot_product import PAIRS, DotProduct, draw, unit
from tui_transformer.figure import Pin, Table, pinnable, working_at
from tui_transformer.working import evaluate

CONCEPT = load("dot-product")


@pytest.fixture(autouse=True)
def loud():
    with np.errstate(all="raise", under="ignore"):
        yield


def test_the_opening_state():
    m = DotProduct()
    assert m.dot == pytest.approx(3 * math.sqrt(2))
    assert m.cosine == pytest.approx(math.sqrt(0.5))
    assert m.angle == 45
    assert m.projection == pytest.approx(3 / math.sqrt(2))
    assert list(json.loads(m.to_json("dot-product"))["values"]) == [
        "dot",
        "cosine",
        "angle",
        "projection",
        "random_cosine_std",
        "random_dot_std",
    ]


def test_lengths_and_angle_agree_with_components():
    rng = np.random.default_rng(0)
    for _ in range(200):
        a, b = rng.uniform(0, 5, 2)
        s, t = rng.uniform(-180, 180, 2)
        m = DotProduct(a, s, b, t)
        u, v = (
            r * np.array([math.cos(math.radians(x)), math.sin(math.radians(x))])
            for r, x in ((a, s), (b, t))
        )
        assert m.dot == pytest.approx(float(u @ v), abs=1e-13)
        assert m.cosine == pytest.approx(float(u @ v) / (a * b))
        assert m.angle == pytest.approx(math.degrees(math.acos(u @ v / a / b)), abs=1e-6)
        assert m.projection == pytest.approx(float(u @ v) / b)
        assert m.u == pytest.approx(tuple(u), abs=1e-14)


def test_right_angles_are_exact():
    for degrees, xy in ((0, (1, 0)), (90, (0, 1)), (180, (-1, 0)), (-90, (0, -1)), (-180, (-1, 0))):
        assert unit(degrees) == xy
        assert not any(str(x) == "-0.0" for x in unit(degrees))
    assert CONCEPT.preset("orthogonal").dot == 0
    assert str(CONCEPT.preset("orthogonal").dot) == "0.0"
    assert CONCEPT.preset("same direction").dot == 6
    assert CONCEPT.preset("opposite").dot == -6


def test_the_short_way_round():
    assert DotProduct(u_angle=170, v_angle=-170).angle == 20
    assert DotProduct(u_angle=-180, v_angle=180).angle == 0


def test_no_length_no_angle():
    for lengths in ({"u_length": 0}, {"v_length": 0}):
        m = DotProduct(**lengths)
        assert m.dot == 0
        assert m.cosine is None
        assert m.angle is None
        assert "no length" in CONCEPT.view(m).says
    assert DotProduct(u_length=0).projection == 0
    assert DotProduct(v_length=0).projection is None


def test_a_longer_key_beats_a_better_aligned_one():
    aligned, longer = DotProduct(), CONCEPT.preset("longer key, worse aligned")
    assert longer.cosine < aligned.cosine
    assert longer.dot > aligned.dot


@pytest.mark.parametrize("d", [1, 2, 7, 64, 100, 1024])
@pytest.mark.parametrize("seed", [0, 5])
def test_random_pairs_follow_the_law(d, seed):
    """u·v has variance d; cosines have variance exactly 1/d. 2,000 pairs: within 6 %, or
    25 % where d is small and the products have heavy tails."""
    m = DotProduct(dimension=d, seed=seed)
    assert m.random_dot_std == pytest.approx(math.sqrt(d), rel=0.06 if d > 2 else 0.25)
    assert m.random_cosine_std == pytest.approx(1 / math.sqrt(d), rel=0.06)
    assert np.all(np.abs(m.drawn.cosines) <= 1 + 1e-12)
    assert len(m.drawn.dots) == PAIRS


def test_more_dimensions_go_on_with_the_same_pairs():
    long = draw(300, 3)
    assert [d for d, _ in long.grown] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    for d, spread in long.grown:
        assert spread == pytest.approx(float(np.std(draw(d, 3).dots)), rel=1e-12)
    assert not np.array_equal(draw(8, 3).dots, draw(8, 4).dots)


def test_most_random_directions_are_nearly_at_right_angles():
    angles = np.degrees(np.arccos(draw(1024, 0).cosines))
    assert np.mean(np.abs(angles - 90) < 6) > 0.998
    assert np.mean(np.abs(np.degrees(np.arccos(draw(2, 0).cosines)) - 90) < 6) < 0.1


@pytest.mark.parametrize("angle", [89.9999999, 90, 90.3, 0, 180, -180, 1e-7])
@pytest.mark.parametrize("length", [0.0, 1e-9, 5.0])
def test_workings_hold_at_the_edges(angle, length):
    figure = CONCEPT.view(DotProduct(u_length=length, u_angle=0, v_angle=angle, dimension=3))
    for i, panel in enumerate(figure.panels):
        if isinstance(panel, Table):
            for row, column in pinnable(panel):
                shown = panel.rows[row][column].content
                working = working_at(figure, Pin(i, row, column))
                assert working.value == shown
                assert evaluate(working.expression) == pytest.approx(shown, rel=1e-9, abs=1e-15)


def test_says_fits_a_line():
    for name in CONCEPT.presets:
        assert len(CONCEPT.view(CONCEPT.preset(name)).says) <= 76
