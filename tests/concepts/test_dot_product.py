"""The screen `dot-product`: arrows by components, random pairs by their law."""

import json
import math

import numpy as np
import pytest

from tests.calculator import calculate
from tui_transformer.concepts import load
from tui_transformer.concepts.dot_product import DotProduct
from tui_transformer.concepts.dot_product.model import draw, unit
from tui_transformer.figure import Pin, pinnable, working_at
from tui_transformer.panels import Table
from tui_transformer.terms import plain

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


def test_a_longer_key_beats_a_better_aligned_one():
    aligned, longer = DotProduct(), CONCEPT.preset("longer, worse aligned")
    assert longer.cosine < aligned.cosine
    assert longer.dot > aligned.dot


def test_more_dimensions_go_on_with_the_same_pairs():
    long = draw(300, 3)
    assert [d for d, _ in long.grown] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    for d, spread in long.grown:
        assert spread == pytest.approx(float(np.std(draw(d, 3).dots)), rel=1e-12)
    assert not np.array_equal(draw(8, 3).dots, draw(8, 4).dots)


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
                assert calculate(plain(working.term)) == pytest.approx(shown, rel=1e-9, abs=1e-15)


def test_angles_are_worked_in_the_degrees_of_their_controls():
    figure = CONCEPT.view(DotProduct(u_angle=-30, v_angle=59.5))
    assert figure.formula.shown == "3·2·sin((90 − 89.5)°)"
    components = figure.panels[-1]
    assert components.rows[0][1].working().shown == "3·cos(−30°)"
    assert CONCEPT.view(DotProduct()).formula.shown == "3·2·cos(45°)"


def test_nothing_is_minus_nought():
    m = DotProduct(u_length=0.0, v_angle=170.0)
    assert [str(x) for x in (m.dot, m.projection)] == ["0.0", "0.0"]
    turned = DotProduct(u_angle=10, v_angle=100)
    assert CONCEPT.view(turned).panels[-1].rows[2][3].content == 0  # two products that cancel
