"""Logits: log-odds, both ways to softmax in both precisions, and what ReLU throws away."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_transformer.concepts.logits import CONCEPT, Logits
from tui_transformer.concepts.logits.tables import written
from tui_transformer.panels import Plot, Table
from tui_transformer.pieces import Columns, Points
from tui_transformer.session import Session

scores = st.floats(-20, 20)


def test_the_first_preset() -> None:
    m = CONCEPT.preset("certain")
    assert m.probabilities == pytest.approx([0.9999999026545746, 9.734543e-08], rel=1e-6)
    assert f"{m.probabilities[0]:.10f}" == "0.9999999027"
    assert f"{m.probabilities[1]:.6e}" == "9.734543e-08"
    says = CONCEPT.view(m).says
    assert "0.9999999027" in says
    assert "9.73e-08" in says
    assert len(says) <= 76


def test_the_second_preset() -> None:
    m = CONCEPT.preset("torn")
    assert m.probabilities == pytest.approx([0.573220, 0.426780], abs=5e-7)
    assert m.entropy == pytest.approx(0.682386, abs=5e-7)


@given(scores, scores, st.floats(-1000, 1000))
@settings(deadline=None)
def test_an_offset_moves_nothing_but_rounding(cat: float, dog: float, offset: float) -> None:
    plain, moved = Logits(cat=cat, dog=dog), Logits(cat=cat, dog=dog, offset=offset)
    assert moved.probabilities == pytest.approx(plain.probabilities, rel=1e-12)
    single = moved.replace(precision="float32")
    assert single.probabilities == pytest.approx(plain.probabilities, rel=3e-4)


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_everything_is_computed_in_its_precision(precision: str) -> None:
    for offset in (0.0, 50.0, 900.0):
        m = Logits(precision=precision, offset=offset)
        arrays = [m.raw, m.z, m.probabilities, m.prices, m.powers, m.naive_probabilities]
        assert {a.dtype.name for a in arrays if a is not None} == {precision}


@pytest.mark.parametrize(
    ("precision", "most"), [("float32", math.log(3.4028235e38)), ("float64", math.log(1.797e308))]
)
def test_the_plain_form_ends_where_the_floats_do(precision: str, most: float) -> None:
    below = Logits(cat=0.0, dog=-5.0, offset=most - 0.1, precision=precision)
    above = below.replace(offset=most + 0.1)
    assert below.naive_probabilities == pytest.approx(
        [1 / (1 + math.exp(-5)), 1 / (1 + math.exp(5))], rel=1e-4
    )
    assert above.naive_probabilities is None
    assert above.probabilities == pytest.approx(below.probabilities, rel=1e-4)
    assert "overflows" in CONCEPT.view(above).says


def test_a_probability_is_never_written_as_one() -> None:
    for precision in ("float32", "float64"):
        m = Logits(cat=20.0, dog=-20.0, precision=precision)
        assert m.probabilities[0] == 1  # the float nearest to it
        assert written(m, 0).startswith("1−4.2")
        tables = [p for p in CONCEPT.view(m).panels if isinstance(p, Table) and p.row is not None]
        assert [str(table.rows[0][0].content) for table in tables] == ["cat right", "cat right"]
        for table in tables:
            at = [column.title for column in table.columns].index("p")
            assert all(row[at].content != 1 for row in table.rows)


def test_the_sweep_shows_where_the_plain_form_works() -> None:
    plot = CONCEPT.view(Logits(precision="float32")).panels[-1]
    assert isinstance(plot, Plot)
    plain = next(mark for mark in plot.marks if isinstance(mark, Points))
    works = np.asarray(plain.x)[np.isfinite(np.asarray(plain.y))]
    assert (works.min(), works.max()) == (-100.0, 50.0)


@pytest.mark.parametrize("gap", [-12.3, -0.05, 0.0, 1.0, 16.145, 40.0])
def test_the_odds_are_drawn_between_powers_of_two(gap: float) -> None:
    m = Logits(cat=gap / 2, dog=-gap / 2)
    assert math.isclose(m.odds, float(m.probabilities[0] / m.probabilities[1]), rel_tol=1e-9)
    plot = next(p for p in CONCEPT.view(m).panels if p.title.startswith("Odds"))
    assert isinstance(plot, Plot)
    columns = next(mark for mark in plot.marks if isinstance(mark, Columns))
    heights = list(columns.y)
    assert heights[-2] <= m.odds * (1 + 1e-9)
    assert m.odds <= heights[-1] * (1 + 1e-9)
    for (x, low), (y, high) in pairwise(zip(columns.x, heights, strict=True)):
        assert math.isclose(y - x, 0.693147, abs_tol=1e-6)
        assert high == 2 * low
        assert math.isclose(low, math.exp(x), rel_tol=1e-9)


def test_an_arrow_moves_a_score_by_a_tenth() -> None:
    session = Session.open(CONCEPT, {"cat": "2"})
    assert session.nudge(1).model.state("cat") == (2.1,)


@pytest.mark.parametrize("label", ["cat", "dog"])
@pytest.mark.parametrize("gap", [-10.0, -1.0, 0.0, 3.0])
def test_how_hard_a_penalty_pulls(label: str, gap: float) -> None:
    """By finite differences of both penalties, in the right class's score."""

    def p(z: float) -> float:
        return 1 / (1 + math.exp(-z))

    step = 1e-5
    ahead = gap if label == "cat" else -gap
    penalties = (lambda z: -math.log(p(z)), lambda z: 0.5 * (1 - p(z)) ** 2)
    slopes = [(f(ahead + step) - f(ahead - step)) / (2 * step) for f in penalties]
    assert Logits(cat=gap, dog=0.0, label=label).pulls == pytest.approx(slopes, rel=1e-4)


def test_a_harsh_penalty_learns_faster() -> None:
    """The published pair: at z = −10 a gradient of 4.5e-5 against 0.99995."""
    harsh, gentle = CONCEPT.preset("wrong by 10").pulls
    assert (f"{harsh:.5f}", f"{gentle:.1e}") == ("-0.99995", "-4.5e-05")
