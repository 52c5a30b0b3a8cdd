"""Logits: log-odds, both ways to softmax in both precisions, and what ReLU throws away."""

import json
import math
import warnings
from decimal import Decimal, getcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_transformer.concepts._logits_figure import written
from tui_transformer.concepts.logits import CONCEPT, Logits, naive_softmax
from tui_transformer.figure import Plot, Points, Table
from tui_transformer.working import evaluate

getcontext().prec = 60
scores = st.floats(-20, 20)


def exactly(cat: float, dog: float) -> tuple[Decimal, Decimal]:
    """Softmax of two doubles with sixty digits."""
    a, b = (Decimal(z).exp() for z in (cat, dog))
    return a / (a + b), b / (a + b)


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


@given(scores, scores)
@settings(deadline=None)
def test_against_sixty_digits(cat: float, dog: float) -> None:
    m = Logits(cat=cat, dog=dog)
    p = [float(x) for x in exactly(cat, dog)]
    assert m.probabilities == pytest.approx(p, rel=1e-13)
    price = [-float(x.ln()) for x in exactly(cat, dog)]
    assert m.cross_entropy == pytest.approx(price[0], rel=1e-13)
    assert m.replace(label="dog").cross_entropy == pytest.approx(price[1], rel=1e-13)
    entropy = float(sum(-x * x.ln() for x in exactly(cat, dog)))
    assert m.entropy == pytest.approx(entropy, rel=1e-13)


@given(scores, scores)
@settings(deadline=None)
def test_the_difference_is_the_log_odds(cat: float, dog: float) -> None:
    m = Logits(cat=cat, dog=dog)
    assert m.log_odds == cat - dog
    p, q = exactly(cat, dog)
    assert m.log_odds == pytest.approx(float((p / q).ln()), abs=1e-13)
    assert m.probabilities[0] == pytest.approx(1 / (1 + math.exp(-m.log_odds)), rel=1e-13)


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


def test_float32_is_what_single_precision_gives() -> None:
    m = Logits(precision="float32")
    one = np.float32(1)
    p_dog = np.exp(np.float32(0.772) - np.float32(16.917))
    assert m.probabilities[0] == one / (one + p_dog)
    # The neighbours of p(cat): floats below 1 are 2^-24 apart.
    assert (1 - float(m.probabilities[0])) * 2**24 in (1, 2)
    assert float(m.probabilities[0]) != Logits().probabilities[0]


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


def test_a_sum_may_overflow_where_no_term_does() -> None:
    m = Logits(cat=0.0, dog=0.0, offset=709.5)
    assert np.all(np.isfinite(m.powers))
    assert m.naive_probabilities is None
    assert m.probabilities.tolist() == [0.5, 0.5]
    assert "Σ e^z overflows float64" in CONCEPT.view(m).says


@pytest.mark.parametrize(("precision", "least"), [("float32", -104.0), ("float64", -746.0)])
def test_the_plain_form_ends_in_nought_by_nought(precision: str, least: float) -> None:
    m = Logits(cat=0.0, dog=-1.0, offset=least, precision=precision)
    assert m.naive_probabilities is None
    assert m.probabilities[0] == pytest.approx(1 / (1 + math.exp(-1)), rel=1e-4)
    assert "0/0" in CONCEPT.view(m).says
    assert json.loads(m.to_json("logits"))["values"]["naive_probabilities"] is None


def test_before_that_its_digits_run_out() -> None:
    m = CONCEPT.preset("digits run out")
    assert m.naive_probabilities is not None
    assert m.naive_probabilities[1] != pytest.approx(m.probabilities[1], rel=1e-4)
    assert "digits" in CONCEPT.view(m).says


@given(
    scores, scores, st.floats(-1000, 1000), st.booleans(), st.sampled_from(["float32", "float64"])
)
@settings(deadline=None, max_examples=150)
def test_no_warning_leaks_out(
    cat: float, dog: float, offset: float, relu_first: bool, precision: str
) -> None:
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        m = Logits(cat=cat, dog=dog, offset=offset, relu_first=relu_first, precision=precision)
        m.to_json("logits")
        figure = CONCEPT.view(m)
        assert evaluate(figure.formula.expression) == pytest.approx(
            figure.formula.value, rel=figure.formula.within
        )
        assert figure.formula.value != 1 or m.probabilities.min() == 0
    assert np.all(m.probabilities > 0)
    assert float(m.probabilities.sum()) == pytest.approx(1, abs=2e-7)


@given(st.lists(st.floats(-80, 80), min_size=2, max_size=5))
def test_the_plain_form_is_softmax_where_it_works(z: list[float]) -> None:
    total = math.fsum(math.exp(x) for x in z)
    assert naive_softmax(np.array(z)) == pytest.approx([math.exp(x) / total for x in z], rel=1e-12)


def test_relu_first_throws_evidence_away() -> None:
    sure = CONCEPT.preset("both-negative")
    cut = sure.replace(relu_first=True)
    assert sure.probabilities[0] > 0.98
    assert cut.probabilities.tolist() == [0.5, 0.5]
    assert (cut.log_odds, cut.entropy) == (0.0, pytest.approx(math.log(2)))
    assert "threw evidence away" in CONCEPT.view(cut).says
    # Two positive scores lose nothing, and a common offset suddenly matters.
    assert Logits(relu_first=True).probabilities.tolist() == Logits().probabilities.tolist()
    assert cut.replace(offset=10.0).probabilities == pytest.approx(sure.probabilities, rel=1e-12)


def test_a_probability_is_never_written_as_one() -> None:
    for precision in ("float32", "float64"):
        m = Logits(cat=20.0, dog=-20.0, precision=precision)
        assert m.probabilities[0] == 1  # the float nearest to it
        assert written(m, 0).startswith("1−4.2")
        table = CONCEPT.view(m).panels[0]
        assert isinstance(table, Table)
        assert all(cell.content != 1 for row in table.rows for cell in row[:2])


def test_the_published_rounding_is_off_by_a_thousand() -> None:
    assert 0.0001 / Logits().probabilities[1] == pytest.approx(1027, abs=1)
    assert Logits(cat=math.log(9999), dog=0.0).probabilities[1] == pytest.approx(1e-4)
    assert math.log(9999) == pytest.approx(9.21, abs=0.001)


def test_a_wrong_verdict_costs_its_log_odds() -> None:
    m = CONCEPT.preset("sure, and wrong")
    assert m.cross_entropy == pytest.approx(16.145 + 9.734543e-08, abs=1e-12)


def test_the_sweep_shows_where_the_plain_form_works() -> None:
    plot = CONCEPT.view(Logits(precision="float32")).panels[-1]
    assert isinstance(plot, Plot)
    plain = next(mark for mark in plot.marks if isinstance(mark, Points))
    works = np.asarray(plain.x)[np.isfinite(np.asarray(plain.y))]
    assert (works.min(), works.max()) == (-100.0, 50.0)


@pytest.mark.parametrize("name", CONCEPT.presets)
def test_presets_say_it_in_one_line(name: str) -> None:
    assert len(CONCEPT.view(CONCEPT.preset(name)).says) <= 76
